"""Answering a survey: signed in, or by its link."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.casework.surveys import queries, services
from jobmatch.casework.surveys.forms import AnswerForm, LinkAnswerForm
from jobmatch.casework.surveys.models import SurveyAnswer
from jobmatch.casework.surveys.views.blueprint import blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.choices import certificate_groups
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


def stored(answer: SurveyAnswer | None) -> dict[str, Any]:
    """An answer as the form shows it."""
    if answer is None:
        return {}
    names = ("hobbies", "work_wish", "wanted_words", "certificate_codes", "start_up", "start_up_words", "needs")
    return {name: getattr(answer, name) for name in names}


def groups_of(form: AnswerForm) -> Any:
    """The certificates to choose from, under headings."""
    return certificate_groups(current_uow(), "", form.certificate_codes.data or [])


@blueprint.route("/me/survey", methods=["GET", "POST"])
@access("person.own")
def own_survey() -> Any:
    """The round that asks me now, with what I said before."""
    uow = current_uow()
    person: Person = uow.one(visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id)))
    survey = queries.survey_for(uow.session, person, uow.today)
    if survey is None:
        return page("surveys/none.html")
    form = AnswerForm.submitted(data=stored(queries.answer_of(uow.session, survey, person.id)))
    done = form.act(
        lambda: services.answer_survey(uow, survey, person, form.said, accept_masked=form.accept_masked.data)
    )
    if done is None:
        return page("surveys/answer.html", form=form, survey=survey, groups=groups_of(form))
    flash(_("已收到，谢谢。想法变了可以再来改"), "success")
    return redirect(url_for("people.profile"), 303)


@blueprint.route("/s/<public_id>", methods=["GET", "POST"])
@access(PUBLIC)
def by_link(public_id: str) -> Any:
    """The round behind a link or QR code, without an account."""
    uow = current_uow()
    survey = queries.open_survey(uow.session, public_id, uow.today)
    if survey is None:
        answer = page("surveys/none.html")
        answer.status_code = 404
        return answer
    form = LinkAnswerForm.submitted()
    done = form.act(
        lambda: services.answer_by_link(
            uow,
            survey,
            name=form.name.data or "",
            phone=form.phone.data or "",
            said=form.said,
            accept_masked=form.accept_masked.data,
        )
    )
    if done is None:
        return page("surveys/answer.html", form=form, survey=survey, groups=groups_of(form))
    return redirect(url_for("surveys.thanks", public_id=public_id), 303)


@blueprint.get("/s/<public_id>/thanks")
@access(PUBLIC)
def thanks(public_id: str) -> Response:
    """The answer has come in."""
    return page("surveys/thanks.html")
