"""What each move is told, checked, as the columns it sets; and which line of the register a start is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from jobmatch.applications.models import Application, InterviewSlot
from jobmatch.applications.states import InterviewResult, Move
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.states import EmploymentType
from jobmatch.reference.models import Reason
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.employers.states import EmployerKind
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingKind

SILENT, UNPICKED, FAILED = "al_silent", "al_unpicked", "ar_failed"
PUBLIC_EMPLOYERS = {EmployerKind.STATE_OWNED, EmployerKind.PUBLIC_INSTITUTION, EmployerKind.PUBLIC_BODY}


def _nothing(uow: UnitOfWork, application: Application) -> dict[str, Any]:
    return {}


def _interview(
    uow: UnitOfWork, application: Application, *, interview_at: datetime, interview_place: str
) -> dict[str, Any]:
    fields = {}
    if interview_at <= uow.now:
        fields["interview_at"] = _("面试时间要晚于现在")
    if not interview_place.strip():
        fields["interview_place"] = _("请填写面试地点，写到门牌或楼层")
    if fields:
        raise Invalid(fields=fields)
    same = interview_at == application.interview_at
    return {
        "interview_at": interview_at,
        "interview_place": interview_place.strip(),
        "interview_confirmed_at": application.interview_confirmed_at if same else None,
        "interview_wish": application.interview_wish if same else "",
        "slot_id": application.slot_id if same else None,
    }


def _slots_offered(uow: UnitOfWork, application: Application) -> dict[str, Any]:
    return {"slots_offered_at": uow.now}


def _slot(uow: UnitOfWork, application: Application, *, slot: InterviewSlot) -> dict[str, Any]:
    is_open = slot.closed_at is None and slot.starts_at > uow.now
    if application.slots_offered_at is None or slot.posting_id != application.posting_id or not is_open:
        raise Invalid(fields={"slot": _("这个时间不能选了，请选别的")})
    return {
        "interview_at": slot.starts_at,
        "interview_place": slot.place,
        "interview_confirmed_at": uow.now if application.slot_id != slot.id else application.interview_confirmed_at,
        "interview_wish": "",
        "slot_id": slot.id,
    }


def _result(uow: UnitOfWork, application: Application, *, result: str) -> dict[str, Any]:
    if result not in set(InterviewResult):
        raise Invalid(fields={"result": _("请选面试的结果")})
    if application.interview_at is None or application.interview_at > uow.now:
        raise Invalid(fields={"result": _("面试还没有开始，开始以后再记结果")})
    return {}


def _confirmation(uow: UnitOfWork, application: Application) -> dict[str, Any]:
    return {"interview_confirmed_at": application.interview_confirmed_at or uow.now, "interview_wish": ""}


def _wish(uow: UnitOfWork, application: Application, *, interview_wish: str) -> dict[str, Any]:
    if not interview_wish.strip():
        raise Invalid(fields={"interview_wish": _("请写想改到什么时候")})
    return {"interview_confirmed_at": None, "interview_wish": interview_wish.strip()}


def _terms(uow: UnitOfWork, application: Application, *, offer_pay: str, offer_start_on: date) -> dict[str, Any]:
    fields = {}
    if not offer_pay.strip():
        fields["offer_pay"] = _("请填写工资，例如 6000 元/月")
    if offer_start_on < uow.today:
        fields["offer_start_on"] = _("上班日期不能早于今天")
    if fields:
        raise Invalid(fields=fields)
    return {"offer_pay": offer_pay.strip(), "offer_start_on": offer_start_on, "offered_at": uow.now}


def _hire(uow: UnitOfWork, application: Application) -> dict[str, Any]:
    return {"hired_at": uow.now}


def _reported(uow: UnitOfWork, application: Application, *, start_on: date) -> dict[str, Any]:
    _check_start(uow, application, start_on)
    return {"start_reported_on": start_on}


def _start(uow: UnitOfWork, application: Application, *, start_on: date) -> dict[str, Any]:
    _check_start(uow, application, start_on)
    return {"started_on": start_on}


def _check_start(uow: UnitOfWork, application: Application, start_on: date) -> None:
    if start_on > uow.today:
        raise Invalid(fields={"start_on": _("入职日期不能晚于今天，到岗以后再填")})
    if start_on < local_day(application.created_at):
        raise Invalid(fields={"start_on": _("入职日期不能早于投递的日期")})


def _rejection(uow: UnitOfWork, application: Application, *, reason_code: str, note: str = "") -> dict[str, Any]:
    check_reason(uow, reason_code, ReasonKind.APPLICATION_REJECT)
    return {"reason_code": reason_code}


def _withdrawal(uow: UnitOfWork, application: Application, *, reason_code: str = "", note: str = "") -> dict[str, Any]:
    if reason_code:
        check_reason(uow, reason_code, ReasonKind.APPLICATION_WITHDRAW)
    return {"reason_code": reason_code or None}


def _silence(uow: UnitOfWork, application: Application) -> dict[str, Any]:
    """Who left the other waiting: the employer, or the person who was to choose a time."""
    return {"reason_code": UNPICKED if application.slots_offered_at else SILENT}


def _not_started(uow: UnitOfWork, application: Application, *, note: str = "") -> dict[str, Any]:
    return {"started_on": None}


def check_reason(uow: UnitOfWork, code: str, kind: ReasonKind) -> None:
    """Raise ``Invalid`` unless ``code`` names a coded reason of ``kind``."""
    reason = uow.session.get(Reason, code) if code else None
    if reason is None or reason.kind != kind:
        raise Invalid(fields={"reason_code": _("请选一个原因")})


def status_of(posting: Posting, employer: Employer) -> str:
    """The row of ``employment_status_kind`` that a start on this posting is (columns E1 to E5 of the year table).

    Gig and part-time work is flexible employment and seasonal work or an internship a short engagement, whoever the
    employer is; a state-owned or public employer is E5; everything else is a contract of employment.
    """
    if posting.kind is PostingKind.GIG or posting.employment_type is EmploymentType.PART_TIME:
        return "E3"
    if posting.kind is PostingKind.SEASONAL or posting.employment_type is EmploymentType.INTERNSHIP:
        return "E2"
    return "E5" if employer.kind in PUBLIC_EMPLOYERS else "E1"


VALUES: dict[Move, Callable[..., dict[str, Any]]] = {
    Move.SCREEN: _nothing,
    Move.INVITE: _interview,
    Move.OFFER_SLOTS: _slots_offered,
    Move.PICK_SLOT: _slot,
    Move.RECORD_RESULT: _result,
    Move.CONFIRM_INTERVIEW: _confirmation,
    Move.ASK_TIME: _wish,
    Move.OFFER: _terms,
    Move.ACCEPT: _hire,
    Move.REPORT_START: _reported,
    Move.CONFIRM_START: _start,
    Move.REJECT: _rejection,
    Move.WITHDRAW: _withdrawal,
    Move.SUPERSEDE: _nothing,
    Move.LAPSE: _silence,
    Move.UNDO_START: _not_started,
}
"""The columns that a move sets, by move; each function takes the move's facts and raises ``Invalid``."""
