"""Files that are likely one person's: the same numbers, or names and birthdays that look or sound alike.

Candidates come from four narrow index look-ups (identity number, phone, birthdays nearby, initials), so the search
costs the same in a county of a hundred thousand; only they are compared letter by letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User, clean_phone
from jobmatch.people.models.person import Person
from jobmatch.people.pinyin import name_pinyin
from jobmatch.people.states import TwinReason
from jobmatch.reference.checks import check_id_number

SHOWN_FROM = 60
"""A pair below this score is left out, unless the phone is the same."""
POINTS = {
    TwinReason.SAME_ID: 100,
    TwinReason.SAME_PHONE: 45,
    TwinReason.SAME_NAME: 40,
    TwinReason.SAME_PINYIN: 30,
    TwinReason.SIMILAR_NAME: 20,
    TwinReason.SAME_BIRTH: 40,
    TwinReason.SAME_MONTH: 25,
    TwinReason.TURNED_BIRTH: 25,
    TwinReason.NO_BIRTH: 20,
    TwinReason.OTHER_ID: -40,
}
"""A name and a birthday together reach ``SHOWN_FROM``, one of them alone does not."""
SIMILAR_LETTERS, SIMILAR_SOUND = 60, 85
MOST_CANDIDATES = 3000
_COLUMNS = (Person.id, Person.name, Person.pinyin, Person.birth_on, Person.id_number_blind)


@dataclass(frozen=True, slots=True)
class Twin:
    """A file that may be the same person's: 0 to 100, and why."""

    person_id: int
    score: int
    reasons: tuple[TwinReason, ...]


def find_twins(
    session: Session,
    *,
    name: str = "",
    birth_on: date | None = None,
    phone: str = "",
    id_number: str = "",
    but: int | None = None,
    limit: int = 10,
) -> list[Twin]:
    """Files likely to be of the person with these facts (any may be missing), the likeliest first, wherever they are.

    ``but`` is the row id of the file that asks. Who may see what was found is the caller's matter.
    """
    name = "".join(unicodedata.normalize("NFKC", name).split())
    pinyin, initials = name_pinyin(name)
    same_phone = _with_phone(session, phone) if clean_phone(phone) else {}
    blind = Person.id_number.fingerprint(_identity(id_number)) if id_number.strip() else None
    rows = dict(same_phone)
    if blind is not None:
        rows |= _read(session, Person.id_number_blind == blind)
    if birth_on is not None and pinyin:
        rows |= _read(session, _near(birth_on))
    if initials:
        rows |= _read(session, Person.initials == initials)
    if but is not None:
        rows.pop(but, None)
    found = []
    for row in rows.values():
        reasons = [
            *_number_reasons(row, blind, row.id in same_phone),
            *_name_reasons(row, name, pinyin),
            *_birth_reasons(row.birth_on, birth_on),
        ]
        score = max(0, min(100 if TwinReason.SAME_ID in reasons else 99, sum(POINTS[reason] for reason in reasons)))
        if score >= SHOWN_FROM or TwinReason.SAME_PHONE in reasons or TwinReason.SAME_ID in reasons:
            found.append(Twin(row.id, score, tuple(reasons)))
    return sorted(found, key=lambda twin: (-twin.score, twin.person_id))[:limit]


def _identity(id_number: str) -> str:
    """The number as it is stored; what is none finds nothing."""
    try:
        return check_id_number(id_number).number
    except ValueError:
        return id_number


def _read(session: Session, condition: ColumnElement[bool]) -> dict[int, Any]:
    query = select(*_COLUMNS).where(condition, Person.erased_at.is_(None)).limit(MOST_CANDIDATES)
    return {row.id: row for row in session.execute(query)}


def _with_phone(session: Session, phone: str) -> dict[int, Any]:
    blind = Person.phone.fingerprint(phone)
    users = select(User.id).where(User.phone_blind == blind)
    return _read(session, or_(Person.phone_blind == blind, Person.user_id.in_(users)))


def _near(birth_on: date) -> ColumnElement[bool]:
    first = birth_on.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return or_(Person.birth_on.between(first, last), Person.birth_on.in_(sorted(turned(birth_on))))


@lru_cache(maxsize=64)
def turned(day: date) -> frozenset[date]:
    """Days whose eight digits are those of ``day`` with two neighbors swapped, or with month and day swapped."""
    digits = day.strftime("%Y%m%d")
    texts = {digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :] for n in range(7)}
    texts.add(digits[:4] + digits[6:] + digits[4:6])
    return frozenset(found for text in texts for found in _day(text)) - {day}


def _day(text: str) -> Iterator[date]:
    try:
        yield date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return


def _number_reasons(row: Any, blind: bytes | None, has_phone: bool) -> list[TwinReason]:
    reasons = [TwinReason.SAME_PHONE] if has_phone else []
    if blind is not None and row.id_number_blind is not None:
        reasons.insert(0, TwinReason.SAME_ID if row.id_number_blind == blind else TwinReason.OTHER_ID)
    return reasons


def _name_reasons(row: Any, name: str, pinyin: str) -> Sequence[TwinReason]:
    if not pinyin:
        return ()
    if row.name == name:
        return (TwinReason.SAME_NAME,)
    if row.pinyin == pinyin:
        return (TwinReason.SAME_PINYIN,)
    if fuzz.ratio(row.name, name, score_cutoff=SIMILAR_LETTERS) or (
        row.pinyin and fuzz.ratio(row.pinyin, pinyin, score_cutoff=SIMILAR_SOUND)
    ):
        return (TwinReason.SIMILAR_NAME,)
    return ()


def _birth_reasons(known: date | None, asked: date | None) -> Sequence[TwinReason]:
    """How near two birthdays are; a file that gives the month alone holds its first day."""
    if known is None or asked is None:
        return (TwinReason.NO_BIRTH,)
    if known == asked:
        return (TwinReason.SAME_BIRTH,)
    if (known.year, known.month) == (asked.year, asked.month) and 1 in (known.day, asked.day):
        return (TwinReason.SAME_MONTH,)
    digits = zip(known.strftime("%Y%m%d"), asked.strftime("%Y%m%d"), strict=True)
    if sum(one != other for one, other in digits) == 1 or known in turned(asked):
        return (TwinReason.TURNED_BIRTH,)
    return ()
