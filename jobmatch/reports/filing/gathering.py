"""Reads what is to be frozen: every counted subject with its number, and its cell and marks or its figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reports.filing.figure_inputs import FigureInputs, FigureRows
from jobmatch.reports.filing.inputs import Inputs, Row
from jobmatch.reports.filing.models import SubjectNumber
from jobmatch.reports.filing.states import FormKind
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Ratio, Scope, Subject
from jobmatch.reports.indicators.policies import visible_counts
from jobmatch.reports.indicators.standing import NO_WISH, Column, Scores, marks, returnees, standing


def gather_year_table(uow: UnitOfWork, *, year: int, day: date, path: str) -> Inputs:
    """The members of the year's table as they stand now for ``day``; numbers are given to those who have none."""
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, day)
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


def gather_figures(
    uow: UnitOfWork, form: FormKind, codes: Iterable[str], *, since: date, until: date, path: str
) -> FigureInputs:
    """The rows behind each figure, and behind both sides of each ratio, as they are now."""
    scope = Scope(uow, path, since, until)
    found = []
    for figure in figures_of(codes):
        rows = uow.rows(scope.counts(select(*figure.rows(scope).subquery("counted").c)))
        found.append((figure, [(int(key), int(amount)) for key, amount in rows]))
    people = [_member(key) for figure, rows in found if figure.subject in _PEOPLE for key, _amount in rows]
    numbers = _numbers(uow.session, people) if people else {}
    lines = [
        FigureRows(figure.code, tuple(sorted((_number(figure, key, numbers), amount) for key, amount in rows)))
        for figure, rows in found
    ]
    return FigureInputs(form.value, since.isoformat(), until.isoformat(), path, tuple(lines))


def figures_of(codes: Iterable[str]) -> list[Figure]:
    """What is counted for these codes, each once: figures themselves, and the sides of ratios."""
    found: dict[str, Figure] = {}
    for code in codes:
        one = registry.ALL[code]
        sides = (one.numerator, one.denominator, one.unknown) if isinstance(one, Ratio) else (one,)
        found |= {side.code: side for side in sides if isinstance(side, Figure)}
    return list(found.values())


_PEOPLE = (Subject.PERSON, Subject.MEMBER)


def _member(key: int) -> tuple[int | None, int | None]:
    """A person, or below zero a line of the roster."""
    return (key, None) if key > 0 else (None, -key)


def _number(figure: Figure, key: int, numbers: dict[tuple[str, int], int]) -> int:
    return numbers[_key(*_member(key))] if figure.subject in _PEOPLE else key


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
