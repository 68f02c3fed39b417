"""Taking back the confirmation of a start: everything it closed stands again as it was, or it is said what cannot.

Nothing is overwritten: the moves stay in the log, the line of the register stays withdrawn with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.applications import notices
from jobmatch.applications.models import Application, Interview, StartEffect
from jobmatch.applications.policies import can_move_application
from jobmatch.applications.queries import find_live
from jobmatch.applications.services.moving import log_move, move_application, present_words, write_guarded
from jobmatch.applications.services.seats import take_seat
from jobmatch.applications.states import ApplicationState, Move, Side
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.services.grants import record_grant
from jobmatch.people.services.register import record_start_undone
from jobmatch.people.services.resume import record_search_state_before
from jobmatch.people.states import GrantField, JobSearchState
from jobmatch.reference.queries import rule_value
from recruiters.postings.services.hiring import record_filled


@dataclass(frozen=True, slots=True)
class Restored:
    """One application after undoing: ``loss`` says in words what could not be put back; empty for nothing."""

    application: Application
    loss: str


def undo_until(uow: UnitOfWork, application: Application) -> datetime | None:
    """Until when the confirmation can be taken back; None where nothing was confirmed or nothing is known of before."""
    if application.state is not ApplicationState.STARTED or not _effects(uow, application):
        return None
    days = int(rule_value(uow.session, "start_undo_days", uow.today))
    return application.state_since + timedelta(days=days)


def undo_start(uow: UnitOfWork, application: Application, *, reason: str, version: int | None = None) -> list[Restored]:
    """The person takes the confirmation of their start back within the days of the rule.

    The application is hired again; the others stand where they stood, with their seat where it is still free, their
    vacancy where one is left. Returns all of them, this one first, with what was lost. Raises ``Invalid`` without a
    reason, ``Conflict`` where the days are over or it was taken back before.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.PERSON))
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写一句为什么撤销，例如：按错了、没有去上班")})
    until = undo_until(uow, application)
    if until is None:
        raise Conflict(present_words(application))
    if until < uow.now:
        raise Conflict(_("确认入职已经超过可以撤销的天数。请打电话给服务站，由服务站更正"))
    first, others = _split(_effects(uow, application), application.id)
    move_application(uow, application, Move.UNDO_START, version=version, note=reason)
    first.restored_at, first.loss = uow.now, _restore_person(uow, person, first, reason)
    restored = [Restored(application, first.loss), *(_restore(uow, person, effect) for effect in others)]
    uow.session.flush()
    uow.audit("application.start_undone", application, whole=sum(not one.loss for one in restored))
    return restored


def _effects(uow: UnitOfWork, application: Application) -> Sequence[StartEffect]:
    """What the last confirmation changed and nobody put back yet."""
    query = select(StartEffect).where(StartEffect.started_id == application.id, StartEffect.restored_at.is_(None))
    return uow.session.scalars(query.order_by(StartEffect.id)).all()


def _split(effects: Sequence[StartEffect], started_id: int) -> tuple[StartEffect, list[StartEffect]]:
    first = next(one for one in effects if one.application_id == started_id)
    return first, [one for one in effects if one.application_id != started_id]


def _restore_person(uow: UnitOfWork, person: Person, effect: StartEffect, reason: str) -> str:
    before = effect.before
    is_withdrawn = record_start_undone(
        uow, person, spell_id=before["spell_id"], closed_spell_id=before["closed_spell_id"], reason=reason
    )
    since = before["search_state_since"]
    record_search_state_before(
        uow,
        person,
        JobSearchState(before["search_state"]),
        since=date.fromisoformat(since) if since else uow.today,
    )
    return "" if is_withdrawn else _("就业台账后来改过，没有动它；不对的话请服务站更正")


def _restore(uow: UnitOfWork, person: Person, effect: StartEffect) -> Restored:
    """Put one application back; what stands in the way is kept with the row and told to the person."""
    application = uow.session.get_one(Application, effect.application_id)
    before, losses = effect.before, []
    effect.restored_at = uow.now
    if application.state is not ApplicationState.SUPERSEDED:
        effect.loss = _("它后来又有变动，没有动它")
        return Restored(application, effect.loss)
    if find_live(uow, person.id, application.posting_id) is not None:
        effect.loss = _("您后来又投过这个岗位，以新的一次为准")
        return Restored(application, effect.loss)
    values: dict[str, Any] = {
        "state": ApplicationState(before["state"]),
        "state_since": datetime.fromisoformat(before["state_since"]),
        "ended_at": None,
        "grant_id": _open_grant(uow, person, application),
    }
    losses += _take_vacancy_back(uow, application, values)
    losses += _take_seat_back(uow, application, before, values)
    if not write_guarded(uow, application, ApplicationState.SUPERSEDED, values):
        raise Conflict(present_words(application))
    row = log_move(uow, application, Move.REVIVE, ApplicationState.SUPERSEDED, Side.SYSTEM)
    effect.loss = _("；").join(losses)[:200]
    notices.tell_move(uow, application, Move.REVIVE, move_id=row.id)
    uow.audit("application.revive", application, state=application.state.value)
    return Restored(application, effect.loss)


def _open_grant(uow: UnitOfWork, person: Person, application: Application) -> int:
    """Let the employer see the résumé again: a new agreement with the words and the end of the old one."""
    old = uow.session.get_one(Grant, application.grant_id)
    fresh = record_grant(
        uow,
        person,
        organization_id=old.organization_id,
        purpose=old.purpose,
        fields=[GrantField(name) for name in old.fields],
        valid_until=max(old.valid_until, uow.today),
        notice=old.notice,
    )
    return fresh.id


def _take_vacancy_back(uow: UnitOfWork, application: Application, values: dict[str, Any]) -> list[str]:
    """Somebody who was hired takes a vacancy again; where none is left the offer stands as it did before."""
    if values["state"] is not ApplicationState.HIRED:
        return []
    try:
        with uow.session.begin_nested():
            record_filled(uow, application.posting_id)
    except Conflict:
        values |= {"state": ApplicationState.OFFERED, "state_since": uow.now, "hired_at": None}
        return [_("名额已经给了别人，退回到“收到录用通知”")]
    return []


def _take_seat_back(
    uow: UnitOfWork, application: Application, before: dict[str, Any], values: dict[str, Any]
) -> list[str]:
    """The appointment stands again; with a slot only where a seat is still free."""
    interview = uow.session.get(Interview, before["interview_id"]) if before["interview_id"] else None
    if before["slot_id"] is not None and application.slot_id is None:
        if not take_seat(uow, before["slot_id"]):
            if values["state"] is ApplicationState.INTERVIEW:
                values |= {"state": ApplicationState.SCREENING, "interview_at": None, "interview_place": ""}
            return [_("原来的面试时间已经约满或者过了，请重新选")]
        values["slot_id"] = before["slot_id"]
    if interview is not None:
        interview.cancelled_at = None
        uow.session.flush()
    return []
