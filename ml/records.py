"""Files of people, postings and judgements, one JSON object or one row a line. `ml/README.md` documents them.

Reading is tolerant about what is missing, unknown or empty, and strict about what cannot be meant: the message names
the file and the line.
"""

import csv
import gzip
import json
import math
import os
import types
import typing
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ml.coding import suggest_occupations
from ml.documents import (
    Eligibility,
    Person,
    PostingDocument,
    Profile,
    Requirement,
    person_from_record,
    person_to_record,
    posting_from_record,
    posting_to_record,
)
from ml.extraction_conditions import read_requirements

T = TypeVar("T", Profile, Eligibility, PostingDocument, Requirement)
Row = TypeVar("Row")

SURE_ENOUGH = 0.3  # least score at which a title without a code is given one
GRADES = ("0", "1", "2", "3")


def read_people(path: Path) -> list[Person]:
    """The people of a JSON-lines file, gzip-compressed where its name ends in `.gz`.

    Raises ValueError, naming file and line, for a line that is no person.
    """
    return list(_read(path, _person))


def read_postings(path: Path) -> list[PostingDocument]:
    """The postings of such a file as they stand there: see `complete_posting`. Raises ValueError as `read_people`."""
    return list(_read(path, _posting))


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Person to posting to grade, 0 to 3, from a CSV file with the columns person_id, posting_id and grade.

    Of several grades for a pair the last counts. Raises ValueError, naming file and line.
    """
    found: dict[str, dict[str, int]] = {}
    for line, row in _rows(path, ("person_id", "posting_id", "grade")):
        grade = row["grade"]
        if grade not in GRADES:
            raise ValueError(f"{path}, line {line}: the grade must be 0, 1, 2 or 3")
        found.setdefault(row["person_id"], {})[row["posting_id"]] = int(grade)
    return found


def read_parts(path: Path) -> dict[str, str]:
    """Person to part, such as `tune` or `report`, from a CSV file with the columns person_id and part."""
    return {row["person_id"]: row["part"] for _, row in _rows(path, ("person_id", "part"))}


def write_people(path: Path, people: Iterable[Person]) -> int:
    """Writes people, one a line, into a file that its owner alone can read, and returns how many."""
    return _write(path, (person_to_record(person) for person in people))


def write_postings(path: Path, postings: Iterable[PostingDocument]) -> int:
    """Writes postings, one a line, into a file that its owner alone can read, and returns how many."""
    return _write(path, (posting_to_record(posting) for posting in postings))


def complete_posting(posting: PostingDocument) -> PostingDocument:
    """A thin posting with its occupation coded from the title, and its conditions read from its text.

    What the posting states itself stays, and a title that no occupation is near enough to stays without a code.
    """
    if not posting.occupation:
        likely = suggest_occupations(posting.title, top=1)
        if likely and likely[0].score >= SURE_ENOUGH:
            posting = replace(posting, occupation=likely[0].code)
    if not posting.requirements and posting.text:
        posting = replace(posting, requirements=read_requirements(posting.text))
    return posting


_LISTS = frozenset(one.name for one in fields(Profile) if typing.get_origin(one.type) is tuple)


def _person(record: dict[str, Any]) -> Person:
    if not isinstance(record.get("profile"), dict):
        raise ValueError("a person needs a profile")
    if not isinstance(record.get("eligibility") or {}, dict):
        raise ValueError("eligibility must be an object")
    profile = _with_key(record["profile"])
    for name, value in profile.items():
        # Taken for a list, a word would fall into its letters.
        if isinstance(value, str) and name in _LISTS:
            raise ValueError(f"{name} must be a list")
    person = person_from_record({"eligibility": record.get("eligibility") or {}, "profile": profile})
    return Person(_checked(person.profile), _checked(person.eligibility))


def _posting(record: dict[str, Any]) -> PostingDocument:
    if not isinstance(record.get("title"), str):
        raise ValueError("a posting needs a title")
    posting = posting_from_record(_with_key(record) | {"requirements": record.get("requirements") or ()})
    posting = replace(posting, requirements=tuple(_checked(need) for need in posting.requirements))
    return _checked(posting)


def _with_key(record: dict[str, Any]) -> dict[str, Any]:
    key = record.get("key")
    if not isinstance(key, str | int) or isinstance(key, bool) or not str(key):
        raise ValueError("a key is missing")
    return record | {"key": str(key)}


def _checked(value: T) -> T:
    """The same values as their fields declare them, whole numbers as numbers of the declared kind."""
    changed = {}
    for one in fields(value):
        try:
            changed[one.name] = _cast(getattr(value, one.name), one.type)
        except (TypeError, ValueError):
            raise ValueError(f"{one.name} has a value of the wrong kind") from None
    return replace(value, **changed)


def _cast(value: Any, kind: Any) -> Any:
    if isinstance(kind, types.UnionType):
        if value is None:
            return None
        return _cast(value, next(one for one in typing.get_args(kind) if one is not types.NoneType))
    if typing.get_origin(kind) is tuple:
        parts = typing.get_args(kind)
        if parts[-1] is Ellipsis:
            return tuple(_cast(one, parts[0]) for one in _listed(value))
        return tuple(_cast(one, part) for one, part in zip(_listed(value), parts, strict=True))
    if kind in (int, float):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise TypeError
        if kind is int and value != int(value):
            raise ValueError
        return kind(value)
    if not isinstance(value, kind):
        raise TypeError
    return value


def _listed(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise TypeError
    return value


def _text_lines(path: Path) -> Iterator[str]:
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield from file
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path}: not a text file in UTF-8 ({error})") from None


def _read(path: Path, make: Callable[[dict[str, Any]], Row]) -> Iterator[Row]:
    for number, line in enumerate(_text_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_constant=_no_number)
            if not isinstance(record, dict):
                raise ValueError("not a JSON object")
            yield make(record)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}, line {number}: not JSON ({error.msg})") from None
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
        except (TypeError, KeyError, IndexError):
            raise ValueError(f"{path}, line {number}: a value of the wrong kind") from None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(_text_lines(path))
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in header]
        if missing:
            raise ValueError(f"{path}, line 1: the column {missing[0]} is missing")
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            found = dict(zip(header, (cell.strip() for cell in row), strict=False))
            if not all(found.get(name) for name in columns):
                raise ValueError(f"{path}, line {reader.line_num}: a cell is empty")
            yield reader.line_num, found
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from None


def _write(path: Path, records: Iterable[dict[str, Any]]) -> int:
    count = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as raw:  # noqa: PTH123 - a path cannot open a descriptor
        # A file that was there before keeps its mode otherwise.
        os.fchmod(descriptor, 0o600)
        with gzip.GzipFile(fileobj=raw, mode="wb") if path.suffix == ".gz" else raw as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False, default=_plain).encode() + b"\n")
                count += 1
    return count


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError
