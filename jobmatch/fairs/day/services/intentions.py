"""Intentions: one posting, two yeses. The employer's after the person's own ticket was shown, the person's by a tap.

Either side may be first. A one-sided yes can be joined by the other until ``open_until`` (dated rule).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jobmatch.applications.queries import find_live
from jobmatch.core.errors import Conflict, Invalid, NotFound
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import intention_days, is_checked_in, is_signed, ticket_holder
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.day.services.queues import record_seen, require_booth, require_desk, require_open
from jobmatch.fairs.day.services.resumes import receive_resume
from jobmatch.fairs.day.states import IntentionMark
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.reference.models import Reason

NOTE = 200


class Answer(LabelledEnum):
    """What the person says: yes to all the employer offered, yes to an intention only, or no."""

    YES = "yes", N_("同意")
    INTEREST = "interest", N_("有意向")
    NO = "no", N_("不考虑")


def show_ticket(uow: UnitOfWork, exhibitor: Exhibitor, ticket: str) -> FairRegistration:
    """Somebody who came shows the own ticket at the booth: who it is, and the résumé received. Twice changes nothing.

    A typed number says who it is and no more: eight digits can be guessed, the signed code of a ticket cannot.
    Raises ``Invalid`` with the reason for a ticket that is none, and ``Conflict`` outside the fair.
    """
    require_booth(uow, exhibitor)
    fair = require_open(uow, exhibitor)
    registration = ticket_holder(uow.session, fair, ticket)
    _require_came(uow, registration)
    if is_signed(ticket):
        receive_resume(uow, exhibitor, registration)
    return registration


def _require_came(uow: UnitOfWork, registration: FairRegistration) -> None:
    """Both yeses are of people in the hall. At a desk without a network the poster lets them in."""
    if not is_checked_in(uow.session, registration.id):
        raise Invalid(fields={"ticket": _("还没有签到。请先到签到台，或者扫门口的海报签到")})


def mark_person(
    uow: UnitOfWork,
    exhibitor: Exhibitor,
    *,
    ticket: str,
    posting: FairPosting,
    mark: IntentionMark,
    reason_code: str = "",
    note: str = "",
) -> Intention:
    """The employer notes an intention, a hire or 不合适 (with a reason) about whoever showed the ticket.

    The same mark twice changes nothing; another one replaces it. Raises ``Conflict`` where the person already
    confirmed a hire.
    """
    registration = show_ticket(uow, exhibitor, ticket)
    if posting.exhibitor_id != exhibitor.id or posting.withdrawn_at is not None:
        raise Invalid(fields={"posting": _("请选一个岗位")})
    reason = _reason(uow, reason_code) if mark is IntentionMark.NOT_FIT else None
    row = _row_of(uow, registration, posting, mark=mark)
    if row.hire_yes_at is not None and mark is not IntentionMark.HIRE:
        raise Conflict(_("本人已经确认录用，要改请到服务台"))
    if row.mark is not mark or row.employer_yes_at is None or row.declined_at is not None:
        # Showing the ticket once more asks anew: an earlier no of the person is not the answer to this.
        row.employer_yes_at, row.open_until, row.declined_at = uow.now, _open_until(uow), None
    row.mark, row.reason_code = mark, reason
    row.note = note.strip()[:NOTE] or row.note
    uow.session.flush()
    record_seen(uow, exhibitor.id, registration.id)
    uow.audit("intention.mark", row, mark=mark.value)
    return row


def agree_interest(uow: UnitOfWork, exhibitor: Exhibitor, public_id: str) -> Intention:
    """The employer's yes to an interest that the person tapped for one of its postings, also in the days after.

    Raises ``NotFound`` for one of elsewhere, and ``Conflict`` where there is nothing to agree to any more.
    """
    require_booth(uow, exhibitor)
    query = select(Intention).where(Intention.public_id == public_id, Intention.exhibitor_id == exhibitor.id)
    row = uow.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    if row.mark is IntentionMark.INTENTION:
        return row
    if row.mark is not None or row.person_yes_at is None or row.open_until < uow.now:
        raise Conflict(_("确认的期限过了，或者已经有结果"))
    row.mark, row.employer_yes_at = IntentionMark.INTENTION, uow.now
    uow.session.flush()
    uow.audit("intention.mark", row, mark=row.mark.value)
    return row


def undo_mark(uow: UnitOfWork, exhibitor: Exhibitor, public_id: str) -> None:
    """Take a mark back, as long as the person has not answered it; doing it twice changes nothing."""
    require_booth(uow, exhibitor)
    query = select(Intention).where(Intention.public_id == public_id, Intention.exhibitor_id == exhibitor.id)
    row = uow.session.scalars(query.with_for_update()).one_or_none()
    if row is None or row.employer_yes_at is None:
        return
    answered = row.person_yes_at is not None and row.person_yes_at >= row.employer_yes_at
    if answered or row.is_from_sheet or row.open_until < uow.now:
        raise Conflict(_("本人已经答复，要改请到服务台"))
    uow.audit("intention.undo", row)
    if row.person_yes_at is None:
        uow.session.delete(row)
    else:
        row.mark = row.reason_code = row.employer_yes_at = None
    uow.session.flush()


def answer_intention(
    uow: UnitOfWork, registration: FairRegistration, posting: FairPosting, answer: Answer
) -> Intention | None:
    """The person's side, by the own page (which checked the ticket), or at the desk with the ticket shown to staff.

    Interest may come first; yes to a hire makes it 现场录用; no takes everything back. The same answer twice changes
    nothing. Returns None where nothing is left. Raises ``Conflict`` after the days in which it may be joined.
    """
    fair = uow.session.get_one(JobFair, registration.fair_id)
    require_desk(uow, fair)
    if posting.fair_id != fair.id:
        raise Invalid(fields={"posting": _("请选一个岗位")})
    row = find_intention(uow, registration.id, posting.id)
    if answer is Answer.NO:
        return _decline(uow, row)
    _require_came(uow, registration)
    if row is None:
        if fair.state is not FairState.RUNNING:
            raise Conflict(_("招聘会现在没有在举办"))
        if posting.withdrawn_at is not None:
            raise Conflict(_("这个岗位已经撤下了"))
        row = _row_of(uow, registration, posting, mark=None)
    elif row.open_until < uow.now:
        raise Conflict(_("确认的期限过了，请到单位的岗位页投递"))
    hires = answer is Answer.YES and row.mark is IntentionMark.HIRE
    if row.person_yes_at is None or row.declined_at is not None:
        row.person_yes_at, row.declined_at = uow.now, None
    if hires and row.hire_yes_at is None:
        row.hire_yes_at = uow.now
    _link_application(uow, row, registration, posting)
    uow.session.flush()
    uow.audit("intention.answer", row, answer=answer.value)
    return row


def answer_at_desk(
    uow: UnitOfWork, fair: JobFair, *, ticket: str, posting: FairPosting, answer: Answer
) -> Intention | None:
    """Staff write down what somebody without a phone says, with their paper ticket on the table."""
    require_desk(uow, fair)
    return answer_intention(uow, ticket_holder(uow.session, fair, ticket, by_phone=False), posting, answer)


def record_both(uow: UnitOfWork, registration: FairRegistration, posting: FairPosting, mark: IntentionMark) -> bool:
    """A line of a paper sheet that both signed; False where it stood here before (a duplicate)."""
    row = find_intention(uow, registration.id, posting.id)
    if row is not None and row.person_yes_at and row.mark is mark and row.declined_at is None:
        return False
    row = row or _row_of(uow, registration, posting, mark=mark)
    if row.hire_yes_at is not None and mark is not IntentionMark.HIRE:
        return False
    row.mark, row.reason_code, row.declined_at = mark, None, None
    row.employer_yes_at, row.person_yes_at = row.employer_yes_at or uow.now, row.person_yes_at or uow.now
    row.hire_yes_at = (row.hire_yes_at or uow.now) if mark is IntentionMark.HIRE else None
    row.is_from_sheet = True
    _link_application(uow, row, registration, posting)
    uow.session.flush()
    return True


def find_intention(uow: UnitOfWork, registration_id: int, posting_id: int) -> Intention | None:
    """The row of a person and a posting, locked until the unit ends, so that both sides at once wait for each other."""
    query = select(Intention).where(
        Intention.registration_id == registration_id, Intention.fair_posting_id == posting_id
    )
    return uow.session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).one_or_none()


def _row_of(
    uow: UnitOfWork, registration: FairRegistration, posting: FairPosting, *, mark: IntentionMark | None
) -> Intention:
    """The row of the pair, made for whoever is first: the employer's ``mark``, or without one the person's yes."""
    row = find_intention(uow, registration.id, posting.id)
    if row is not None:
        return row
    row = Intention(
        fair_id=posting.fair_id,
        registration_id=registration.id,
        exhibitor_id=posting.exhibitor_id,
        fair_posting_id=posting.id,
        mark=mark,
        employer_yes_at=uow.now if mark else None,
        person_yes_at=None if mark else uow.now,
        open_until=_open_until(uow),
        created_at=uow.now,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
    except IntegrityError:
        found = find_intention(uow, registration.id, posting.id)
        if found is None:
            raise
        return found
    return row


def _decline(uow: UnitOfWork, row: Intention | None) -> Intention | None:
    if row is None or row.declined_at is not None:
        return row
    uow.audit("intention.answer", row, answer=Answer.NO.value)
    if row.mark is None:
        uow.session.delete(row)
        uow.session.flush()
        return None
    row.declined_at, row.person_yes_at, row.hire_yes_at = uow.now, None, None
    uow.session.flush()
    return row


def _open_until(uow: UnitOfWork) -> datetime:
    return uow.now + timedelta(days=intention_days(uow.session, uow.today))


def _reason(uow: UnitOfWork, code: str) -> str:
    kind = uow.session.scalar(select(Reason.kind).where(Reason.code == code))
    if kind != "fair_not_fit":
        raise Invalid(fields={"reason": _("请选一个原因")})
    return code


def _link_application(uow: UnitOfWork, row: Intention, registration: FairRegistration, posting: FairPosting) -> None:
    """Point at the application the person already sent to this posting, so that one way is not followed twice."""
    if registration.person_id is not None and row.application_id is None:
        known = find_live(uow, registration.person_id, posting.posting_id)
        row.application_id = known.id if known else None


def posting_of_fair(uow: UnitOfWork, fair_id: int, public_id: str) -> FairPosting:
    """A posting of the fair by its public id. Raises ``NotFound``."""
    query = select(FairPosting).where(FairPosting.fair_id == fair_id, FairPosting.public_id == public_id)
    found = uow.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found
