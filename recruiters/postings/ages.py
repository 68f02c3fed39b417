"""Ages in the words of a posting: what the law demands, what an employer only hopes for, and whom it welcomes.

An age without a law behind it is a hope of the employer: it is shown with the advice to ask by phone, it takes nobody
out of a list and counts for no score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jobmatch.core.i18n import gettext as _
from recruiters.postings.checks import plain_text
from recruiters.postings.models import Posting

YOUNGEST, OLDEST = 16, 70
"""Ages that a posting may name; other numbers before 岁 speak of somebody else."""
WELCOMED = (45, 50)

_AGE = r"(?<![\d.])([1-9]\d)"
_OTHERS = r"(?!的?(?:老人|老年|长者|高龄|儿童|幼儿|孩子|小孩|宝宝))"
_YEARS = r"(?:周岁|岁)"
_AND = r"\s*(?:\(含\)|及)?\s*"
_TO = r"\s*[-~～—–－至到]+\s*"
_RANGE = re.compile(
    rf"{_AGE}\s*{_YEARS}?{_TO}{_AGE}\s*{_YEARS}{_OTHERS}"
    rf"|{_AGE}\s*{_YEARS}?{_AND}以上\s*[,，、]?\s*{_AGE}\s*{_YEARS}{_AND}以[下内]{_OTHERS}"
    rf"|年龄[^\d\n。;；]{{0,8}}{_AGE}{_TO}{_AGE}(?!\d)(?:\s*{_YEARS})?"
)
_MOST = re.compile(
    rf"(?:不超过|不大于|不高于|低于|小于)\s*{_AGE}\s*{_YEARS}{_OTHERS}|{_AGE}\s*{_YEARS}{_AND}以[下内]{_OTHERS}"
)
_LEAST = re.compile(rf"(?:满|不小于|不低于|大于)\s*{_AGE}\s*{_YEARS}{_OTHERS}|{_AGE}\s*{_YEARS}{_AND}以上{_OTHERS}")
_WELCOME = re.compile(rf"(45|50)\s*{_YEARS}{_AND}以上的?(?:人员|者)?(?:也要|也可|亦可|都要|均可|可以|也行|也招|欢迎)")
_RELAXED = re.compile(
    r"(?:退役|退伍|复员|转业)[^。;；\n]{0,24}(?:放宽|不受年龄)|(?:放宽|不受年龄)[^。;；\n]{0,24}(?:退役|退伍|复员|转业)"
)
_LAW = re.compile(r"《[^《》\n]{2,40}(?:法|条例|规定|办法|细则|规则)》(?:第[〇零一二三四五六七八九十百\d]{1,6}条)?")


@dataclass(frozen=True, slots=True)
class AgeReading:
    """A value for one column of ``Posting`` and the place of the folded text it was read from."""

    name: str
    value: Any
    start: int
    end: int


def read_ages(folded: str) -> Iterator[AgeReading]:
    """What a text (as ``plain_text`` folds it) says of ages; pure.

    A limit whose own sentence names a law by its title fills ``min_age``, ``max_age`` and ``age_basis``; any other
    fills ``hoped_min_age`` and ``hoped_max_age``. How far a limit is relaxed for veterans is no limit of its own.
    """
    welcome = _WELCOME.search(folded)
    if welcome:
        yield AgeReading("welcomes_over", int(welcome.group(1)), *welcome.span())
    taken = [match.span() for match in (*_RELAXED.finditer(folded), *([welcome] if welcome else []))]
    low, high = _limits(folded, taken)
    law = _law_beside(folded, [one[1] for one in (low, high) if one])
    prefix = "" if law else "hoped_"
    if low:
        yield AgeReading(f"{prefix}min_age", low[0], *low[1])
    if high:
        yield AgeReading(f"{prefix}max_age", high[0], *high[1])
    if law and (low or high):
        yield AgeReading("age_basis", law.group(), *law.span())


_Limit = tuple[int, tuple[int, int]] | None


def _limits(folded: str, taken: list[tuple[int, int]]) -> tuple[_Limit, _Limit]:
    """(least, most), each with its place; whichever is not named is None."""
    for match in _RANGE.finditer(folded):
        least, most = (int(number) for number in match.groups() if number)
        if YOUNGEST <= least <= most <= OLDEST and not _is_taken(match, taken):
            return (least, match.span()), (most, match.span())
    return _single(_LEAST, folded, taken), _single(_MOST, folded, taken)


def _single(pattern: re.Pattern[str], folded: str, taken: list[tuple[int, int]]) -> _Limit:
    for match in pattern.finditer(folded):
        number = next(int(text) for text in match.groups() if text)
        if YOUNGEST <= number <= OLDEST and not _is_taken(match, taken):
            return number, match.span()
    return None


def _is_taken(match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() + 1 for start, end in taken)


def _law_beside(folded: str, spans: list[tuple[int, int]]) -> re.Match[str] | None:
    """The law that the sentence of the first limit names."""
    if not spans:
        return None
    start, end = spans[0]
    first = max(folded.rfind(mark, 0, start) for mark in "\n。;；") + 1
    stops = [place for mark in "\n。;；" if (place := folded.find(mark, end)) >= 0]
    return _LAW.search(folded, first, min(stops, default=len(folded)))


def ages_in(text: str) -> dict[str, tuple[Any, str]]:
    """By column: the value and the words of ``text`` it was read from."""
    folded, places = plain_text(text)
    found: dict[str, tuple[Any, str]] = {}
    for one in read_ages(folded):
        found.setdefault(one.name, (one.value, text[places[one.start] : places[one.end - 1] + 1]))
    return found


def range_words(low: int | None, high: int | None) -> str:
    """``18–45 岁``, ``18 岁以上`` or ``45 岁以下``; empty without either."""
    if low and high:
        return _("%(low)s–%(high)s 岁", low=low, high=high)
    if low:
        return _("%(low)s 岁以上", low=low)
    return _("%(high)s 岁以下", high=high) if high else ""


def hoped_words(posting: Posting) -> str:
    """``单位希望 18–45 岁，先打电话问``; empty where the employer hopes for nothing."""
    ages = range_words(posting.hoped_min_age, posting.hoped_max_age)
    return _("单位希望 %(ages)s，先打电话问", ages=ages) if ages else ""


def is_relaxed(posting: Posting) -> bool:
    """Whether the posting's own words, or the law it names, relax the age for veterans."""
    texts = (posting.age_basis, posting.title, posting.requirement_text, posting.duties, posting.benefits)
    return any(_RELAXED.search(plain_text(text or "")[0]) for text in texts)


def welcome_words(posting: Posting) -> str:
    """``45 岁以上也要``; empty where the employer says nothing of it."""
    return _("%(n)s 岁以上也要", n=posting.welcomes_over) if posting.welcomes_over else ""


def age_facts(posting: Posting) -> Iterator[tuple[str, str]]:
    """(name, words) of every age that a posting names, for its pages."""
    relaxed = [_("退役军人可放宽")] if is_relaxed(posting) else []
    lawful = range_words(posting.min_age, posting.max_age)
    if lawful:
        yield _("法定年龄"), _("，").join(part for part in (lawful, posting.age_basis, *relaxed) if part)
    hoped = hoped_words(posting)
    if hoped:
        yield _("年龄"), _("，").join([hoped, *relaxed])
        quote = _quote(posting)
        if quote:
            yield _("年龄的原文"), _("“%(words)s”", words=quote)
    if posting.welcomes_over:
        yield _("年纪大些的"), welcome_words(posting)


def _quote(posting: Posting) -> str:
    """The words of the posting itself that name the hoped age."""
    for text in (posting.requirement_text, posting.duties, posting.title):
        found = ages_in(text or "")
        for name in ("hoped_max_age", "hoped_min_age"):
            if name in found and found[name][0] == getattr(posting, name):
                return found[name][1]
    return ""
