"""Invented résumés to fit the marking of words on: random persons in random layouts, with the true mark of every word.

Nothing here runs when a file is read. Every choice is made by the dice that are handed in, so a number gives the same
résumé at every run. Marks stand in the text between private letters and are taken out by `marked_lines`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobmatch.people.reading.invented_people import CLOSE, MID, OPEN, Dates, Dice, Person, Spell, mark, words
from jobmatch.people.reading.lines import Cell, Line


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line with one mark for each letter of its text; ``""`` where the letter says nothing that is asked for."""

    line: Line
    marks: tuple[str, ...]


class Page:
    """Writes one person down in one layout; `lines` holds marked texts with their size."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.person = Person(dice)
        self.dates = Dates(dice)
        self.lines: list[tuple[str, float]] = []
        self.size = dice.choice((0.0, 10.0, 10.5, 9.0))
        self.head_way = dice.randrange(9)
        self.entry_way = dice.randrange(len(words.ENTRY_WAYS))
        self.study_way = dice.randrange(len(words.STUDY_WAYS))
        self.gap = dice.choice(("\t", " ", "  ", "，", " | ", "｜", "/", "、", " · ", "\t", " —— ", " - ", "—", ", "))
        self.bullet = dice.choice(("", "", "", "- ", "• ", "● ", "1.", "◆ ", "★", "* ", "▫️", "✔ ", "1) ", "◇"))

    def put(self, text: str, scale: float = 1.0) -> None:
        """One more line."""
        self.lines.append((text, self.size * scale))

    def head(self, key: str) -> None:
        """A heading, or none where headings are left out."""
        dice, text = self.dice, self.dice.choice(words.HEADS[key])
        if self.head_way == 0:
            return
        if dice.random() < 0.12:
            text = dice.choice(words.ODD_HEADS)
        if self.head_way == 1:
            number = "一二三四五六七八九"[min(8, sum(1 for one, _s in self.lines if "、" in one[:3]))]
            text = f"{number}、{text}"
        elif self.head_way in (2, 3):
            text = (f"【{text}】", f"{text}：")[self.head_way - 2]
        elif self.head_way == 4:
            text = dice.choice(("■ ", "▌", "◎", "★ ", "== ", "📌 ", "## ", "▷")) + text
        elif self.head_way == 5:
            text = " ".join(text)
        self.put(text, dice.choice((1.0, 1.2, 1.3)))

    def top(self) -> None:
        """Name, number and facts."""
        dice, person = self.dice, self.person
        way = dice.random()
        name = mark("N", person.name if way < 0.85 else dice.choice((" ", "  ", "\u3000")).join(person.name))
        age = 2026 - person.birth[0]
        facts = [person.sex, dice.choice((f"{age}岁", f"{person.birth[0]}年生", f"{self.dates.day(person.birth)}出生"))]
        facts += [*dice.sample(words.LOOSE_FACTS, dice.randrange(4)), person.towns[0] + dice.choice(("人", ""))]
        best = max((one.note for one in person.spells if one.kind == "S"), key=words.LEVELS.index)
        pairs = [
            ("性别", person.sex),
            ("出生年月", self.dates.day(person.birth)),
            ("学历", best),
            ("现住址", person.towns[0]),
        ]
        pairs += [(dice.choice(("电话", "手机", "联系电话", "联系方式", "Tel", "手机号码")), person.phone)]
        pairs += [(key, person.fill(value)) for key, value in dice.sample(words.PAIRS, dice.randrange(7))]
        if dice.random() < 0.08 and (last := [one for one in person.spells if one.kind == "E"]):
            pairs.append((dice.choice(("原单位", "现工作单位", "工作单位", "原工作单位")), mark("E", last[-1].place)))
        school = next(one for one in reversed(person.spells) if one.kind == "S")
        if dice.random() < 0.4:
            pairs.append((dice.choice(("毕业院校", "毕业学校", "学校")), mark("S", school.place)))
            pairs += [("专业", mark("M", school.title))] if school.title else []
        if dice.random() < 0.35:
            self.put(dice.choice(words.COVERS))
        way = dice.randrange(6)
        if way == 0:
            self.put(name, dice.choice((1.0, 1.5, 2.2)))
            if dice.random() < 0.4:
                self.put(dice.choice(words.TITLES))
            dice.shuffle(pairs)
            self._pairs(pairs)
        elif way == 1:
            pairs.insert(dice.choice((0, 0, 0, 2)), (dice.choice(("姓名", "姓  名", "名字", "Name")), name))
            self.head("basic")
            self._pairs(pairs)
        elif way == 2:
            sep = dice.choice(("  ", " | ", "，", "、", "\t", " / ", " · "))
            self.put(sep.join((name, *facts, person.phone)))
        elif way == 3:
            self.put(dice.choice(words.TELLS).format(name=name, facts="，".join(facts), phone=person.phone))
        elif way == 4:
            self.put(name + dice.choice(("的简历", "个人简历", "·求职简历", "（退役军人）", "-应聘简历")), 1.6)
            self._pairs(pairs)
        else:
            self.put(name, 1.8)
            self.put(dice.choice((" | ", "  ", "\t")).join((*facts, person.phone)))

    def _pairs(self, pairs: list[tuple[str, str]]) -> None:
        dice, colon = self.dice, self.dice.choice(("：", ":", "\t", " ", "： "))
        row = dice.choice((1, 2, 3, 5))
        for at in range(0, len(pairs), row):
            self.put(
                dice.choice(("\t", "  ", " | ")).join(f"{key}{colon}{value}" for key, value in pairs[at : at + row])
            )

    def entry(self, spell: Spell, extra: float = 0.0) -> None:
        """One spell in the way of this page."""
        dice = self.dice
        ways = words.STUDY_WAYS if spell.kind == "S" else words.ENTRY_WAYS
        way = ways[self.study_way if spell.kind == "S" else self.entry_way]
        if dice.random() < extra:
            way = dice.choice(ways)
        begin, end = self.dates.both(spell)
        place = mark(spell.kind, spell.place)
        if spell.kind == "E" and dice.random() < 0.12:
            place += dice.choice(words.DEPARTMENTS)
        level = dice.choice(words.LEVEL_WORDS[spell.note]) + dice.choice(words.STUDY_NOTES) if spell.kind == "S" else ""
        if spell.kind == "S" and spell.note in ("初中", "高中") and dice.random() < 0.5:
            level = ""
        title = mark("M" if spell.kind == "S" else "T", spell.title)
        text = way.format(
            d=self.dates.span(spell), p=place, t=title, l=level, g=self.gap, b=begin, e=end or self.dates.now
        )
        text = re.sub(rf"(?:{re.escape(self.gap)})+(?=\n|$)", "", text)
        for at, line in enumerate(text.split("\n")):
            self.put((self.bullet if not at else "") + line)
        for duty in spell.duties:
            self.put(dice.choice(("", "- ", "· ", "1、", "主要职责：", "工作内容：", "负责")) + duty)

    def section(self, kind: str) -> None:
        """All spells of one kind, or of all kinds with ``A``."""
        dice = self.dice
        spells = [
            one for one in self.person.spells if one.kind == kind or (kind == "A" and one.kind != "S") or kind == "L"
        ]
        if not spells:
            return
        self.head({"S": "education", "E": "work", "U": "service"}.get(kind, "history"))
        spells = sorted(spells, key=lambda one: one.begin, reverse=dice.random() < 0.5)
        if dice.random() < 0.2:
            table = {"S": words.STUDY_TABLE, "E": words.WORK_TABLE}.get(kind, words.LIFE_TABLE)
            self.put("\t".join(dice.choice(names) for names in table))
            for one in spells:
                tail = (
                    one.note
                    if one.kind == "S"
                    else dice.choice(("", "无", self.person.invent_name(), dice.choice(words.LEAVINGS)))
                )
                title = mark("M" if one.kind == "S" else "T", one.title)
                self.put("\t".join(filter(None, (self.dates.span(one), mark(one.kind, one.place), title, tail))))
            return
        if dice.random() < 0.15 and kind == "A":
            parts = [self._told(one) for one in spells]
            self.put(dice.choice(("，", "。", "；")).join(parts) + "。")
            return
        for one in spells:
            self.entry(one, 0.1)
        if kind != "S" and dice.random() < 0.15:
            self.put(
                self.dates.day((self.person.birth[0] + 30, 3))
                + self.dates.to
                + self.dates.day(None)
                + "  "
                + dice.choice(words.AT_HOME)
            )

    def _told(self, spell: Spell) -> str:
        begin, end = self.dates.both(spell)
        ways = {"S": words.TOLD_STUDIES, "E": words.TOLD_WORK, "U": words.TOLD_SERVICE}[spell.kind]
        title = mark("M" if spell.kind == "S" else "T", spell.title)
        level = self.dice.choice(words.LEVEL_WORDS[spell.note]) if spell.note else ""
        way = self.dice.choice([one for one in ways if title or "{t}" not in one])
        place = mark(spell.kind, spell.place)
        if spell.kind == "E" and self.dice.random() < 0.2:
            place += self.dice.choice(words.DEPARTMENTS).strip()
        return way.format(d=self.dates.span(spell), b=begin, e=end or self.dates.now, p=place, t=title, l=level)

    def papers(self) -> None:
        """Certificates one below the other, in a list, or in a sentence."""
        dice, person, papers = self.dice, self.person, [mark("C", one) for one in self.person.papers]
        when = [
            dice.choice(("", "", "", "（{}）", "({} 取得)", " {}")).format(dice.randrange(2005, 2026))
            for _one in papers
        ]
        if not papers:
            return
        if dice.random() < 0.15:
            papers.insert(
                dice.randrange(len(papers) + 1),
                person.fill(dice.choice(words.EXTRAS["skills"] + words.EXTRAS["honours"])),
            )
            when.append("")
        way = dice.randrange(6)
        if way == 5:
            labels = ("外语水平", "计算机水平", "职业资格", "证书一", "证书名称", "持证", "执业资格", "专业证书")
            self.put("\t".join(f"{dice.choice(labels)}\t{paper}" for paper in papers))
            return
        if way == 0:
            self.head("certificates")
            for paper, year in zip(papers, when, strict=True):
                front = dice.choice(("", f"{dice.randrange(2005, 2026)}{self.gap}"))
                self.put(self.bullet + front + paper + ("" if front else year))
        elif way < 3:
            self.head("certificates")
            sep = dice.choice(("、", "，", "；", "  ", " / ", "\t", " | "))
            self.put(sep.join(paper + year for paper, year in zip(papers, when, strict=True)))
        elif way == 3:
            self.put(
                dice.choice(words.PAPER_TELLS).format(dice.choice(("、", "和", "，")).join(papers))
                + dice.choice(("。", ""))
            )
        else:
            self.put(
                dice.choice(("证书", "持有证书", "职业资格", "证件"))
                + dice.choice(("：", "\t", " "))
                + "、".join(papers)
            )

    def others(self) -> None:
        """Relatives, referees, the spouse: their names, numbers and places are not the person's."""
        dice, person = self.dice, self.person
        self.head("family")
        if dice.random() < 0.4:
            self.put("\t".join(("称谓", "姓名", "年龄", "工作单位及职务", "电话")[: dice.choice((4, 5))]))
        for _n in range(dice.choice((0, 1, 2, 3))):
            told = dice.choice(words.OTHERS_TOLD)
            told = (
                told.replace("{n}", person.invent_name())
                .replace("{p}", person.invent_phone())
                .replace("{e}", person.employer())
            )
            self.put(person.fill(told))
        for _n in range(dice.choice((0, 1, 1, 2))):
            who, name, work = dice.choice(words.RELATIONS), person.invent_name(), person.employer()
            ways = (
                f"{who}\t{name}\t{dice.randrange(20, 80)}\t{work}\t{person.invent_phone()}",
                f"{who}：{name}，{work}{dice.choice(words.TITLES)}",
                f"{who} {name} {person.invent_phone()}",
                f"{who}{name}在{work}上班，电话{person.invent_phone()}",
                f"{who}\t姓名\t{name}\t单位\t{work}",
            )
            self.put(dice.choice(ways))

    def extras(self) -> None:
        """Something that is none of what is asked for, with dates and names of places in it."""
        dice, person = self.dice, self.person
        key = dice.choice(("honours", "skills", "about", "wanted", "project", "hobby"))
        self.head(key)
        for _n in range(dice.choice((1, 1, 2, 3))):
            year = dice.randrange(2005, 2025)
            person.between = self.dates.span(Spell("E", "", "", (year, 3), (year + 1, 6)), "x")
            self.put(self.bullet + person.fill(dice.choice(words.EXTRAS[key])))

    def write(self) -> None:
        """The whole page."""
        dice, person = self.dice, self.person
        blocks = dice.choice(words.ORDERS)
        if dice.random() < 0.2:
            self.others()
        self.top()
        for block in blocks:
            if block in "SEUAL":
                self.section(block)
            elif block == "C":
                self.papers()
            elif block == "F" and dice.random() < 0.5:
                self.others()
            elif block == "X" and dice.random() < 0.8:
                self.extras()
        if dice.random() < 0.4:
            self.put(person.fill(dice.choice(words.EXTRAS["hobby"])))
        if dice.random() < 0.08:
            self.lines.insert(0, (person.fill(dice.choice(words.EXTRAS["hobby"])), self.size))
        if dice.random() < 0.2:
            self._told_all()
        if dice.random() < 0.15 and len(self.lines) > 12:
            self._mix()

    def _told_all(self) -> None:
        """Nothing but sentences, as people write a letter."""
        dice = self.dice
        self.lines = self.lines[:1]
        self.put(
            dice.choice(words.TELLS).format(
                name=mark("N", self.person.name), facts=self.person.sex, phone=self.person.phone
            )
        )
        told = [self._told(one) for one in sorted(self.person.spells, key=lambda one: one.begin)]
        many, stop = dice.choice((1, 1, 2, 9)), dice.choice(("。", "，", "；", " "))
        for at in range(0, len(told), many):
            self.put(
                dice.choice(("", "", "   ", "1. ", "后来"))
                + stop.join(told[at : at + many])
                + dice.choice(("。", "", stop))
            )
            if dice.random() < 0.2:
                self.put(self.person.fill(dice.choice(words.EXTRAS["hobby"] + words.EXTRAS["about"])))
        self.papers()

    def _mix(self) -> None:
        """Two columns that were read across: lines of the end between lines of the middle."""
        half = len(self.lines) // 2
        left, right = self.lines[2:half], self.lines[half:]
        mixed = [line for pair in zip(left, right, strict=False) for line in pair]
        rest = left[len(right) :] + right[len(left) :]
        self.lines = self.lines[:2] + mixed + rest


def _letters(text: str) -> Iterator[tuple[str, str]]:
    kind = ""
    for part in re.split(f"({OPEN}[A-Za-z]+{MID}|{CLOSE})", text):
        if part.startswith(OPEN):
            kind = part[1:-1]
        elif part == CLOSE:
            kind = ""
        else:
            for at, letter in enumerate(part):
                yield letter, (f"B{kind}" if not at else f"I{kind}") if kind not in ("", "x") else ""


def marked_lines(number: int) -> list[MarkedLine]:
    """The lines of the résumé with this number and the marks of their letters."""
    dice = random.Random(number)
    page = Page(dice)
    page.write()
    spaced, width = dice.random() < 0.25, dice.choice((0, 0, 0, 0, 18, 30, 40))
    lines: list[MarkedLine] = []
    for text, size in page.lines:
        letters = [(" ", "") if letter == "\u3000" else (letter, kind) for letter, kind in _letters(text)]
        if spaced:
            letters = list(_spaced(letters))
        wide = width + dice.randrange(3) if width else len(letters) or 1
        for start in range(0, len(letters), wide):
            part = letters[start : start + wide]
            whole = "".join(letter for letter, _kind in part)
            if not whole.strip():
                continue
            cells = tuple(Cell(one, float(at), at + 1.0) for at, one in enumerate(whole.split("\t")))
            full = start + wide < len(letters)
            lines.append(MarkedLine(Line(cells, size=size, is_full=full), tuple(kind for _letter, kind in part)))
    return lines


def _spaced(letters: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The blanks that programs put between characters and digits."""
    last = ""
    for letter, kind in letters:
        if last and letter.isdigit() != last.isdigit() and letter.isalnum() and last.isalnum():
            yield " ", kind if kind[:1] == "I" else ""
        yield letter, kind
        last = letter
