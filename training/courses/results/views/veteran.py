"""Somebody who attended says how the class was."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page
from training.courses.results import queries
from training.courses.results.blueprint import blueprint
from training.courses.results.forms import RatingForm
from training.courses.results.services import ratings


@blueprint.route("/my/classes/<enrollment_id>/rating", methods=["GET", "POST"])
@access("person.own")
def rate(enrollment_id: str) -> Any:
    """Stars and words, which may be changed."""
    uow = current_uow()
    enrollment, course_session = queries.own_enrollment(uow, enrollment_id)
    known = queries.rating_of(uow.session, enrollment)
    form = RatingForm.submitted(data={"stars": str(known.stars), "words": known.words} if known else {})
    stars, words = form.stars.data or "", form.words.data or ""
    done = form.act_or_say(lambda: ratings.rate_class(uow, course_session, enrollment, stars=stars, words=words))
    if done is not None:
        flash(_("谢谢，评价收到了"), "success")
        return redirect(url_for("class_outcomes.rate", enrollment_id=enrollment_id), 303)
    may = ratings.may_rate(course_session, enrollment)
    return page("class_outcomes/rating.html", form=form, course_session=course_session, may_rate=may)
