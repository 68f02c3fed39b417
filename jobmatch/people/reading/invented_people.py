"""Invented persons: who they are and what they learned, did and served, and how they write dates; see `invented`."""

from __future__ import annotations

import csv
import json
import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

from ml.reference import certificates, labelled_titles, occupations

words = SimpleNamespace(**json.loads(Path(__file__).with_name("invented.json").read_text("utf-8")))
"""The words that résumés are made of, by the names they are asked for with."""
OPEN, MID, CLOSE = "\ue000", "\ue001", "\ue002"
"""Private letters around a mark and its word."""
_REGIONS = Path(__file__).parents[2] / "reference" / "data" / "regions.csv"
Dice = random.Random


@dataclass(slots=True)
class Spell:
    """One study (S), spell of work (E) or of service (U)."""

    kind: str
    place: str
    title: str
    begin: tuple[int, int]
    end: tuple[int, int] | None
    note: str = ""
    duties: list[str] = field(default_factory=list)


def mark(kind: str, text: str) -> str:
    """A text with its mark around it."""
    return f"{OPEN}{kind}{MID}{text}{CLOSE}" if text else ""


@lru_cache(maxsize=1)
def _towns() -> tuple[str, ...]:
    with _REGIONS.open(encoding="utf-8", newline="") as file:
        return tuple(row["name_zh"] for row in csv.DictReader(file) if row["level"] in ("county", "city"))


@lru_cache(maxsize=1)
def _titles() -> tuple[str, ...]:
    return tuple(one.title for one in labelled_titles() if 2 <= len(one.title) <= 9)


@lru_cache(maxsize=1)
def _tasks() -> tuple[str, ...]:
    parts = (part for one in occupations() for part in re.split(r"\d\.|[。；]", one.tasks))
    return tuple(part.strip() for part in parts if 6 <= len(part.strip()) <= 60)


@lru_cache(maxsize=1)
def _papers() -> tuple[str, ...]:
    return tuple(name for one in certificates() if one.kind != "驾驶证" for name in (one.name, *one.aliases))


class Person:
    """Who somebody is and what they learned, did and served."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.towns = [self._town() for _n in range(3)]
        self.between = ""
        self.name = self.invent_name()
        self.sex = dice.choice("男女")
        self.birth = (dice.randrange(1964, 2004), dice.randrange(1, 13))
        self.phone = self.invent_phone()
        self.spells = self._life()
        self.papers = [self._paper() for _n in range(dice.choice((0, 1, 2, 2, 3, 3, 4, 6)))]
        if dice.random() < 0.5:
            self.papers.append(dice.choice(words.LICENCES).format(dice.choice(("C1", "B2", "A2", "A1", "C2"))))

    def _town(self) -> str:
        dice = self.dice
        if dice.random() < 0.4:
            return "".join(dice.sample(words.PLACE_LETTERS, 2)) + dice.choice(("", "", "县", "市", "区", "镇", "乡"))
        town = dice.choice(_towns())
        return town[:-1] if len(town) > 2 and dice.random() < 0.4 else town

    def invent_name(self) -> str:
        """A name of two to four letters, now and then of a people with long names."""
        dice = self.dice
        if dice.random() < 0.04:
            return "".join(dice.sample(words.LONG_NAME_PARTS, 2))
        if dice.random() < 0.2:
            return "".join(
                dice.sample([*words.SURNAMES[:190], *words.GIVEN, *words.PLACE_LETTERS], dice.choice((2, 3, 3)))
            )
        given = "".join(dice.choice(words.GIVEN) for _n in range(dice.choice((1, 2, 2, 2))))
        return dice.choice(words.SURNAMES) + given

    def invent_phone(self) -> str:
        """A number as people write it."""
        number = f"1{self.dice.randrange(3, 10)}{self.dice.randrange(10**9):09d}"
        sep = self.dice.choice(("", "", "", "-", " "))
        return sep.join((number[:3], number[3:7], number[7:]))

    def fill(self, pattern: str) -> str:
        """A pattern with places, brands, posts and years of this person."""
        dice = self.dice
        brand = "".join(dice.sample(words.BRAND_LETTERS, 2))
        year = dice.randrange(2003, 2027)
        return pattern.format(
            t=dice.choice((*self.towns, self.towns[0])),
            b=brand,
            i=dice.choice(words.TRADES),
            n=dice.choice("一二三四五六七八九"),
            w=dice.choice(words.TITLES),
            y=year,
            m=year % 12 + 1,
            d=self.between,
        )

    def _life(self) -> list[Spell]:
        dice = self.dice
        year, spells = self.birth[0] + 12, []
        for level in dice.choice(words.WAYS):
            years = {"初中": 3, "本科": 4}.get(level, 3)
            school = self.fill(dice.choice(words.SCHOOLS[level]))
            major = dice.choice(words.MAJORS) if level not in ("初中", "高中") else ""
            spells.append(Spell("S", school, major, (year, 9), (year + years, dice.choice((6, 7))), level))
            year += years
        if dice.random() < 0.65:
            for _n in range(dice.choice((1, 1, 1, 2, 3))):
                years = dice.choice((2, 2, 3, 5, 8))
                unit, post = self.fill(dice.choice(words.UNITS)), dice.choice(words.ARMY_POSTS)
                spells.append(
                    Spell("U", unit, post, (year, dice.choice((9, 12, 3))), (year + years, dice.choice((9, 12, 11))))
                )
                year += years
        for _n in range(dice.choice((0, 1, 1, 2, 2, 3, 4))):
            start = (year, dice.randrange(1, 13))
            year += dice.choice((0, 1, 1, 2, 3, 5, 9))
            end = (year + (start[0] == year), dice.randrange(1, 13))
            title = dice.choice(_titles() if dice.random() < 0.6 else words.TITLES)
            if dice.random() < 0.1:
                title += "、" + dice.choice(words.TITLES)
            spells.append(Spell("E", self.employer(), title, start, end, duties=self.duties()))
        if spells[-1].kind == "E" and dice.random() < 0.5:
            spells[-1].end = None
        if dice.random() < 0.2:
            school = self.fill(dice.choice(words.SCHOOLS["大专"]))
            begin = dice.randrange(self.birth[0] + 20, self.birth[0] + 36)
            study = Spell(
                "S", school, dice.choice(words.MAJORS), (begin, 3), (begin + 3, 1), dice.choice(("大专", "本科"))
            )
            spells.append(study)
        return spells

    def employer(self) -> str:
        """An employer."""
        return self.fill(self.dice.choice(words.EMPLOYERS))

    def _paper(self) -> str:
        dice = self.dice
        paper = dice.choice(_papers()) if dice.random() < 0.5 else dice.choice(words.PAPERS)
        if paper.endswith("证") and dice.random() < 0.15:
            paper += "书"
        grade = dice.choice(words.GRADES)
        if paper[-1] in "员师工" and dice.random() < 0.6:
            paper = dice.choice(
                (f"{grade}{paper}", f"{paper}（{grade}）", f"{paper}{grade}", f"{paper}({grade})", f"{paper}证")
            )
        return paper

    def duties(self) -> list[str]:
        """What was done, in none to three sentences."""
        dice = self.dice
        return [
            self.fill(dice.choice(words.DUTIES)) if dice.random() < 0.5 else dice.choice(_tasks())
            for _n in range(dice.choice((0, 0, 1, 1, 2, 3)))
        ]


def _numeral(year: int, dice: Dice, *, short: bool) -> str:
    text = str(year)[2:] if short else str(year)
    return text.translate(str.maketrans("0123456789", dice.choice("〇零○") + "一二三四五六七八九"))


_CN_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Dates:
    """One way of writing days and spans; a résumé keeps to it, mostly."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.way = dice.randrange(14)
        self.to = dice.choice(
            (" - ", "-", "–", "—", "——", "--", "---", "~", "～", "至", " 至 ", "到", " to ", "－", "→")
        )
        self.now = dice.choice(("至今", "今", "现在", "目前", "Present", "now"))
        self.wrap = dice.choice(("{}",) * 6 + ("（{}）", "({})", "【{}】", "[{}]"))

    def day(self, when: tuple[int, int] | None) -> str:
        """A month, or the word for now."""
        if when is None:
            return self.now
        year, month = when
        ways = (
            f"{year}.{month:02d}",
            f"{year}.{month}",
            f"{year}-{month:02d}",
            f"{year}/{month:02d}",
            f"{year}年{month}月",
            f"{year}年{month:02d}月",
            f"{year} 年 {month} 月",
            f"{year % 100:02d}年{month}月",
            f"{_numeral(year, self.dice, short=False)}年{_CN_MONTHS[month - 1]}月",
            f"{year}",
            f"{year}年",
            f"{_EN_MONTHS[month - 1]} {year}",
            f"{month:02d}/{year}",
            f"{_numeral(year, self.dice, short=True)}年{_CN_MONTHS[month - 1]}月",
        )
        return ways[self.way]

    def span(self, spell: Spell, kind: str = "") -> str:
        """From when to when, marked."""
        kind = kind or {"S": "de", "E": "dw", "U": "ds"}[spell.kind]
        to = " - " if self.to == "-" and self.way == 2 else self.to
        if spell.end is None and self.dice.random() < 0.15:
            return mark(kind, f"自{self.day(spell.begin)}起")
        if spell.end is None and self.now == "至今":
            return self.wrap.format(mark(kind, self.day(spell.begin) + self.dice.choice(("至今", to + "至今"))))
        return self.wrap.format(mark(kind, self.day(spell.begin) + to + self.day(spell.end)))

    def both(self, spell: Spell) -> tuple[str, str]:
        """Begin and end apart, each marked."""
        kind = {"S": "e", "E": "w", "U": "s"}[spell.kind]
        return mark("b" + kind, self.day(spell.begin)), mark("e" + kind, self.day(spell.end)) if spell.end else ""
