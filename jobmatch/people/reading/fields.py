"""From lines to the fields of a résumé, each with the words it came from. Nothing is offered that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.people.reading import forces
from jobmatch.people.reading.entries import Entry, read_entries
from jobmatch.people.reading.labels import Labelled, find_labels
from jobmatch.people.reading.lines import Line
from jobmatch.people.reading.marked import count_spells, is_named, joined_entries, joined_papers, read_marks, read_name
from jobmatch.people.reading.papers import read_papers
from jobmatch.people.reading.schooling import level_name, level_of, level_of_school, level_rank, school_parts
from jobmatch.people.reading.sections import Section, split_sections
from jobmatch.people.reading.words import EMPLOYER, POST, SCHOOL, compact, is_army, plain, read_day
from jobmatch.people.secrecy import find_secret_words, mask
from ml.reference import certificates, driver_licences, extract_skills, licence_certificates, skills

SURE, LIKELY = "sure", "likely"
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?86[- ]?)?(1[3-9]\d(?:[-. ]?\d{4}){2}|1[3-9]\d{2}[-. ]?\d{3}[-. ]?\d{4})(?!\d)"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}")
_ID = re.compile(r"(?<!\d)\d{6}(?:\s?\d{4}){2}\s?\d{3}[\dXx](?!\d)")
_OTHERS = re.compile(
    r"紧急|[证见]明人|家属(?!院)|[父母]亲|配偶|推荐人|介绍人|单位电话|家庭(?:电话|联系)|爱人|丈夫|老公|妻子?[:：\s]|老婆|儿子|女儿|老乡|战友|"
    r"我[爸妈哥姐弟妹]|老板|打印人|投诉|客服|经办"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One field: its value (a text, or the parts of an entry), where it came from, and how sure that is.

    ``secrets`` names the kinds of words (部队番号 and the like) that were hidden in value and source.
    """

    value: Any
    source: str
    page: int
    line: int
    confidence: str = SURE
    secrets: tuple[str, ...] = ()


@dataclass(slots=True)
class ReadResume:
    """What a résumé says. Months are ``2018-09``, or ``2018`` where only the year is said."""

    name: Found | None = None
    phone: Found | None = None
    email: Found | None = None
    birth: Found | None = None
    education_level: Found | None = None
    education: list[Found] = field(default_factory=list)
    enlisted: Found | None = None
    discharged: Found | None = None
    service: list[Found] = field(default_factory=list)
    branch: Found | None = None
    rank: Found | None = None
    posts_held: Found | None = None
    specialties: list[Found] = field(default_factory=list)
    work: list[Found] = field(default_factory=list)
    certificates: list[Found] = field(default_factory=list)
    licences: list[Found] = field(default_factory=list)
    skills: list[Found] = field(default_factory=list)
    wanted_post: Found | None = None
    wanted_pay: Found | None = None
    wanted_place: Found | None = None
    about: Found | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, for a pipe or a page."""
        return asdict(self)


class _Document:
    """The lines with what is asked of them again and again."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.sections = split_sections(lines)
        self.kinds = {number: section.kind for section in self.sections for number in section.numbers}
        self.marks = read_marks(self.sections)
        self.texts = [line.text for section in self.sections for line in section.lines]
        self.labels = [
            mark for mark in find_labels(lines) if self.kinds.get(mark.line) != "family" and not self._of_others(mark)
        ]

    def _of_others(self, mark: Labelled) -> bool:
        text = compact(self.lines[mark.line].text)
        return mark.key in ("phone", "name") and bool(
            _OTHERS.search(text[: text.find(compact(mark.value)) + 1] or text)
        )

    def first(self, key: str, *, apart: Iterable[str] = ()) -> Labelled | None:
        """The first value with label ``key`` outside the sections ``apart``."""
        return next(
            (m for m in self.labels if m.key == key and m.value and self.kinds.get(m.line) not in set(apart)), None
        )

    def found(self, value: Any, number: int, *, sure: bool = True, source: str = "") -> Found:
        """A field with its source; secrets are hidden in both, and identity numbers never leave the file."""
        kinds: dict[str, None] = {}

        def offer(part: Any) -> Any:
            if isinstance(part, dict):
                return {name: offer(one) for name, one in part.items()}
            if not isinstance(part, str):
                return part
            part = _ID.sub("", part)
            kinds.update((kind.value, None) for _start, _end, kind in find_secret_words(part))
            return mask(part)

        line = self.lines[number]
        words = offer(" ".join((source or line.text).split())[:300])
        return Found(offer(value), words, line.page, number + 1, SURE if sure else LIKELY, tuple(kinds))


def read_resume(lines: Sequence[Line]) -> ReadResume:
    """The fields of a résumé. Raises ``Invalid`` with words for no text, or a text that is no résumé."""
    lines = [
        line
        for line in lines
        if line.text.strip()
        and not re.fullmatch(r"\s*-?\s*第?\s*\d{1,3}\s*(?:页|/\s*\d{1,3}|-)?(?:\s*[,，/]?\s*共.{0,8})?\s*", line.text)
    ]
    if sum(len(compact(line.text)) for line in lines) < 10:
        raise Invalid(_("这个文件里没有读到文字。请上传能选中文字的 docx 或 PDF，或者自己填写"))
    document = _Document(_simplified(_without_margins(lines)))
    result = ReadResume()
    entries = [entry for section in document.sections if section.kind != "family" for entry in read_entries(section)]
    _read_person(document, result)
    told = [(_kind_of(entry), entry) for entry in entries]
    kinds = joined_entries(told, document.marks, document.texts)
    spells = count_spells(kinds)
    # Advertisements have headings and numbers too, but nobody's name and hardly a spell.
    is_person = result.name is not None or spells > 1
    is_marked = is_named(document.marks) and result.phone is not None and spells > 1
    if not (is_person and (is_marked or _signs(document, told) > 1)):
        raise Invalid(_("这个文件不像简历：没有看到姓名、电话和经历。请换一个文件，或者自己填写"))
    _read_education(document, result, [entry for kind, entry in kinds if kind == "education"])
    _read_work(document, result, [entry for kind, entry in kinds if kind == "work"])
    forces.read_service(document, result, [entry for kind, entry in kinds if kind == "service"])
    _read_codes(document, result)
    _read_wishes(document, result)
    return result


_PERSONAL = ("name", "sex", "birth", "level", "post", "enlisted", "discharged", "school")
_OF_A_RESUME = ("education", "work", "service", "history", "skills", "certificates", "honours", "wanted", "about")


def _signs(document: _Document, entries: Sequence[tuple[str, Entry]]) -> int:
    """How much says that a text is a résumé. A name with a number stands on invoices and notices too, so it is one."""
    labels = {mark.key for mark in document.labels if mark.key in _PERSONAL and mark.value}
    ages = any(re.search(r"年龄\s*[:：\t]|(?<!\d)[1-7]\d\s*岁", line.text) for line in document.lines)
    heads = {section.kind for section in document.sections if section.kind in _OF_A_RESUME}
    spells = sum(1 for kind, entry in entries if kind and entry.span.begin and entry.place)
    told = any(_told_studies(document))
    return len(labels) + ages + len(heads) + min(spells, 2) + told


def _without_margins(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without the heads and feet that come again on other pages, in small letters; numbers may differ."""
    pages: dict[str, set[int]] = {}
    for line in lines:
        pages.setdefault(re.sub(r"\d+", "0", compact(line.text)), set()).add(line.page)
    usual = sorted(line.size for line in lines)[len(lines) // 2]
    is_margin = {words for words, found in pages.items() if len(found) > 1 and len(words) > 3}
    return [
        line for line in lines if not (line.size < 0.9 * usual and re.sub(r"\d+", "0", compact(line.text)) in is_margin)
    ]


def _simplified(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines in simplified characters where the whole text is in traditional ones; single names stay."""
    text = "".join(line.text for line in lines)
    han = sum("\u3400" <= letter <= "\u9fff" for letter in text)
    changed = sum(a != b for a, b in zip(text, plain(text), strict=True) if "\u3400" <= a <= "\u9fff")
    if not han or changed < 0.12 * han:
        return lines
    from dataclasses import replace

    def turn(text: str) -> str:
        return "".join(plain(letter) if "\u3400" <= letter <= "\u9fff" else letter for letter in text)

    return [replace(line, cells=tuple(replace(cell, text=turn(cell.text)) for cell in line.cells)) for line in lines]


def _read_person(document: _Document, result: ReadResume) -> None:
    at = read_name(document, result)
    labelled = [mark.line for mark in document.labels if mark.key == "phone"]
    labelled.sort(key=lambda line: line < at)
    others = [n for n in range(len(document.lines)) if document.kinds.get(n) != "family"]
    for number in [*labelled, *others]:
        text = plain(document.lines[number].text)
        found = next(
            (m for m in _PHONE.finditer(text) if not _OTHERS.search(text[max(0, m.start() - 14) : m.start()])), None
        )
        if found:
            result.phone = document.found(re.sub(r"\D", "", found[1]), number)
            break
    for number in others:
        if found := _EMAIL.search(plain(document.lines[number].text)):
            result.email = document.found(found[0], number)
            break
    for mark in document.labels:
        day = read_day(plain(mark.value)) if mark.key == "birth" else ""
        if len(day) == 7:
            result.birth = document.found(day, mark.line)
            break
    else:
        for number in others[:15]:
            if found := re.search(
                r"((?:19[4-9]\d|20[01]\d)\s*[年.\-/]\s*\d{1,2})\s*月?\s*(?:\d{1,2}日)?(?:出生|生(?![产活]))",
                plain(document.lines[number].text),
            ):
                result.birth = document.found(read_day(found[1]), number)
                break


_COURSE = re.compile(
    r"(?:培训|进修|研修|集训|轮训|短训)(?:班|课程|活动|营|课)?(?:学习|结业)?$|(?:学习班|讲习班|夏令营)$"
)


_AT_HOME = re.compile(r"在家|居家|待业|失业|照顾|照料|带孩子|备考|备孕|养病|休养|家庭原因|产假|全职(?:妈妈|太太|爸爸)")


_SUBJECT = re.compile(
    r"(?:技术|管理|会计学?|设计|工程|教育|[^大中小入上]学|应用|运用|维修|营销|统计|驾驶|护理|烹饪|操作|策划|消防|安保)(?:专业)?"
    r"(?:\s*[（(].{1,12}[)）])?$"
)


def _is_pupil(entry: Entry, text: str) -> bool:
    """Whether somebody learned at a school that stands where employers stand: with a subject or level and no post."""
    is_served = is_army(text) and not (entry.level or entry.major)
    if not SCHOOL.search(entry.place) or is_served:
        return False
    if entry.kind != "work" and _SUBJECT.search(entry.title):
        return True
    if POST.search(re.sub(r"学[员生]$", "", entry.title)) or re.search(r"[门警]卫$", entry.title):
        return False
    if entry.major or entry.level or re.search(r"就读|学[员生]|毕业|专业|上学|读书", text):
        return True
    return entry.kind != "work" and bool(entry.title) and not re.search(r"[处科室部岗组办]$", entry.title)


def _kind_of(entry: Entry) -> str:
    """What an entry tells of: its heading says it, unless its words say otherwise."""
    text = " ".join((entry.place, entry.title, *entry.words[:1]))
    if SCHOOL.search(entry.place) and level_of(entry.title) and not is_army(entry.place):
        entry.level, entry.title = level_of(entry.title), ""
        return "education"
    if _COURSE.search(entry.title) or _COURSE.search(entry.place):
        return ""
    if _AT_HOME.search(" ".join(entry.words[:1])) and not EMPLOYER.search(entry.place):
        return ""
    if entry.kind in ("work", "history", "") and _is_pupil(entry, text):
        entry.major, entry.title = entry.major or entry.title, ""
        return "education"
    if entry.kind in ("education", "service"):
        if entry.kind == "education" and is_army(entry.place) and not SCHOOL.search(entry.place):
            return "service"
        return entry.kind
    if is_army(entry.place) or (is_army(text) and not EMPLOYER.search(entry.place)):
        return "service"
    if entry.kind == "work":
        return "work"
    if entry.kind in ("history", "") or entry.kind == "basic":
        if SCHOOL.search(entry.place) and (
            entry.major or entry.level or not entry.title or re.search(r"学生|学习|就读|毕业|上学|读书", text)
        ):
            return "education"
        if entry.level and not entry.title:
            return "education"
        is_named = EMPLOYER.search(entry.place) or SCHOOL.search(entry.place)
        return "work" if entry.place and (is_named or (entry.kind == "history" and entry.title)) else ""
    return ""


_UNFINISHED = re.compile(r"在读|肄业|辍学|退学|未毕业|未完成|预计.{0,10}毕业")
"""A study that goes on, or was broken off, is no level that somebody has."""


def _read_education(document: _Document, result: ReadResume, entries: Sequence[Entry]) -> None:
    school = document.first("school", apart=("education", "work", "project"))
    major = document.first("major", apart=("education", "work", "project"))
    level = next((m for m in document.labels if m.key == "level" and level_of(m.value)), None)
    for entry in entries:
        if not entry.place and not entry.level:
            continue
        value = {
            "school": entry.place,
            "major": entry.major,
            "level": level_name(entry.level),
            "level_code": entry.level,
            "from": entry.span.begin,
            "to": entry.span.until,
        }
        is_sure = bool(entry.place and SCHOOL.search(entry.place))
        if not entry.level and (named := level_of_school(entry.place)):
            value |= {"level": level_name(named), "level_code": named}
            is_sure = False
        result.education.append(document.found(value, entry.number, sure=is_sure, source=" ".join(entry.words)))
    if not result.education and school is None:
        result.education = list(_told_studies(document))
    if not result.education and (school or level or major):
        result.education = [_labelled_study(document, school, major, level)]
    codes = [
        (level_rank(one.value["level_code"]), one.value["level_code"], one)
        for one in result.education
        if not _UNFINISHED.search(one.source)
    ]
    best = max(codes, key=lambda one: one[0], default=None)
    if level is not None and level_rank(level_of(level.value)) >= (best[0] if best else 0):
        result.education_level = document.found(
            {"level_code": level_of(level.value), "level": level_name(level_of(level.value))}, level.line
        )
    elif (loose := _loose_level(document)) and level_rank(loose.value["level_code"]) > (best[0] if best else 0):
        result.education_level = loose
    elif best is not None and best[0]:
        one = best[2]
        result.education_level = Found(
            {"level_code": best[1], "level": level_name(best[1])}, one.source, one.page, one.line, one.confidence
        )
    _complete_study(result, school, major)


def _told_studies(document: _Document) -> Iterator[Found]:
    """Schools that a sentence names: 毕业于某学校某专业."""
    for number, line in enumerate(document.lines):
        for told in re.finditer(r"(?:毕业|就读|学习)于([^，。；,;\t]{4,40})", line.text):
            school, rest = school_parts(told[1].strip())
            if school and document.kinds.get(number) != "family":
                major = re.sub(r"专业.*$", "", rest).strip(" ，,")
                more = re.split(r"[。；;]", line.text[told.end() :])[0]
                code = next(filter(None, map(level_of, [rest, *re.split(r"[，,、\s]", more)[:4]])), "")
                value = {"school": school, "major": major, "level": level_name(code), "level_code": code}
                yield document.found({**value, "from": "", "to": ""}, number, sure=False)


def _labelled_study(
    document: _Document, school: Labelled | None, major: Labelled | None, level: Labelled | None
) -> Found:
    place, rest = school_parts(school.value.split("\t")[0]) if school else ("", "")
    place = place or (school.value.split("\t")[0] if school else "")
    graduated = document.first("graduated")
    code = level_of(level.value) if level else level_of(rest)
    subject = major.value.split("\t")[0] if major else rest if not level_of(rest) else ""
    value = {
        "school": place,
        "major": re.sub(r"专业$", "", subject.strip(" /、")),
        "level": level_name(code),
        "level_code": code,
        "from": "",
        "to": read_day(plain(graduated.value)) if graduated else "",
    }
    number = next(mark.line for mark in (school, level, major) if mark is not None)
    return document.found(value, number)


def _complete_study(result: ReadResume, school: Labelled | None, major: Labelled | None) -> None:
    """A level or subject that is said once for the person belongs to the only study, or to the one at that school."""
    for one in result.education:
        is_it = len(result.education) == 1 or (
            school is not None and one.value["school"] and one.value["school"] in school.value
        )
        if is_it and not one.value["level_code"] and result.education_level:
            one.value.update(result.education_level.value)
        if is_it and not one.value["major"] and major is not None:
            one.value["major"] = major.value.split("\t")[0].strip()


def _loose_level(document: _Document) -> Found | None:
    """A level without a label, as in ``张三 | 男 | 大专``."""
    for number, line in enumerate(document.lines[:12]):
        if document.kinds.get(number) not in ("", "basic", "education"):
            continue
        for token in re.split(r"[\t|｜/,，;； \u3000·]+", line.text):
            if (
                2 <= len(token) <= 6
                and level_of(token)
                and not SCHOOL.search(re.sub(r"高中|初中|中专|技校|职高|小学|大学", "", token))
            ):
                code = level_of(token)
                return document.found({"level_code": code, "level": level_name(code)}, number, sure=False)
    return None


def _closed(text: str) -> str:
    """A name without the gaps that narrow cells leave in it."""
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text).strip(" ,，。:：")


def _read_work(document: _Document, result: ReadResume, entries: Sequence[Entry]) -> None:
    for entry in entries:
        if not entry.place and not entry.title:
            continue
        value = {
            "employer": _closed(entry.place),
            "title": _closed(entry.title),
            "from": entry.span.begin,
            "to": entry.span.until,
            "is_current": entry.span.is_current,
            "duties": "\n".join(text.replace("\t", " ").strip() for text in entry.duties)[:1000],
        }
        is_sure = bool(value["employer"] and value["title"] and value["from"])
        result.work.append(document.found(value, entry.number, sure=is_sure, source=" ".join(entry.words)))


def _read_codes(document: _Document, result: ReadResume) -> None:
    """Certificates as they are printed; licences and skills by the tables, sure under their own heading or label."""
    names = {row.code: row.name for table in (certificates(), driver_licences(), skills()) for row in table}
    papers = read_papers(document.lines, document.sections, document.labels, document.kinds)
    for paper in joined_papers(papers, document.marks):
        value = {"code": paper.code, "name": names.get(paper.code, ""), "level": paper.level, "words": paper.words}
        result.certificates.append(document.found(value, paper.number, sure=paper.is_sure))
    cars = licence_certificates()
    labelled = {mark.line for mark in document.labels if mark.key in ("papers", "licence") and mark.value}
    seen: dict[tuple[str, str], Found] = {}
    text, starts = "", []
    for line in document.lines:
        starts.append(len(text))
        text += line.text.replace("\t", "  ") + ("" if line.is_full else "\n")
    for one in extract_skills(text):
        what, code = ("licence", cars[one.code]) if one.code in cars else (one.kind, one.code)
        if one.negated or what == "certificate":
            continue
        number = max(n for n, start in enumerate(starts) if start <= one.start)
        kind = document.kinds.get(number, "")
        if kind in ("family", "wanted", "hobby") and not (what == "licence" and number in labelled):
            continue
        own = ("certificates", "skills", "basic", "") if what == "licence" else ("skills",)
        is_sure = kind in own or number in labelled
        words = text[one.start : one.end].strip()
        value = {"code": code, "name": names.get(code, ""), "level": one.level, "words": words}
        before = seen.get((what, code))
        if before is None or (is_sure and before.confidence == LIKELY) or (one.level and not before.value["level"]):
            seen[(what, code)] = document.found(
                value, number, sure=is_sure or (before is not None and before.confidence == SURE)
            )
    result.skills = [found for (what, _code), found in seen.items() if what == "skill"]
    cards = [found for (what, _code), found in seen.items() if what == "licence"]
    # A licence that is named without its class is the one whose class is named elsewhere.
    classed = [found for found in cards if re.search(r"[A-Za-z]", found.value["words"])]
    result.licences = classed or cards


def _read_wishes(document: _Document, result: ReadResume) -> None:
    post = document.first("post", apart=("work", "education", "service"))
    if post and len(post.value) <= 60:
        result.wanted_post = document.found(re.sub(r"\s*\t\s*", "、", post.value), post.line)
    wish = next((section for section in document.sections if section.kind == "wanted"), None)
    if wish is not None and wish.lines:
        inside = set(wish.numbers)
        named = next((m for m in document.labels if m.line in inside and m.key == "title" and m.value), None)
        first = wish.lines[0].cells[0].text
        if result.wanted_post is None and named:
            result.wanted_post = document.found(named.value, named.line)
        elif result.wanted_post is None and len(first) <= 30 and not re.search(r"[:：。]", first):
            result.wanted_post = document.found(first, wish.numbers[0])
    pay, place = document.first("pay", apart=("work",)), document.first("place", apart=("work", "service"))
    if wish is not None and pay is None:
        for number, line in zip(wish.numbers, wish.lines, strict=True):
            if found := re.search(r"\d{4,6}\s*(?:[-~—至到]\s*\d{4,6})?\s*元?(?:/月|以上|左右)?", plain(line.text)):
                result.wanted_pay = document.found(found[0].strip(), number)
                break
    if pay and re.search(r"\d|面议|[一二三四五六七八九]千", pay.value):
        result.wanted_pay = document.found(pay.value.split("\t")[0], pay.line)
    if place and len(place.value) <= 40:
        result.wanted_place = document.found(place.value.split("\t")[0], place.line)
    about = next((section for section in document.sections if section.kind == "about" and section.lines), None)
    if about is not None:
        result.about = document.found(_text_of(about)[:1000], about.numbers[0], source=about.lines[0].text)


def _text_of(section: Section) -> str:
    text = ""
    for line in section.lines:
        text += line.text.replace("\t", " ") + ("" if line.is_full else "\n")
    return text.strip()
