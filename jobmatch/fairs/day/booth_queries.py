"""Reading booths on the day: whose ticket was shown, who waits, and what was noted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.queries import has_members
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day.models import BoothDesk, CheckIn, FairResume, Intention, QueueNumber
from jobmatch.fairs.day.standing import ONE_SIDED, counted_sql, standing_sql
from jobmatch.fairs.day.states import IntentionMark, QueueState
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.queries import AT_BOOTH
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import read_ticket
from jobmatch.reference.queries import rule_value
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.queries import load_full

OPEN = (QueueState.WAITING, QueueState.CALLED)


def with_employer(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Load an exhibitor with the names a page shows."""
    return query.options(joinedload(Exhibitor.employer).joinedload(Employer.organization))


def booth_of_link(session: Session, token: str, now: datetime) -> Exhibitor:
    """The exhibitor whose phone page the link opens, until one-sided intentions cannot be joined any more.

    Raises ``NotFound`` for a link that is unknown, was taken back or is over.
    """
    wanted = (Exhibitor.desk_sha256 == token_hash(token), Exhibitor.state.in_(AT_BOOTH))
    query = select(Exhibitor, JobFair.closes_at).join(JobFair, JobFair.id == Exhibitor.fair_id).where(*wanted)
    found = session.execute(with_employer(query)).one_or_none()
    if found is None or now > found[1] + timedelta(days=intention_days(session, local_day(found[1]))):
        raise NotFound(_("这个链接打不开，请到招聘会服务台要一个新的"))
    exhibitor: Exhibitor = found[0]
    return exhibitor


def intention_days(session: Session, on: date) -> int:
    """Within how many days a one-sided intention can be joined by the other side."""
    return int(rule_value(session, "fair_intention_days", on))


def handed_links(fair_id: int) -> Select[Any]:
    """Exhibitors that may have a booth's phone page, with their names."""
    query = select(Exhibitor).where(Exhibitor.fair_id == fair_id, Exhibitor.state.in_(AT_BOOTH))
    return with_employer(query).order_by(Exhibitor.id)


def without_account(query: Select[Any]) -> Select[Any]:
    """Those of them whose employer has nobody here who could sign in."""
    mine = select(Employer.id).where(Employer.id == Exhibitor.employer_id, has_members(Employer.organization_id))
    return query.where(~mine.exists())


def ticket_holder(session: Session, fair: JobFair, text: str, *, by_phone: bool = False) -> FairRegistration:
    """Who showed a ticket: its scanned text or its typed number; ``by_phone`` takes a phone number as well.

    Raises ``Invalid`` on ``ticket`` with the reason: forged, of another fair, canceled, unknown.
    """
    plain = _plain(text)
    ticket = read_ticket(plain)
    if ticket is not None and ticket.fair_id != fair.public_id:
        raise Invalid(fields={"ticket": _("这是别的招聘会的票，请到服务台现场登记")})
    if ticket is None and plain[:3].upper() == "JMF":
        raise Invalid(fields={"ticket": _("这张票无法核对，请到服务台重新打一张")})
    here = select(FairRegistration).where(FairRegistration.fair_id == fair.id)
    if ticket is not None:
        query = here.where(FairRegistration.public_id == ticket.registration_id)
    elif by_phone and len(plain) == 11 and plain.isdecimal():
        query = here.where(FairRegistration.phone_blind == FairRegistration.phone.fingerprint(clean_phone(plain)))
    else:
        query = here.where(FairRegistration.code == plain[:8] if len(plain) == 8 else FairRegistration.id < 0)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Invalid(fields={"ticket": _("没有找到这个入场码，请核对票上的 8 位数字")})
    if found.state is not RegistrationState.SEATED:
        raise Invalid(fields={"ticket": _("这个报名没有名额或已取消，请先到服务台登记")})
    return found


def is_signed(text: str) -> bool:
    """Whether this is the code of a ticket as it was printed, which nobody can guess, and not a typed number."""
    return read_ticket(_plain(text)) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().replace(" ", "")


def fair_postings(exhibitor_id: int) -> Select[FairPosting]:
    """What the exhibitor offers here now."""
    offered = (FairPosting.exhibitor_id == exhibitor_id, FairPosting.withdrawn_at.is_(None))
    return select(FairPosting).where(*offered).order_by(FairPosting.id)


def postings_by_exhibitor(session: Session, fair_id: int) -> dict[int, list[str]]:
    """What each exhibitor of a fair offers now, in one statement; numbered as on its paper sheet."""
    offered = (FairPosting.fair_id == fair_id, FairPosting.withdrawn_at.is_(None))
    found: dict[int, list[str]] = {}
    query = select(FairPosting.exhibitor_id, FairPosting.title).where(*offered).order_by(FairPosting.id)
    for exhibitor_id, title in session.execute(query):
        found.setdefault(exhibitor_id, []).append(title)
    return found


def offered_here(session: Session, exhibitor_id: int) -> Sequence[Any]:
    """(fair posting, posting) that a booth offers now, with what a card shows; what the office holds back is not."""
    query = select(FairPosting, Posting).join(Posting, Posting.id == FairPosting.posting_id)
    offered = (FairPosting.exhibitor_id == exhibitor_id, FairPosting.withdrawn_at.is_(None), Posting.held_at.is_(None))
    return session.execute(load_full(query.where(*offered).order_by(FairPosting.id))).all()


def postings_among(ids: Sequence[int]) -> Select[Any]:
    """Ids of house postings, for a policy to narrow."""
    return select(Posting.id).where(Posting.id.in_(ids))


def desk_of(session: Session, exhibitor_id: int) -> BoothDesk | None:
    """The booth's queue, once somebody stood there."""
    return session.get(BoothDesk, exhibitor_id, populate_existing=True)


def is_checked_in(session: Session, registration_id: int) -> bool:
    """Whether the person came in."""
    return session.scalar(select(CheckIn.id).where(CheckIn.registration_id == registration_id)) is not None


def open_queue(session: Session, exhibitor_id: int) -> list[QueueNumber]:
    """Open numbers of a booth, those called first."""
    open_ = (QueueNumber.exhibitor_id == exhibitor_id, QueueNumber.state.in_(OPEN))
    return list(session.scalars(select(QueueNumber).where(*open_).order_by(QueueNumber.state, QueueNumber.number)))


def wrong_counts(session: Session, fair_id: int) -> list[tuple[int, str, int, int]]:
    """Counters of booths that do not say what the rows say: (exhibitor, counter, kept, counted). Empty: all true."""
    waiting = select(func.count()).where(
        QueueNumber.exhibitor_id == BoothDesk.exhibitor_id, QueueNumber.state == QueueState.WAITING
    )
    resumes = select(func.count()).where(FairResume.exhibitor_id == BoothDesk.exhibitor_id)
    rows = session.execute(
        select(BoothDesk, waiting.scalar_subquery(), resumes.scalar_subquery())
        .join(Exhibitor, Exhibitor.id == BoothDesk.exhibitor_id)
        .where(Exhibitor.fair_id == fair_id)
        .execution_options(populate_existing=True)
    )
    wrong = []
    for desk, waits, received in rows:
        if desk.waiting_count != waits:
            wrong.append((desk.exhibitor_id, "waiting_count", desk.waiting_count, waits))
        if desk.resume_count != received:
            wrong.append((desk.exhibitor_id, "resume_count", desk.resume_count, received))
    return wrong


def booth_numbers(session: Session, exhibitor_ids: Sequence[int]) -> dict[int, str]:
    """Where exhibitors stand now: the number is read each time, since a booth may move during the fair."""
    query = select(Booth.exhibitor_id, Booth.number).where(Booth.exhibitor_id.in_(exhibitor_ids))
    return {exhibitor_id: number for exhibitor_id, number in session.execute(query) if exhibitor_id is not None}


def noted_at(session: Session, exhibitor_id: int, most: int) -> Sequence[Any]:
    """What was noted at a booth, the newest first: the intention, its posting, whose it is, and how it stands."""
    query = (
        select(Intention, FairPosting, FairRegistration, standing_sql().label("standing"))
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .where(Intention.exhibitor_id == exhibitor_id)
        .order_by(Intention.created_at.desc(), Intention.id.desc())
    )
    return session.execute(query.limit(most)).all()


GROUPS: dict[str, Callable[[], ColumnElement[bool]]] = {
    "counted": counted_sql,
    "one_sided": lambda: standing_sql().in_([one.value for one in ONE_SIDED]),
}
"""Several standings under one figure."""


def intentions_of_fair(fair_id: int, standing: str = "") -> Select[*tuple[Any, ...]]:
    """Intentions of a fair with posting, person, exhibitor and standing; this is the list behind every figure.

    ``standing`` is one of them, or one of ``GROUPS``.
    """
    query = (
        select(Intention, FairPosting, FairRegistration, Exhibitor, standing_sql().label("standing"))
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .where(Intention.fair_id == fair_id)
        .order_by(Intention.created_at.desc(), Intention.id.desc())
    )
    query = query.options(joinedload(Exhibitor.employer).joinedload(Employer.organization))
    if standing in GROUPS:
        return query.where(GROUPS[standing]())
    return query.where(standing_sql() == standing) if standing else query


def own_numbers(session: Session, registration_id: int) -> Sequence[Any]:
    """A person's open numbers with exhibitor, its queue, and how many stand before them."""
    before = (
        select(func.count())
        .select_from(_ahead := QueueNumber.__table__.alias("ahead"))
        .where(
            _ahead.c.exhibitor_id == QueueNumber.exhibitor_id,
            _ahead.c.state == QueueState.WAITING,
            _ahead.c.number < QueueNumber.number,
        )
        .scalar_subquery()
    )
    query = select(QueueNumber, Exhibitor, before.label("before")).join(
        Exhibitor, Exhibitor.id == QueueNumber.exhibitor_id
    )
    query = query.where(QueueNumber.registration_id == registration_id, QueueNumber.state.in_(OPEN))
    return session.execute(with_employer(query.order_by(QueueNumber.taken_at))).all()


def ended_numbers(session: Session, registration_id: int) -> Sequence[Any]:
    """A person's numbers that ended because the exhibitor left and is still away, with the exhibitor."""
    query = select(QueueNumber, Exhibitor).join(Exhibitor, Exhibitor.id == QueueNumber.exhibitor_id)
    mine = (QueueNumber.registration_id == registration_id, QueueNumber.ended_at == Exhibitor.left_at)
    return session.execute(with_employer(query.where(*mine, QueueNumber.state == QueueState.LEFT))).all()


def own_intentions(session: Session, registration_id: int) -> Sequence[Any]:
    """A person's intentions with posting, exhibitor and standing; what the employer found unfit is not shown."""
    query = (
        select(Intention, FairPosting, Exhibitor, standing_sql().label("standing"))
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .where(Intention.registration_id == registration_id)
        .where((Intention.mark != IntentionMark.NOT_FIT) | Intention.mark.is_(None))
    )
    return session.execute(with_employer(query.order_by(Intention.created_at.desc(), Intention.id.desc()))).all()
