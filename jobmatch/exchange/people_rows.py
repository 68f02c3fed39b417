"""What becomes of the rows of a table of people: stored, there already, or refused with column, value and reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.batches import Note
from jobmatch.exchange.people_columns import FIELD_OF_FINDING, NUMBER_FIELDS, Reader
from jobmatch.exchange.states import RowNote
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.policies import can_read_person
from jobmatch.people.secrecy import mask
from jobmatch.people.services.bulk import CheckedEntry, check_entry, find_known
from jobmatch.people.services.common import Findings

SECRET_FIELDS = frozenset({"posts_held", "honours"})
VALUE_LENGTH = 60
Key = bytes | tuple[bytes, str]


@dataclass(slots=True)
class Judged:
    """Some rows of a table: those to store, the notes on others, and how many there were of each."""

    good: list[tuple[int, CheckedEntry]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    same: int = 0
    changed: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        return len(self.good) + self.same + self.refused


@dataclass(slots=True)
class Judge:
    """Judges the rows of one table in their order.

    ``titles`` are the table's own titles by field; ``seen`` the rows that were good so far, by what identifies their
    person, so that a person who stands in the table twice is stored once.
    """

    reader: Reader
    titles: Mapping[str, str]
    seen: dict[Key, int] = field(default_factory=dict)

    def judge(self, uow: UnitOfWork, rows: Sequence[tuple[int, Mapping[str, str]]]) -> Judged:
        """What becomes of ``rows``; reads, and stores nothing."""
        judged = Judged()
        checked: list[tuple[int, CheckedEntry]] = []
        for number, row in rows:
            found = Findings()
            one = check_entry(uow, self.reader.read(uow, row, found), found)
            if one is None:
                judged.refused += 1
                judged.notes += self._refusals(number, row, found)
            else:
                checked.append((number, one))
        known = find_known(uow, [one for _number, one in checked])
        same: list[tuple[int, CheckedEntry, Person]] = []
        for number, one in checked:
            twice = self._first_row_of(one)
            person = None if twice else known.file_of(one)
            if twice:
                judged.refused += 1
                judged.notes.append(self._twice(number, twice))
            elif person is not None:
                same.append((number, one, person))
            else:
                judged.good.append((number, one))
                self.seen |= dict.fromkeys(keys_of(one), number)
        judged.same = len(same)
        changes = self._changes(uow, same)
        judged.changed = len(changes)
        judged.notes = sorted([*judged.notes, *changes], key=lambda note: note.row_number)
        return judged

    def _first_row_of(self, one: CheckedEntry) -> int:
        """The row in which the same person stood before, 0 for none; a phone and a name say it without a number."""
        keys = keys_of(one)
        if one.id_blind is not None:
            keys = keys[:1]
        return next((self.seen[key] for key in keys if key in self.seen), 0)

    def _twice(self, number: int, first: int) -> Note:
        title = self.titles.get("id_number") or self.titles.get("phone", "")
        return Note(number, RowNote.REFUSED, title, "", _("和第 %(n)s 行是同一个人，只存那一行", n=first))

    def _refusals(self, number: int, row: Mapping[str, str], found: Findings) -> list[Note]:
        notes: dict[str, Note] = {}
        for name, reason in found.fields.items():
            column = FIELD_OF_FINDING.get(name, name)
            if column == "birth_on" and not row.get(column):
                # The identity number said when the person was born.
                column = "id_number"
            if column in notes:
                # A word that was not understood is then missing too, which would say the same twice.
                continue
            value = row.get(column, "")
            if name in SECRET_FIELDS:
                # The words of the finding quote what must not be kept anywhere.
                value = mask(value)
                reason = _(
                    "里面有番号、代号、驻地或装备型号，不能存。可以改成：%(masked)s", masked=value[:VALUE_LENGTH]
                )
            if column == "id_number" and re.fullmatch(r"\d{15}000", value):
                reason = _("末三位被表格软件抹成了 0。请把这一列设为文本，再填一次")
            title = self.titles.get(column, "") or _("（没有这一列）")
            shown = hidden(value, whole=column in NUMBER_FIELDS)
            notes[column] = Note(number, RowNote.REFUSED, title, shown, reason)
        return list(notes.values())

    def _changes(self, uow: UnitOfWork, same: Sequence[tuple[int, CheckedEntry, Person]]) -> list[Note]:
        """A note on each person who is there with other facts; of a file out of reach only that it is there."""
        ids = [person.id for _number, _one, person in same]
        records = {
            record.person_id: record
            for record in uow.session.scalars(select(ServiceRecord).where(ServiceRecord.person_id.in_(ids)))
        }
        notes = []
        for number, one, person in same:
            if not can_read_person(uow.actor, person):
                notes.append(Note(number, RowNote.CHANGED, "", "", _("别的服务站已经建过档。请联系上级核对")))
                continue
            columns = [self.titles.get(name, name) for name in _differences(one, person, records.get(person.id))]
            if columns:
                reason = _("已经建过档，这几列和档案不同，档案没有改")
                notes.append(Note(number, RowNote.CHANGED, _("、").join(columns)[:120], "", reason))
        return notes


def keys_of(one: CheckedEntry) -> list[Key]:
    """What identifies the person of an entry: the identity number first, then phone and name."""
    by_phone = (one.phone_blind, one.entry.name) if one.phone_blind else None
    return [key for key in (one.id_blind, by_phone) if key]


def _differences(one: CheckedEntry, person: Person, record: ServiceRecord | None) -> list[str]:
    """Fields of which the table says something else than the file; what the table leaves open does not count."""
    entry = one.entry
    pairs: dict[str, tuple[object, object]] = {
        "name": (entry.name, person.name),
        "id_number": (one.id_blind, person.id_number_blind),
        "living": (entry.living, person.living_region_code),
        "registered": (entry.registered, person.registered_region_code),
        "resettled": (entry.resettled, person.resettled_region_code),
        "education": (entry.education_code, person.education_code),
        "major": (entry.major, person.major),
    }
    if person.user_id is None:
        pairs["phone"] = (one.phone_blind, person.phone_blind)
    for name, column in (
        ("branch", "branch_code"),
        ("rank", "rank_code"),
        ("resettlement", "resettlement_code"),
        ("enlisted_on", "enlisted_on"),
        ("discharged_on", "discharged_on"),
    ):
        pairs[name] = (getattr(entry, column), getattr(record, column) if record else None)
    return [name for name, (said, known) in pairs.items() if said and said != known]


def hidden(value: str, *, whole: bool) -> str:
    """A value as it may be listed: of a number, or a long row of digits elsewhere, only the ends are left."""
    text = " ".join(value.split())
    if whole:
        return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else f"****{text[-2:]}" if text else ""
    return re.sub(r"\d{5,}[\dXx]", lambda run: f"{run[0][:2]}****{run[0][-2:]}", text)[:VALUE_LENGTH]
