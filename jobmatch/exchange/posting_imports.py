"""Bringing a table of postings in: take it, say which column is which, check, store, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.files import check_hourly_uploads
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import batches
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.columns import Table
from jobmatch.exchange.models import PostingImport, PostingImportRow, PostingSource
from jobmatch.exchange.policies import can_change_posting_import, can_import_postings
from jobmatch.exchange.posting_columns import MOST_ROWS, NEEDED, TITLES, guess_places, open_posting_table
from jobmatch.exchange.posting_pass import Passage, PostingNote, posting_id_of
from jobmatch.exchange.states import ImportState, PostingRowNote
from recruiters.employers.models import Employer
from recruiters.employers.queries import employer_of
from recruiters.postings.models import Posting
from recruiters.postings.services.importing import Draft, Outcome, Seen, close_vanished, withdraw_imported
from recruiters.postings.states import YesWay

CHUNK = 200
UNIT_ROWS = 500
MOST_UPLOADS = 30
CHECK_JOB, STORE_JOB, UNDO_JOB = "exchange.check_postings", "exchange.store_postings", "exchange.undo_postings"
State = ImportState


# ---------- steps of the one who imports ----------


def save_source(uow: UnitOfWork, name: str, organization_id: int | None, region_path: str) -> PostingSource:
    """The source of this name, made where it is new. Raises ``Invalid`` on ``source``."""
    clean = " ".join(name.split())
    if not 2 <= len(clean) <= 60:
        raise Invalid(fields={"source": _("请写这张表是从哪里来的，2 到 60 个字")})
    query = select(PostingSource).where(PostingSource.name == clean, PostingSource.organization_id == organization_id)
    found = uow.session.scalars(query).first()
    if found is None:
        found = PostingSource(
            organization_id=organization_id,
            region_path=region_path,
            name=clean,
            mapping={},
            created_by_id=uow.actor.user_id,
            created_at=uow.now,
        )
        uow.session.add(found)
        uow.session.flush()
        uow.audit("posting_source.save", found)
    return found


def open_posting_import(
    uow: UnitOfWork,
    content: bytes,
    table: Table,
    *,
    name: str,
    source: str,
    consent: YesWay | None = None,
    is_full: bool = False,
) -> PostingImport:
    """Take a table in whose titles were read; its columns are said next. Raises ``Invalid``, ``Limited``."""
    require(can_import_postings(uow.actor))
    check_hourly_uploads(uow, "import.postings_opened", MOST_UPLOADS)
    origin = save_source(uow, source, uow.actor.organization_id, uow.actor.region_path)
    batch = PostingImport(
        source_id=origin.id,
        state=State.MAPPING,
        titles=[title[:60] for title in table.titles],
        samples=batches.samples_of(table),
        mapping=guess_places(table.titles, origin.mapping),
        consent=consent,
        is_full=is_full,
    )
    batches.hand_in(uow, batch, content, name=name)
    uow.audit("import.postings_opened", batch)
    return batch


def map_columns(uow: UnitOfWork, batch: PostingImport, places: Mapping[str, int]) -> PostingImport:
    """Say which column is which; the source remembers it, and the check begins in the background.

    Raises ``Invalid`` by field, ``Conflict`` once rows were stored.
    """
    require(can_change_posting_import(uow.actor, batch))
    if batch.state not in (State.MAPPING, State.CHECKED):
        raise Conflict
    titles = batch.titles
    errors = batches.misplaced(places, TITLES, NEEDED, len(titles))
    if errors:
        raise Invalid(fields=errors)
    batch.mapping = dict(places)
    source = uow.session.get_one(PostingSource, batch.source_id)
    source.mapping = {name: titles[place] for name, place in places.items()}
    batches.begin(uow, batch, State.CHECKING)
    uow.enqueue(CHECK_JOB, import_id=batch.id)
    return batch


def confirm_posting_import(uow: UnitOfWork, batch: PostingImport) -> PostingImport:
    """Store what the check found good; a second press changes nothing. Raises ``Conflict``, ``Invalid``."""
    require(can_change_posting_import(uow.actor, batch))
    if batch.state is State.CHECKED and batch.is_full and batch.same_count and not batch.refused_count:
        # A full list may have nothing new and still say that other postings are gone.
        batches.begin(uow, batch, State.IMPORTING)
        uow.enqueue(STORE_JOB, import_id=batch.id)
        return batch
    batches.confirm(uow, batch, STORE_JOB, nothing=_("这张表里没有可以存入的岗位"))
    return batch


def drop_posting_import(uow: UnitOfWork, batch: PostingImport) -> None:
    """Forget a table that was not imported. Raises ``Conflict``."""
    require(can_change_posting_import(uow.actor, batch))
    batches.drop(uow, batch)


def undo_posting_import(uow: UnitOfWork, batch: PostingImport) -> PostingImport:
    """Take back the postings of an import that nobody touched since. Raises ``Conflict``."""
    require(can_change_posting_import(uow.actor, batch))
    batches.undo(uow, batch, UNDO_JOB)
    return batch


# ---------- passes over the rows ----------


def passage_of(uow: UnitOfWork, batch: PostingImport) -> Passage:
    """The pass of a batch: whose keys, which office, and the one employer that may speak, where there is one."""
    source = uow.session.get_one(PostingSource, batch.source_id)
    owner = uow.session.get(Organization, source.organization_id) if source.organization_id else None
    only: Employer | None = employer_of(uow.session, owner.id) if owner else None
    stored = (
        select(PostingImportRow.row_number, Posting)
        .join(Posting, Posting.id == PostingImportRow.posting_id)
        .where(PostingImportRow.import_id == batch.id)
    )
    seen = Seen({str(one.source_key): number for number, one in uow.session.execute(stored).all()})
    return Passage(f"s{source.id}", source.name, batch.region_path, batch.consent, only, seen)


def run_check(open_unit: OpenUnit, import_id: int, content: bytes) -> None:
    """Judge every row of a table whose columns were said, and store nothing but counts and notes."""
    batches.check(open_unit, PostingImport, import_id, lambda: _pass(open_unit, import_id, content, is_dry=True))


def run_import(open_unit: OpenUnit, import_id: int, content: bytes) -> None:
    """Store the good rows of an import, each once, going on after the last row that an earlier pass finished."""
    with open_unit(writing=False) as uow:
        if uow.session.get_one(PostingImport, import_id).state is not State.IMPORTING:
            return
    _pass(open_unit, import_id, content, is_dry=False)
    _close_what_is_gone(open_unit, import_id)
    with open_unit(writing=True) as uow:
        finish(uow, uow.session.get_one(PostingImport, import_id))


def finish(uow: UnitOfWork, batch: PostingImport) -> None:
    """Everything is stored: the file goes."""
    batches.end(uow, batch)
    uow.audit(
        "import.postings", batch, stored=batch.stored_count, changed=batch.changed_count, refused=batch.refused_count
    )


def _pass(open_unit: OpenUnit, import_id: int, content: bytes, *, is_dry: bool) -> None:
    table = open_posting_table(content)
    with open_unit(writing=False) as uow:
        batch = uow.session.get_one(PostingImport, import_id)
        places, done, passage = batch.mapping, batch.next_row, passage_of(uow, batch)
    for chunk in batches.chunks_after(batches.few(table.rows(places), MOST_ROWS), done, CHUNK):
        with open_unit(writing=False) as uow:
            read = passage.read(uow, chunk)
            if is_dry:
                passage.place(uow, read, is_dry=True)
        with open_unit(writing=True) as uow:
            batch = batches.take_turn(uow, PostingImport, import_id, done)
            if not is_dry:
                passage.place(uow, read, is_dry=False)
            keep_outcomes(uow, batch, passage, read.drafts, is_dry=is_dry)
        done = chunk[-1][0]


_COUNTS = {
    Outcome.NEW: "stored_count",
    Outcome.CHANGED: "changed_count",
    Outcome.SAME: "same_count",
    Outcome.ENDED: "same_count",
    Outcome.DUPLICATE: "duplicate_count",
    Outcome.REFUSED: "refused_count",
}


def keep_outcomes(
    uow: UnitOfWork, batch: PostingImport, passage: Passage, drafts: Sequence[Draft], *, is_dry: bool
) -> None:
    """Count what came of some rows, note what has to be said, and remember which row is which posting."""
    notes = passage.notes(uow, drafts)
    for draft in drafts:
        column = _COUNTS[draft.outcome]
        setattr(batch, column, getattr(batch, column) + 1)
    batch.blocked_count += len({note.row_number for note in notes if note.kind is PostingRowNote.BLOCKED})
    batch.next_row, batch.changed_at = drafts[-1].number, uow.now
    batches.write_notes(uow, batch, notes)
    links = [
        {"import_id": batch.id, "row_number": draft.number, "posting_id": one, "is_new": draft.outcome is Outcome.NEW}
        for draft in drafts
        if (one := posting_id_of(draft)) is not None
    ]
    if links and not is_dry:
        uow.session.execute(insert(PostingImportRow), links)


def _close_what_is_gone(open_unit: OpenUnit, import_id: int) -> None:
    is_open = True
    while is_open:
        with open_unit(writing=True) as uow:
            batch = uow.session.get_one(PostingImport, import_id)
            is_open = close_some(uow, batch)


def close_some(uow: UnitOfWork, batch: PostingImport) -> bool:
    """Close postings that a full list no longer has, some at a time; returns whether there may be more.

    A list of which a row was not understood closes nothing: nobody knows which posting that row was.
    """
    if not batch.is_full or not batches.rows_of(batch):
        return False
    if batch.refused_count:
        words = _("有 %(n)s 行没有存入，不知道是哪个岗位，所以没有关闭任何岗位", n=batch.refused_count)
        batches.write_notes(uow, batch, [PostingNote(0, PostingRowNote.REFUSED, "", "", words)])
        return False
    kept = select(PostingImportRow.posting_id).where(PostingImportRow.import_id == batch.id)
    gone = close_vanished(uow, f"s{batch.source_id}", kept, most=UNIT_ROWS)
    batch.closed_count += len(gone)
    batch.changed_at = uow.now
    words = _("来源的全表里没有这个岗位了")
    batches.write_notes(
        uow, batch, [PostingNote(0, PostingRowNote.CLOSED, TITLES["title"], p.title, words, p.id) for p in gone]
    )
    return len(gone) == UNIT_ROWS


# ---------- taking back ----------


def run_undo(open_unit: OpenUnit, import_id: int) -> None:
    """Take back the new postings of an import, 500 at a time; what was touched since stays and is listed."""
    batches.take_back(open_unit, PostingImport, import_id, _undo_some)


def _undo_some(uow: UnitOfWork, batch: PostingImport) -> bool:
    mine = (
        PostingImportRow.import_id == batch.id,
        PostingImportRow.is_new,
        PostingImportRow.row_number > batch.next_row,
    )
    query = select(PostingImportRow).where(*mine).order_by(PostingImportRow.row_number).limit(UNIT_ROWS)
    rows = uow.session.scalars(query).all()
    if not rows:
        return False
    reasons = withdraw_imported(uow, [row.posting_id for row in rows])
    kept = [
        PostingNote(row.row_number, PostingRowNote.KEPT, "", "", reasons[row.posting_id], row.posting_id)
        for row in rows
        if row.posting_id in reasons
    ]
    batches.write_notes(uow, batch, kept)
    batch.next_row = rows[-1].row_number
    batch.removed_count += len(rows) - len(kept)
    return True
