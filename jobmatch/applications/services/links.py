"""Links for phones without an account: one interview, one act, until a day; only the hash of the token is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.services.throttles import brake_unknown_link
from jobmatch.applications.models import Application, Interview, PhoneLink
from jobmatch.applications.policies import can_move_application, can_note_application
from jobmatch.applications.queries import standing_interview, with_posting
from jobmatch.applications.services.interviews import record_result, say_coming
from jobmatch.applications.states import ApplicationState, LinkPurpose, Side
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person

RESULT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens."""

    purpose: LinkPurpose
    interview: Interview
    application: Application
    person: Person


def make_link(uow: UnitOfWork, application: Application, purpose: LinkPurpose) -> str:
    """A fresh link for the standing interview; returns its token, which is stored nowhere. Older ones stop working.

    The employer makes it for whoever holds the interview, staff make it for a person without an account. Raises
    ``Conflict`` where there is no interview.
    """
    person = uow.session.get_one(Person, application.person_id)
    if purpose is LinkPurpose.RESULT:
        require(can_move_application(uow.actor, application, person, Side.EMPLOYER))
    else:
        require(can_note_application(uow.actor, application))
    interview = standing_interview(uow, application.id)
    if application.state is not ApplicationState.INTERVIEW or interview is None:
        raise Conflict(_("现在没有约好的面试"))
    uow.session.execute(
        delete(PhoneLink).where(PhoneLink.interview_id == interview.id, PhoneLink.purpose == purpose),
        execution_options={"synchronize_session": False},
    )
    token = secrets.token_urlsafe(32)
    days = RESULT_DAYS if purpose is LinkPurpose.RESULT else 0
    row = PhoneLink(
        token_sha256=token_hash(token),
        interview_id=interview.id,
        purpose=purpose,
        expires_at=max(interview.starts_at, uow.now) + timedelta(days=days),
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    if purpose is LinkPurpose.ATTEND and interview.asked_at is None:
        interview.asked_at = uow.now
    uow.session.flush()
    uow.audit("phone_link.make", application, purpose=purpose.value)
    return token


def open_link(uow: UnitOfWork, token: str) -> Opened:
    """What the link shows. Raises ``NotFound`` for one that is unknown, over, or of an interview that was changed."""
    query = (
        select(PhoneLink, Interview, Application, Person)
        .join(Interview, Interview.id == PhoneLink.interview_id)
        .join(Application, Application.id == Interview.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(
            PhoneLink.token_sha256 == token_hash(token),
            PhoneLink.expires_at > uow.now,
            Interview.cancelled_at.is_(None),
        )
    )
    row = uow.session.execute(with_posting(query)).one_or_none()
    if row is None:
        raise NotFound(_("这个链接过期了，或者面试时间已经改了。请打电话问对方"))
    link, interview, application, person = row
    return Opened(link.purpose, interview, application, person)


def count_try(uow: UnitOfWork, token: str) -> None:
    """Count a press on an unknown link. Raises ``Limited``."""
    brake_unknown_link(uow, token, lambda: open_link(uow, token))


def act_on_link(uow: UnitOfWork, token: str, *, said: str) -> Opened:
    """What the holder of a link pressed; it can do nothing but its one act on its one interview.

    Raises ``NotFound``, ``Invalid``, and ``Conflict`` with how things stand.
    """
    opened = open_link(uow, token)
    holder = uow.acting_as(system_actor(_("手机链接")))
    if opened.purpose is LinkPurpose.ATTEND:
        say_coming(holder, opened.application, attendance=said)
    else:
        record_result(holder, opened.application, result=said)
    holder.audit("phone_link.used", opened.application, purpose=opened.purpose.value, said=said[:20])
    return opened
