"""Levels of education and names of schools in the words people use."""

from __future__ import annotations

import re
from functools import lru_cache

from jobmatch.people.reading.words import compact
from ml.reference import education_levels

# What is said, and the codes of GB/T 4658 for it: finished, left with a paper, broken off, still there.
_LEVELS: tuple[tuple[str, tuple[str, str, str, str]], ...] = (
    (r"博士", ("11", "12", "13", "10")),
    (r"硕士|研究生|MBA", ("14", "15", "16", "10")),
    (r"(?<!非)本科|学士|专升本|大学(?:毕业|学历|文化)?$", ("21", "22", "23", "20")),
    (r"大专|(?<!中等)专科(?!学校)|高职|高专|大学专科", ("31", "32", "33", "30")),
    (r"中专|中等专[业科]|中职", ("41", "42", "43", "40")),
    (r"职高|职业高中|职中", ("44", "45", "46", "40")),
    (r"技校|中技|技工|高技|预备技师", ("47", "48", "49", "40")),
    (r"高中|普高", ("61", "62", "63", "60")),
    (r"初中", ("71", "71", "73", "70")),
    (r"小学", ("81", "81", "83", "80")),
)
_SCHOOL_PARTS = re.compile(
    r"^(.{1,30}?(?:大学|学院|专科学校|技工学校|职业学校|学校|技师学院|中等专业学校|中学|小学|技校|职校|职高|卫校|党校|职教中心|职业教育中心|职业中专|中专|电大|高中|[一二三四五六七八九十]中(?!学)))"
    r"(?!学?[校院])(?:[(（](?P<note>[^()（）]{1,10})[)）])?(?P<rest>.*)$"
)


def level_of(text: str) -> str:
    """The code of the level of education that a short text names, or nothing."""
    words = compact(text)
    if len(words) > 30:
        return ""
    for pattern, codes in _LEVELS:
        if re.search(pattern, words):
            state = 2 if "肄业" in words else 1 if "结业" in words else 3 if re.search(r"在读|在校", words) else 0
            return codes[state]
    return ""


_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"职业(?:技术)?学院|(?:专科|高等职业)学校|高专", "31"),
    (r"技师学院|技工学校|技校", "47"),
    (r"职业高中|职高|职业高级中学", "44"),
    (r"中等专业学校|中等职业|中专|卫校|卫生学校|职教中心|职业教育中心", "41"),
    (r"(?<!完全)高级中学|高中", "61"),
    (r"初级中学|初中", "71"),
)


def level_of_school(name: str) -> str:
    """The code of the level at schools that have but one, which their names say; nothing for others."""
    return next((code for words, code in _BY_NAME if re.search(words, name)), "")


def school_parts(token: str) -> tuple[str, str]:
    """A school and what is written behind it without a gap; nothing where the token names no school."""
    found = _SCHOOL_PARTS.match(token)
    if found is None:
        return "", ""
    school, rest = found[1], found["rest"].strip(" -—·:：,，")
    # 湖南大学法学院 and 某学院附属中学 are one school; 某学院机电专业 is a school and a subject.
    rest = re.sub(r"^(?:就读|学习|读|上|念)[的了过]?(?=.)", "", rest)
    while rest and (more := _SCHOOL_PARTS.match(rest)) and len(more[1]) <= 12:
        school, rest = school + more[1], more["rest"].strip(" -—·:：,，")
    note = found["note"] or ""
    if note and level_of(note):
        rest = f"{rest} {note}".strip()
    elif note and not rest:
        school = token
    return school, rest


@lru_cache(maxsize=1)
def _levels() -> dict[str, tuple[str, int]]:
    return {row.code: (row.name, row.rank) for row in education_levels()}


def level_name(code: str) -> str:
    """The name of a level."""
    return _levels()[code][0] if code in _levels() else ""


def level_rank(code: str) -> int:
    """How high a level is; 0 for none."""
    return _levels()[code][1] if code in _levels() else 0
