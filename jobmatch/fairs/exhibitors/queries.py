"""Reading invitations, exhibitors and their postings. ``record_…`` and ``find_…`` of upper rooms start here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import has_members
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.fairs.exhibitors.models import (
    Exhibitor,
    ExhibitorAbsence,
    FairInvitation,
    FairPosting,
    FairPostingChange,
)
from jobmatch.fairs.exhibitors.states import ExhibitorState, InvitationReply
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.reference.models import Industry
from recruiters.employers.models import Employer
from recruiters.employers.queries import is_veteran_founded
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

SILENT_DAYS = 3
"""After so many days without an answer an invited employer is phoned."""
_ON = (FairState.PUBLISHED, FairState.RUNNING)
AT_BOOTH = (ExhibitorState.ACCEPTED, ExhibitorState.ABSENT)
"""Who has a booth's page; one that is absent may still come."""
LIVE = (ExhibitorState.APPLIED, ExhibitorState.WAITING, ExhibitorState.ACCEPTED)
WITH_EMPLOYER = joinedload(Exhibitor.employer).joinedload(Employer.organization)


class Tab(LabelledEnum):
    """The lists of the office's page about exhibitors."""

    APPLIED = "applied", N_("待审核")
    ACCEPTED = "accepted", N_("已同意")
    WAITING = "waiting", N_("候补")
    REFUSED = "refused", N_("没同意")
    ABSENT = "absent", N_("缺席")
    CANCELED = "canceled", N_("已取消")


# ---------- exhibitors ----------


def exhibitors_of(fair_id: int, *states: ExhibitorState) -> Select[*tuple[Any, ...]]:
    """Exhibitors of a fair with employer and organization, who signed up first in front; all states, or these."""
    query = select(Exhibitor).where(Exhibitor.fair_id == fair_id).options(WITH_EMPLOYER)
    return (query.where(Exhibitor.state.in_(states)) if states else query).order_by(Exhibitor.applied_at, Exhibitor.id)


def queue_of(fair_id: int, tab: Tab) -> Select[*tuple[Any, ...]]:
    """One list of the office: those who wait by their number, all others oldest first."""
    query = exhibitors_of(fair_id, ExhibitorState(tab.value))
    return query.order_by(None).order_by(Exhibitor.waiting_number, Exhibitor.applied_at, Exhibitor.id)


def state_counts(fair_id: int) -> Select[*tuple[Any, ...]]:
    """How many exhibitors a fair has in each state."""
    query = select(Exhibitor.state, func.count()).where(Exhibitor.fair_id == fair_id)
    return query.group_by(Exhibitor.state)


def exhibitor_named(fair_id: int, public_id: str) -> Select[*tuple[Any, ...]]:
    """One exhibitor of one fair, with employer and organization."""
    return exhibitors_of(fair_id).where(Exhibitor.public_id == public_id)


def get_exhibitor(session: Session, exhibitor_id: int) -> Exhibitor:
    """The exhibitor with employer and organization. Raises ``NotFound``."""
    found = session.scalars(select(Exhibitor).where(Exhibitor.id == exhibitor_id).options(WITH_EMPLOYER)).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_exhibitor(session: Session, fair_id: int, employer_id: int) -> Exhibitor | None:
    """What an employer signed up with at a fair, whatever became of it."""
    wanted = (Exhibitor.fair_id == fair_id, Exhibitor.employer_id == employer_id)
    return session.scalars(select(Exhibitor).where(*wanted).options(WITH_EMPLOYER)).one_or_none()


def is_booth_open(fair: JobFair, exhibitor: Exhibitor, today: date) -> bool:
    """Whether an exhibitor works with its booth's phone page: from the day before the fair on."""
    near = today >= local_day(fair.opens_at) - timedelta(days=1)
    return near and exhibitor.state in AT_BOOTH and fair.state in (*_ON, FairState.CLOSED)


def booths_today(today: date) -> Select[*tuple[Any, ...]]:
    """(exhibitor, fair) whose fair is on this day, for the policy of an employer to narrow; the soonest first."""
    begin = datetime.combine(today, time(), SHANGHAI)
    here = (Exhibitor.state.in_(AT_BOOTH), JobFair.state.in_(_ON))
    on_the_day = (JobFair.opens_at < begin + timedelta(days=1), JobFair.closes_at >= begin)
    return own_exhibitors().where(*here, *on_the_day).order_by(None).order_by(JobFair.opens_at, Exhibitor.id)


def own_exhibitors() -> Select[*tuple[Any, ...]]:
    """(exhibitor, fair), the next fair first, for the policy of an employer to narrow."""
    query = select(Exhibitor, JobFair).join(JobFair, JobFair.id == Exhibitor.fair_id).options(WITH_EMPLOYER)
    return query.order_by(JobFair.opens_at.desc(), Exhibitor.id)


def fairs_to_join(now: datetime) -> Select[*tuple[Any, ...]]:
    """Published fairs whose sign-up is open, the soonest first."""
    until = func.coalesce(JobFair.sign_up_until, JobFair.opens_at)
    query = select(JobFair).where(JobFair.state == FairState.PUBLISHED, JobFair.part == FairPart.HELD, until > now)
    return query.order_by(JobFair.opens_at, JobFair.id)


# ---------- postings ----------


def fair_postings_of(exhibitor_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Postings of exhibitors with what stands in the posting itself, withdrawn ones too, in the order they came."""
    query = select(FairPosting).where(FairPosting.exhibitor_id.in_(exhibitor_ids))
    return query.options(joinedload(FairPosting.posting)).order_by(FairPosting.id)


def open_fair_postings(fair_id: int) -> Select[*tuple[Any, ...]]:
    """(fair posting, exhibitor) of a fair that are offered: not withdrawn, of accepted exhibitors."""
    query = select(FairPosting, Exhibitor).join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
    offered = (FairPosting.fair_id == fair_id, FairPosting.withdrawn_at.is_(None))
    query = query.where(*offered, Exhibitor.state == ExhibitorState.ACCEPTED)
    return query.options(joinedload(FairPosting.posting), WITH_EMPLOYER).order_by(Exhibitor.id, FairPosting.id)


def postings_to_bring(employer_id: int, today: date, exhibitor_id: str = "") -> Select[*tuple[Any, ...]]:
    """Open postings of an employer that it can bring to a fair; one that the office holds back is not open.

    Those for one fair alone are there for the exhibitor with this public id and no other.
    """
    open_now = (Posting.state == PostingState.OPEN, Posting.valid_through >= today)
    meant = (Posting.employer_id == employer_id, Posting.only_for.in_(["", exhibitor_id]))
    return select(Posting).where(*meant, *open_now).order_by(Posting.id)


def fair_only_waiting(exhibitor_id: str) -> Select[*tuple[Any, ...]]:
    """Postings written for this exhibitor's fair alone that are not offered there yet; closed ones are left out."""
    brought = select(FairPosting.posting_id).where(FairPosting.posting_id == Posting.id)
    mine = (Posting.only_for == exhibitor_id, Posting.state != PostingState.CLOSED, ~brought.exists())
    return select(Posting).where(*mine).order_by(Posting.id)


def fair_only_of(fair_id: int) -> Select[*tuple[Any, ...]]:
    """(posting, exhibitor) of postings written for a fair alone, which are not closed."""
    query = select(Posting, Exhibitor).join(Exhibitor, Exhibitor.public_id == Posting.only_for)
    return query.where(Exhibitor.fair_id == fair_id, Posting.state != PostingState.CLOSED).order_by(Posting.id)


def fairs_with_own_postings() -> Select[*tuple[Any, ...]]:
    """Ids of fairs for which something was written that is not closed."""
    query = select(Exhibitor.fair_id).join(Posting, Posting.only_for == Exhibitor.public_id)
    return query.where(Posting.state != PostingState.CLOSED).distinct().order_by(Exhibitor.fair_id)


def posting_counts(session: Session, exhibitor_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Of each exhibitor how many postings it offers here and for how many people, in one statement."""
    columns = (FairPosting.exhibitor_id, func.count(), func.sum(FairPosting.vacancy_count))
    query = select(*columns).where(FairPosting.exhibitor_id.in_(exhibitor_ids), FairPosting.withdrawn_at.is_(None))
    return {one: (count, int(heads or 0)) for one, count, heads in session.execute(query.group_by(columns[0]))}


def changes_of(session: Session, exhibitor_id: int) -> list[tuple[FairPostingChange, str, str]]:
    """The log of changes to an exhibitor's postings, the newest first: the change, the posting's title, who."""
    query = (
        select(FairPostingChange, FairPosting.title, func.coalesce(User.name, ""))
        .join(FairPosting, FairPosting.id == FairPostingChange.fair_posting_id)
        .outerjoin(User, User.id == FairPostingChange.user_id)
        .where(FairPosting.exhibitor_id == exhibitor_id)
        .order_by(FairPostingChange.id.desc())
    )
    return [(change, title, name) for change, title, name in session.execute(query)]


@dataclass(frozen=True, slots=True)
class FairFigures:
    """What a fair's exhibitors add up to. 岗位数 is the sum of head-counts, of those who came only."""

    signed_up: int = 0
    accepted: int = 0
    came: int = 0
    state_owned: int = 0
    veteran_founded: int = 0
    posting_count: int = 0
    vacancy_count: int = 0


def fair_figures(session: Session, fair: JobFair) -> FairFigures:
    """The figures of one fair, in two statements. 国有 and 军创 count those who came, 军创 as of the fair's day."""
    came = Exhibitor.checked_in_at.is_not(None)
    founded = is_veteran_founded(local_day(fair.opens_at))
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Exhibitor.state == ExhibitorState.ACCEPTED),
            func.count().filter(came),
            func.count().filter(came, Employer.kind == EmployerKind.STATE_OWNED),
            func.count().filter(came, founded),
        )
        .select_from(Exhibitor)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .where(Exhibitor.fair_id == fair.id)
    ).one()
    postings, heads = session.execute(
        select(func.count(), func.coalesce(func.sum(FairPosting.vacancy_count), 0))
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .where(FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None), came)
    ).one()
    return FairFigures(*row, posting_count=postings, vacancy_count=int(heads))


# ---------- invitations ----------


def invitations_of(fair_id: int) -> Select[*tuple[Any, ...]]:
    """(invitation, employer, whether it has an account) of a fair, the newest first."""
    query = select(FairInvitation, Employer, has_members(Employer.organization_id).label("has_account"))
    query = query.join(Employer, Employer.id == FairInvitation.employer_id)
    query = query.options(joinedload(Employer.organization)).where(FairInvitation.fair_id == fair_id)
    return query.order_by(FairInvitation.id.desc())


def reply_counts(session: Session, fair_id: int) -> dict[InvitationReply, int]:
    """How many invited employers answered what."""
    query = select(FairInvitation.reply, func.count()).where(FairInvitation.fair_id == fair_id)
    return dict(session.execute(query.group_by(FairInvitation.reply)).all())


class CallFor(LabelledEnum):
    """Why an employer is phoned, the most pressing first."""

    SIGN_UP = "sign_up", N_("说来，还没报名")
    ANSWER = "answer", N_("还没回")
    MIND = "mind", N_("待定")
    COMING = "coming", N_("没说谁来")


def calls_to_make(fair_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """(employer, invitation or none, exhibitor or none, why) to phone, sorted by what is missing.

    Silent ones are phoned after some days; among those who miss the same, whoever was not called comes first.
    """
    asked = and_(FairInvitation.employer_id == Employer.id, FairInvitation.fair_id == fair_id)
    there = and_(Exhibitor.employer_id == Employer.id, Exhibitor.fair_id == fair_id, Exhibitor.state.in_(LIVE))
    is_silent = FairInvitation.created_at <= now - timedelta(days=SILENT_DAYS)
    why = case(
        (and_(Exhibitor.id.is_not(None), Exhibitor.attendees == ""), CallFor.COMING.value),
        (Exhibitor.id.is_not(None), None),
        (FairInvitation.reply == InvitationReply.COMING, CallFor.SIGN_UP.value),
        (FairInvitation.reply == InvitationReply.MAYBE, CallFor.MIND.value),
        (and_(FairInvitation.reply == InvitationReply.NONE, is_silent), CallFor.ANSWER.value),
    )
    place = case({one.value: number for number, one in enumerate(CallFor)}, value=why)
    called = FairInvitation.called_at
    return (
        select(Employer, FairInvitation, Exhibitor, why.label("why"))
        .outerjoin(FairInvitation, asked)
        .outerjoin(Exhibitor, there)
        .where(why.is_not(None))
        .options(joinedload(Employer.organization))
        .order_by(place, called.is_not(None), called, FairInvitation.created_at, Employer.id)
    )


def invitation_named(fair_id: int, public_id: str) -> Select[*tuple[Any, ...]]:
    """(invitation, employer, whether it has an account) of one invitation."""
    return invitations_of(fair_id).where(FairInvitation.public_id == public_id)


def find_invitation(session: Session, fair_id: int, employer_id: int) -> FairInvitation | None:
    """How an employer was invited to a fair."""
    wanted = (FairInvitation.fair_id == fair_id, FairInvitation.employer_id == employer_id)
    return session.scalars(select(FairInvitation).where(*wanted)).one_or_none()


def invitations_to(session: Session, employer_id: int, fair_ids: Iterable[int]) -> dict[int, FairInvitation]:
    """By fair, how an employer was invited, in one statement."""
    wanted = (FairInvitation.employer_id == employer_id, FairInvitation.fair_id.in_(list(fair_ids)))
    return {row.fair_id: row for row in session.scalars(select(FairInvitation).where(*wanted))}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the office looks for when it invites; everything may be left open."""

    words: str = ""
    industry: str = ""
    place: str = ""
    kind: str = ""
    founded: bool = False
    hiring: bool = False
    came_last: bool = False


def employers_to_invite(fair: JobFair, wanted: Wanted, today: date) -> Select[*tuple[Any, ...]]:
    """(employer, open postings, head-count) of vetted employers that were neither invited nor signed up, by name."""
    open_now = (Posting.state == PostingState.OPEN, Posting.valid_through >= today)
    hiring = select(Posting.employer_id, func.count().label("count"), func.sum(Posting.vacancy_count).label("heads"))
    open_of = hiring.where(*open_now).group_by(Posting.employer_id).subquery()
    query = (
        select(Employer, func.coalesce(open_of.c.count, 0), func.coalesce(open_of.c.heads, 0))
        .join(Organization, Organization.id == Employer.organization_id)
        .outerjoin(open_of, open_of.c.employer_id == Employer.id)
        .where(Employer.vetting == VettingState.VETTED, *_where(fair, wanted, today, open_of))
        .options(joinedload(Employer.organization))
    )
    return query.order_by(func.coalesce(open_of.c.heads, 0).desc(), Organization.name, Employer.id)


def _where(fair: JobFair, wanted: Wanted, today: date, open_of: Any) -> list[ColumnElement[bool]]:
    asked = select(FairInvitation.employer_id).where(FairInvitation.fair_id == fair.id)
    signed = select(Exhibitor.employer_id).where(Exhibitor.fair_id == fair.id)
    found: list[ColumnElement[bool]] = [Employer.id.not_in(asked), Employer.id.not_in(signed)]
    if wanted.words:
        found.append(Organization.name.contains(wanted.words, autoescape=True))
    if wanted.industry:
        branch = select(Industry.code).where(
            or_(Industry.code == wanted.industry, Industry.parent_code == wanted.industry)
        )
        found.append(Employer.industry_code.in_(branch))
    if wanted.place:
        found.append(Employer.region_path.startswith(wanted.place, autoescape=True))
    if wanted.kind in set(EmployerKind):
        found.append(Employer.kind == EmployerKind(wanted.kind))
    if wanted.founded:
        found.append(is_veteran_founded(today))
    if wanted.hiring:
        found.append(open_of.c.count > 0)
    if wanted.came_last:
        last = (
            select(JobFair.id)
            .where(JobFair.organization_id == fair.organization_id, JobFair.opens_at < fair.opens_at)
            .where(JobFair.state.in_((FairState.CLOSED, FairState.ARCHIVED)))
            .order_by(JobFair.opens_at.desc(), JobFair.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        came = select(Exhibitor.employer_id).where(Exhibitor.fair_id == last, Exhibitor.checked_in_at.is_not(None))
        found.append(Employer.id.in_(came))
    return found


# ---------- absences ----------


def absences() -> Select[*tuple[Any, ...]]:
    """(absence, exhibitor, fair) of the register, the latest first; exhibitors carry their employer."""
    query = (
        select(ExhibitorAbsence, Exhibitor, JobFair)
        .join(Exhibitor, Exhibitor.id == ExhibitorAbsence.exhibitor_id)
        .join(JobFair, JobFair.id == Exhibitor.fair_id)
        .options(WITH_EMPLOYER)
    )
    return query.order_by(ExhibitorAbsence.on.desc(), ExhibitorAbsence.id.desc())
