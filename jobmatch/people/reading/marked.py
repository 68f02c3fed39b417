"""Entries from marked words: each school, employer and unit with the dates that belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobmatch.people.reading.entries import Entry
from jobmatch.people.reading.marking import Mark, marker
from jobmatch.people.reading.schooling import level_of
from jobmatch.people.reading.sections import Section
from jobmatch.people.reading.words import Span, plain, read_day, read_span

_KINDS = {"S": "education", "E": "work", "U": "service"}
_FAMILY = {"e": "S", "w": "E", "s": "U"}


def read_marks(sections: Sequence[Section]) -> list[Mark]:
    """The marked words of the sections; their lines are those of the document."""
    placed = [(number, line, section.kind) for section in sections for number, line in zip(section.numbers, section.lines, strict=True)]
    found = marker().mark([line for _number, line, _kind in placed], [kind for _number, _line, kind in placed])
    return found


class _When:
    """A span of time with the place where it stands and the kind of spell it is of."""

    def __init__(self, span: Span, first: Mark, last: Mark) -> None:
        self.span, self.first, self.last = span, first, last
        self.kind = _FAMILY[first.kind[1]]


def _times(marks: Iterable[Mark]) -> list[_When]:
    """The spans of time; a begin goes together with the next end of its kind."""
    found: list[_When] = []
    begun: dict[str, tuple[Mark, int]] = {}
    for mark in marks:
        if mark.kind in ("de", "dw", "ds"):
            text = plain(mark.text)
            told = read_span(text)
            found.append(_When(told[0] if told else Span(read_day(text)), mark, mark))
        elif mark.kind in ("be", "bw", "bs"):
            begun[mark.kind[1]] = (mark, len(found))
            found.append(_When(Span(read_day(plain(mark.text))), mark, mark))
        elif mark.kind in ("ee", "ew", "es"):
            day = read_day(plain(mark.text))
            begin, at = begun.pop(mark.kind[1], (None, 0))
            if begin is not None and begin.line + 3 >= mark.line and found[at].span.begin <= day:
                found[at] = _When(Span(found[at].span.begin, day), begin, mark)
            else:
                found.append(_When(Span("", day), mark, mark))
    return found


def marked_entries(marks: Sequence[Mark], numbers: Sequence[int], least: float = 0.5) -> list[Entry]:
    """The entries; each place takes the nearest span of time of its kind, one in its own line first."""
    marks = [mark for mark in marks if mark.sure >= least or len(mark.kind) > 1]
    times = _times(marks)
    places = [mark for mark in marks if mark.kind in _KINDS]
    taken: dict[int, Mark] = {}
    pairs = sorted(
        (_apart(place, when), at, number)
        for number, place in enumerate(places)
        for at, when in enumerate(times)
        if abs(when.first.line - place.line) <= 2
    )
    chosen: dict[int, int] = {}
    for far, at, number in pairs:
        if far < 5000 and at not in taken and number not in chosen:
            taken[at], chosen[number] = places[number], at
    entries = []
    for number, place in enumerate(places):
        entry = Entry(_KINDS[place.kind], numbers[place.line], place=place.text, words=[])
        if number in chosen:
            entry.span = times[chosen[number]].span
        entries.append(entry)
    for at, when in enumerate(times):
        if at not in taken:
            entries.append(Entry(_KINDS[when.kind], numbers[when.first.line], when.span, words=[]))
    return entries


def _apart(place: Mark, when: _When) -> int:
    """How far a span stands from a place: other lines are far, another kind is farther."""
    lines = abs(when.first.line - place.line)
    letters = min(abs(place.start - when.last.end), abs(when.first.start - place.end)) if not lines else 0
    return lines * 1000 + letters + (2500 if when.kind != place.kind else 0) + (when.first.line > place.line)
