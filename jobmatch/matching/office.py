"""The office's page on specialties: where each leads, how people answer, and correcting it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.core.errors import Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.crosswalk import office_links, read_responses
from jobmatch.matching.models import CrosswalkCorrection
from jobmatch.matching.queries import is_open_posting
from jobmatch.matching.states import Strength
from jobmatch.reference.models import MilitarySpecialty, Occupation
from jobmatch.reference.policies import can_edit_reference
from jobmatch.reference.queries import names
from ml.matching import Response, table_links
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

REBUILD = "matching.rebuild_index"
LEAST_WEIGHT = ((0.85, Strength.A), (0.55, Strength.B), (0.0, Strength.C))
"""Which word fits a weight of the shipped table; secondary occupations weigh less than their specialty's letter."""


@dataclass(frozen=True, slots=True)
class Trade:
    """One occupation of a specialty: the strength that counts, the table's (None: not in it), and how people answer."""

    occupation: str
    name: str
    strength: Strength
    shipped: Strength | None
    weight: float
    openings: int
    shown: int
    chosen: int
    note: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def is_corrected(self) -> bool:
        return self.changed_at is not None


@dataclass(frozen=True, slots=True)
class SpecialtyTrades:
    """A specialty with the occupations it leads to."""

    code: str
    name: str
    trades: tuple[Trade, ...]

    @property
    def corrected(self) -> int:
        return sum(trade.is_corrected for trade in self.trades)

    @property
    def openings(self) -> int:
        return sum(trade.openings for trade in self.trades if trade.strength is not Strength.NONE)


def strength_of(weight: float) -> Strength:
    """A, B or C for a weight of the table."""
    return next(strength for least, strength in LEAST_WEIGHT if weight >= least)


def list_specialties(uow: UnitOfWork, words: str = "") -> list[SpecialtyTrades]:
    """All specialties whose name, or one of whose occupations, contains ``words``; a fixed number of statements."""
    require(can_edit_reference(uow.actor))
    found = _read(uow)
    text = words.strip()
    if not text:
        return found
    return [
        one
        for one in found
        if text in one.name or text.upper() == one.code or any(text in trade.name for trade in one.trades)
    ]


def specialty_trades(uow: UnitOfWork, code: str) -> SpecialtyTrades:
    """One specialty. Raises ``NotFound``."""
    require(can_edit_reference(uow.actor))
    found = next(iter(_read(uow, code)), None)
    if found is None:
        raise NotFound
    return found


def _read(uow: UnitOfWork, only: str = "") -> list[SpecialtyTrades]:
    session = uow.session
    specialties = names(session, MilitarySpecialty)
    occupations = names(session, Occupation)
    openings = dict(
        session.execute(
            select(Posting.occupation_code, func.count())
            .join(Employer, Posting.employer_id == Employer.id)
            .where(is_open_posting(), Posting.occupation_code.is_not(None))
            .group_by(Posting.occupation_code)
        ).all()
    )
    row = CrosswalkCorrection
    query = select(row, User.name).outerjoin(User, row.changed_by_id == User.id).order_by(row.id)
    corrections: dict[str, dict[str, tuple[CrosswalkCorrection, str]]] = {}
    for correction, name in session.execute(query):
        corrections.setdefault(correction.specialty_code, {})[correction.occupation_code] = (correction, name or "")
    answers = {(one.specialty, one.occupation): one for one in read_responses(session)}
    table, links = table_links(), office_links(session)

    def trade(code: str, occupation: str) -> Trade:
        shipped = dict(table.get(code, ())).get(occupation)
        correction, changed_by = corrections.get(code, {}).get(occupation, (None, ""))
        answer = answers.get((code, occupation), Response(code, occupation, 0, 0))
        before = strength_of(shipped) if shipped is not None else None
        return Trade(
            occupation=occupation,
            name=occupations.get(occupation, occupation),
            strength=correction.strength if correction else before or Strength.NONE,
            shipped=before,
            weight=dict(links.get(code, ())).get(occupation, 0.0),
            openings=openings.get(occupation, 0),
            shown=answer.shown,
            chosen=answer.chosen,
            note=correction.note if correction else "",
            changed_by=changed_by,
            changed_at=correction.changed_at if correction else None,
        )

    found = []
    for code in [only] if only else specialties:
        if code in specialties:
            codes = dict.fromkeys([*(one for one, _ in table.get(code, ())), *corrections.get(code, ())])
            found.append(SpecialtyTrades(code, specialties[code], tuple(trade(code, one) for one in codes)))
    return found


def correct_trade(
    uow: UnitOfWork, specialty: str, occupation: str, *, strength: Strength, note: str = ""
) -> CrosswalkCorrection:
    """Say how surely a specialty leads to an occupation; a second word replaces the first.

    Raises ``Invalid`` for an unknown occupation or a group of them, ``NotFound`` for an unknown specialty.
    """
    require(can_edit_reference(uow.actor))
    if specialty not in names(uow.session, MilitarySpecialty):
        raise NotFound
    leaf = select(Occupation.code).where(Occupation.code == occupation, Occupation.level == 4)
    if uow.session.scalar(leaf) is None:
        raise Invalid(fields={"occupation": _("请选一个职业")})
    row = _correction(uow, specialty, occupation)
    if row is None:
        row = CrosswalkCorrection(specialty_code=specialty, occupation_code=occupation)
        uow.session.add(row)
    row.strength, row.note = strength, note.strip()[:200]
    row.changed_by_id, row.changed_at = uow.actor.user_id, uow.now
    uow.session.flush()
    uow.audit("crosswalk.correct", row, specialty=specialty, occupation=occupation, strength=strength.value)
    _take_in(uow)
    return row


def undo_correction(uow: UnitOfWork, specialty: str, occupation: str) -> None:
    """Go back to what the shipped table says. Raises ``NotFound`` where nothing was corrected."""
    require(can_edit_reference(uow.actor))
    row = _correction(uow, specialty, occupation)
    if row is None:
        raise NotFound
    uow.audit("crosswalk.undo", row, specialty=specialty, occupation=occupation, strength=row.strength.value)
    uow.session.delete(row)
    uow.session.flush()
    _take_in(uow)


def _correction(uow: UnitOfWork, specialty: str, occupation: str) -> CrosswalkCorrection | None:
    row = CrosswalkCorrection
    wanted = (row.specialty_code == specialty, row.occupation_code == occupation)
    return uow.session.scalars(select(row).where(*wanted)).first()


def _take_in(uow: UnitOfWork) -> None:
    """Have the people's pool built anew: their rows are the same, what is made of them is not."""
    waiting: Iterable[dict[str, object]] = uow.session.scalars(
        select(Job.arguments).where(Job.name == REBUILD, Job.state == JobState.QUEUED)
    )
    if not any(arguments.get("anyway") == "people" for arguments in waiting):
        uow.enqueue(REBUILD, anyway="people")
