"""Skills, certificates and licences in running text, each with the characters it came from."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from ml.tables import certificates, driver_licences, licence_certificates, skills
from ml.words import cut


@dataclass(frozen=True, slots=True)
class Found:
    """One mention. `start` and `end` are places in the text as it was given.

    level: 1 to 5 for a skill when the clause says it, else 0. must: True for 须, 持有 and the like, False for 优先 and
    the like, None when the clause does not say. negated: the clause says it is not needed or not there.
    """

    kind: str  # "skill", "certificate" or "licence"
    code: str
    start: int
    end: int
    level: int
    must: bool | None
    negated: bool


# Other names too general to be a skill wherever they stand, such as 负责 in 负责日常工作.
# fmt: off
_TOO_GENERAL = frozenset((
    "负责", "学习", "计划", "表达", "配合", "协作", "统筹", "业务", "计量", "包扎", "表演", "文艺", "观察", "保密",
    "大货", "甲板", "摄像", "口才", "短波", "情报整理",
))
# fmt: on
# Everyday forms that the table of skills does not list.
_MORE_FORMS = {
    "SK009": ("叉车",),
    "SK101": ("执行力强", "执行力", "纪律性强"),
    "SK102": ("团队精神", "团队合作", "团队意识"),
    "SK103": ("吃苦耐劳", "抗压能力"),
    "SK104": ("责任心强", "有责任心"),
    "SK105": ("沟通能力", "表达能力"),
    "SK106": ("应变能力",),
    "SK107": ("组织能力", "计划能力"),
    "SK108": ("学习能力",),
}
# A mention may end inside a dictionary word when only one of these is left: 叉车 in 叉车工.
# fmt: off
_TAILS = frozenset((
    "员", "工", "师", "手", "类", "岗", "班", "人", "车", "术", "技术", "人员", "能力", "驾驶", "维修", "作业", "操作",
))
# fmt: on

_CLAUSE = re.compile(r"[^。；;！!？?\n，,]+")
_NOT_NEEDED = re.compile(r"无需|不需要?|无须|不必|不要求|不限|没有|未取得|尚未|不会|不懂|不具备|不持有|暂无|不含")
_NICE = re.compile(r"优先|加分|更佳|者佳|尤佳|更好|为佳|最好")
_MUST = re.compile(r"必须|必备|须|需|持有?|具备|具有|要求")
_LEVEL = re.compile(r"精通|熟练掌握|熟练|熟悉|掌握|了解")
_LEVELS = {"精通": 5, "熟练掌握": 4, "熟练": 4, "熟悉": 3, "掌握": 3, "了解": 1}
_LICENCE = re.compile(r"(?<![a-z0-9])(?:(?:a[123]|b[12]|c[1-6])+|[defmnp])(?![a-z0-9])")
_LICENCE_CONTEXT = re.compile(r"驾驶?证|驾照|驾驶|驾|车型|车证|照|本|司机|增驾")
_MILITARY = re.compile(r"(?:军队|部队|军车|武警)驾驶?[证照]|军驾|军本")


def _plain(text: str) -> tuple[str, list[int]]:
    """Normalised text and, for each of its characters, the place it came from."""
    pieces = [unicodedata.normalize("NFKC", letter).lower() for letter in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), places


@lru_cache(maxsize=1)
def _forms() -> dict[str, dict[str, tuple[str, str]]]:
    """First two characters to forms that begin with them, each with kind and code."""
    forms: dict[str, tuple[str, str]] = {}
    for skill in skills():
        names = [skill.name, *skill.aliases, *_MORE_FORMS.get(skill.code, ())]
        for name in names:
            if name not in _TOO_GENERAL and not (skill.is_soft and len(name) < 3):
                forms.setdefault(_plain(name)[0], ("skill", skill.code))
    for certificate in certificates():
        if certificate.code in licence_certificates():
            continue
        short = re.sub(r"\(.*?\)", "", certificate.name)
        for name in (certificate.name, short, *certificate.aliases):
            if len(name) > 2:
                forms[_plain(name)[0]] = ("certificate", certificate.code)
    by_start: dict[str, dict[str, tuple[str, str]]] = {}
    for form, meaning in sorted(forms.items(), key=lambda one: (-len(one[0]), one[0])):
        by_start.setdefault(form[:2], {})[form] = meaning
    return by_start


def _word_edges(text: str) -> tuple[set[int], dict[int, int]]:
    """Places between words, and for each place inside a word the place where that word ends."""
    stops = [0, *accumulate(len(word) for word in cut(text))]
    ends = {place: end for start, end in pairwise(stops) for place in range(start + 1, end)}
    return set(stops), ends


def _is_whole(text: str, start: int, end: int, edges: set[int], ends: dict[int, int]) -> bool:
    if (
        text[start].isascii()
        and text[start].isalnum()
        and start
        and text[start - 1].isascii()
        and text[start - 1].isalnum()
    ):
        return False
    if text[end - 1].isascii() and text[end - 1].isalnum() and end < len(text):
        return not (text[end].isascii() and text[end].isalnum())
    return start in edges and (end in edges or text[end : ends[end]] in _TAILS)


def _named(text: str) -> Iterator[tuple[str, str, int, int]]:
    edges, ends = _word_edges(text)
    forms, place = _forms(), 0
    while place < len(text) - 1:
        for form, (kind, code) in forms.get(text[place : place + 2], {}).items():
            end = place + len(form)
            if text.startswith(form, place) and _is_whole(text, place, end, edges, ends):
                yield kind, code, place, end
                place = end - 1
                break
        place += 1


def _licences(text: str) -> Iterator[tuple[str, str, int, int]]:
    known = {row.code for row in driver_licences()}
    for match in _LICENCE.finditer(text):
        start, end = match.span()
        # A single letter needs the word right behind it; two characters may share it with a neighbour: B1/B2 驾照.
        around = text[end : end + 3] if end - start == 1 else text[max(0, start - 8) : end + 8]
        if _LICENCE_CONTEXT.search(around):
            for place in range(start, end, 2):
                code = text[place : min(place + 2, end)].upper()
                if code in known:
                    yield "licence", code, place, place + len(code)
    for match in _MILITARY.finditer(text):
        yield "licence", "JUN", match.start(), match.end()


def _level(before: str) -> int:
    """The level named last before a mention: lists share one, as in 熟练掌握甲、乙."""
    said = _LEVEL.findall(before)
    return _LEVELS[said[-1]] if said else 0


def extract_skills(text: str) -> list[Found]:
    """All mentions in order of place. The longest form wins; mentions inside other words are left out.

    A first reading by forms and cues of the same clause: it knows no synonyms beyond the tables, and irony, lists that
    run over several clauses and distant negation escape it.
    """
    plain, places = _plain(text)
    clauses = [(match.start(), match.end()) for match in _CLAUSE.finditer(plain)]
    found = []
    for kind, code, start, end in sorted({*_named(plain), *_licences(plain)}, key=lambda one: (one[2], one[3])):
        clause = next(((a, b) for a, b in clauses if a <= start < b), (start, end))
        before, said = plain[clause[0] : start], plain[clause[0] : clause[1]]
        negated = bool(_NOT_NEEDED.search(before)) or bool(
            re.match(r"[^，,]{0,4}(?:不限|不要求|无要求)", plain[end : clause[1]])
        )
        must = None if negated else False if _NICE.search(said) else True if _MUST.search(said) else None
        level = _level(before) if kind == "skill" else 0
        found.append(Found(kind, code, places[start], places[end - 1] + 1, level, must, negated))
    return found
