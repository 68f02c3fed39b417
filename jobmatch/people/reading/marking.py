"""Words of a résumé marked by a fitted model: names, schools, employers, posts, certificates and the dates of each.

A linear model looks at each letter, at the words around it and at the section it stands in; the likeliest row of marks
over the whole line is taken. `fit_marking` fits it to invented résumés; the weights lie beside this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from jobmatch.people.reading.labels import find_labels, is_label
from jobmatch.people.reading.lines import Line
from jobmatch.people.reading.names import NAME_SHAPE
from jobmatch.people.reading.papers import CLEAR
from jobmatch.people.reading.schooling import level_of
from jobmatch.people.reading.words import (
    ARMY,
    EMPLOYER,
    ONLY_YEAR,
    OPEN,
    POST,
    RANGE,
    SCHOOL,
    SINGLE,
    heading_kind,
    plain,
)

WEIGHTS = Path(__file__).with_name("marking.npz")
SPANS = ("N", "S", "E", "U", "T", "M", "C")
DATES = ("de", "dw", "ds", "be", "ee", "bw", "ew", "bs", "es")
MARKS = ("", *(f"{edge}{kind}" for kind in SPANS for edge in "BI"), *DATES)
"""Nothing; begin and inside of name, school, employer, unit, post, subject, certificate; spans, begins and ends."""
_MOST = 6_000
"""Letters that are looked at: a résumé has two thousand."""

Array = np.ndarray[Any, Any]

_WHEN = re.compile(
    f"(?P<R>{RANGE.pattern.replace('?P<a>', '').replace('?P<b>', '')}|{OPEN.pattern.replace('?P<a>', '')})"
    rf"|(?P<D>{SINGLE.pattern.replace('?P<a>', '')})|(?P<Y>(?<![\d.]){ONLY_YEAR})"
    r"|(?P<P>(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
)
_CHUNK = re.compile(r"[\w \u3000.\-+&%#'’“”\"《》…]+")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff)）]) +(?=[\u4e00-\u9fff(（])| {2,}")
_SCHOOL_END = re.compile(
    r"大学|学院|学校|中学|小学|中专|技校|职校|职高|党校|中心|[一二三四五六七八九十]中|附中|电大|卫校|农校|分部|[校高院]区?"
)
_PLACE_END = re.compile(
    r"公司|集团|[厂店院局所站馆社部队场园库行处科铺吧]|中心|学校|大学|学院|中学|小学|超市|商场|宾馆|酒店|饭店|委会|办事处|街道|银行|法院|政府|幼儿园|工地|房|团|校"
)
_CUES = tuple(
    (str(number), re.compile(words))
    for number, words in enumerate(
        (
            "就读|毕业|学习|读书|上学|念|考上|学历",
            "担任|工作|任职|从事|上班|就职|任|做|当|干|打工",
            "部队|入伍|退伍|服役|参军|当兵|退役|转业|复员",
            "证|考取|取得|获得|持有|执照",
            "妻|丈夫|父|母|爱人|儿子|女儿|配偶|哥|姐|弟|妹|岳",
            "证明人|推荐人|介绍人|联系人|经办|老板",
            "在家|待业|照顾|打零工|务农",
            "项目|培训|进修|集训|学过",
            "奖|先进|优秀|标兵|嘉奖|等功|模范",
            "负责|参与|维护|管理|完成|组织|协助",
            "熟练|软件|技能|会|懂",
            "性格|吃苦|责任|适应|服从|身体",
            "想|希望|期望|元|工资|薪",
            "我叫|我是|本人|姓名",
            "男|女|岁|汉族",
            "填表|更新|日期|页|发送|主题",
        )
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """A letter, or a date or number as one; ``start`` and ``end`` are its place in the plain text of its line."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked word: its kind (one of `SPANS` or `DATES`), its line, and where it is there.

    ``place`` counts the lines that were looked at; ``line``, ``source`` and ``section`` are those of the document.
    """

    kind: str
    line: int
    start: int
    end: int
    text: str
    sure: float
    source: str = ""
    place: int = 0
    section: str = ""


def tokens_of(text: str) -> list[Token]:
    """The letters of a plain text; each date and each number of a phone is one, and blanks are none."""
    tokens, at = [], 0
    for found in [*_WHEN.finditer(text), None]:
        stop = found.start() if found else len(text)
        for place in range(at, stop):
            letter = text[place]
            if letter == "\t" or not letter.isspace():
                word = "0" if letter.isdigit() else letter.lower()
                tokens.append(Token(word, place, place + 1))
        if found:
            tokens.append(Token(f"<{found.lastgroup}>", found.start(), found.end()))
            at = found.end()
    return tokens


@lru_cache(maxsize=20_000)
def _class_of(chunk: str) -> str:
    """What rules say of a piece of a line, a letter for each."""
    words = re.sub(r"\s+", "", chunk)
    found = (
        ("s", SCHOOL.search(words)),
        ("e", EMPLOYER.search(words)),
        ("p", POST.search(words)),
        ("l", level_of(words)),
        ("a", ARMY.search(words)),
        ("c", CLEAR.match(words)),
        ("k", is_label(words)),
        ("h", heading_kind(words)),
        ("n", len(words) <= 4 and NAME_SHAPE.fullmatch(words)),
    )
    return "".join(letter for letter, hit in found if hit)


def _chunks(text: str) -> list[tuple[int, int]]:
    """Where the pieces between separators and wide gaps stand."""
    hidden = _WHEN.sub(lambda found: "\x00" * len(found[0]), text)
    hidden = _GAP.sub(lambda found: "\t" * len(found[0]), hidden)
    return [found.span() for found in _CHUNK.finditer(hidden) if found[0].strip()]


def _ends(pattern: re.Pattern[str], text: str) -> list[int]:
    """For every place how many letters it is from there to the end of the next word of a pattern; 99 for none."""
    far, last = [99] * (len(text) + 1), 99
    ends = {found.end() - 1 for found in pattern.finditer(text)}
    for place in range(len(text) - 1, -1, -1):
        last = 0 if place in ends else min(last + 1, 99)
        far[place] = last
    return far


def _bucket(number: int) -> str:
    return str(number) if number < 4 else "6" if number < 7 else "10" if number < 11 else "20" if number < 21 else "-"


def _is_headlike(text: str) -> bool:
    return re.fullmatch(r"[^\w\s]{0,2}\s?(?:[\u4e00-\u9fff]\s?){2,8}[:：】]?", text.strip()) is not None


def _line_facts(lines: Sequence[Line], texts: Sequence[str], kinds: Sequence[str]) -> list[list[str]]:
    """What is true of every letter of a line: its section, the heading above it, cues in it and dates around it."""
    facts: list[list[str]] = []
    sizes = sorted(line.size for line in lines)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    head, since = "", 99
    said = [next((_class_of(text[start:end]) for start, end in _chunks(text)), "0") for text in texts]
    dated = [next((found.lastgroup for found in _WHEN.finditer(text) if found.lastgroup != "P"), "") for text in texts]
    for number, (line, text) in enumerate(zip(lines, texts, strict=True)):
        if number and kinds[number] != kinds[number - 1]:
            head, since = "", 99
        section = kinds[number] or "-"
        around = "".join(dated[n] or "-" if 0 <= n < len(lines) else "^" for n in (number - 1, number, number + 1))
        large = "L" if usual and line.size > 1.15 * usual else ""
        found = [
            f"k{section}",
            f"a{around}",
            f"n{_bucket(number)}{large}",
            f"x{said[number - 1] if number else '^'}",
            f"y{said[number + 1] if number + 1 < len(said) else '$'}",
            f"w{_bucket(len(text) // 4)}",
            f"c{min(len(line.cells), 4)}",
        ]
        found += [f"q{name}" for name, words in _CUES if words.search(text)]
        found += [f"Q{name}" for name, words in _CUES if number and words.search(texts[number - 1])]
        if since < 12 and head:
            found += [f"g{head[at : at + 2]}" for at in range(len(head) - 1)]
        facts.append(found)
        if _is_headlike(text) and not dated[number]:
            head, since = re.sub(r"\W", "", text), 0
        else:
            since += 1
    return facts


def features(lines: Sequence[Line], kinds: Sequence[str]) -> Iterator[tuple[list[Token], list[list[str]]]]:
    """For every line its tokens and what is known of each."""
    texts = [plain(line.text) for line in lines]
    keys: dict[int, list[tuple[int, str]]] = {}
    for mark in find_labels(lines):
        keys.setdefault(mark.line, []).append((mark.end, mark.key))
    for line, text, facts in zip(range(len(texts)), texts, _line_facts(lines, texts, kinds), strict=True):
        tokens = tokens_of(text)
        yield tokens, list(_token_facts(tokens, text, facts, kinds[line] or "-", keys.get(line, [])))


def _token_facts(
    tokens: Sequence[Token], text: str, facts: list[str], section: str, labels: Sequence[tuple[int, str]]
) -> Iterator[list[str]]:
    chunks = _chunks(text)
    classes = ["^", *(_class_of(text[start:end]) for start, end in chunks), "$"]
    school, place = _ends(_SCHOOL_END, text), _ends(_PLACE_END, text)
    words = ["^^", "^", *(token.word for token in tokens), "$", "$$"]
    at, seen = 0, ""
    for number, token in enumerate(tokens):
        while at + 1 < len(chunks) and chunks[at][1] <= token.start:
            at += 1
        a, b, c, d, e = words[number : number + 5]
        key = next((name for end, name in reversed(labels) if end <= token.start), "-")
        found = [f"0{c}", f"1{b}", f"2{d}", f"3{a}", f"4{e}", f"5{b}{c}", f"6{c}{d}", f"7{a}{b}", f"8{d}{e}"]
        found += [f"9{b}{c}{d}", f"K{key}"]
        if c[0] == "<":
            is_before = not chunks or chunks[at][0] >= token.start
            after = classes[at + 1 if is_before else at + 2]
            found += [f"{c}A{after}", f"{c}B{classes[at if is_before else at + 1]}", f"{c}k{section}", f"{c}S{seen}"]
            found += [f"{c}{fact}" for fact in facts if fact[0] in "agqQxy"]
            seen = (seen + c)[-6:]
        elif chunks and chunks[at][0] <= token.start < chunks[at][1]:
            start, end = chunks[at]
            whole, kind = text[start:end].strip(), classes[at + 1]
            first, rest = _bucket(token.start - start), end - token.start
            far_school = _bucket(school[token.start]) if school[token.start] < rest else "x"
            far_place = _bucket(place[token.start]) if place[token.start] < rest else "x"
            found += [f"C{kind}", f"D{kind}{first}", f"E{kind}k{section}", f"F{whole[-2:]}", f"G{whole[:2]}"]
            found += [f"H{far_school}{section}", f"I{far_place}{section}", f"J{first}{far_place}"]
            found += [f"L{first}{far_school}", f"M{_bucket(len(whole))}{first}", f"N{classes[at]}|{kind}"]
            found += [f"O{classes[at + 2]}|{kind}", f"P{key}{first}", f"R{seen}{kind}", f"T{_bucket(rest - 1)}{kind}"]
            found += [f"U{min(at, 5)}{kind}", f"V{section}{first}", f"W{first}{facts[2]}", f"Z{whole[-1:]}{section}"]
        yield found + facts


def hashed(fact: str) -> int:
    """The number that stands for a fact in the file of weights."""
    return crc32(fact.encode())


class Marker:
    """The fitted weights: a row for each fact, a column for each of `MARKS`."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.places = {int(number): place for place, number in enumerate(arrays["facts"])}
        self.weights: Array = arrays["weights"].astype(np.float32) * arrays["scale"].astype(np.float32)
        self.shift: Array = arrays["shift"]
        self.follows: Array = arrays["follows"]

    def mark(self, lines: Sequence[Line], kinds: Sequence[str]) -> list[Mark]:
        """The marked words of lines that stand in sections of these kinds, in order."""
        found: list[Mark] = []
        letters = 0
        for number, (tokens, facts) in enumerate(features(lines, kinds)):
            letters += len(tokens)
            if letters > _MOST:
                break
            if tokens:
                found += self._line(number, plain(lines[number].text), tokens, facts)
        return found

    def _line(self, number: int, text: str, tokens: Sequence[Token], facts: Sequence[list[str]]) -> Iterator[Mark]:
        points = np.empty((len(tokens), len(MARKS)), np.float32)
        for at, one in enumerate(facts):
            rows = [place for fact in one if (place := self.places.get(hashed(fact))) is not None]
            points[at] = self.weights[rows].sum(0) + self.shift
        points -= points.max(1, keepdims=True)
        points -= np.log(np.exp(points).sum(1, keepdims=True))
        _forbid(points, tokens)
        best = best_row(points, self.follows)
        at = 0
        while at < len(tokens):
            mark, end = MARKS[best[at]], at + 1
            if mark in DATES:
                yield Mark(
                    mark,
                    number,
                    tokens[at].start,
                    tokens[at].end,
                    text[tokens[at].start : tokens[at].end],
                    float(np.exp(points[at, best[at]])),
                )
            elif mark:
                while end < len(tokens) and MARKS[best[end]] == f"I{mark[1]}":
                    end += 1
                sure = float(np.exp(np.mean([points[n, best[n]] for n in range(at, end)])))
                start, stop = tokens[at].start, tokens[end - 1].end
                yield Mark(mark[1], number, start, stop, text[start:stop].strip(), sure)
            at = end


_IS_DATE = np.array([mark in DATES for mark in MARKS])
_IS_SPAN = np.array([mark in ("de", "dw", "ds") for mark in MARKS])
_INSIDE = np.array([mark[:1] == "I" for mark in MARKS])


def _forbid(points: Array, tokens: Sequence[Token]) -> None:
    """Dates are marked as dates only, spans of time as spans and single days as begins and ends."""
    for at, token in enumerate(tokens):
        if token.word == "<R>":
            points[at, (_IS_DATE & ~_IS_SPAN) | (~_IS_DATE & ~_INSIDE)] = -30
            points[at, 0] = max(points[at, 0], -30)
        elif token.word in ("<D>", "<Y>"):
            points[at, _IS_SPAN] = -30
        else:
            points[at, _IS_DATE] = -30
        if token.word in ("<P>", "\t"):
            points[at, 1:] = -30


def best_row(points: Array, follows: Array) -> list[int]:
    """The likeliest marks of a line; a mark inside a word follows only its begin or its inside."""
    score = points[0].copy()
    score[_INSIDE] = -99
    back = []
    for at in range(1, len(points)):
        total = score[:, None] + follows
        back.append(total.argmax(0))
        score = total.max(0) + points[at]
    row = [int(score.argmax())]
    for step in reversed(back):
        row.append(int(step[row[-1]]))
    return row[::-1]


@lru_cache(maxsize=1)
def marker() -> Marker:
    """The shipped weights."""
    with np.load(WEIGHTS, allow_pickle=False) as file:
        return Marker({name: file[name] for name in file.files})
