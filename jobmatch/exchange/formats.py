"""What the columns of posting tables mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Row, decode
from jobmatch.people.states import EmploymentType
from recruiters.employers.states import EmployerKind
from recruiters.postings.states import RequirementKind


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement read from a row."""

    kind: RequirementKind
    label: str
    code: str = ""
    level: int = 0
    years: float = 0.0
    must: bool = True


@dataclass(frozen=True, slots=True)
class PostingRow:
    """What one row of a posting table says, in our words; raises nothing, invents nothing."""

    key: str
    employer_name: str
    values: Mapping[str, Any]
    needs: tuple[Need, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class MappingKind:
    """A known table: recognised by ``columns``, read by ``read``, which raises ``ValueError`` for a row it refuses."""

    name: str
    source_name: str
    columns: frozenset[str]
    read: Callable[[Row], PostingRow]
    employer_kind: EmployerKind
    key_columns: tuple[str, ...] = field(default=())


_RANKS = (("博士", 8, "博士"), ("硕士", 7, "硕士"), ("研究生", 7, "硕士"), ("本科", 6, "本科"), ("大专", 5, "大专"))
_EDUCATION_CODES = {8: "11", 7: "14", 6: "21", 5: "31", 4: "61", 3: "71"}
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def education_need(text: str) -> Need | None:
    """The lowest education that ``text`` accepts; none where it accepts any."""
    named = [rank for rank in _RANKS if rank[0] in text]
    if not named:
        return None
    _word, rank, label = min(named, key=lambda entry: entry[1])
    return Need(RequirementKind.EDUCATION, f"{label}及以上", _EDUCATION_CODES[rank], level=rank)


def years_need(text: str) -> Need | None:
    """The years of experience that ``text`` asks for; none where it asks for none."""
    found = re.search(r"([一二两三四五六七八九十]|\d{1,2})\s*年", text)
    if not found:
        return None
    years = float(_NUMERALS.get(found.group(1)) or found.group(1))
    return Need(RequirementKind.YEARS, text[:80], years=years)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise ValueError(_("招聘人数“%(text)s”不是一个数", text=text[:20]))
    return int(text)


def _needed(row: Row, column: str, name: str) -> str:
    if not row.get(column):
        raise ValueError(_("缺少%(name)s（%(column)s 列）", name=name, column=column))
    return row[column]


def read_civil_service(row: Row) -> PostingRow:
    """A row of a provincial civil-service post table; ``post_code`` repeats, so the year is in the key."""
    agency = _needed(row, "agency", _("招录机关"))
    title = _needed(row, "title", _("职位名称"))
    year, code = _needed(row, "year", _("年度")), _needed(row, "post_code", _("职位代码"))
    other = row.get("other", "")
    conditions = [
        f"{label}：{row[column]}"
        for column, label in (
            ("age", "年龄"),
            ("education", "学历"),
            ("degree", "学位"),
            ("majors", "专业"),
            ("work_experience", "工作经历"),
            ("other", "其他条件"),
            ("physical_standard", "体检"),
            ("fitness_test", "体能测评"),
            ("remark", "备注"),
        )
        if row.get(column) and row[column] not in {"无", "无要求", "否"}
    ]
    needs = tuple(
        need for need in (education_need(row.get("education", "")), years_need(row.get("work_experience", ""))) if need
    )
    for_veterans = "退役" in other
    return PostingRow(
        key=f"{year}:{code}",
        employer_name=agency,
        place=agency.removeprefix("中共"),
        needs=needs,
        values={
            "title": title[:80],
            "vacancy_count": _count(row.get("headcount", "")),
            "requirement_text": "\n".join(conditions),
            "duties": "",
            "employment_type": EmploymentType.PUBLIC_POST,
            "contract_party": agency,
            "is_veterans_first": for_veterans,
            "is_reserved": for_veterans and "或" not in other,
        },
    )


CIVIL_SERVICE = MappingKind(
    name="civil_service",
    source_name="公务员招录职位表",
    columns=frozenset({"year", "agency", "title", "post_code", "headcount", "education", "other", "fitness_test"}),
    read=read_civil_service,
    employer_kind=EmployerKind.PUBLIC_BODY,
    key_columns=("year", "post_code"),
)
MAPPINGS = {CIVIL_SERVICE.name: CIVIL_SERVICE}
FIELDS = (
    "key",
    "employer",
    "title",
    "headcount",
    "education",
    "experience",
    "duties",
    "requirements",
    "place",
    "address",
)


def custom_mapping(path: Path) -> MappingKind:
    """A mapping of one's own: a JSON object of our field names to the table's column names.

    ``employer`` and ``title`` must be there; ``key`` names the column that makes a row the same row next time (without
    it employer, title and place do). Raises ``Invalid`` where the file is not such an object.
    """
    try:
        given = json.loads(decode(path.read_bytes()))
    except (OSError, ValueError):
        raise Invalid(_("列对照文件 %(path)s 读不了，它应该是一个 JSON 对象", path=path.name)) from None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Invalid(_("列对照文件应该是“字段：列名”的 JSON 对象"))
    unknown = sorted(set(given) - set(FIELDS))
    if unknown or not {"employer", "title"} <= set(given):
        known = "、".join(FIELDS)
        raise Invalid(_("列对照里要有 employer 和 title，可用的字段是：%(known)s", known=known))

    def read(row: Row) -> PostingRow:
        def value(name: str) -> str:
            return row.get(given.get(name, ""), "")

        employer = _needed(row, given["employer"], _("单位名称"))
        title = _needed(row, given["title"], _("岗位名称"))
        needs = (education_need(value("education")), years_need(value("experience")))
        return PostingRow(
            key=value("key") or f"{employer}|{title}|{value('place')}",
            employer_name=employer,
            place=value("place"),
            needs=tuple(need for need in needs if need),
            values={
                "title": title[:80],
                "vacancy_count": _count(value("headcount")),
                "duties": value("duties"),
                "requirement_text": value("requirements"),
                "address": value("address")[:200],
            },
        )

    return MappingKind(path.stem, path.stem, frozenset(given.values()), read, EmployerKind.PRIVATE)


def find_mapping(header: list[str], asked: str | None) -> MappingKind:
    """The mapping asked for by name or JSON file, or the one whose columns the header has.

    Raises ``Invalid`` where none fits, naming what is missing.
    """
    if asked and asked in MAPPINGS:
        mapping = MAPPINGS[asked]
    elif asked:
        mapping = custom_mapping(Path(asked))
    else:
        fitting = [kind for kind in MAPPINGS.values() if kind.columns <= set(header)]
        if not fitting:
            raise Invalid(_("认不出这张表。请用 --mapping 给出列对照，已知的有：%(known)s", known="、".join(MAPPINGS)))
        return fitting[0]
    missing = sorted(mapping.columns - set(header))
    if missing:
        raise Invalid(_("表里没有这些列：%(columns)s", columns="、".join(missing)))
    return mapping
