"""Where the specialties of the service lead: the shipped table, the office's corrections, and how people answer.

Corrections are few, so every reading asks for them anew and all processes take them in at once. Answers come from one
grouped statement over the ledger and change slowly, so each process keeps them for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from jobmatch.core.clock import utcnow
from jobmatch.matching.models import CrosswalkCorrection, MatchChoice, PairFact
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import ServiceRecord, ServiceSpecialty
from ml.matching import Correction, Links, Response, correct_links, table_links, trades_of
from recruiters.postings.models import Posting

KEEP_SECONDS = 600.0
LEARNED_DAYS = 400
SEEN = (
    FactKind.SHOWN,
    FactKind.OPENED,
    FactKind.DISMISSED,
    FactKind.SAVED,
    FactKind.APPLIED,
    FactKind.INTERVIEWED,
    FactKind.OFFERED,
    FactKind.HIRED,
    FactKind.STARTED,
)
CHOSEN = SEEN[3:]
"""What says that a person wants such work; opening a posting does not."""
Trades = tuple[tuple[str, float, str], ...]

_kept: dict[tuple[str, str], tuple[float, tuple[Response, ...]]] = {}


def read_corrections(session: Session) -> tuple[Correction, ...]:
    """The office's corrections as they stand."""
    row = CrosswalkCorrection
    query = select(row.specialty_code, row.occupation_code, row.strength).order_by(row.id)
    return tuple(Correction(code, occupation, str(strength)) for code, occupation, strength in session.execute(query))


def count_responses(session: Session) -> tuple[Response, ...]:
    """How people of each specialty answered postings of each occupation in the last 400 days, in one statement.

    A pair of person and posting counts once, however often it was shown or clicked; people who want no profiling are
    left out.
    """
    left_out = select(MatchChoice.person_id).where(MatchChoice.is_personal.is_(False))
    pairs = (
        select(
            PairFact.person_id,
            PairFact.posting_id,
            func.max(case((PairFact.kind.in_(CHOSEN), 1), else_=0)).label("chosen"),
        )
        .where(
            PairFact.kind.in_(SEEN),
            PairFact.last_at >= utcnow() - timedelta(days=LEARNED_DAYS),
            PairFact.person_id.not_in(left_out),
        )
        .group_by(PairFact.person_id, PairFact.posting_id)
        .subquery()
    )
    served = (ServiceSpecialty.specialty_code, Posting.occupation_code)
    rows = session.execute(
        select(*served, func.count(), func.sum(pairs.c.chosen))
        .select_from(pairs)
        .join(ServiceRecord, ServiceRecord.person_id == pairs.c.person_id)
        .join(ServiceSpecialty, ServiceSpecialty.service_record_id == ServiceRecord.id)
        .join(Posting, Posting.id == pairs.c.posting_id)
        .where(Posting.occupation_code.is_not(None))
        .group_by(*served)
        .order_by(*served)
    )
    return tuple(Response(code, occupation, shown, int(chosen)) for code, occupation, shown, chosen in rows)


def read_responses(session: Session) -> tuple[Response, ...]:
    """The same, at most ten minutes old; a session that belongs to no installation always counts."""
    folder = session.info.get("data_dir")
    if folder is None:
        return count_responses(session)
    key = (str(folder), str(session.get_bind().engine.url))
    found = _kept.get(key)
    if found is None or time.monotonic() - found[0] > KEEP_SECONDS:
        found = _kept[key] = (time.monotonic(), count_responses(session))
    return found[1]


def office_links(session: Session) -> Links:
    """Specialty to occupations with weights, as they count here and now."""
    return correct_links(table_links(), read_corrections(session), read_responses(session))


def service_trades(session: Session) -> Callable[[tuple[tuple[str, float], ...]], Trades]:
    """A function from a person's specialties with years to ``Profile.service_trades``.

    It gives nothing where the office's links are those of the table. Where corrections leave no occupation at all, it
    names one that is like no other, since nothing would mean the table.
    """
    links, table = office_links(session), table_links()

    def trades(specialties: tuple[tuple[str, float], ...]) -> Trades:
        if all(links.get(code) == table.get(code) for code, _ in specialties):
            return ()
        return trades_of(specialties, links) or tuple(("", 0.0, code) for code, _ in specialties)

    return trades
