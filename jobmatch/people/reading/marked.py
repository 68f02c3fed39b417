"""What the fitted marks say of entries and certificates, put together with what rules read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jobmatch.people.reading.entries import Entry
from jobmatch.people.reading.marking import Mark, marker
from jobmatch.people.reading.names import LONE, clean_name, find_name, is_name
from jobmatch.people.reading.papers import CLEAR, Paper, codes_of, is_licence
from jobmatch.people.reading.schooling import level_of
from jobmatch.people.reading.sections import Section
from jobmatch.people.reading.words import EMPLOYER, POST, SCHOOL, Span, compact, plain, read_day, read_span

if TYPE_CHECKING:
    from jobmatch.people.reading.fields import ReadResume, _Document

_KINDS = {"S": "education", "E": "work", "U": "service"}
_FAMILY = {"e": "S", "w": "E", "s": "U"}
_APART = ("family", "project", "honours")
"""Sections whose dates are not of spells."""
SURE, LIKELY = 0.8, 0.5


def read_marks(sections: Sequence[Section]) -> list[Mark]:
    """The marked words of the sections, each with the number of its line in the document."""
    placed = [
        (number, line, section.kind)
        for section in sections
        for number, line in zip(section.numbers, section.lines, strict=True)
    ]
    found = marker().mark([line for _number, line, _kind in placed], [kind for _number, _line, kind in placed])
    texts = {at: plain(line.text) for at, (_number, line, _kind) in enumerate(placed)}
    return [
        replace(
            whole,
            line=placed[mark.line][0],
            source=placed[mark.line][1].text,
            place=mark.line,
            section=placed[mark.line][2],
        )
        for mark in found
        for whole in (_whole(mark, texts[mark.line]),)
    ]


_JOINT = re.compile(r"[\t|｜/，,。；;：:、（）()【】\[\]\s]|[在于到去给从有持和及与考进任是入读上]|\d")


def _whole(mark: Mark, text: str) -> Mark:
    """The mark with the one or two letters before it that belong to its word and to nothing else."""
    words = mark.text.rstrip("(（、，,。；;：: ")
    mark = replace(mark, text=words, end=mark.start + len(words))
    start = mark.start
    while mark.kind in ("S", "E", "C") and start and mark.start - start < 3 and not _JOINT.match(text[start - 1]):
        start -= 1
    if start == mark.start or (start and not _JOINT.match(text[start - 1])):
        return mark
    return replace(mark, start=start, text=text[start : mark.end])


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
        text = plain(mark.text)
        if mark.kind in ("de", "dw", "ds"):
            told = read_span(text)
            found.append(_When(told[0] if told else Span(read_day(text)), mark, mark))
        elif mark.kind in ("be", "bw", "bs"):
            begun[mark.kind[1]] = (mark, len(found))
            found.append(_When(Span(read_day(text)), mark, mark))
        elif mark.kind in ("ee", "ew", "es") and mark.kind[1] in begun:
            begin, at = begun.pop(mark.kind[1])
            day = read_day(text)
            if begin.place + 3 >= mark.place and found[at].span.begin <= day:
                found[at] = _When(Span(found[at].span.begin, day), begin, mark)
    return found


def marked_entries(marks: Sequence[Mark], lines: Sequence[str]) -> list[tuple[str, Entry, float]]:
    """The places with the nearest span of time of their kind, one in the same line first, and how sure they are.

    ``lines`` are the texts that were looked at, to find places without a mark that stand as the marked ones do.
    """
    marks = [mark for mark in marks if mark.section not in _APART]
    times = _times(marks)
    places = [mark for mark in marks if mark.kind in _KINDS and mark.sure >= LIKELY]
    is_after = _dates_follow(places, times)
    chosen = _linked(places, times, is_after)
    entries = []
    for number, place in enumerate(places):
        entry = Entry(_KINDS[place.kind], place.line, place=place.text, words=[place.source])
        entry.span = times[chosen[number]].span if number in chosen else Span()
        entry.is_apart = is_after.get(place.section, False)
        _give_title(entry, place, marks, places)
        entries.append((entry.kind, entry, place.sure))
    steps = Counter(times[at].first.place - places[number].place for number, at in chosen.items())
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    if step and count > 1 and count > 0.6 * len(chosen):
        used = {mark.place for mark in places} | {when.first.place for when in times}
        for at, when in enumerate(times):
            where = when.first.place - step
            is_free = at not in chosen.values() and where not in used and 0 <= where < len(lines)
            if is_free and when.kind != "U" and _LONE_PLACE.fullmatch(lines[where]):
                found = Entry(_KINDS[when.kind], when.first.line, when.span, lines[where].strip(), words=[lines[where]])
                entries.append((found.kind, found, SURE + 0.01))
    return entries


_LONE_PLACE = re.compile(r"\s*[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z（）()“”]{2,23}\s*")


def _linked(places: Sequence[Mark], times: Sequence[_When], is_after: dict[str, bool]) -> dict[int, int]:
    """The number of its span of time for each place that has one."""
    pairs = sorted(
        (_far(place, when, is_after=is_after.get(place.section, False)), at, number)
        for number, place in enumerate(places)
        for at, when in enumerate(times)
        if abs(when.first.place - place.place) <= 2 and when.first.section == place.section
    )
    taken: set[int] = set()
    chosen: dict[int, int] = {}
    for _distance, at, number in pairs:
        if at not in taken and number not in chosen:
            taken.add(at)
            chosen[number] = at
    return chosen


def _give_title(entry: Entry, place: Mark, marks: Sequence[Mark], places: Sequence[Mark]) -> None:
    """The post or subject that stands in the line of a place or in the one below."""
    kind = "M" if place.kind == "S" else "T"
    titles = [
        (abs(mark.start - place.end) + 500 * (mark.place - place.place), mark.text)
        for mark in marks
        if mark.kind == kind
        and 0 <= mark.place - place.place <= 1
        and not any(place.place < other.place <= mark.place for other in places)
    ]
    text = min(titles)[1] if titles else ""
    entry.major, entry.title = (text, "") if kind == "M" else ("", text)


def _dates_follow(places: Sequence[Mark], times: Sequence[_When]) -> dict[str, bool]:
    """For each kind of section whether dates stand below their places: where a place comes first and a date last."""
    found: dict[str, bool] = {}
    for section in {mark.section for mark in places}:
        own = [mark.place for mark in places if mark.section == section]
        dates = [when.first.place for when in times if when.first.section == section]
        apart = bool(dates) and not set(own) & set(dates)
        found[section] = apart and min(own) < min(dates) and max(own) < max(dates)
    return found


def _far(place: Mark, when: _When, *, is_after: bool) -> int:
    """How far a span stands from a place: other lines are far, lines on the wrong side and another kind farther."""
    lines = when.first.place - place.place
    letters = min(abs(place.start - when.last.end), abs(when.first.start - place.end)) if not lines else 0
    is_wrong = lines < 0 if is_after else lines > 0
    return abs(lines) * 1000 + letters + (800 if when.kind != place.kind else 0) + (500 if is_wrong else 0)


def _same(one: str, other: str) -> bool:
    a, b = compact(one), compact(other)
    return bool(a and b) and (a in b or b in a)


def joined_entries(
    told: Sequence[tuple[str, Entry]], marks: Sequence[Mark], lines: Sequence[str]
) -> list[tuple[str, Entry]]:
    """What rules read, set right by the marks, and what they missed."""
    found = marked_entries(marks, lines)
    used: set[int] = set()
    joined: list[tuple[str, Entry]] = []
    for kind, entry in told:
        at = next(
            (
                n
                for n, (_kind, other, _sure) in enumerate(found)
                if n not in used and _same(entry.place, other.place) and abs(other.number - entry.number) <= 2
            ),
            None,
        )
        if at is None:
            if not (kind == "work" and level_of(entry.place) and len(entry.place) < 5):
                joined.append((kind, entry))
            continue
        used.add(at)
        own, other, sure = found[at]
        is_worked = kind == "work" and own == "education" and POST.search(entry.title)
        if sure >= SURE and kind != own and not is_worked:
            kind = own
            if own == "education":
                entry.major, entry.title = entry.major or entry.title, ""
        if sure >= SURE and _is_better(other.place, entry.place):
            entry.place = other.place
        if not entry.span.begin or (other.span.begin and other.is_apart):
            entry.span = other.span
        joined.append((kind, entry))
    for at, (kind, entry, sure) in enumerate(found):
        is_named = (SCHOOL if kind == "education" else EMPLOYER).search(entry.place) or (
            sure > SURE and kind != "education"
        )
        is_told = any(entry.span == other.span and other.place for own, other in joined if own)
        if at not in used and entry.span.begin and is_named and not is_told:
            joined.append((kind, entry))
    return joined


def is_named(marks: Sequence[Mark]) -> bool:
    """Whether a name is marked near the head."""
    return any(mark.kind == "N" and mark.sure > LIKELY and mark.line < 8 for mark in marks)


def count_spells(entries: Sequence[tuple[str, Entry]]) -> int:
    """How many different spans of time are told with a place."""
    return len({(one.span.begin, one.span.until) for kind, one in entries if kind and one.place and one.span.begin})


def _is_better(marked: str, told: str) -> bool:
    """Whether a marked place leaves off words that are none of its name, or has the end of it that was left off."""
    marked, told = compact(marked), compact(told)
    if not EMPLOYER.search(marked) and not SCHOOL.search(marked):
        return False
    if told.startswith(marked):
        return len(told) - len(marked) > 1
    if told.endswith(marked):
        return re.fullmatch(r"[入在到于读上进去从]", told.removesuffix(marked)) is not None
    return marked.startswith(told) and _BRANCH.search(marked[len(told) :]) is not None


_BRANCH = re.compile(r"^.{0,6}(?:分部|分校|校区|学院|分院|分园|分店|分公司)$")


_KIND_OF_PAPER = re.compile(r"(?:[员师士工人手长]|证书?|资格|执照|[照级]|[甲乙]等?|职称|\d)(?:[(（].*)?$")
_NO_PAPERS = ("family", "project", "honours", "wanted")


def joined_papers(told: Sequence[Paper], marks: Sequence[Mark]) -> list[Paper]:
    """The certificates that rules read, without those that neither marks nor words support, and those marked alone."""
    found = [mark for mark in marks if mark.kind == "C" and mark.sure >= LIKELY]
    joined: list[Paper] = []
    for paper in told:
        near = [mark for mark in found if _same(mark.text, paper.words)]
        inside = next((mark for mark in near if mark.sure >= SURE and _is_tail(mark.text, paper.words)), None)
        if inside is not None:
            paper = replace(paper, words=inside.text)
        is_kind = _KIND_OF_PAPER.search(paper.words) and (
            len(paper.words) > 4 or not paper.words.endswith(("证", "书"))
        )
        if near or paper.code or is_kind or (CLEAR.match(paper.words) and len(paper.words) > 4):
            joined.append(paper)
    for mark in found:
        codes = codes_of(mark.text)
        is_named = bool(codes) or (mark.section != "work" and CLEAR.match(mark.text) is not None)
        is_paper = is_named and mark.sure > SURE and mark.section not in _NO_PAPERS
        if is_paper and not is_licence(mark.text) and not any(_same(mark.text, paper.words) for paper in joined):
            joined += [Paper(mark.text, code, level, mark.line, False) for code, level in codes or [("", 0)]]
    return joined


def _is_tail(mark: str, words: str) -> bool:
    """Whether the words are the marked ones with the end of another item before them."""
    head = compact(words).removesuffix(compact(mark))
    return head != compact(words) and re.search(r"[)）和及与、]$", head) is not None


def read_name(document: _Document, result: ReadResume) -> int:
    """Fill the name; of several with a label the one that is marked. Gives the line before which others stand."""
    names = [mark for mark in document.marks if mark.kind == "N" and mark.section != "family"]
    marked = max(names, key=lambda mark: mark.sure, default=None)
    named = [(name, mark.line) for mark in document.labels if mark.key == "name" and (name := clean_name(mark.value))]
    if named:
        own = next((one for one in named if marked and compact(marked.text) == compact(one[0])), named[0])
        result.name = document.found(*own)
        return own[1] if own != named[0] else 0
    guess = find_name(document.lines)
    name = clean_name(marked.text) if marked and (marked.line < 15 or marked.sure > 0.9) else ""
    if marked and name and is_name(name, LONE) and (guess is None or marked.sure > (0.9 if guess[2] else 0.5)):
        result.name = document.found(name, marked.line, sure=guess is not None and guess[0] == name)
    elif guess:
        result.name = document.found(guess[0], guess[1], sure=guess[2])
    return 0
