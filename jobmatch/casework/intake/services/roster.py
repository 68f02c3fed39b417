"""Batches, the roster with its states, and the clock that runs from the day of discharge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import responsible_station
from jobmatch.accounts.states import OrganizationKind
from jobmatch.casework.intake.formats import RosterRow, check_roster_file, read_roster
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry, RosterImport
from jobmatch.casework.intake.policies import can_import_roster, can_make_batch, can_move_entry
from jobmatch.casework.intake.states import (
    MOVES,
    SELF_ARRANGED,
    WAITED_FOR,
    ImportState,
    RosterMove,
    RosterState,
    Season,
)
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.files import StoredFile, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import mask_name
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.services.common import clean_line
from jobmatch.reference.models import Region
from jobmatch.reference.queries import rule_value

UNIT_ROWS = 500
FILE_DAYS = 30
IMPORT_JOB = "intake.import_roster"


# ---------- batches ----------


def make_batch(
    uow: UnitOfWork, station: Organization | None, *, year: int | None, season: Season | None, name: str = ""
) -> IntakeBatch:
    """The batch of a season that is handed over to ``station``. Raises ``Invalid``, also where there is one already."""
    fields = {}
    if station is None or station.kind is not OrganizationKind.STATION:
        fields["station_id"] = _("请选接收的服务站")
    if year is None or not 1950 <= year <= uow.today.year + 1:
        fields["year"] = _("请填写 4 位的退役年份，例如 2026")
    if season is None:
        fields["season"] = _("请选春季或秋季")
    if fields or station is None or year is None or season is None:
        raise Invalid(fields=fields)
    require(can_make_batch(uow.actor, station))
    same = select(IntakeBatch.id).where(
        IntakeBatch.station_id == station.id, IntakeBatch.year == year, IntakeBatch.season == season
    )
    if uow.session.scalar(same) is not None:
        raise Invalid(fields={"season": _("这一批已经建过，请在列表里打开")})
    batch = IntakeBatch(
        station_id=station.id,
        region_path=station.region_path,
        year=year,
        season=season,
        name=clean_line(name)[:60] or _("%(year)s 年%(season)s退役", year=year, season=season.label),
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(batch)
    uow.session.flush()
    uow.audit("intake.batch", batch)
    return batch


# ---------- importing a roster ----------


def hand_in_roster(uow: UnitOfWork, batch: IntakeBatch, *, content: bytes, name: str) -> RosterImport:
    """Keep a roster file for a first look; nothing of it is stored as a line yet. Raises ``Invalid`` on ``file``."""
    require(can_import_roster(uow.actor, batch))
    check_roster_file(content, name)
    kept = store_file(uow, content, name=name, mimetype="application/octet-stream")
    run = RosterImport(
        batch_id=batch.id,
        file_id=kept.id,
        keep_until=uow.today + timedelta(days=FILE_DAYS),
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(run)
    uow.session.flush()
    uow.audit("intake.roster_read", batch)
    return run


def try_roster(uow: UnitOfWork, batch: IntakeBatch, *, content: bytes, name: str) -> list[RosterRow]:
    """Read a roster without keeping anything. Raises ``Invalid`` on ``file``."""
    require(can_import_roster(uow.actor, batch))
    code = batch.region_path.strip("/").split("/")[-1]
    return read_roster(uow.session, content, name, within=code, today=uow.today)


def rows_of_import(uow: UnitOfWork, run: RosterImport, batch: IntakeBatch) -> list[RosterRow]:
    """The rows of a kept roster, read again; empty once the file is gone. Raises ``Invalid`` on ``file``."""
    kept = uow.session.get(StoredFile, run.file_id) if run.file_id else None
    if kept is None:
        return []
    return try_roster(uow, batch, content=read_file(uow, kept), name=kept.name)


@dataclass(frozen=True, slots=True)
class Preview:
    """What storing a roster would do: new lines, changed ones, same ones, refused ones, and how many have a file."""

    new: int
    changed: int
    same: int
    refused: int
    on_file: int


def preview(uow: UnitOfWork, batch: IntakeBatch, rows: Sequence[RosterRow]) -> Preview:
    """Compare the rows of a roster with what is stored, without storing anything."""
    new = changed = same = on_file = 0
    good = [row for row in rows if not row.faults]
    for start in range(0, len(good), UNIT_ROWS):
        part = good[start : start + UNIT_ROWS]
        known = _known_entries(uow, batch, part)
        blinds = [Person.id_number.fingerprint(row.id_number) for row in part]
        # Only files in reach are counted: a table of one row must not tell who is known elsewhere.
        on_file += uow.one(
            visible_people(uow.actor, select(func.count(Person.id)).where(Person.id_number_blind.in_(blinds)))
        )
        for row in part:
            entry = known.get(RosterEntry.id_number.fingerprint(row.id_number))
            new += entry is None
            changed += entry is not None and _takes(entry, row)
            same += entry is not None and not _takes(entry, row)
    return Preview(new, changed, same, len(rows) - len(good), on_file)


def begin_import(uow: UnitOfWork, run: RosterImport, batch: IntakeBatch, rows: Sequence[RosterRow]) -> RosterImport:
    """Start to store: a short roster at once, one of more than 500 rows as background work.

    Pressed twice it goes on only once. Raises ``Invalid`` where the file is no longer kept.
    """
    require(can_import_roster(uow.actor, batch))
    if run.state is not ImportState.CHECKED:
        return run
    if not rows:
        raise Invalid(fields={"file": _("这份名册的文件已经删除，请重新选文件")})
    run.state, run.row_count = ImportState.RUNNING, len(rows)
    run.refused_count = sum(bool(row.faults) for row in rows)
    if len(rows) > UNIT_ROWS:
        run.job_id = uow.enqueue(IMPORT_JOB, run_id=run.id)
    else:
        store_rows(uow, run, batch, rows)
    return run


def store_rows(uow: UnitOfWork, run: RosterImport, batch: IntakeBatch, rows: Sequence[RosterRow]) -> bool:
    """Store at most 500 rows from where the run stands; False when it is through.

    A line is known by its identity number within the batch: one that is there stays, or takes the new words while its
    person has not come yet.
    """
    require(can_import_roster(uow.actor, batch))
    part = rows[run.next_row : run.next_row + UNIT_ROWS]
    good = [row for row in part if not row.faults]
    known = _known_entries(uow, batch, good)
    stations: dict[str, str] = {}
    for row in good:
        entry = known.get(RosterEntry.id_number.fingerprint(row.id_number))
        if entry is None:
            uow.session.add(_fill(uow, RosterEntry(batch_id=batch.id), row, stations))
            run.new_count += 1
        elif _takes(entry, row):
            _fill(uow, entry, row, stations)
            run.changed_count += 1
        else:
            run.same_count += 1
    run.next_row += len(part)
    uow.session.flush()
    if run.next_row < len(rows):
        return True
    run.state = ImportState.DONE
    uow.audit("intake.roster_stored", batch, new=run.new_count, refused=run.refused_count)
    return False


def _known_entries(uow: UnitOfWork, batch: IntakeBatch, rows: Sequence[RosterRow]) -> dict[bytes | None, RosterEntry]:
    blinds = [RosterEntry.id_number.fingerprint(row.id_number) for row in rows]
    found = uow.session.scalars(
        select(RosterEntry).where(RosterEntry.batch_id == batch.id, RosterEntry.id_number_blind.in_(blinds))
    )
    return {entry.id_number_blind: entry for entry in found}


_TOLD = ("name", "birth_on", "method_code", "rank_code", "discharged_on", "transferred_on")


def _takes(entry: RosterEntry, row: RosterRow) -> bool:
    """Whether a stored line takes the words of ``row``: they differ, and the person has not come yet."""
    return entry.state in WAITED_FOR and (
        any(getattr(entry, name) != getattr(row, name) for name in _TOLD)
        or entry.expected_region_code != row.region_code
        or (row.phone != "" and entry.phone != row.phone)
    )


def _fill(uow: UnitOfWork, entry: RosterEntry, row: RosterRow, stations: dict[str, str]) -> RosterEntry:
    """Write what a good row says into its line; ``stations`` keeps the path already found for a place."""
    if row.region_code not in stations:
        place = uow.session.get_one(Region, row.region_code)
        station = responsible_station(uow.session, place.path)
        stations[row.region_code] = station.region_path if station else place.path
    for name in _TOLD:
        setattr(entry, name, getattr(row, name))
    if entry.id_number_blind is None:
        entry.id_number = row.id_number
        entry.state_on, entry.created_at = uow.today, uow.now
    entry.phone = row.phone or entry.phone
    entry.expected_region_code, entry.region_path = row.region_code, stations[row.region_code]
    entry.warn_on, entry.due_on = deadlines(uow, entry.discharged_on)
    late = entry.due_on is not None and entry.due_on < uow.today
    entry.state = RosterState.OVERDUE if late else RosterState.EXPECTED
    return entry


def deadlines(uow: UnitOfWork, discharged_on: date) -> tuple[date | None, date | None]:
    """The day of the warning and the last day to report, by the rules of the day of discharge; none without a rule."""
    try:
        days = int(rule_value(uow.session, "intake_days", discharged_on))
        warned = int(rule_value(uow.session, "intake_warning_days", discharged_on))
    except LookupError:
        return None, None
    return discharged_on + timedelta(days=warned), discharged_on + timedelta(days=days)


def drop_old_files(uow: UnitOfWork) -> int:
    """Forget roster files whose time is over; returns how many."""
    return drop_files(uow, RosterImport.keep_until < uow.today)


def drop_files(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> int:
    """Forget kept roster files, at most 100; the import stays with its counts. Returns how many."""
    query = select(RosterImport).where(RosterImport.file_id.is_not(None), *conditions).limit(100)
    runs = uow.session.scalars(query).all()
    for run in runs:
        kept = uow.session.get(StoredFile, run.file_id)
        run.file_id = None
        uow.session.flush()
        if kept is not None:
            remove_file(uow, kept)
    return len(runs)


# ---------- states ----------


def move_entry(
    uow: UnitOfWork, entry: RosterEntry, move: RosterMove | None, *, reason: str, version: int | None = None
) -> RosterEntry:
    """Note that somebody goes elsewhere or changes the way of resettlement, or is waited for again.

    Raises ``Invalid`` without a reason or for a step that does not lead on from here, ``Conflict`` on a stale form.
    """
    require(can_move_entry(uow.actor, entry))
    if version is not None and version != entry.version:
        raise Conflict
    words = clean_line(reason)
    target = MOVES.get((entry.state, move)) if move else None
    fields = {}
    if target is None:
        fields["move"] = _("请选一项能办的")
    if not 2 <= len(words) <= 200:
        fields["reason"] = _("请写明原因，2 到 200 个字")
    if fields or target is None:
        raise Invalid(fields=fields)
    if target is RosterState.EXPECTED:
        target = waiting_state(uow, entry)
    _set_state(uow, entry, target, words)
    if target not in WAITED_FOR:
        _close_warning(uow, entry, words, TaskState.DROPPED)
    uow.audit("intake.roster_state", entry, state=target.value)
    return entry


def waiting_state(uow: UnitOfWork, entry: RosterEntry) -> RosterState:
    """应报到, or 逾期 where the last day is over."""
    return RosterState.OVERDUE if entry.due_on and entry.due_on < uow.today else RosterState.EXPECTED


def _set_state(uow: UnitOfWork, entry: RosterEntry, state: RosterState, reason: str = "") -> None:
    entry.state, entry.state_on, entry.state_reason = state, uow.today, reason
    uow.session.flush()


def settle_entry(uow: UnitOfWork, entry: RosterEntry, person_id: int | None) -> None:
    """Put a line to 已报到 with its person, or back to waiting (None); the rooms' own intakes call this."""
    entry.person_id = person_id
    if person_id is None:
        _set_state(uow, entry, waiting_state(uow, entry))
        return
    _set_state(uow, entry, RosterState.REGISTERED)
    _close_warning(uow, entry, _("已报到"), TaskState.DONE)


def _late_key(entry: RosterEntry) -> str:
    """The occasion of the task that somebody may come too late: one for each warning."""
    return f"intake:late:{entry.public_id}:{entry.warned_at:%Y%m%d%H%M%S}"


def _close_warning(uow: UnitOfWork, entry: RosterEntry, outcome: str, state: TaskState) -> None:
    """Settle the warning; should somebody be waited for again, there will be a new one."""
    if entry.warned_at is not None:
        close_task(uow, once=_late_key(entry), outcome=outcome, state=state)
        entry.warned_at = None
        uow.session.flush()


def watch_deadlines(uow: UnitOfWork) -> tuple[int, int]:
    """Open a task for lines whose warning day has come, and put those beyond the last day to 逾期; at most 500 each.

    Returns how many tasks were opened and how many lines became overdue.
    """
    waiting = uow.session.scalars(
        select(RosterEntry)
        .where(RosterEntry.state.in_(WAITED_FOR), RosterEntry.warn_on <= uow.today, RosterEntry.warned_at.is_(None))
        .order_by(RosterEntry.id)
        .limit(UNIT_ROWS)
    ).all()
    for entry in waiting:
        entry.warned_at = uow.now
        open_task(
            uow,
            once=_late_key(entry),
            kind=TaskKind.LATE_RETURN,
            title=_("名册上的 %(name)s 还没有报到", name=mask_name(entry.name)),
            due_on=max(entry.due_on or uow.today, uow.today),
            region_path=entry.region_path,
            link=f"/staff/intake/roster/{entry.public_id}",
        )
    late = uow.session.execute(
        update(RosterEntry)
        .where(RosterEntry.state == RosterState.EXPECTED, RosterEntry.due_on < uow.today)
        .values(state=RosterState.OVERDUE, state_on=uow.today, version=RosterEntry.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    return len(waiting), int(getattr(late, "rowcount", 0))


# ---------- the one-time grant ----------


def plan_grants(uow: UnitOfWork, batch: IntakeBatch, *, due_on: date | None) -> int:
    """Set the day on which the one-time grant should be paid for all of a batch who came and have none yet.

    Only those in self-arranged employment are meant. Returns how many; raises ``Invalid`` without a sensible day.
    """
    require(can_import_roster(uow.actor, batch))
    if due_on is None or abs((due_on - uow.today).days) > 3 * 365:
        raise Invalid(fields={"due_on": _("请填写应发日期")})
    entries = select(RosterEntry.id).where(
        RosterEntry.batch_id == batch.id,
        RosterEntry.state == RosterState.REGISTERED,
        RosterEntry.method_code == SELF_ARRANGED,
    )
    found = uow.session.scalars(
        select(Intake).where(
            Intake.entry_id.in_(entries), Intake.grant_due_on.is_(None), Intake.taken_back_at.is_(None)
        )
    ).all()
    for intake in found:
        intake.grant_due_on = due_on
    uow.session.flush()
    uow.audit("intake.grant_planned", batch, count=len(found))
    return len(found)
