"""Taking tables out: a short one at once, a long one in the background, kept for a day for whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, or_, select

from jobmatch.accounts.models import User
from jobmatch.accounts.queries import actor_for, get_organization_name, usable_memberships
from jobmatch.accounts.roles import NETTED
from jobmatch.core.actors import Actor
from jobmatch.core.errors import AppError, Invalid, NotAllowed, NotFound, require
from jobmatch.core.files import StoredFile, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.long_sheets import write_long_workbook
from jobmatch.core.sheets import XLSX, Sheet
from jobmatch.core.subjects import paths_above
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.models import TableExport
from jobmatch.exchange.states import TakenKind, TakingState
from jobmatch.exchange.tables.kinds import TAKEN
from jobmatch.exchange.tables.policies import can_open_export, can_use_tables
from jobmatch.exchange.tables.spec import Taking
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Region

AT_ONCE = 2_000
"""Rows that are worth no waiting."""
MOST_OUT = 200_000
CHUNK = 200
KEPT = timedelta(days=1)
TAKE_JOB, DROP_JOB = "tables.take", "tables.drop_exports"
State = TakingState
OPEN_STATES = (State.WAITING, State.RUNNING, State.DONE)


def asked_of(taking: Taking, given: Mapping[str, str]) -> dict[str, str]:
    """The conditions of a list that this kind knows, without empty ones."""
    return {name: given[name][:40] for name in taking.narrows if given.get(name)}


def count_of(uow: UnitOfWork, taking: Taking, asked: Mapping[str, str]) -> int:
    """How many rows would be taken out."""
    query = taking.rows(uow, asked)
    plain = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return int(uow.one(plain))


def export_sheet(uow: UnitOfWork, taking: Taking, *, reason: str, asked: Mapping[str, str] | None = None) -> Sheet:
    """The records of the own subtree under the columns of the page, with who took them out, when and what for.

    Raises ``Invalid`` without a reason, and where there are more than are given out at once.
    """
    words = _checked(uow, taking, reason)
    count = count_of(uow, taking, asked or {})
    if count > AT_ONCE:
        raise Invalid(_("超过 %(n)s 行，要在后台导出", n=AT_ONCE))
    uow.audit("export.table", reason=words, kind=taking.taken.value, rows=count)
    rows = uow.rows(taking.rows(uow, asked or {}))
    return _sheet(uow, taking, words, list(taking.lines(uow, rows)))


def begin_export(
    uow: UnitOfWork, taking: Taking, *, reason: str, asked: Mapping[str, str] | None = None
) -> TableExport:
    """Take a long table out in the background. Raises ``Invalid`` without a reason, or where it is too long."""
    words = _checked(uow, taking, reason)
    count = count_of(uow, taking, asked or {})
    if count > MOST_OUT:
        raise Invalid(_("超过 %(n)s 行，请从下级单位分开导出", n=MOST_OUT))
    export = TableExport(
        kind=taking.taken,
        region_path=uow.actor.region_path,
        reason=words,
        filters=dict(asked or {}),
        row_count=count,
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(export)
    uow.session.flush()
    uow.audit("export.table", export, reason=words, kind=taking.taken.value, rows=count)
    uow.enqueue(TAKE_JOB, export_id=export.id)
    return export


def _checked(uow: UnitOfWork, taking: Taking, reason: str) -> str:
    require(can_use_tables(uow.actor, taking))
    words = " ".join(reason.split())
    if not 4 <= len(words) <= 100:
        raise Invalid(fields={"reason": _("请写明拿去做什么，4 到 100 个字")})
    return words


def _sheet(
    uow: UnitOfWork, taking: Taking, words: str, rows: Sequence[Sequence[object]] | Iterator[Sequence[object]]
) -> Sheet:
    note = _(
        "%(office)s %(who)s 于 %(day)s 导出，用途：%(reason)s。只限本用途使用，不得外传。",
        office=get_organization_name(uow.session, uow.actor.organization_id),
        who=uow.actor.label,
        day=uow.today.isoformat(),
        reason=words,
    )
    return Sheet(taking.taken.label, [_(column.title) for column in taking.columns], rows, note)


# ---------- in the background ----------


def taker(uow: UnitOfWork, export: TableExport) -> Actor:
    """Who a table is taken out as: the one who asked, where they still may. Raises ``NotAllowed``."""
    user = uow.session.get(User, export.created_by_id) if export.created_by_id else None
    if user is not None and user.is_active:
        for membership, _organization in usable_memberships(uow.session, user.id, by_password=True, now=uow.now):
            actor = actor_for(uow.session, user, membership)
            if actor.region_path == export.region_path and can_use_tables(actor, TAKEN[export.kind]):
                return replace(actor, reads_beyond=TAKEN[export.kind].permission not in NETTED)
    raise NotAllowed


def run_export(open_unit: OpenUnit, export_id: int) -> None:
    """Write the table of an export, some rows at a time; what happens to it meanwhile (an erasure) wins."""
    with open_unit(writing=True) as uow:
        export = uow.session.get_one(TableExport, export_id)
        if export.state not in (State.WAITING, State.RUNNING):
            return
        export.state, export.done_count = State.RUNNING, 0
    try:
        content = _written(open_unit, export_id)
    except AppError:
        _end(open_unit, export_id, State.FAILED)
        return
    _end(open_unit, export_id, State.DONE, content)


def _written(open_unit: OpenUnit, export_id: int) -> bytes:
    with open_unit(writing=False) as uow:
        export = uow.session.get_one(TableExport, export_id)
        taking, words, asked = TAKEN[export.kind], export.reason, dict(export.filters)
        require(can_use_tables(uow.actor, taking))

        def lines() -> Iterator[Sequence[object]]:
            done = 0
            for rows in uow.each(taking.rows(uow, asked), size=CHUNK):
                yield from taking.lines(uow, rows)
                done += len(rows)
                _progress(open_unit, export_id, done)

        return write_long_workbook(_sheet(uow, taking, words, lines()))


def _progress(open_unit: OpenUnit, export_id: int, done: int) -> None:
    with open_unit(writing=True) as uow:
        export = uow.session.get_one(TableExport, export_id)
        if export.state is not State.RUNNING:
            raise NotFound
        export.done_count = done


def _end(open_unit: OpenUnit, export_id: int, state: TakingState, content: bytes = b"") -> None:
    with open_unit(writing=True) as uow:
        export = uow.session.get_one(TableExport, export_id, with_for_update=True)
        if export.state is not State.RUNNING:
            return
        export.state, export.finished_at = state, uow.now
        if content:
            name = f"{export.kind.label}.xlsx"
            export.file_id = store_file(uow, content, name=name, mimetype=XLSX).id
            export.row_count = export.done_count


# ---------- what was taken out ----------


def read_export(uow: UnitOfWork, export: TableExport) -> tuple[str, bytes]:
    """Name and content of a table that is ready. Raises ``NotFound`` before and after."""
    require(can_open_export(uow.actor, export))
    file = uow.session.get(StoredFile, export.file_id) if export.file_id else None
    if file is None:
        raise NotFound
    uow.audit("export.table_opened", export, kind=export.kind.value)
    return file.name, read_file(uow, file)


def drop_old_exports(uow: UnitOfWork) -> int:
    """Delete the files that were kept for a day, and end what no job works on any more; at most 100 at a time."""
    old = (TableExport.created_at < uow.now - KEPT, TableExport.state.in_(OPEN_STATES))
    return _drop(uow, list(uow.session.scalars(select(TableExport).where(*old).limit(100))))


def drop_exports_around(uow: UnitOfWork, person: Person) -> int:
    """Delete tables of people around somebody who is erased, also those that are being written; returns how many."""
    places = paths_above(person.region_path)
    if person.resettled_region_code:
        found = uow.session.get(Region, person.resettled_region_code)
        places += paths_above(found.path) if found else []
    around = TableExport.region_path.in_(places) | (TableExport.region_path == "")
    mine = (TableExport.kind == TakenKind.PEOPLE, TableExport.state.in_(OPEN_STATES))
    return _drop(uow, list(uow.session.scalars(select(TableExport).where(*mine, or_(around)))))


def _drop(uow: UnitOfWork, exports: Sequence[TableExport]) -> int:
    for export in exports:
        file = uow.session.get(StoredFile, export.file_id) if export.file_id else None
        export.file_id, export.finished_at = None, export.finished_at or uow.now
        export.state = State.GONE if file else State.FAILED
        uow.session.flush()
        if file is not None:
            remove_file(uow, file)
    return len(exports)
