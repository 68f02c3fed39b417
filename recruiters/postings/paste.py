"""Advertisement text that somebody pastes, read into the values of a posting.

Nothing is invented: each value comes with the place it was read from, and what the text does not say stays open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobmatch.people.states import EmploymentType, Shift
from ml.reference import extract_requirements, skills, suggest_occupations
from recruiters.postings.ages import read_ages
from recruiters.postings.checks import plain_text
from recruiters.postings.states import (
    Housing,
    MealPlan,
    PayBasis,
    PayKind,
    PayUnit,
    PostingKind,
    RequirementKind,
    SocialInsurance,
)
from recruiters.postings.values import RequirementInput

LONGEST = 6000
LEAST_SCORE = 0.4
"""Below this chance of being right the suggested occupation is left to the reader."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and the place ``start`` to ``end`` of the text it was read from."""

    value: Any
    start: int
    end: int


@dataclass(slots=True)
class Advertisement:
    """What a text says: ``values`` by column of ``Posting``, ``needs`` with ``RequirementInput`` as value."""

    text: str
    values: dict[str, Reading] = field(default_factory=dict)
    needs: list[Reading] = field(default_factory=list)

    def quote(self, reading: Reading) -> str:
        """The words a value was read from."""
        return self.text[reading.start : reading.end]


@dataclass(frozen=True, slots=True)
class _Page:
    """The text folded for reading, with the way back to the places of the original."""

    text: str
    folded: str
    places: Sequence[int]

    def reading(self, value: Any, start: int, end: int) -> Reading:
        return Reading(value, self.places[start], self.places[end - 1] + 1)

    def words(self, start: int, end: int) -> Reading | None:
        """The original words of a folded span, without blanks around them."""
        while start < end and self.folded[start].isspace():
            start += 1
        while end > start and self.folded[end - 1].isspace():
            end -= 1
        if start == end:
            return None
        first, last = self.places[start], self.places[end - 1] + 1
        return Reading(self.text[first:last], first, last)


_NOT = r"(?<!不)(?<!非)(?<!无)(?<!没有)(?<!不是)(?<!不提供)"
_VETERAN = r"(?:退役|退伍|复员|转业)(?:军人|士兵|军士)"
_CHOICES: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = (
    (
        "meals",
        (
            (r"不(?:包|管|提供)(?:吃|餐|饭|食宿)|食宿自理|餐食自理", MealPlan.NONE),
            (rf"{_NOT}(?:包吃|包餐|管饭|管吃|包住包吃|[包供]食宿|食宿全包|免费(?:工作)?餐)", MealPlan.INCLUDED),
            (rf"{_NOT}(?:餐补|餐费补贴|伙食补贴|饭补)", MealPlan.ALLOWANCE),
        ),
    ),
    (
        "housing",
        (
            (r"不(?:包|管|提供)(?:吃?住|住宿|食宿)|食宿自理|住宿自理", Housing.NONE),
            (
                rf"{_NOT}(?:包吃?住|管吃?住|[包供]食宿|提供(?:免费)?(?:住宿|宿舍)|食宿全包|免费住宿)",
                Housing.INCLUDED,
            ),
            (rf"{_NOT}(?:房补|住房补贴|租房补贴|住宿补贴)", Housing.ALLOWANCE),
        ),
    ),
    (
        "social_insurance",
        (
            (r"(?:不缴|不交|无|没有|不买)(?:社保|五险)", SocialInsurance.NONE),
            (r"[五六七]险[一二]金", SocialInsurance.FIVE_AND_FUND),
            (r"五险", SocialInsurance.FIVE),
            (r"(?:工伤|意外)(?:伤害)?保?险", SocialInsurance.INJURY_ONLY),
        ),
    ),
    (
        "shift",
        (
            (rf"{_NOT}(?:[两二三四]班[倒运制]|倒班|轮班|白夜班)", Shift.ROTATING),
            (r"(?:长|常)?白班|行政班|朝九晚", Shift.DAY),
            (rf"{_NOT}(?<!不上)夜班", Shift.NIGHT),
            (r"弹性(?:工作|上班|时间)", Shift.FLEXIBLE),
        ),
    ),
    (
        "employment_type",
        (
            (rf"{_NOT}劳务派遣|派遣制", EmploymentType.DISPATCH),
            (rf"{_NOT}外包", EmploymentType.OUTSOURCED),
            (r"非全日制|兼职|小时工|钟点工", EmploymentType.PART_TIME),
            (r"实习|见习", EmploymentType.INTERNSHIP),
            (r"签订?(?:正式)?(?:劳动)?合同|劳动合同", EmploymentType.CONTRACT),
        ),
    ),
    (
        "kind",
        (
            (r"季节工|季节性|暑[假期]工|寒[假期]工", PostingKind.SEASONAL),
            (rf"{_NOT}(?:零工|临时工|日结)", PostingKind.GIG),
        ),
    ),
    ("pay_basis", ((r"到手|税后|实发", PayBasis.NET), (r"税前|应发", PayBasis.GROSS))),
    ("is_reserved", ((rf"{_VETERAN}[^,，。;；\n]{{0,4}}专岗|(?:仅|只)(?:招|面向){_VETERAN}", True),)),
    (
        "is_veterans_first",
        ((rf"{_VETERAN}[^,，。;；\n]{{0,8}}优先|优先(?:录用|招录|考虑)?{_VETERAN}", True),),
    ),
)
_CHOICE_PATTERNS = tuple(
    (name, tuple((re.compile(pattern), value) for pattern, value in options)) for name, options in _CHOICES
)

_HEADS = {
    "duties": r"岗位职责|工作内容|工作职责|职责描述|主要工作|岗位描述|工作描述",
    "requirement_text": r"任职要求|岗位要求|招聘要求|任职资格|招聘条件|应聘条件|任职条件|要求",
    "address": r"工作地点|工作地址|上班地点|上班地址|公司地址|单位地址|地址|地点",
    "work_time": r"工作时间|上班时间|作息时间|班次",
    "title": r"招聘岗位|招聘职位|岗位名称|职位名称|岗位|职位|工种",
}
_OTHER_HEADS = (
    r"福利待遇|薪资待遇|工资待遇|薪酬福利|福利|待遇|薪资|工资|薪酬|月薪"
    r"|联系方式|联系电话|联系人|电话|招聘人数|人数|公司简介|单位简介|报名方式"
)
_HEAD = re.compile(
    r"(?:(?<=[\n。;；【\[、.)\s])|^)(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _HEADS.items())
    + rf"|{_OTHER_HEADS})\s*[】\]]?\s*[:：]"
)
_LONG = {"duties": 4000, "requirement_text": 4000, "address": 200, "work_time": 120, "title": 80}

_TITLE = re.compile(
    r"(?:诚聘|急聘|急招|招聘|招募|聘用|招)\s*[:：]?\s*(?:\d{1,4}\s*[名个位人]\s*)?"
    r"(?!人数|要求|条件|启事|信息|公告|岗位|职位|单位|若干|数名|会|聘|收|募)([一-鿿A-Za-z]{2,16}?)"
    r"(?=\s*(?:若干|数名|\d|[,，。;；:：!！（(\n]|$))"
)
_COUNT = re.compile(
    r"(?:招聘?人数|人数|名额|招聘?|招收)[^\d\n,，。;；]{0,18}?(\d{1,4})\s*(?:名|人|位|个(?!月))"
    r"|(?<!\d)(\d{1,4})\s*(?:名|位)(?!以|客|学)"
)
_AMOUNT = r"(\d{1,6}(?:\.\d{1,2})?)\s*(千|万|k|K|元|块)?"
_PAY = re.compile(
    r"(?:(工资|薪资|薪酬|月薪|日薪|时薪|待遇|收入|底薪|综合|工价|单价)[^\d\n。;；]{0,10})?"
    rf"(?<![\d.]){_AMOUNT}\s*(?:[-~～—–至到]+\s*{_AMOUNT})?\s*(以上|起)?"
    r"\s*(?:元)?\s*(?:/|每|一|／)?\s*(?:个)?(月|天|日|小时|时|件)?"
)
_BASE = re.compile(rf"(?:底薪|固定工资|基本工资|保底)[^\d\n。;；,，]{{0,4}}{_AMOUNT}")
_COMPOSITE = re.compile(r"综合(?:收入|工资|薪资|月薪|待遇)?|(?:底薪|基本工资)\s*[+＋加]|提成|计件")
_SCALE = {"千": 1000, "k": 1000, "K": 1000, "万": 10000}
_UNITS = {
    "月": PayUnit.MONTH,
    "天": PayUnit.DAY,
    "日": PayUnit.DAY,
    "小时": PayUnit.HOUR,
    "时": PayUnit.HOUR,
    "件": PayUnit.PIECE,
}
_HEAD_UNITS = {"月薪": PayUnit.MONTH, "日薪": PayUnit.DAY, "时薪": PayUnit.HOUR}
_SENSIBLE = {
    PayUnit.MONTH: (500, 200_000),
    PayUnit.DAY: (30, 5_000),
    PayUnit.HOUR: (5, 1_000),
    PayUnit.PIECE: (1, 10_000),
}

_EDUCATION_CODES = {2: "81", 3: "71", 5: "31", 6: "21", 7: "14", 8: "11"}
_SECONDARY_CODES = {"高中": "61", "中专": "41", "中职": "41", "职高": "44", "技": "47"}


def read_advertisement(text: str) -> Advertisement:
    """What ``text`` (its first 6000 characters) says about a posting; pure.

    Amounts by the year and words such as 面议 or 若干 are left open, since they name no figure that could be stored.
    """
    text = text[:LONGEST]
    folded, places = plain_text(text)
    page = _Page(text, folded, places)
    found = Advertisement(text)
    for read in (_sections, _title, _count, _pay, _choices, _ages):
        for name, reading in read(page):
            found.values.setdefault(name, reading)
    _suggest_occupation(found)
    found.needs = list(_needs(found))
    return found


def read_pay(text: str) -> dict[str, Any]:
    """What a cell for pay says, by column; an amount without a unit is by the month, one by the year stays open.

    Tables write ``6-8千/月``, ``1万-1.5万``, ``10-15K·13薪`` or ``[6000, 12000]`` where an advertisement says it whole.
    """
    folded = re.sub(r"[·*x×]\s*\d{2}\s*薪", "", plain_text(text[:80])[0])
    folded = re.sub(r"(\d)\s*[,，、]\s*(?=\d{4,})", r"\1-", folded.strip(" []()"))
    if "年" in folded:
        return {}
    folded, is_fixed = re.sub(r"固定(?:工资|薪资|月薪)?", "", folded), "固定" in folded
    if not re.search(r"月|天|日|时|件", folded):
        folded += "/月" if re.search(r"[千万kK元]", folded) else "元/月"
    page = _Page(folded, f"工资{folded}", [0, 0, *range(len(folded))])
    found = {name: reading.value for name, reading in [*_pay(page), *_choices(page, ("pay_basis",))]}
    if is_fixed and "pay_kind" not in found:
        found["pay_kind"] = PayKind.FIXED
    return found


def read_choices(text: str, names: Collection[str]) -> dict[str, Any]:
    """What words say of the columns ``names``, such as meals or shift; what they leave open is not there."""
    folded, places = plain_text(text)
    return {name: reading.value for name, reading in _choices(_Page(text, folded, places), names)}


def _sections(page: _Page) -> Iterator[tuple[str, Reading]]:
    heads = list(_HEAD.finditer(page.folded))
    for place, head in enumerate(heads):
        name = head.lastgroup
        if name is None:
            continue
        end = heads[place + 1].start() if place + 1 < len(heads) else len(page.folded)
        if name in {"address", "work_time", "title"}:
            stop = re.search(r"[\n。;；]", page.folded[head.end() : end])
            end = head.end() + stop.start() if stop else end
        words = page.words(head.end(), end)
        if words and len(words.value) <= _LONG[name]:
            yield name, words


def _title(page: _Page) -> Iterator[tuple[str, Reading]]:
    match = _TITLE.search(page.folded)
    if match:
        words = page.words(*match.span(1))
        if words:
            yield "title", words
        return
    first = re.match(r"\s*([^\n。，,;；:：]{2,20})(?=\n|$)", page.folded)
    words = page.words(*first.span(1)) if first else None
    if words:
        yield "title", words


def _count(page: _Page) -> Iterator[tuple[str, Reading]]:
    match = _COUNT.search(page.folded)
    if match:
        group = 1 if match.group(1) else 2
        count = int(match.group(group))
        if 1 <= count <= 9999:
            yield "vacancy_count", page.reading(count, *match.span())


def _yuan(number: str, scale: str | None) -> int:
    return round(float(number) * _SCALE.get(scale or "", 1))


def _pay(page: _Page) -> Iterator[tuple[str, Reading]]:
    base = _BASE.search(page.folded)
    for match in _PAY.finditer(page.folded):
        head, low, low_scale, high, high_scale, _more, unit_word = match.groups()
        unit = _UNITS.get(unit_word or "") or _HEAD_UNITS.get(head or "")
        has_money = "元" in match.group() or bool({low_scale, high_scale} & {"千", "万", "k", "K", "块"})
        if head == "底薪" or (base and base.start() <= match.start(2) < base.end()):
            continue
        if unit is None and head and has_money | (high is not None) and page.folded[match.end() :][:1] != "年":
            unit = PayUnit.MONTH if "月" in match.group() else None
        if unit is None or not (head or has_money):
            continue
        least = _yuan(low, low_scale or (high_scale if high else None))
        most = _yuan(high, high_scale or low_scale) if high else None
        smallest, largest = _SENSIBLE[unit]
        if not smallest <= least <= (most or least) <= largest:
            continue
        yield "pay_low_yuan", page.reading(least, *match.span())
        yield "pay_unit", page.reading(unit, *match.span())
        if most or not match.group(6):
            yield "pay_high_yuan", page.reading(most or least, *match.span())
        break
    composite = _COMPOSITE.search(page.folded)
    if composite:
        yield "pay_kind", page.reading(PayKind.COMPOSITE, *composite.span())
    if base and 100 <= _yuan(base.group(1), base.group(2)) <= 200_000:
        yield "pay_base_yuan", page.reading(_yuan(base.group(1), base.group(2)), *base.span())


def _choices(page: _Page, names: Collection[str] = ()) -> Iterator[tuple[str, Reading]]:
    """What the page says of each choice, or of those in ``names``."""
    for name, options in _CHOICE_PATTERNS:
        if names and name not in names:
            continue
        for pattern, value in options:
            match = pattern.search(page.folded)
            if match:
                yield name, page.reading(value, *match.span())
                break


def _ages(page: _Page) -> Iterator[tuple[str, Reading]]:
    for one in read_ages(page.folded):
        yield one.name, page.reading(one.value, one.start, one.end)


def _suggest_occupation(found: Advertisement) -> None:
    title = found.values.get("title")
    best = suggest_occupations(title.value, top=1) if title else []
    if title and best and best[0].score >= LEAST_SCORE:
        found.values["occupation_code"] = Reading(best[0].code, title.start, title.end)


def _needs(found: Advertisement) -> Iterator[Reading]:
    """Conditions, except wishes about age and manners such as 吃苦耐劳, which are left in the text."""
    soft = {row.code for row in skills() if row.is_soft}
    order = ("education", "years")
    conditions = extract_requirements(found.text)
    for one in sorted(conditions, key=lambda one: order.index(one.kind) if one.kind in order else len(order)):
        if one.kind == "age" or one.code in soft or (one.kind == "years" and one.years < 1):
            continue
        quote = found.text[one.start : one.end]
        code = _education_code(one.level, quote) if one.kind == "education" else one.code
        level = one.level if one.kind == "skill" else 0
        need = RequirementInput(RequirementKind(one.kind), code, level, years=one.years, is_must=one.must)
        yield Reading(need, one.start, one.end)


def _education_code(rank: int, quote: str) -> str:
    if rank in _EDUCATION_CODES:
        return _EDUCATION_CODES[rank]
    return next((code for word, code in _SECONDARY_CODES.items() if word in quote), "61")
