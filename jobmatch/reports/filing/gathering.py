"""Reads what is to be frozen: every counted subject with its number, cell and marks."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reports.filing.inputs import Inputs, Row
from jobmatch.reports.filing.models import SubjectNumber
from jobmatch.reports.filing.states import FormKind
from jobmatch.reports.indicators.policies import visible_counts
from jobmatch.reports.indicators.standing import NO_WISH, Column, Scores, marks, returnees, standing


def gather_year_table(uow: UnitOfWork, *, year: int, day: date, path: str) -> Inputs:
    """The members of the year's table as they stand now for ``day``; numbers are given to those who have none."""
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, day).subquery()
    trained, hard, helped = marks(rows, scores, day)
    query = (
        select(rows.c.person_id, rows.c.entry_id, rows.c.path, rows.c.score, trained, hard, helped)
        .select_from(rows)
        .outerjoin(Person, Person.id == rows.c.person_id)
    )
    members = uow.rows(visible_counts(uow.actor, query, path))
    numbers = _numbers(uow.session, [(row[0], row[1]) for row in members])
    unverified = set(scores.unverified())
    found = []
    for person_id, entry_id, place, score, *marked in members:
        seat = scores.places[score]
        letters = "".join(letter for letter, holds in zip("FMN", marked, strict=True) if holds)
        if score in unverified and seat.column is Column.L:
            letters += "u"
        if seat.status_code == NO_WISH and seat.column is Column.L:
            letters += "w"
        found.append(Row(numbers[_key(person_id, entry_id)], place, seat.column.value, letters))
    return Inputs(FormKind.YEAR_TABLE.value, year, day.isoformat(), path, tuple(found))


def _key(person_id: int | None, entry_id: int | None) -> tuple[str, int]:
    """A person's number follows their file; a line of the roster without a file has one of its own."""
    return ("person", person_id) if person_id is not None else ("entry", entry_id or 0)


def _numbers(session: Session, members: list[tuple[int | None, int | None]]) -> dict[tuple[str, int], int]:
    """Subject numbers of everybody; new ones where there are none, a line's own one once it has a file."""
    known = _known(session)
    for person_id, entry_id in members:
        if person_id is not None and entry_id is not None and ("person", person_id) not in known:
            number = known.pop(("entry", entry_id), None)
            if number is not None:
                session.execute(
                    update(SubjectNumber).where(SubjectNumber.id == number).values(person_id=person_id, entry_id=None)
                )
                known[("person", person_id)] = number
    wanted = {_key(*member) for member in members} - set(known)
    rows: list[dict[str, Any]] = [
        {"person_id": key if kind == "person" else None, "entry_id": key if kind == "entry" else None}
        for kind, key in sorted(wanted)
    ]
    if rows:
        session.execute(insert(SubjectNumber), rows)
        known = _known(session)
    return known


def _known(session: Session) -> dict[tuple[str, int], int]:
    query = select(SubjectNumber.id, SubjectNumber.person_id, SubjectNumber.entry_id)
    return {_key(person_id, entry_id): number for number, person_id, entry_id in session.execute(query)}
