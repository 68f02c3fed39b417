"""Satisfaction: one rating of everybody who reported in, once the class is over; it may be changed."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file
from jobmatch.people.services.common import Findings, clean_text, keep_secrets_out
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES
from training.courses.results.models import ClassRating

WORDS_LENGTH = 300


def may_rate(course_session: CourseSession, enrollment: Enrollment) -> bool:
    """Whether this person attended and the class is over."""
    is_over = course_session.state in {SessionState.ENDED, SessionState.CLOSED}
    return is_over and enrollment.state in ARRIVED_STATES


def rate_class(
    uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment, *, stars: str, words: str = ""
) -> ClassRating:
    """What somebody who attended says. Raises ``Invalid`` on a field, ``Conflict`` before the end."""
    person = uow.session.get(Person, enrollment.person_id) if enrollment.person_id else None
    require(person is not None and is_own_file(uow.actor, person) and enrollment.session_id == course_session.id)
    if not may_rate(course_session, enrollment):
        raise Conflict(_("报到过的人结课以后才能评价"))
    found, text = Findings(), clean_text(words)
    found.check(stars in set("12345") and len(stars) == 1, "stars", _("请选 1 到 5 分"))
    found.check(len(text) <= WORDS_LENGTH, "words", _("最多 %(n)s 个字", n=WORDS_LENGTH))
    keep_secrets_out(found, {"words": text}, accept_masked=False)
    if found.fields:
        raise Invalid(fields=found.fields)
    query = select(ClassRating).where(ClassRating.enrollment_id == enrollment.id).with_for_update()
    rating = uow.session.scalars(query).one_or_none() or ClassRating(enrollment_id=enrollment.id)
    rating.stars, rating.words, rating.rated_at = int(stars), text, uow.now
    uow.session.add(rating)
    uow.session.flush()
    uow.audit("class_rating.give", rating)
    return rating
