"""Reads of batches and their rosters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry
from jobmatch.casework.intake.policies import stations_in_reach, visible_batches, visible_entries
from jobmatch.casework.intake.states import SELF_ARRANGED, WAITED_FOR, RosterState
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import mask_id_number
from jobmatch.reference.models import Rank, ResettlementMethod
from jobmatch.reference.queries import names, region_label

MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch with how many of its lines stand where, and of the one-time grants that are due how many are paid."""

    batch: IntakeBatch
    station: str
    counts: Mapping[RosterState, int]
    grants_due: int
    grants_paid: int

    @property
    def total(self) -> int:
        """Everybody handed over, whatever became of them."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One line of the roster with the words for its codes; ``days_left`` is negative once the last day is over."""

    entry: RosterEntry
    place: str
    method: str
    rank: str
    id_number: str
    days_left: int | None


def batches(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """Batches the actor may see, the newest season first."""
    query: Select[*tuple[Any, ...]] = visible_batches(
        uow.actor,
        select(IntakeBatch).order_by(IntakeBatch.year.desc(), IntakeBatch.season.asc(), IntakeBatch.id.desc()),
    )
    return query


def batch_lines(uow: UnitOfWork, found: Sequence[IntakeBatch]) -> list[BatchLine]:
    """Batches with their counts in the actor's reach, with a fixed number of statements."""
    ids = [batch.id for batch in found]
    counts: dict[int, dict[RosterState, int]] = {}
    grouped = select(RosterEntry.batch_id, RosterEntry.state, func.count()).where(RosterEntry.batch_id.in_(ids))
    grouped = grouped.group_by(RosterEntry.batch_id, RosterEntry.state)
    for batch_id, state, count in uow.rows(visible_entries(uow.actor, grouped)):
        counts.setdefault(batch_id, {})[state] = count
    due = select(RosterEntry.batch_id, func.count(), func.count(Intake.grant_paid_on)).join(
        Intake, Intake.entry_id == RosterEntry.id
    )
    due = due.where(
        RosterEntry.batch_id.in_(ids),
        RosterEntry.method_code == SELF_ARRANGED,
        Intake.taken_back_at.is_(None),
        Intake.grant_due_on <= uow.today,
    ).group_by(RosterEntry.batch_id)
    # The intakes belong to lines that the policy has narrowed, so joining them opens nothing more.
    from_entries = visible_entries(uow.actor, due)
    paid = {row[0]: (row[1], row[2]) for row in uow.session.execute(from_entries)}
    stations = dict(
        uow.session.execute(
            select(Organization.id, Organization.name).where(Organization.id.in_([b.station_id for b in found]))
        ).all()
    )
    return [
        BatchLine(batch, stations.get(batch.station_id, ""), counts.get(batch.id, {}), *paid.get(batch.id, (0, 0)))
        for batch in found
    ]


def waited_for(uow: UnitOfWork) -> tuple[int, int]:
    """How many people of the rosters in the actor's reach may still come, and how many of them are late."""
    query = select(RosterEntry.state, func.count()).where(RosterEntry.state.in_(WAITED_FOR)).group_by(RosterEntry.state)
    counts = dict(uow.rows(visible_entries(uow.actor, query)))
    return sum(counts.values()), counts.get(RosterState.OVERDUE, 0)


def roster(uow: UnitOfWork, batch: IntakeBatch, filters: Mapping[str, str | None]) -> Select[*tuple[Any, ...]]:
    """Lines of a batch in the actor's reach, narrowed by what was asked; who must come first stands first."""
    query = select(RosterEntry).where(RosterEntry.batch_id == batch.id)
    if words := (filters.get("q") or "").strip():
        blind = RosterEntry.id_number.fingerprint(words)
        is_number = len(words) >= 15
        query = query.where(
            RosterEntry.id_number_blind == blind if is_number else RosterEntry.name.contains(words, autoescape=True)
        )
    if (state := filters.get("state")) in set(RosterState):
        query = query.where(RosterEntry.state == state)
    if method := filters.get("method"):
        query = query.where(RosterEntry.method_code == method)
    if filters.get("soon"):
        query = query.where(RosterEntry.state.in_(WAITED_FOR), RosterEntry.warn_on <= uow.today)
    ordered: Select[*tuple[Any, ...]] = visible_entries(
        uow.actor,
        query.order_by(RosterEntry.state.in_(WAITED_FOR).desc(), RosterEntry.due_on.asc(), RosterEntry.id.asc()),
    )
    return ordered


def roster_lines(uow: UnitOfWork, entries: Sequence[RosterEntry]) -> list[RosterLine]:
    """Lines with the words for their codes; identity numbers are masked."""
    methods, ranks = names(uow.session, ResettlementMethod), names(uow.session, Rank)
    return [
        RosterLine(
            entry,
            region_label(uow.session, entry.expected_region_code, depth=1),
            methods.get(entry.method_code or "", ""),
            ranks.get(entry.rank_code or "", ""),
            mask_id_number(entry.id_number),
            (entry.due_on - uow.today).days if entry.due_on and entry.state in WAITED_FOR else None,
        )
        for entry in entries
    ]


def roster_workbook(uow: UnitOfWork, batch: IntakeBatch, filters: Mapping[str, str | None]) -> bytes:
    """The lines of a batch as an XLSX, identity numbers masked."""
    entries = uow.rows(roster(uow, batch, filters).limit(MOST_EXPORTED))
    head = (
        *(_("姓名"), _("身份证号"), _("安置方式"), _("退役军衔"), _("退役日期"), _("移交日期"), _("安置地")),
        *(_("状态"), _("状态日期"), _("报到期限"), _("原因")),
    )
    note = _("%(batch)s，%(day)s导出，身份证号只显示前 6 位和后 4 位", batch=batch.name, day=day_words(uow.today))
    rows = _cells(roster_lines(uow, entries))
    return write_workbook(Sheet(_("移交接收名册"), head, rows, note, (10, 22, 14, 14, 12, 12, 22, 10, 12, 12, 30)))


def _cells(lines: Sequence[RosterLine]) -> Iterator[Sequence[object]]:
    for line in lines:
        entry = line.entry
        yield (
            *(entry.name, line.id_number, line.method, line.rank, entry.discharged_on, entry.transferred_on),
            *(line.place, entry.state.label, entry.state_on, entry.due_on, entry.state_reason),
        )


def own_stations(uow: UnitOfWork) -> list[Organization]:
    """Stations of the actor's subtree in the order of the tree."""
    query = stations_in_reach(uow.actor, select(Organization))
    return list(uow.rows(query.order_by(Organization.region_path, Organization.id)))


def batch_of(uow: UnitOfWork, entry: RosterEntry) -> IntakeBatch:
    """The batch of a line that the actor may see."""
    return uow.session.get_one(IntakeBatch, entry.batch_id)
