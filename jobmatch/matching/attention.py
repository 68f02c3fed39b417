"""How much attention postings and people have had, and a small dated re-ordering of lists so that nobody starves.

What happened today counts from tomorrow on, so that a list keeps its order all day.
"""

from __future__ import annotations

import time as clock
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session, aliased

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.models import PairFact
from jobmatch.matching.queries import ENDED, is_open_posting
from jobmatch.matching.states import FactKind
from ml.matching import Attention, Match, person_lift, posting_lift, spread
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

KEPT_SECONDS = 60.0
ANSWERS = (FactKind.INTERVIEWED, FactKind.OFFERED, FactKind.HIRED, FactKind.STARTED, FactKind.REJECTED)


def is_waiting(before: datetime | None = None) -> tuple[ColumnElement[bool], ...]:
    """Conditions on ``PairFact``: an application that was not withdrawn or refused since. ``before`` cuts both off."""
    ended = aliased(PairFact)
    same = (ended.person_id == PairFact.person_id, ended.posting_id == PairFact.posting_id, ended.kind.in_(ENDED))
    over = exists().where(*same, ended.last_at >= PairFact.last_at)
    if before is None:
        return PairFact.kind == FactKind.APPLIED, ~over
    return PairFact.kind == FactKind.APPLIED, PairFact.last_at < before, ~over.where(ended.last_at < before)


def waiting_count() -> ScalarSelect[int]:
    """How many applications wait at a ``Posting``, as a column of a select over postings."""
    mine = select(func.count()).select_from(PairFact).where(PairFact.posting_id == Posting.id, *is_waiting())
    return mine.correlate(Posting).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Attentions:
    """Attention of the postings that anybody applies to, and of their employers, by id; others have had none."""

    postings: Mapping[int, Attention]
    employers: Mapping[int, Attention]

    def lift(self, posting_id: int, employer_id: int) -> float:
        """0 to 1, as ``ml.matching.posting_lift``."""
        nobody = Attention()
        return posting_lift(self.postings.get(posting_id, nobody), self.employers.get(employer_id, nobody))


_kept: dict[str, tuple[float, date, Attentions]] = {}


def attentions(session: Session, day: date) -> Attentions:
    """As the day began; one statement, kept for a minute where the session belongs to an installation."""
    folder = session.info.get("data_dir")
    key = f"{folder}|{session.get_bind().engine.url}"
    found = _kept.get(key) if folder is not None else None
    if found is not None and found[1] == day and clock.monotonic() - found[0] < KEPT_SECONDS:
        return found[2]
    read = _read(session, day)
    if folder is not None:
        _kept[key] = (clock.monotonic(), day, read)
    return read


def _read(session: Session, day: date) -> Attentions:
    vacancies = Posting.vacancy_count - Posting.filled_count
    rows = session.execute(
        select(Posting.id, func.count(), Posting.employer_id, vacancies)
        .join(PairFact, PairFact.posting_id == Posting.id)
        .join(Employer, Posting.employer_id == Employer.id)
        .where(is_open_posting(), *is_waiting(_midnight(day)))
        .group_by(Posting.id, Posting.employer_id, vacancies)
    ).all()
    postings: dict[int, Attention] = {}
    employers: dict[int, Attention] = {}
    for posting_id, count, employer_id, vacant in rows:
        postings[posting_id] = Attention(count, max(vacant, 1))
        before = employers.get(employer_id, Attention(vacancies=0))
        employers[employer_id] = Attention(before.applicants + count, before.vacancies + max(vacant, 1))
    return Attentions(postings, employers)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def spread_postings(
    uow: UnitOfWork, matches: Iterable[Match], rows: Mapping[int, Any], *, salt: str
) -> tuple[Match, ...]:
    """The matches that ``rows`` (by posting id, with their ``employer_id``) has, in the order in which they are shown.

    ``salt`` says whose list it is. Scores stay as they are.
    """
    there = [match for match in matches if int(match.key) in rows]
    if not is_spreading(uow.session):
        return tuple(there)
    seen = attentions(uow.session, uow.today)
    lifts = {one.key: seen.lift(int(one.key), rows[int(one.key)].employer_id) for one in there}
    return spread(there, lifts, day=uow.today, salt=salt)


def spread_people(uow: UnitOfWork, matches: Sequence[Match], *, salt: str) -> tuple[Match, ...]:
    """The same for people: who applied and had no answer rises a little. One statement."""
    if not matches or not is_spreading(uow.session):
        return tuple(matches)
    answered = aliased(PairFact)
    before = _midnight(uow.today)
    same = (answered.person_id == PairFact.person_id, answered.posting_id == PairFact.posting_id)
    has_answer = exists().where(*same, answered.kind.in_(ANSWERS), answered.last_at < before)
    rows = uow.session.execute(
        select(PairFact.person_id, func.count(), func.count().filter(has_answer))
        .where(
            PairFact.kind == FactKind.APPLIED,
            PairFact.last_at < before,
            PairFact.person_id.in_([int(match.key) for match in matches]),
        )
        .group_by(PairFact.person_id)
    )
    lifts = {str(who): person_lift(Attention(applicants=count, answered=done)) for who, count, done in rows}
    return spread(matches, lifts, day=uow.today, salt=salt)


def is_spreading(session: Session) -> bool:
    """Whether the installation spreads attention (``JOBMATCH_SPREAD``)."""
    return bool(session.info.get("spread", True))
