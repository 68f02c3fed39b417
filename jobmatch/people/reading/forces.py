"""Service in the forces: when, in which branch and rank, doing what; in categories, never by unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.people.reading.entries import Entry
from jobmatch.people.reading.words import SCHOOL, SINGLE, Span, is_army, plain, read_day, read_span
from ml.reference import specialties

if TYPE_CHECKING:
    from jobmatch.people.reading.fields import ReadResume, _Document

BRANCHES: tuple[tuple[str, str], ...] = (
    (r"武警(?:部队)?(?:海警|边防海警)|海警", "WJ_HJ"),
    (r"武警(?:部队)?机动|机动(?:第.)?总队", "WJ_JD"),
    (r"武警(?:部队)?(?:消防|森林|警卫|边防|黄金|水电)|消防部队|森林部队|公安现役", "WJ_XF"),
    (r"武警|武装警察|内卫", "WJ_NW"),
    (r"火箭军", "HJJ"),
    (r"第二炮兵|二炮", "EP"),
    (r"战略支援", "ZLZY"),
    (r"军事航天|航天部队", "JSHT"),
    (r"网络空间", "WLKJ"),
    (r"信息支援", "XXZY"),
    (r"联勤", "LQBZ"),
    (r"海军", "HJ"),
    (r"空军", "KJ"),
    (r"陆军", "LJ"),
)
RANKS: tuple[tuple[str, str], ...] = (
    (r"一级军士长", "S7"),
    (r"二级军士长", "S6"),
    (r"三级军士长", "S5"),
    (r"四级军士长|一级上士", "S4"),
    (r"二级上士|(?<!一级)上士", "S3"),
    (r"中士", "S2"),
    (r"下士", "S1"),
    (r"上等兵", "Y2"),
    (r"列兵", "Y1"),
    (r"大校", "O7"),
    (r"上校", "O6"),
    (r"中校", "O5"),
    (r"少校", "O4"),
    (r"上尉", "O3"),
    (r"中尉", "O2"),
    (r"少尉", "O1"),
)
_IN = re.compile(rf"{SINGLE.pattern}[^。；;\n]{{0,8}}?(?:应征)?(?:入伍|参军)")
_OUT = re.compile(rf"{SINGLE.pattern}[^。；;\n]{{0,10}}?(?:退役|退伍|转业|复员|退出现役)")


def read_service(document: _Document, result: ReadResume, entries: Sequence[Entry]) -> None:
    """Fill the service of ``result`` from labels, from ``entries`` and from sentences."""
    _read_dates(document, result, entries)
    for entry in entries:
        if entry.span.begin and not any(_is_inside(entry.span, other.span) for other in entries):
            value = {"from": entry.span.begin, "to": entry.span.until, "is_current": entry.span.is_current}
            result.service.append(document.found(value, entry.number, source=" ".join(entry.words)))
    own = {number for section in document.sections if section.kind == "service" for number in section.numbers}
    own |= {entry.number for entry in entries}
    own |= {mark.line for mark in document.labels if mark.key in ("branch", "rank", "specialty", "served", "enlisted")}
    own |= {
        n
        for n, line in enumerate(document.lines)
        if is_army(line.text) and document.kinds.get(n) in ("", "basic", "about")
    }
    labelled = {mark.line for mark in document.labels if mark.key in ("branch", "rank")}
    for number in [*sorted(labelled), *sorted(own)]:
        text = plain(document.lines[number].text)
        for name, table in (("branch", BRANCHES), ("rank", RANKS)):
            if getattr(result, name) is None:
                found = next((hit for words, code in table if (hit := (re.search(words, text), code))[0]), None)
                if found and found[0]:
                    value = {"code": found[1], "words": found[0][0]}
                    setattr(result, name, document.found(value, number, sure=number in labelled or bool(entries)))
    _read_posts(document, result, entries, own)


def _read_dates(document: _Document, result: ReadResume, entries: Sequence[Entry]) -> None:
    for mark in document.labels:
        if mark.key in ("enlisted", "discharged") and getattr(result, mark.key) is None:
            if day := read_day(plain(mark.value)):
                setattr(result, mark.key, document.found(day, mark.line))
        elif mark.key == "served" and (span := read_span(plain(mark.value))):
            if result.enlisted is None:
                result.enlisted = document.found(span[0].begin, mark.line)
            if result.discharged is None and span[0].until:
                result.discharged = document.found(span[0].until, mark.line)
    begins = sorted((entry.span.begin, entry.number) for entry in entries if entry.span.begin)
    ends = sorted((entry.span.until, entry.number) for entry in entries if entry.span.until)
    if result.enlisted is None and begins:
        result.enlisted = document.found(begins[0][0], begins[0][1])
    if result.discharged is None and ends and not any(entry.span.is_current for entry in entries):
        result.discharged = document.found(ends[-1][0], ends[-1][1])
    for number, line in enumerate(document.lines):
        told = read_span(plain(line.text)) if result.enlisted is None and _is_service(line.text) else None
        if told and document.kinds.get(number) != "family" and told[0].until:
            result.enlisted = document.found(told[0].begin, number, sure=False)
            result.discharged = result.discharged or document.found(told[0].until, number, sure=False)
    for name, pattern in (("enlisted", _IN), ("discharged", _OUT)):
        for number, line in enumerate(document.lines):
            if getattr(result, name) is None and (found := pattern.search(plain(line.text))):
                setattr(result, name, document.found(read_day(found["a"]), number, sure=False))


def _is_inside(span: Span, other: Span) -> bool:
    """Whether a span is a part of another, as a task is of a spell."""
    last, end = (one.until or "9999" for one in (span, other))
    return span != other and other.begin <= span.begin and last <= end


def _is_service(text: str) -> bool:
    return is_army(text) and SCHOOL.search(text) is None


def _read_posts(document: _Document, result: ReadResume, entries: Sequence[Entry], own: set[int]) -> None:
    lines = []
    for entry in entries:
        head = " ".join(filter(None, (entry.place, entry.title)))
        lines += [head, *(text.replace("\t", " ") for text in entry.duties)]
    text = "\n".join(line.strip() for line in lines if line.strip())[:1000]
    if text:
        number = entries[0].number
        result.posts_held = document.found(text, number, source="\n".join(entries[0].words))
    seen = set()
    for number in sorted(own):
        line = document.lines[number].text
        for word, code in _specialty_words():
            if word in line and code not in seen:
                seen.add(code)
                result.specialties.append(document.found({"code": code, "words": word}, number, sure=False))


@lru_cache(maxsize=1)
def _specialty_words() -> tuple[tuple[str, str], ...]:
    """Words of the names of specialties that name one specialty alone."""
    words: dict[str, set[str]] = {}
    for row in specialties():
        for word in re.split(r"[()（）/、]", row.name):
            if len(word) >= 2 and word not in ("通用", "骨干", "运输", "大型", "计算", "维修", "操作"):
                words.setdefault(word, set()).add(row.code)
    return tuple((word, min(codes)) for word, codes in words.items() if len(codes) == 1)
