"""Sending an application, moving it along its path, and what each move brings about.

Every move is one guarded UPDATE on state and version with one row in the log, so that a double click, two colleagues or
a stale form can never move an application twice or past each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.accounts.models import Organization
from jobmatch.applications import notices
from jobmatch.applications.cards import compare, store_fit
from jobmatch.applications.checks import VALUES, check_reason, status_of
from jobmatch.applications.models import Application, ApplicationMove
from jobmatch.applications.policies import can_move_application, can_note_application, can_submit_application
from jobmatch.applications.queries import (
    answer_day,
    find_live,
    lapsed,
    other_live,
    unanswered_of,
    unanswered_organizations,
)
from jobmatch.applications.states import (
    ENDED,
    FLOW,
    MOVES,
    ApplicationState,
    ContactTime,
    Move,
    Side,
)
from jobmatch.core.errors import AppError, Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.services import match_of, record_fact
from jobmatch.matching.spots import distance_words, town_of, work_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.queries.proxies import has_proxy_consent
from jobmatch.people.services.common import on_behalf
from jobmatch.people.services.grants import record_grant, revoke_grant
from jobmatch.people.services.register import record_start
from jobmatch.people.services.resume import set_search_state
from jobmatch.people.states import EvidenceKind, GrantField, GrantPurpose, JobSearchState, ProxyScope, RegisterSource
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.employers.services.employers import record_standing
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.services import record_filled, record_unfilled
from recruiters.postings.states import PostingState

GRANT_DAYS = 180


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one row of an act on several."""

    application: Application
    is_done: bool
    message: str = ""


# ---------- submitting ----------


def submit_application(
    uow: UnitOfWork,
    posting: Posting,
    person: Person,
    *,
    note: str = "",
    contact_time: str = ContactTime.ANY,
    consent: bool = False,
) -> Application:
    """Send the person's résumé to the posting's employer; a live application to it is returned as it stands.

    ``consent`` is the person's separate agreement that this employer sees the résumé (PIPL art. 23); its words are kept
    with the grant. Staff send it in the person's place where the person agreed to that (``ProxyScope.APPLY``), which
    the person sees and the employer does not. Raises ``Invalid`` without the agreement, or where a hard rule excludes
    the pair, and ``Conflict`` where the posting does not take applications.
    """
    by_staff = has_proxy_consent(uow.session, person, uow.actor, ProxyScope.APPLY)
    require(can_submit_application(uow.actor, person, has_consent=by_staff))
    present = find_live(uow, person.id, posting.id)
    if present is not None:
        return present
    if not consent:
        raise Invalid(fields={"consent": _("需要您同意，单位才能看到简历")})
    employer = uow.session.get_one(Employer, posting.employer_id)
    if not accepts_applications(uow, posting, employer):
        raise Conflict(_("这个岗位现在不收简历了，请看看其他岗位"))
    match = match_of(uow, person, posting)
    if match.explanation.excluded is not None:
        rule = _(match.explanation.excluded.label)
        raise Invalid(_("这个岗位您暂时不能投：%(rule)s。可以看看其他岗位，或者打电话问服务站", rule=rule))
    try:
        with uow.session.begin_nested():
            application = _write_submission(uow, posting, person, employer, match, note, ContactTime(contact_time))
    except IntegrityError:
        present = find_live(uow, person.id, posting.id)
        if present is None:
            raise
        return present
    record_fact(uow, person.id, posting.id, FactKind.APPLIED)
    record_standing(uow, employer.id, due=1)
    notices.tell_submitted(uow, application)
    said = on_behalf(uow, person, ProxyScope.APPLY)
    uow.audit("application.submit", application, posting=posting.public_id, **said)
    if said:
        uow.audit("proxy.used", person, **said)
        notices.tell_sent_for(uow, application, uow.actor.label)
    return application


def accepts_applications(uow: UnitOfWork, posting: Posting, employer: Employer) -> bool:
    """Whether the posting is open today and its employer vetted."""
    in_time = posting.valid_through is not None and posting.valid_through >= uow.today
    return posting.state is PostingState.OPEN and in_time and employer.vetting is VettingState.VETTED


def consent_until(today: date) -> date:
    """The last day on which an employer may see a résumé that is sent ``today``."""
    return today + timedelta(days=GRANT_DAYS)


def _write_submission(
    uow: UnitOfWork,
    posting: Posting,
    person: Person,
    employer: Employer,
    match: Any,
    note: str,
    contact_time: ContactTime,
) -> Application:
    organization = uow.session.get_one(Organization, employer.organization_id)
    grant = record_grant(
        uow,
        person,
        organization_id=organization.id,
        purpose=GrantPurpose.APPLICATION,
        fields=list(GrantField),
        valid_until=consent_until(uow.today),
        notice=notices.consent_text(organization.name, consent_until(uow.today)),
    )
    uow.session.flush()
    near = distance_words(uow.session, town_of(uow.session, person), work_of(uow.session, posting))
    lines = compare(uow.session, match.explanation, near=near)
    application = Application(
        person_id=person.id,
        posting_id=posting.id,
        organization_id=organization.id,
        region_path=person.region_path,
        grant_id=grant.id,
        applied_by_id=uow.actor.user_id if uow.actor.user_id != person.user_id else None,
        note=note.strip(),
        contact_time=contact_time,
        score=round(match.score),
        met_count=sum(line.met is True for line in lines),
        total_count=len(lines),
        fit=store_fit(match.explanation),
        answer_due_on=answer_day(uow),
        created_at=uow.now,
        state_since=uow.now,
    )
    uow.session.add(application)
    uow.session.flush()
    _log(uow, application, None, None, Side.PERSON)
    return application


# ---------- moving ----------


def move_application(
    uow: UnitOfWork, application: Application, move: Move, *, version: int | None = None, **facts: Any
) -> Application:
    """Make one move; a move that was already made answers with the present state and does nothing.

    Facts by move: INVITE ``interview_at`` (aware), ``interview_place``; ASK_TIME ``interview_wish``; OFFER
    ``offer_pay``, ``offer_start_on``; REJECT ``reason_code``, ``note``; WITHDRAW ``reason_code`` and ``note``, both
    optional; REPORT_START and CONFIRM_START ``start_on``. ``version`` is that of the form; a stale one raises
    ``Conflict``, as does a move that the present state does not allow. Raises ``Invalid`` for facts that will not do.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, MOVES[move]))
    return _perform(uow, application, move, version=version, **facts)


def keep_applications(uow: UnitOfWork, application: Application, *, keep: Collection[str]) -> list[Answer]:
    """After accepting an offer: withdraw the person's other live applications that are not named in ``keep``."""
    others = other_live(uow, application)
    return [_try(uow, one, Move.WITHDRAW) for one in others if one.public_id not in keep]


def reject_applications(
    uow: UnitOfWork, applications: Iterable[Application], *, reason_code: str, note: str = ""
) -> list[Answer]:
    """Tell several people at once that it does not fit, with one coded reason; answers row by row."""
    check_reason(uow, reason_code, ReasonKind.APPLICATION_REJECT)
    return [_try(uow, one, Move.REJECT, reason_code=reason_code, note=note) for one in applications]


def note_application(uow: UnitOfWork, application: Application, *, note: str) -> ApplicationMove:
    """Keep a note of staff in the log; neither side of the application reads it."""
    require(can_note_application(uow.actor, application))
    if not note.strip():
        raise Invalid(fields={"note": _("请写一句备注")})
    uow.audit("application.note", application)
    return _log(uow, application, None, application.state, Side.STAFF, note=note.strip())


def _try(uow: UnitOfWork, application: Application, move: Move, **facts: Any) -> Answer:
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
    if target is origin and all(getattr(application, name) == value for name, value in values.items()):
        return application
    if version is not None and version != application.version:
        raise Conflict
    try:
        with uow.session.begin_nested():
            return _carry_out(uow, application, move, target, values, note=facts.get("note", "").strip())
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
    note: str,
) -> Application:
    """Write the move and what follows from it: all of it or nothing, also where the caller goes on after an error."""
    origin = application.state
    is_first_answer = MOVES[move] is Side.EMPLOYER and application.answered_at is None
    if is_first_answer:
        values["answered_at"] = uow.now
    if target is not origin:
        values |= {"state": target, "state_since": uow.now}
    if target in ENDED:
        values["ended_at"] = uow.now
    if not _write(uow, application, origin, values):
        return _present_state(application, move)
    row = _log(uow, application, move, origin, MOVES[move], note=note)
    _settle_standing(uow, application, move, is_first_answer=is_first_answer)
    if origin is ApplicationState.HIRED and target in ENDED:
        record_unfilled(uow, application.posting_id)
    if move in _FACTS:
        code = application.reason_code or ""
        record_fact(uow, application.person_id, application.posting_id, _FACTS[move], code=code)
    if move in _EFFECTS:
        _EFFECTS[move](uow, application)
    notices.tell_move(uow, application, move, move_id=row.id, note=note)
    uow.audit(f"application.{move.value}", application)
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


def _write(uow: UnitOfWork, application: Application, origin: ApplicationState, values: dict[str, Any]) -> bool:
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


def _log(
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


def _settle_standing(uow: UnitOfWork, application: Application, move: Move, *, is_first_answer: bool) -> None:
    """Keep the employer's record: a first answer counts; what is taken back unanswered no longer waits for one."""
    employer_id = uow.session.get_one(Posting, application.posting_id).employer_id
    if is_first_answer:
        record_standing(uow, employer_id, answered=1)
    elif move in {Move.WITHDRAW, Move.SUPERSEDE} and application.answered_at is None:
        record_standing(uow, employer_id, due=-1)
    if move is Move.CONFIRM_START:
        record_standing(uow, employer_id, hired=1)


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
    """Write the register, close the person's other live applications, and end the search."""
    person = uow.session.get_one(Person, application.person_id)
    posting = uow.session.get_one(Posting, application.posting_id)
    employer = uow.session.get_one(Employer, posting.employer_id)
    organization = uow.session.get_one(Organization, application.organization_id)
    record_start(
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
        source_key=application.public_id,
    )
    for other in other_live(uow, application):
        _perform(uow, other, Move.SUPERSEDE)
    set_search_state(uow, person, JobSearchState.NOT_LOOKING)


_FACTS: dict[Move, FactKind] = {
    Move.INVITE: FactKind.INTERVIEWED,
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


# ---------- timed ----------


def remind_employers(uow: UnitOfWork, *, limit: int = 50) -> int:
    """Remind employers once of each application past the promised day; returns how many employers were told."""
    require(uow.actor.is_system)
    organizations = unanswered_organizations(uow, limit=limit)
    for organization_id in organizations:
        waiting = unanswered_of(uow, organization_id)
        notices.tell_overdue(uow, waiting)
        for application in waiting:
            application.reminded_at = uow.now
    return len(organizations)


def close_unanswered(uow: UnitOfWork, *, limit: int = 100) -> int:
    """End applications on which nothing was decided for 60 days, with a kind letter; returns how many."""
    require(uow.actor.is_system)
    silent = lapsed(uow, limit=limit)
    for application in silent:
        move_application(uow, application, Move.LAPSE)
    return len(silent)


def follow_moved_people(uow: UnitOfWork) -> int:
    """Let the office that answers for a person now see their applications too; returns how many changed hands."""
    require(uow.actor.is_system)
    home = select(Person.region_path).where(Person.id == Application.person_id).scalar_subquery()
    moved = update(Application).where(Application.region_path != home).values(region_path=home)
    return uow.session.execute(moved, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
