"""Moving an application along its path, and what each move brings about.

Every move is one guarded UPDATE on state and version with one row in the log, so that a double click, two colleagues or
a stale form can never move an application twice or past each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from jobmatch.accounts.models import Organization
from jobmatch.applications import notices
from jobmatch.applications.checks import FAILED, VALUES, check_reason, status_of
from jobmatch.applications.models import Application, ApplicationMove, StartEffect
from jobmatch.applications.policies import can_move_application, can_note_application
from jobmatch.applications.queries import other_live, standing_interview
from jobmatch.applications.services import seats
from jobmatch.applications.states import ENDED, FLOW, MOVES, ApplicationState, InterviewResult, Move, Side
from jobmatch.core.errors import AppError, Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.subjects import values_of
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.services import record_fact
from jobmatch.matching.states import FactKind
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.grants import revoke_grant
from jobmatch.people.services.register import record_start
from jobmatch.people.services.resume import set_search_state
from jobmatch.people.states import EvidenceKind, JobSearchState, RegisterSource
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.employers.services.employers import record_hired
from recruiters.postings.models import Posting
from recruiters.postings.services.hiring import record_filled, record_unfilled


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one row of an act on several."""

    application: Application
    is_done: bool
    message: str = ""


def move_application(
    uow: UnitOfWork, application: Application, move: Move, *, version: int | None = None, **facts: Any
) -> Application:
    """Make one move; a move that was already made answers with the present state and does nothing.

    Facts by move: INVITE ``interview_at`` (aware), ``interview_place``; PICK_SLOT ``slot``; RECORD_RESULT ``result``;
    ASK_TIME ``interview_wish``; OFFER ``offer_pay``, ``offer_start_on``; REJECT ``reason_code``, ``note``; WITHDRAW
    ``reason_code`` and ``note``, both optional; REPORT_START and CONFIRM_START ``start_on``. ``version`` is that of the
    form; a stale one raises ``Conflict``, as does a move that the present state does not allow. Raises ``Invalid`` for
    facts that will not do.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, MOVES[move]))
    return _perform(uow, application, move, version=version, **facts)


def keep_applications(uow: UnitOfWork, application: Application, *, keep: Collection[str]) -> list[Answer]:
    """After accepting an offer: withdraw the person's other live applications that are not named in ``keep``."""
    others = other_live(uow, application)
    return [try_move(uow, one, Move.WITHDRAW) for one in others if one.public_id not in keep]


def reject_applications(
    uow: UnitOfWork, applications: Iterable[Application], *, reason_code: str, note: str = ""
) -> list[Answer]:
    """Tell several people at once that it does not fit, with one coded reason; answers row by row."""
    check_reason(uow, reason_code, ReasonKind.APPLICATION_REJECT)
    return [try_move(uow, one, Move.REJECT, reason_code=reason_code, note=note) for one in applications]


def note_application(uow: UnitOfWork, application: Application, *, note: str) -> ApplicationMove:
    """Keep a note of staff in the log; neither side of the application reads it."""
    require(can_note_application(uow.actor, application))
    if not note.strip():
        raise Invalid(fields={"note": _("请写一句备注")})
    uow.audit("application.note", application)
    return log_move(uow, application, None, application.state, Side.STAFF, note=note.strip())


def try_move(uow: UnitOfWork, application: Application, move: Move, **facts: Any) -> Answer:
    try:
        with uow.session.begin_nested():
            move_application(uow, application, move, **facts)
    except AppError as error:
        return Answer(application, False, error.message)
    return Answer(application, True)


def _perform(
    uow: UnitOfWork, application: Application, move: Move, *, version: int | None = None, **facts: Any
) -> Application:
    origin = application.state
    target = FLOW.get((origin, move))
    if target is None:
        return _present_state(application, move)
    values = VALUES[move](uow, application, **facts)
    if target is origin and values and all(getattr(application, name) == value for name, value in values.items()):
        return application
    if version is not None and version != application.version:
        raise Conflict(present_words(application))
    try:
        with uow.session.begin_nested():
            return _carry_out(uow, application, move, target, values, **facts)
    except AppError:
        _reread(uow, application)
        raise


def _carry_out(
    uow: UnitOfWork,
    application: Application,
    move: Move,
    target: ApplicationState,
    values: dict[str, Any],
    *,
    note: str = "",
    result: str = "",
    **_facts: Any,
) -> Application:
    """Write the move and what follows from it: all of it or nothing, also where the caller goes on after an error."""
    origin, note = application.state, note.strip()
    if MOVES[move] is Side.EMPLOYER and application.answered_at is None:
        values["answered_at"] = uow.now
    if target is not origin:
        values |= {"state": target, "state_since": uow.now}
    if target in ENDED:
        values["ended_at"] = uow.now
        if seats.is_ahead(uow, application):
            values["slot_id"] = None
    held = application.slot_id
    if not write_guarded(uow, application, origin, values):
        return _present_state(application, move)
    seats.change_seat(uow, held, application.slot_id)
    seats.follow_move(uow, application, move, result=result)
    row = log_move(uow, application, move, origin, MOVES[move], note=note)
    _count_hire(uow, application, move)
    if origin is ApplicationState.HIRED and target in ENDED:
        record_unfilled(uow, application.posting_id)
    if move in _FACTS:
        code = application.reason_code or ""
        record_fact(uow, application.person_id, application.posting_id, _FACTS[move], code=code)
    if move in _EFFECTS:
        _EFFECTS[move](uow, application)
    notices.tell_move(uow, application, move, move_id=row.id, note=note)
    uow.audit(f"application.{move.value}", application)
    if move is Move.RECORD_RESULT and result == InterviewResult.FAILED:
        return _perform(uow, application, Move.REJECT, reason_code=FAILED)
    return application


def _present_state(application: Application, move: Move) -> Application:
    """Answer a move that the state does not allow: fine where it was made before, else say how things stand."""
    if any(made is move and target is application.state for (_origin, made), target in FLOW.items()):
        return application
    raise Conflict(
        _(
            "这次投递现在是“%(state)s”，不能再“%(move)s”了。请刷新看最新进度",
            state=application.state.label,
            move=move.label,
        )
    )


def present_words(application: Application) -> str:
    """How things stand now, for somebody whose form is older."""
    return _("刚刚有人处理过这份投递，现在是“%(state)s”。请看清楚再决定", state=application.state.label)


def write_guarded(uow: UnitOfWork, application: Application, origin: ApplicationState, values: dict[str, Any]) -> bool:
    """The guarded UPDATE; False where somebody else moved the application in the meantime."""
    uow.session.flush()
    changed = uow.session.execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.state == origin,
            Application.version == application.version,
        )
        .values(version=Application.version + 1, **values)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    _reread(uow, application)
    return changed == 1


def _reread(uow: UnitOfWork, application: Application) -> None:
    uow.session.refresh(application, [column.key for column in Application.__mapper__.column_attrs])


def log_move(
    uow: UnitOfWork,
    application: Application,
    move: Move | None,
    origin: ApplicationState | None,
    side: Side,
    *,
    note: str = "",
) -> ApplicationMove:
    row = ApplicationMove(
        application_id=application.id,
        move=move,
        from_state=origin,
        to_state=application.state,
        side=side,
        user_id=uow.actor.user_id,
        reason_code=application.reason_code if application.state in ENDED and move is not None else None,
        note=note,
        at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def _count_hire(uow: UnitOfWork, application: Application, move: Move) -> None:
    if move in {Move.CONFIRM_START, Move.UNDO_START}:
        employer_id = uow.session.get_one(Posting, application.posting_id).employer_id
        record_hired(uow, employer_id, 1 if move is Move.CONFIRM_START else -1)


# ---------- what a move brings about ----------


def _take_vacancy(uow: UnitOfWork, application: Application) -> None:
    """Raises ``Conflict`` where the last vacancy was taken; the unit rolls back and the offer stands."""
    try:
        record_filled(uow, application.posting_id)
    except Conflict:
        raise Conflict(
            _("这个岗位刚刚招满了，不是您的问题。录用通知还给您留着：请打电话问单位能不能加人，也可以先看看其他岗位")
        ) from None


def _close_grant(uow: UnitOfWork, application: Application) -> None:
    """The person takes the résumé back, so the employer stops seeing it in the same moment."""
    revoke_grant(uow, uow.session.get_one(Grant, application.grant_id))


def _begin_work(uow: UnitOfWork, application: Application) -> None:
    """Write the register, close the person's other live applications, and end the search; keep how all of it was."""
    person = uow.session.get_one(Person, application.person_id)
    posting = uow.session.get_one(Posting, application.posting_id)
    employer = uow.session.get_one(Employer, posting.employer_id)
    organization = uow.session.get_one(Organization, application.organization_id)
    open_spell = current_spell(uow.session, person.id)
    spell = record_start(
        uow,
        person,
        organization_id=organization.id,
        employer_name=organization.name,
        title=posting.title,
        occupation_code=posting.occupation_code,
        started_on=application.started_on or uow.today,
        status_code=status_of(posting, employer),
        evidence=EvidenceKind.EMPLOYER_CONFIRMED,
        source=RegisterSource.HIRE,
        source_key=_register_key(uow, application),
    )
    before = {
        "search_state": person.search_state.value,
        "search_state_since": person.search_state_since.isoformat() if person.search_state_since else None,
        "spell_id": spell.id,
        "closed_spell_id": open_spell.id if open_spell is not None else None,
    }
    _remember(uow, application, application, before)
    for other in other_live(uow, application):
        interview = standing_interview(uow, other.id)
        kept = {name: values_of(other)[name] for name in KEPT} | {"interview_id": interview.id if interview else None}
        _perform(uow, other, Move.SUPERSEDE)
        _remember(uow, application, other, kept)
    set_search_state(uow, person, JobSearchState.NOT_LOOKING)


def _register_key(uow: UnitOfWork, application: Application) -> str:
    """Names the start in the register; one that follows an undone start is another one."""
    undone = select(func.count()).select_from(StartEffect)
    mine = (StartEffect.application_id == application.id, StartEffect.started_id == application.id)
    count = uow.session.scalar(undone.where(*mine, StartEffect.restored_at.is_not(None)))
    return f"{application.public_id}:{count}" if count else application.public_id


def _remember(uow: UnitOfWork, started: Application, changed: Application, before: dict[str, Any]) -> None:
    effect = StartEffect(started_id=started.id, application_id=changed.id, before=before, created_at=uow.now)
    uow.session.add(effect)
    uow.session.flush()


KEPT = ("state", "state_since", "slot_id", "grant_id")
"""Columns of an application that closing it changes, or that undoing may have to replace."""

_FACTS: dict[Move, FactKind] = {
    Move.INVITE: FactKind.INTERVIEWED,
    Move.OFFER_SLOTS: FactKind.INTERVIEWED,
    Move.OFFER: FactKind.OFFERED,
    Move.ACCEPT: FactKind.HIRED,
    Move.CONFIRM_START: FactKind.STARTED,
    Move.REJECT: FactKind.REJECTED,
    Move.WITHDRAW: FactKind.WITHDRAWN,
}
_EFFECTS: dict[Move, Callable[[UnitOfWork, Application], None]] = {
    Move.ACCEPT: _take_vacancy,
    Move.CONFIRM_START: _begin_work,
    Move.WITHDRAW: _close_grant,
    Move.SUPERSEDE: _close_grant,
}
