"""One pass over rows of postings: read, find whose they are, lay beside what is there, and say what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.batches import Note
from jobmatch.exchange.posting_columns import TITLES, PostingReader, RowReading, column_of
from jobmatch.exchange.posting_employers import EmployerBook, Wanted
from jobmatch.exchange.states import PostingRowNote
from jobmatch.reference.queries import find_region
from recruiters.employers.models import Employer
from recruiters.postings.services.importing import Draft, Outcome, Seen, place_drafts, read_draft
from recruiters.postings.states import YesWay

VALUE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class PostingNote(Note):
    """A row that somebody has to look at, with the posting that it speaks of."""

    posting_id: int | None = None


@dataclass(slots=True)
class Read:
    """Some rows as they were read, before anything is looked up."""

    drafts: list[Draft]
    readings: list[RowReading]


@dataclass(slots=True)
class Passage:
    """A pass over the rows of one table, or of one call of a machine.

    ``prefix`` is the source within which keys are unique, ``region_path`` the office that answers, ``only`` the one
    employer that sends its own postings.
    """

    prefix: str
    source_name: str
    region_path: str
    consent: YesWay | None
    only: Employer | None = None
    seen: Seen = field(default_factory=Seen)

    def reader(self, uow: UnitOfWork) -> PostingReader:
        """What reads the rows of one unit."""
        return PostingReader(uow.session, self.region_path.strip("/").split("/")[-1])

    def read(self, uow: UnitOfWork, rows: Sequence[tuple[int, Mapping[str, str]]]) -> Read:
        """Read rows and check their words against the rules: the long part, which writes nothing."""
        reader = self.reader(uow)
        if self.only is not None:
            name = self.only.organization.name
            rows = [(number, {"employer": name} | dict(cells)) for number, cells in rows]
        reader.look_up(cells for _number, cells in rows)
        readings = [reader.read(cells) for _number, cells in rows]
        drafts = []
        for (number, _cells), reading in zip(rows, readings, strict=True):
            draft = read_draft(uow, number, reading.row)
            draft.errors = {column_of(name): words for name, words in draft.errors.items()} | reading.errors
            draft.employer_name = reading.employer_name
            drafts.append(draft)
        return Read(drafts, readings)

    def place(self, uow: UnitOfWork, read: Read, *, is_dry: bool) -> None:
        """Say of each row what becomes of it, and store it unless ``is_dry``."""
        book = EmployerBook(self.source_name, only=self.only)
        wanted = [
            Wanted(one.employer_name, one.credit_code, one.contact, one.row.values["region_code"])
            for one in read.readings
        ]
        book.load(uow, wanted)
        good = [(draft, one) for draft, one in zip(read.drafts, wanted, strict=True) if not draft.errors]
        ones = [one for _draft, one in good]
        found = [book.find(one) for one in ones] if is_dry else book.find_or_make(uow, ones)
        for (draft, _one), (employer, errors) in zip(good, found, strict=True):
            draft.employer = employer
            draft.errors |= errors
        place_drafts(
            uow,
            read.drafts,
            prefix=self.prefix,
            source_name=self.source_name,
            consent=self.consent,
            read=self.reader(uow).reread,
            seen=self.seen,
            is_dry=is_dry,
        )

    def notes(self, uow: UnitOfWork, drafts: Sequence[Draft]) -> list[PostingNote]:
        """What has to be said of the rows."""
        found: list[PostingNote] = []
        for draft in drafts:
            found += _notes_of(draft)
            place = find_region(uow.session, draft.row.values["region_code"])
            if draft.outcome is Outcome.NEW and place and not place.path.startswith(self.region_path):
                words = _("工作地点在%(place)s，由那边的事务局审核", place=self.reader(uow).place_words(place.code))
                found.append(_note(draft, PostingRowNote.ELSEWHERE, "place", words))
        return found


def _note(draft: Draft, kind: PostingRowNote, column: str, reason: str, value: str | None = None) -> PostingNote:
    title = TITLES.get(column, "")
    shown = draft.row.source_row.get(title, "") if value is None else value
    return PostingNote(draft.number, kind, title, " ".join(shown.split())[:VALUE_LENGTH], reason, posting_id_of(draft))


def posting_id_of(draft: Draft) -> int | None:
    """The posting that a row made, met, or only repeats; None where there is none yet."""
    if draft.outcome is Outcome.NEW:
        return draft.posting.id
    one = draft.known or draft.twin
    return one.id if one is not None else None


def _notes_of(draft: Draft) -> list[PostingNote]:
    if draft.errors:
        return [_note(draft, PostingRowNote.REFUSED, name, words) for name, words in draft.errors.items()]
    if draft.outcome is Outcome.DUPLICATE:
        return [_note(draft, PostingRowNote.DUPLICATE, "title", duplicate_words(draft))]
    if draft.outcome is Outcome.ENDED:
        state = draft.known.state.label if draft.known else ""
        return [_note(draft, PostingRowNote.ENDED, "title", _("岗位现在是“%(state)s”，没有改", state=state))]
    if draft.outcome is Outcome.SAME:
        return []
    found: dict[str, PostingNote] = {}
    for finding in draft.posting.findings:
        if finding["severity"] == "block":
            words = _("%(rule)s：%(advice)s（%(basis)s）", rule=finding["rule"], advice=finding["message"],
                      basis=finding["basis"])  # fmt: skip
            found.setdefault(
                finding["rule"],
                _note(draft, PostingRowNote.BLOCKED, column_of(finding["field"]), words, finding["text"]),
            )
    return list(found.values())


def duplicate_words(draft: Draft) -> str:
    """Why a row is one too many."""
    if draft.twin_row:
        return _("和第 %(n)s 行是同一个岗位，只存那一行", n=draft.twin_row)
    source = draft.twin.source_name if draft.twin is not None else ""
    if source:
        return _("这家单位在同一个地方已经有这个岗位，来自“%(source)s”", source=source)
    return _("这家单位在同一个地方已经有这个岗位")
