"""The figures of one fair's day. Every number is the length of a list that can be opened, never a count of its own.

``load`` reads the lists of any number of fairs in the same few statements; a report, the page and the comparison with
earlier fairs all stand on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import local_day
from jobmatch.fairs.day.models import CheckIn, FairWish, Intention
from jobmatch.fairs.day.standing import vouched_sql
from jobmatch.fairs.day.states import IntentionStanding, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting, FairPostingChange
from jobmatch.fairs.exhibitors.states import FairPostingChangeKind
from jobmatch.fairs.outcomes.lines import (
    COUNTING,
    FAMILIES,
    ONE_SIDED,
    SERVED,
    ChangeLine,
    ExhibitorLine,
    IntentionLine,
    Key,
    PostingLine,
    VisitorLine,
    WishLine,
    first_of_each,
    half_hours,
    standing_of,
)
from jobmatch.fairs.planning.models import FairBroadcast, FairSlice, JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import VisitorKind
from recruiters.employers.models import Employer, VeteranFounding
from recruiters.employers.states import EmployerKind
from recruiters.postings.models import Posting


@dataclass(frozen=True, slots=True)
class Slice:
    """What one part of the place brought (分县口径): everybody stands in one slice, "" holds who is in none."""

    path: str
    exhibitors: list[ExhibitorLine]
    vacancies: int
    visitors: list[VisitorLine]
    wishing: list[VisitorLine]


@dataclass
class Quick:
    """The lists of one fair, and the numbers that are their lengths."""

    fair: JobFair
    exhibitors: list[ExhibitorLine] = field(default_factory=list)
    postings: list[PostingLine] = field(default_factory=list)
    changes: list[ChangeLine] = field(default_factory=list)
    visitors: list[VisitorLine] = field(default_factory=list)
    """One line for each person, however often the same file or phone stands on a sheet."""
    all_intentions: list[IntentionLine] = field(default_factory=list)
    wishes: list[WishLine] = field(default_factory=list)
    broadcasts: list[FairBroadcast] = field(default_factory=list)
    slice_paths: list[str] = field(default_factory=list)

    @cached_property
    def intentions(self) -> list[IntentionLine]:
        """人次: one line for each intention with both yeses that is vouched for."""
        return [one for one in self.all_intentions if one.standing in COUNTING and one.is_vouched]

    @cached_property
    def people(self) -> list[IntentionLine]:
        """意向人数: the first counting intention of each person."""
        return first_of_each(self.intentions)

    @cached_property
    def hires(self) -> list[IntentionLine]:
        """现场录用, one line for each person."""
        return first_of_each(one for one in self.intentions if one.standing is IntentionStanding.HIRED)

    def vacancies_of(self, exhibitor_ids: Iterable[int] | None = None) -> int:
        """Σ招聘人数 at closing."""
        wanted = None if exhibitor_ids is None else set(exhibitor_ids)
        return sum(one.vacancies for one in self.postings if wanted is None or one.exhibitor_id in wanted)

    @cached_property
    def lists(self) -> dict[str, Sequence[Any]]:
        """The list behind each number, by the number's name."""
        kinds = {
            "veterans": (VisitorKind.VETERAN,),
            "families": FAMILIES,
            "others": (VisitorKind.OTHER,),
            "served": SERVED,
        }
        served = [one for one in self.visitors if one.kind in SERVED]
        wishing = {one.key for one in self.intentions}
        return {
            "exhibitors": self.exhibitors,
            "state_owned": [one for one in self.exhibitors if one.kind is EmployerKind.STATE_OWNED],
            "veteran_founded": [one for one in self.exhibitors if one.is_veteran_founded],
            "industries": [one for one in self.exhibitors if one.industry_code],
            "postings": self.postings,
            "vacancies": self.postings,
            "vacancies_more": self.changes,
            "occupations": [one for one in self.postings if one.occupation_code],
            "reserved": [one for one in self.postings if one.is_reserved],
            "visitors": self.visitors,
            **{name: [one for one in self.visitors if one.kind in kind] for name, kind in kinds.items()},
            "verified": [one for one in self.visitors if one.is_verified],
            "declared": [one for one in self.visitors if not one.is_verified],
            "no_file": [one for one in self.visitors if one.key[0] != "file"],
            "intention_people": self.people,
            "intentions": self.intentions,
            "one_sided": [one for one in self.all_intentions if one.standing in ONE_SIDED],
            "only_said": [one for one in self.all_intentions if one.standing in COUNTING and not one.is_vouched],
            # Above the line of the rate stand those below it who have an intention: nobody who did not come.
            "served_with_intention": [one for one in served if one.key in wishing],
            "hires": self.hires,
            **{f"wish_{kind.value}": [one for one in self.wishes if one.kind is kind] for kind in WishKind},
            "broadcasts": self.broadcasts,
        }

    def numbers(self) -> dict[str, int]:
        """Every number of the quick report by its name: so long is its list, or so much its lines add up to."""
        lists = self.lists
        return {
            **{name: len(lines) for name, lines in lists.items()},
            "industries": len({one.industry_code for one in lists["industries"]}),
            "vacancies": self.vacancies_of(),
            "vacancies_more": sum(one.more for one in self.changes),
            "occupations": len({one.occupation_code for one in lists["occupations"]}),
            "reserved": sum(one.vacancies for one in lists["reserved"]),
            "broadcast_viewers": sum(one.viewer_count for one in self.broadcasts),
            "broadcast_applications": sum(one.application_count for one in self.broadcasts),
            "broadcast_intentions": sum(one.intention_count for one in self.broadcasts),
        }

    def by_slice(self) -> list[Slice]:
        """What each slice brought; who lies in none stands last, where there is anybody."""
        rows: list[Slice] = []
        taken_employers: set[int] = set()
        taken_people: set[Key] = set()
        wishing = {one.key for one in self.people}
        # The deepest place first, so that nobody is counted in two slices that lie in each other.
        for path in [*sorted(self.slice_paths, key=lambda one: (-len(one), one)), ""]:
            employers = [
                one
                for one in self.exhibitors
                if one.region_path.startswith(path) and one.exhibitor_id not in taken_employers
            ]
            people = [one for one in self.visitors if one.region_path.startswith(path) and one.key not in taken_people]
            taken_employers |= {one.exhibitor_id for one in employers}
            taken_people |= {one.key for one in people}
            vacancies = self.vacancies_of(one.exhibitor_id for one in employers)
            rows.append(Slice(path, employers, vacancies, people, [one for one in people if one.key in wishing]))
        return rows if rows[-1].exhibitors or rows[-1].visitors or len(rows) == 1 else rows[:-1]

    def by_half_hour(self) -> list[tuple[datetime, int]]:
        """How many came in each half hour, empty ones between included."""
        return half_hours([one.at for one in self.visitors if one.at is not None])


def quick(session: Session, fair: JobFair) -> Quick:
    """The figures of one fair."""
    return load(session, [fair])[fair.id]


def load(session: Session, fairs: Sequence[JobFair]) -> dict[int, Quick]:
    """The figures of several fairs in the same number of statements as of one."""
    found = {fair.id: Quick(fair) for fair in fairs}
    ids = list(found)
    if not ids:
        return found
    who = _Who()
    for row in session.execute(_visitors(ids)):
        found[row.fair_id].visitors.append(who.visitor(row))
    for quick_ in found.values():
        once: dict[Key, VisitorLine] = {}
        for visitor in quick_.visitors:
            once.setdefault(visitor.key, visitor)
        quick_.visitors = list(once.values())
    opened = {fair.id: local_day(fair.opens_at) for fair in fairs}
    founded = _founded(session, ids)
    for row in session.execute(_exhibitors(ids)):
        found[row.fair_id].exhibitors.append(_exhibitor(row, founded, opened[row.fair_id]))
    for row in session.execute(_postings(ids)):
        found[row.fair_id].postings.append(PostingLine(*row))
    for row in session.execute(_changes(ids)):
        found[row.fair_id].changes.append(
            ChangeLine(row.fair_id, row.name, row.title, row.kind, int(row.before or 0), int(row.after or 0), row.at)
        )
    for row in session.execute(_intentions(ids)):
        found[row.fair_id].all_intentions.append(who.intention(row))
    for fair_id, kind, name, words, at in session.execute(_wishes(ids)):
        found[fair_id].wishes.append(WishLine(fair_id, kind, name or "", words, at))
    for broadcast in session.scalars(
        select(FairBroadcast).where(FairBroadcast.fair_id.in_(ids)).order_by(FairBroadcast.starts_at, FairBroadcast.id)
    ):
        found[broadcast.fair_id].broadcasts.append(broadcast)
    for fair_id, path in session.execute(
        select(FairSlice.fair_id, FairSlice.region_path).where(FairSlice.fair_id.in_(ids))
    ):
        found[fair_id].slice_paths.append(path)
    return found


class _Who:
    """Who a registration is. Rows with a file come first, so that the same phone without one is the same person."""

    def __init__(self) -> None:
        self.by_phone: dict[bytes, Key] = {}

    def key(self, registration_id: int, person_id: int | None, phone: bytes | None) -> Key:
        if person_id is not None:
            key: Key = ("file", person_id)
            if phone is not None:
                self.by_phone.setdefault(phone, key)
            return key
        if phone is None:
            return ("line", registration_id)
        return self.by_phone.get(phone, ("phone", phone))

    def visitor(self, row: Any) -> VisitorLine:
        key = self.key(row.registration_id, row.person_id, row.phone_blind)
        return VisitorLine(
            row.fair_id, row.registration_id, key, row.name, row.kind, row.is_verified, row.region_path, row.at
        )

    def intention(self, row: Any) -> IntentionLine:
        return IntentionLine(
            row.fair_id,
            row.id,
            row.public_id,
            row.registration_id,
            self.key(row.registration_id, row.person_id, row.phone_blind),
            row.name,
            row.kind,
            row.region_path,
            row.person_id,
            row.exhibitor_id,
            row.organization_id,
            row.employer,
            row.title,
            standing_of(row),
            row.open_until,
            row.application_id,
            row.is_vouched,
        )


_PERSON = (
    FairRegistration.id.label("registration_id"),
    FairRegistration.person_id,
    FairRegistration.phone_blind,
    FairRegistration.name,
    FairRegistration.kind,
    FairRegistration.is_verified,
    FairRegistration.region_path,
)
_FILES_FIRST = FairRegistration.person_id.is_(None)


def _visitors(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(CheckIn.fair_id, *_PERSON, CheckIn.at)
        .join(FairRegistration, FairRegistration.id == CheckIn.registration_id)
        .where(CheckIn.fair_id.in_(ids))
        .order_by(_FILES_FIRST, CheckIn.at, CheckIn.id)
    )


def _exhibitors(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Exhibitor.fair_id,
            Exhibitor.id,
            Exhibitor.public_id,
            Employer.organization_id,
            Employer.id.label("employer_id"),
            Organization.name,
            Employer.kind,
            Employer.industry_code,
            Exhibitor.region_path,
            Exhibitor.left_at,
        )
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(Exhibitor.fair_id.in_(ids), Exhibitor.checked_in_at.is_not(None))
        .order_by(Organization.name, Exhibitor.id)
    )


def _exhibitor(row: Any, founded: dict[int, list[tuple[date, date | None]]], on: date) -> ExhibitorLine:
    is_founded = any(
        since <= on and (until is None or until >= on) for since, until in founded.get(row.employer_id, ())
    )
    return ExhibitorLine(
        row.fair_id,
        row.id,
        row.public_id,
        row.organization_id,
        row.employer_id,
        row.name,
        row.kind,
        row.industry_code,
        row.region_path,
        is_founded,
        row.left_at is not None,
    )


def _founded(session: Session, ids: list[int]) -> dict[int, list[tuple[date, date | None]]]:
    came = select(Exhibitor.employer_id).where(Exhibitor.fair_id.in_(ids), Exhibitor.checked_in_at.is_not(None))
    found: dict[int, list[tuple[date, date | None]]] = {}
    query = select(VeteranFounding.employer_id, VeteranFounding.valid_from, VeteranFounding.valid_until)
    for employer_id, since, until in session.execute(
        query.where(VeteranFounding.employer_id.in_(came), VeteranFounding.seen_at.is_not(None))
    ):
        found.setdefault(employer_id, []).append((since, until))
    return found


def _postings(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            FairPosting.fair_id,
            FairPosting.exhibitor_id,
            FairPosting.posting_id,
            FairPosting.title,
            FairPosting.vacancy_count,
            Posting.occupation_code,
            Posting.is_reserved,
            Organization.name,
        )
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .where(FairPosting.fair_id.in_(ids), FairPosting.withdrawn_at.is_(None), Exhibitor.checked_in_at.is_not(None))
        .order_by(FairPosting.id)
    )


def _changes(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Head-counts changed after the doors opened; words about requirements move no number."""
    opened = func.coalesce(JobFair.opened_at, JobFair.opens_at)
    return (
        select(
            FairPosting.fair_id,
            Organization.name,
            FairPosting.title,
            FairPostingChange.kind,
            FairPostingChange.before,
            FairPostingChange.after,
            FairPostingChange.at,
        )
        .join(FairPosting, FairPosting.id == FairPostingChange.fair_posting_id)
        .join(JobFair, JobFair.id == FairPosting.fair_id)
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(
            FairPosting.fair_id.in_(ids),
            Exhibitor.checked_in_at.is_not(None),
            FairPostingChange.kind != FairPostingChangeKind.WORDS,
            FairPostingChange.at >= opened,
        )
        .order_by(FairPostingChange.id)
    )


def _intentions(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Intention.fair_id,
            Intention.id,
            Intention.public_id,
            *_PERSON,
            Intention.exhibitor_id,
            Employer.organization_id,
            Organization.name.label("employer"),
            FairPosting.title,
            Intention.mark,
            Intention.employer_yes_at,
            Intention.person_yes_at,
            Intention.hire_yes_at,
            Intention.declined_at,
            Intention.open_until,
            Intention.application_id,
            vouched_sql().label("is_vouched"),
        )
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(Intention.fair_id.in_(ids))
        .order_by(_FILES_FIRST, Intention.id)
    )


def _wishes(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(FairWish.fair_id, FairWish.kind, FairRegistration.name, FairWish.words, FairWish.at)
        .outerjoin(FairRegistration, FairRegistration.id == FairWish.registration_id)
        .where(FairWish.fair_id.in_(ids))
        .order_by(FairWish.id)
    )
