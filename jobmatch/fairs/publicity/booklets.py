"""What a fair's papers say, in words that every output prints alike: employers by booth, with their postings.

The papers are handed out and hung up on site, so they are Chinese whoever presses the button.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.reference.queries import region_label
from recruiters.employers.models import Employer
from recruiters.employers.queries import veteran_founded_ids
from recruiters.employers.states import EmployerKind
from recruiters.postings.cards import pay_words, posting_tags
from recruiters.postings.models import Posting
from recruiters.postings.queries import load_full

WEEKDAYS = "一二三四五六日"
KINDS = {EmployerKind.STATE_OWNED: "国有企业", EmployerKind.PUBLIC_INSTITUTION: "事业单位"}
"""Kinds of employers that a reader looks for; others are not named."""


@dataclass(frozen=True, slots=True)
class Line:
    """One posting at the fair; ``heads`` is the head-count for this fair."""

    title: str
    pay: str
    heads: int
    place: str
    needs: str
    tags: tuple[str, ...]
    on_site: str
    url: str


@dataclass(frozen=True, slots=True)
class Stand:
    """One exhibitor: its booth's number (empty: not given yet), what kind it is, its postings, its own page."""

    number: str
    employer: str
    kind: str
    intro: str
    lines: tuple[Line, ...]
    url: str = ""

    @property
    def heads(self) -> int:
        """How many people it looks for at the fair."""
        return sum(line.heads for line in self.lines)


@dataclass(frozen=True, slots=True)
class Booklet:
    """A fair as its papers show it."""

    title: str
    when: str
    place: str
    address: str
    way_there: str
    hosts: str
    organizers: str
    phone: str
    url: str
    stands: tuple[Stand, ...]

    @property
    def heads(self) -> int:
        """岗位数: the sum of heads, not of postings."""
        return sum(stand.heads for stand in self.stands)

    @property
    def posting_count(self) -> int:
        """岗位条数."""
        return sum(len(stand.lines) for stand in self.stands)

    @property
    def summary(self) -> str:
        """How many employers, heads and postings."""
        return f"{len(self.stands)} 家单位，招 {self.heads} 人（{self.posting_count} 条岗位）"


def when_words(opens_at: datetime, closes_at: datetime) -> str:
    """2026 年 11 月 28 日（周六）9:00–15:00; the end's day is named where it is another one."""
    first, last = opens_at.astimezone(SHANGHAI), closes_at.astimezone(SHANGHAI)
    day = f"{first.year} 年 {first.month} 月 {first.day} 日（周{WEEKDAYS[first.weekday()]}）"
    until = f"{last.hour}:{last.minute:02d}"
    if last.date() != first.date():
        until = f"{last.month} 月 {last.day} 日 {until}"
    return f"{day}{first.hour}:{first.minute:02d}–{until}"


def make_booklet(uow: UnitOfWork, fair: JobFair, *, url: str, posting_url: str, booth_url: str) -> Booklet:
    """The booklet of a fair as it stands now. The addresses of a posting's and of a booth's page have ``{id}`` in
    them.
    """
    with use_locale("zh"):
        return Booklet(
            title=fair.title,
            when=when_words(fair.opens_at, fair.closes_at),
            place=fair.place,
            address=fair.address,
            way_there=fair.way_there,
            hosts=fair.hosts,
            organizers=fair.organizers,
            phone=fair.contact_phone,
            url=url,
            stands=tuple(_stands(uow, fair, posting_url, booth_url)),
        )


def _stands(uow: UnitOfWork, fair: JobFair, posting_url: str, booth_url: str) -> list[Stand]:
    """Accepted exhibitors with at least one posting, in the order of their booths, those without one last."""
    session = uow.session
    found = session.scalars(
        select(Exhibitor)
        .where(Exhibitor.fair_id == fair.id, Exhibitor.state == ExhibitorState.ACCEPTED)
        .options(joinedload(Exhibitor.employer).joinedload(Employer.organization))
        .order_by(Exhibitor.id)
    ).all()
    booths: dict[int | None, str] = dict(
        session.execute(
            select(Booth.exhibitor_id, Booth.number).where(Booth.fair_id == fair.id, Booth.exhibitor_id.is_not(None))
        ).all()
    )
    lines = _lines(session, fair, posting_url)
    founded = veteran_founded_ids(session, [one.employer for one in found], uow.today)
    stands = [
        Stand(
            number=booths.get(one.id, ""),
            employer=one.employer.organization.name,
            kind="军创企业" if one.employer_id in founded else KINDS.get(one.employer.kind, ""),
            intro=one.employer.intro,
            lines=tuple(lines[one.id]),
            url=booth_url.format(id=one.public_id),
        )
        for one in found
        if lines[one.id]
    ]
    return sorted(stands, key=lambda stand: (stand.number == "", stand.number, stand.employer))


def _lines(session: Session, fair: JobFair, posting_url: str) -> dict[int, list[Line]]:
    """The postings offered at the fair, by exhibitor."""
    pairs = session.execute(
        load_full(
            select(FairPosting, Posting)
            .join(Posting, Posting.id == FairPosting.posting_id)
            .where(FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None), Posting.held_at.is_(None))
            .order_by(FairPosting.id)
        )
    )
    made: dict[int, list[Line]] = defaultdict(list)
    for row, posting in pairs:
        made[row.exhibitor_id].append(
            Line(
                title=row.title,
                pay=pay_words(posting),
                heads=row.vacancy_count,
                place=region_label(session, posting.region_code, depth=2),
                needs="；".join(need.label for need in posting.requirements if need.is_must) or "不限",
                tags=tuple(text for text, _tone in posting_tags(posting))[:3],
                on_site=row.on_site_words,
                url=posting_url.format(id=posting.public_id),
            )
        )
    return made
