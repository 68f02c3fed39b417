"""Dated entries: what somebody learned, worked and served, from tables, labelled blocks, time lines and sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobmatch.people.reading.labels import column_of, find_labels, header_keys, is_label
from jobmatch.people.reading.lines import Cell, Line
from jobmatch.people.reading.schooling import level_of, school_parts
from jobmatch.people.reading.sections import Section
from jobmatch.people.reading.words import (
    EMPLOYER,
    LASTING,
    POST,
    SCHOOL,
    Span,
    compact,
    is_army,
    plain,
    read_day,
    read_span,
    split_glued,
)


@dataclass(slots=True)
class Entry:
    """One dated entry before anybody says whether it was school, service or work."""

    kind: str
    number: int
    span: Span = field(default_factory=Span)
    place: str = ""
    title: str = ""
    major: str = ""
    level: str = ""
    duties: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_labelled: bool = False
    is_apart: bool = False
    """Whether its dates stand below it, all through its section."""


def read_entries(section: Section) -> list[Entry]:
    """The entries of one section in the order of the file."""
    at = next((n for n, line in enumerate(section.lines) if header_keys(line)), None)
    if at is not None:
        head, rows = Section(section.kind), Section(section.kind)
        for number, line in zip(section.numbers[:at], section.lines[:at], strict=True):
            head.add(line, number)
        entries, used = _table_entries(section, at)
        for number, line in zip(section.numbers[used:], section.lines[used:], strict=True):
            rows.add(line, number)
        return [*(read_entries(head) if head.lines else []), *entries, *(read_entries(rows) if rows.lines else [])]
    labels = find_labels(section.lines)
    if section.kind in ("work", "education", "service", "history", "project") and any(
        mark.key == ("school" if section.kind == "education" else "employer") and mark.value for mark in labels
    ):
        return _labelled_entries(section)
    keys = {mark.key for mark in labels if mark.value}
    if section.kind in ("", "basic") and {"employer", "time"} <= keys:
        # Facts and blocks of work follow each other without a heading between them.
        first = min(mark.line for mark in labels if mark.key in ("employer", "time") and mark.value)
        head, rows = Section(section.kind), Section("history")
        for at, (number, line) in enumerate(zip(section.numbers, section.lines, strict=True)):
            (head if at < first else rows).add(line, number)
        return [*(read_entries(head) if head.lines else []), *_labelled_entries(rows)]
    return _free_entries(section)


def _table_entries(section: Section, at: int) -> tuple[list[Entry], int]:
    head = header_keys(section.lines[at])
    names = {key for key, _cell in head}
    if "certificate" in names or "relation" in names:
        return [], _table_end(section, at)
    entries: list[Entry] = []
    stop = _table_end(section, at)
    for number in range(at + 1, stop):
        line = section.lines[number]
        found: dict[str, str] = {}
        for cell in line.cells:
            best = column_of(cell, [one for _key, one in head]) or _nearest(cell, [one for _key, one in head])
            key = next(key for key, one in head if one is best)
            found[key] = f"{found[key]} {cell.text}" if key in found else cell.text
        when = found.get("time") or " - ".join(filter(None, (found.get("begin"), found.get("end"))))
        span = read_span(plain(when))
        if span is None and not read_day(plain(when)):
            if entries and len(line.cells) <= 2:
                entries[-1].duties.append(line.text)
            continue
        entry = Entry(section.kind, section.numbers[number], words=[line.text])
        entry.span = span[0] if span else Span(read_day(plain(when)))
        place = found.get("employer") or found.get("school") or ""
        entry.major, entry.level = found.get("major", "").strip(), level_of(found.get("level", ""))
        entry.title = found.get("title", "").strip()
        if found.get("duties"):
            entry.duties.append(found["duties"])
        if "school" in names and entry.kind not in ("service", "work"):
            entry.kind = "education"
        _take(entry, [place] if place else _tokens(found.get("both", "")), is_sure=bool(place))
        entries.append(entry)
    return entries, stop


def _table_end(section: Section, at: int) -> int:
    table = section.lines[at].table
    stop = at + 1
    while stop < len(section.lines) and section.lines[stop].table == table and not header_keys(section.lines[stop]):
        stop += 1
    return stop


def _nearest(cell: Cell, others: Sequence[Cell]) -> Cell:
    return min(others, key=lambda other: abs(other.x0 - cell.x0))


def _labelled_entries(section: Section) -> list[Entry]:
    """Blocks of labels; a label that comes again begins the next block."""
    entries: list[Entry] = []
    seen: set[str] = set()
    spans = {n: read_span(plain(line.text)) for n, line in enumerate(section.lines)}
    labels = find_labels(section.lines)
    for number, line in enumerate(section.lines):
        marks = [mark for mark in labels if mark.line == number]
        keys = {mark.key for mark in marks if mark.value} | ({"time"} if spans[number] else set())
        basic = keys & {"employer", "school", "title", "time", "major"}
        if not entries or (basic & seen and basic & {"employer", "school", "time"}):
            entries.append(Entry(section.kind, section.numbers[number], is_labelled=True))
            seen = set()
        seen |= basic
        entry = entries[-1]
        entry.words.append(line.text)
        if (span := spans[number]) is not None:
            entry.span = span[0]
        for mark in marks:
            value = mark.value.split("\t")[0].strip()
            if mark.key in ("employer", "school") and not is_span(value):
                entry.place = entry.place or value
            elif mark.key == "title":
                entry.title = entry.title or value
            elif mark.key == "major":
                entry.major = entry.major or value
            elif mark.key == "level":
                entry.level = entry.level or level_of(value)
            elif mark.key == "duties":
                entry.duties.append(mark.value)
        if not marks and span is None:
            entry.duties.append(line.text)
        elif span is not None and not marks:
            _take(entry, _tokens(_around(line.text, span[1], span[2])))
    for entry in entries:
        if entry.kind == "education":
            _take(entry, [entry.place, entry.major])
    return [entry for entry in entries if entry.place or entry.span.begin]


def is_span(text: str) -> bool:
    """Whether a value is a time."""
    return read_span(plain(text)) is not None


_BULLET = re.compile(r"^\s*(?:[•●·◆■▪➢✓\-—*※○]|\d{1,2}[、.．)）]|[(（]\d{1,2}[)）]|[①-⑳])")


_DUTY = re.compile(
    r"主要|负责|从事|参与|参加|协助|组织|带领|严格|维护|完成|配合|整理|收发|获得|熟练|熟悉|工作内容|职责"
)
_DONE = re.compile(r"[，,。；;]\s*((?:主要)?(?:负责|从事|参与|协助).+)$")


def _free_entries(section: Section) -> list[Entry]:
    lines = section.lines
    spans = [_leading_span(line) for line in lines]
    if not any(spans):
        return []
    owner: dict[int, Entry] = {}
    entries: list[Entry] = []
    is_before = spans[0] is None and _is_head(lines[0]) and section.kind not in ("", "basic")
    for number, span in enumerate(spans):
        if span is None:
            continue
        text = lines[number].text
        entry = Entry(section.kind, section.numbers[number], span[0], words=[text])
        owner[number] = entry
        entries.append(entry)
        rest = _around(text, span[1], span[2])
        is_apart = len(lines[number].cells) > 1 and re.search(r"[。；;]", rest) is not None
        is_named = EMPLOYER.search(rest) or SCHOOL.search(rest) or is_army(rest) or _AT.match(rest)
        if is_apart and (_DUTY.match(rest.strip()) or not is_named):
            entry.duties.append(rest.strip())
        else:
            _take(entry, _tokens(rest))
        if done := _DONE.search(text):
            entry.duties.append(done[1])
        around = (number - 1, number + 1) if is_before else (number + 1,)
        if is_before and number + 2 < len(lines) and spans[number + 2]:
            # The line between is the head of the next entry.
            around = (number - 1,)
        for other in around:
            if (
                0 <= other < len(lines)
                and other not in owner
                and spans[other] is None
                and _is_wanted(entry, lines[other])
            ):
                owner[other] = entry
                entry.words.append(lines[other].text)
                _take(entry, _tokens(lines[other].text))
                follows = other + 1
                if (
                    other > number
                    and follows < len(lines)
                    and spans[follows] is None
                    and _is_wanted(entry, lines[follows])
                    and not is_before
                ):
                    owner[follows] = entry
                    entry.words.append(lines[follows].text)
                    _take(entry, _tokens(lines[follows].text))
    _give_rest(lines, owner)
    return entries


def _give_rest(lines: Sequence[Line], owner: dict[int, Entry]) -> None:
    """Lines that no entry took are what was done in the entry above them."""
    last: Entry | None = None
    goes_on = False
    for number, line in enumerate(lines):
        if number in owner:
            last, goes_on = owner[number], False
        elif last is not None and line.text.strip():
            text = re.sub(r"^\s*(?:主要)?(?:工作|岗位|职位)?(?:内容|职责|描述|业绩)\s*[:：]\s*", "", line.text)
            if goes_on and not _BULLET.match(line.text) and last.duties:
                last.duties[-1] += text
            elif text:
                last.duties.append(text)
            goes_on = line.is_full


def _leading_span(line: Line) -> tuple[Span, int, int] | None:
    """The span of a line that it makes an entry: at its head or end, or in a short line."""
    text = plain(line.text)
    found = read_span(text)
    if found is None:
        return None
    before, after = text[: found[1]].strip(), text[found[2] :].strip()
    if len(before) <= 6 or len(after) <= 4 or len(text) < 45:
        return found
    return found if "\t" in line.text[: found[1]] and len(before) < 45 else None


def _is_head(line: Line) -> bool:
    text = line.text.strip()
    return 1 < len(text) <= 45 and not _BULLET.match(text) and not re.search(r"[。；;！]", text)


def _is_wanted(entry: Entry, line: Line) -> bool:
    """Whether a neighbour line names the place or post that ``entry`` still lacks."""
    text = compact(line.text)
    if not _is_head(line) or _DUTY.match(text):
        return False
    tokens = _tokens(line.text)
    if (marks := find_labels([line])) and re.search(r"[:：]", line.text):
        return not entry.place and marks[0].start > 4 and SCHOOL.search(tokens[0]) is not None
    if not entry.place:
        named = SCHOOL if entry.kind == "education" else EMPLOYER
        return len(text) <= 30 and (
            any(named.search(compact(token)) for token in tokens) or is_army(text) or not entry.words[1:]
        )
    if entry.kind == "education" or (entry.kind == "history" and SCHOOL.search(entry.place) and not entry.title):
        return not (entry.major and entry.level) and (level_of(text) != "" or text.endswith("专业")) and len(text) < 24
    return not entry.title and len(text) <= 20 and _is_post_only(text)


_SENTENCE = re.compile(
    r"(?:就职于|任职于|受雇于|供职于|进入|在|于)\s*(?P<place>[^，。；,;\t]{2,40}?)\s*(?:工作)?[，,]?\s*"
    r"(?:担任|任职|任|从事|做|当(?!地)|负责|为)\s*(?P<title>[^，。；,;\s]{2,20}?)(?:一职|职务|工作|岗位)?(?=[，。；,;\s]|$)"
)
_AT = re.compile(
    r"^\s*[，,:：]?\s*(?:就职于|任职于|受雇于|供职于|就读于|毕业于|进入|在|于)\s*(?P<place>[^，。；,;\t]{2,40}?)\s*(?:工作|学习|就读|服役|毕业|当兵|上学|读书)?(?=[，。；,;\t\s]|$)(?P<rest>.*)$",
    re.DOTALL,
)
_SPLIT = re.compile(r"[\t|｜❘∣│]|\s@\s| {1,}|\u3000+|[，,;；。]|\s*[/／]\s*|\s[-—–·]\s|[:：]")


def _around(text: str, start: int, end: int) -> str:
    """The text without the span of time and the brackets it stands in."""
    return re.sub(r"[(（\[【]\s*$", "", text[:start]) + "\t" + re.sub(r"^\s*[)）\]】]", "", text[end:])


def _tokens(text: str) -> list[str]:
    """The parts of a line that names a place and a post."""
    text = LASTING.sub("\t", text)
    text = re.sub(r"^[\s•●·◆■▪▫➢*※○★☆◇□▶►✔✓❘∣|:：，,.、]+|[\s|，,;；]+$", "", text)
    if found := _SENTENCE.search(text):
        return [found["place"], found["title"], *_tokens(text[found.end() :])]
    if found := _AT.match(text):
        return [found["place"], *_tokens(found["rest"])]
    parts = [part.strip(" -—–·、.:：") for part in _SPLIT.split(text)]
    parts = [part for part in parts if not is_label(part)]
    parts = [re.sub(r"^(?:担任|任)(?=.{2,20}$)", "", part) if POST.search(part) else part for part in parts]
    tokens: list[str] = []
    for part in parts:
        if found := re.match(r"^(.{2,40})[(（]([^()（）]{2,16})[)）]$", part):
            tokens += [found[1], found[2]] if POST.search(found[2]) or level_of(found[2]) else [part]
        elif (found := re.match(r"^(.{3,40}?)[-–—]{1,2}([^-–—]{2,16})$", part)) and _is_post_only(found[2]):
            tokens += [found[1], found[2]]
        elif part.strip("()（）【】[]"):
            tokens.append(part.strip("()（）【】[]") if part[0] in "(（【[" else part)
    return tokens


def _take(entry: Entry, tokens: Sequence[str], *, is_sure: bool = False) -> None:
    """Sort tokens into what ``entry`` still lacks."""
    tokens = [token for token in tokens if token and len(token) <= 60]
    if entry.kind == "education" or (entry.kind in ("", "history") and _is_studied(entry, tokens)):
        _take_study(entry, tokens)
        if entry.kind == "education" or entry.place:
            return
    for token in tokens:
        glued = split_glued(token)
        if glued and not entry.place:
            entry.place, entry.title = glued[0], entry.title or glued[1]
        elif not entry.place and (is_sure or (EMPLOYER.search(token) and not _is_post_only(token)) or is_army(token)):
            entry.place = token
        elif not entry.title and POST.search(token) and len(token) <= 24:
            entry.title = token
        elif (
            not entry.place and not entry.title and 2 <= len(token) <= 30 and len(tokens) > 1 and not _DUTY.match(token)
        ):
            entry.place = token
        elif not entry.title and 2 <= len(token) <= 12 and entry.place:
            entry.title = token
    if not entry.place and not entry.title and tokens and len(tokens[0]) <= 30 and not _DUTY.match(tokens[0]):
        entry.place = tokens[0]


def _is_post_only(token: str) -> bool:
    return POST.search(token) is not None and re.search(r"公司|集团|厂$|店$|中心$|有限", token) is None


def _is_studied(entry: Entry, tokens: Sequence[str]) -> bool:
    if entry.place:
        named = any(level_of(token) or token.endswith("专业") for token in tokens)
        return named and not entry.title and SCHOOL.search(entry.place) is not None
    return any(_is_study(token, tokens) for token in tokens)


_GUARD = re.compile(r"[门警护]卫$")


def _is_study(token: str, tokens: Sequence[str]) -> bool:
    return (
        SCHOOL.search(token) is not None
        and not _is_worker(token)
        and not any(
            _GUARD.search(other) or (POST.search(other) and not level_of(other))
            for other in tokens
            if other is not token
        )
    )


def _is_worker(token: str) -> bool:
    """Whether a token names a school with a post there."""
    glued = split_glued(token)
    return glued is not None and not re.search(r"学[员生]$", glued[1])


def _take_study(entry: Entry, tokens: Sequence[str]) -> None:
    rest = []
    for token in tokens:
        school, more = school_parts(token)
        if school and not entry.place:
            entry.place = school
            rest += [more] if more else []
        elif (found := re.match(r"(.{2,20}?专业)[(（·]?(.{2,14})$", token)) and level_of(found[2]):
            rest += [found[1], found[2]]
        else:
            rest.append(token)
    for token in rest:
        level = level_of(token)
        bare = re.sub(r"专业$|^(?:所学|主修)?专业[:：]?|[(（].*?[)）]$|系$", "", token).strip()
        if level and len(compact(token)) <= 10 and not token.endswith("专业"):
            entry.level = entry.level or level
        elif (
            not entry.major
            and 2 <= len(bare) <= 24
            and not re.search(r"毕业$|学习$|就读|学生|学员|统招|全日制|自考|函授|结业$", bare)
        ):
            entry.major = bare
