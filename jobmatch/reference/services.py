"""Loading what is shipped, and the office's own rows, places, rules and holidays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.core.db import Base
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference import queries
from jobmatch.reference.models import (
    Certificate,
    CodeMixin,
    ComplaintKind,
    DatedRule,
    DocumentKind,
    EmploymentStatusKind,
    FairTheme,
    Holiday,
    PostingRule,
    Reason,
    Region,
    Skill,
)
from jobmatch.reference.patterns import check_pattern
from jobmatch.reference.policies import can_edit_reference, can_edit_region
from jobmatch.reference.queries import trim_region_code
from jobmatch.reference.shipped import Row, shipped_tables
from jobmatch.reference.states import CODE_LENGTH, DayKind, RegionLevel

T = TypeVar("T", Skill, Certificate, Reason, DocumentKind, ComplaintKind, FairTheme, PostingRule)

EditableRow = Skill | Certificate | Reason | DocumentKind | ComplaintKind | FairTheme | PostingRule
EDITABLE: dict[type[EditableRow], tuple[str, tuple[str, ...]]] = {
    Skill: ("LS", ("name_zh", "name_en", "category", "aliases", "is_soft", "is_active")),
    Certificate: ("LC", ("name_zh", "name_en", "kind", "issuer", "skill_codes", "is_active")),
    Reason: ("LR", ("name_zh", "name_en", "kind", "parent_code", "hint", "hint_en", "way", "is_active")),
    DocumentKind: ("LD", ("name_zh", "name_en", "hint", "hint_en", "is_active")),
    ComplaintKind: (
        "LK",
        ("name_zh", "name_en", "hint", "hint_en", "pauses_at_once", "is_referred", "only_for", "is_active"),
    ),
    FairTheme: ("LF", ("name_zh", "name_en", "valid_from", "valid_to", "is_active")),
    PostingRule: (
        "LP",
        ("name_zh", "name_en", "pattern", "severity", "message_zh", "message_en", "basis", "example", "is_active"),
    ),
}
"""Tables whose rows staff may add and change: the prefix of new codes, and the columns a form sets."""

FIXED_RULES = frozenset({"retirement_age"})
"""Dated rules set by statute in more than one number; they change with a release, not in a form."""


# ---------- what is shipped ----------


def load_reference(uow: UnitOfWork, *, progress: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Bring every code table to the shipped state and return the rows written per table.

    A second run writes nothing. Rows that are the office's own (``is_local``) are never touched. ``progress`` is told
    the name of each table and its number of rows when the table is done.
    """
    require(can_edit_reference(uow.actor))
    written: dict[str, int] = {}
    for model, rows in shipped_tables():
        written[model.__tablename__] = _upsert(uow.session, model, rows)
        if progress:
            progress(model.__tablename__, len(rows))
    if written[Region.__tablename__]:
        _spread_points(uow.session, "/")
    if any(written.values()):
        uow.audit("reference.load", rows=sum(written.values()))
    _changed(uow)
    return written


def _key(model: type[Base], row: Any) -> Any:
    return (row["code"], row["valid_from"]) if model is DatedRule else row["day" if model is Holiday else "code"]


def _upsert(session: Session, model: type[Base], rows: list[Row]) -> int:
    """Insert what is missing and update what differs, in two bulk statements."""
    primary = [column.name for column in model.__table__.primary_key]
    names = sorted({*rows[0], *primary, "is_local"})
    found = session.execute(select(*(getattr(model, name) for name in names))).mappings()
    stored = {_key(model, row): row for row in found}
    fresh = [row for row in rows if _key(model, row) not in stored]
    changed = []
    for row in rows:
        old = stored.get(_key(model, row))
        if old is not None and not old["is_local"] and any(old[name] != value for name, value in row.items()):
            changed.append({**row, **{name: old[name] for name in primary}})
    if fresh:
        session.execute(insert(model), fresh)
    if changed:
        session.execute(update(model), changed)
    return len(fresh) + len(changed)


def _changed(uow: UnitOfWork) -> None:
    """This unit reads the tables themselves from here on; the cache is emptied once others can see the change."""
    uow.session.info[queries.CHANGED] = True
    uow.on_commit.append(queries.clear_caches)


# ---------- places ----------


def add_region(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    level: str,
    parent_code: str | None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Region:
    """Add a place below ``parent_code`` (None for a province); without a point it takes its parent's.

    ``code`` has 2, 4, 6, 9 or 12 digits by level; zeros that only fill up are cut off. Degrees are WGS-84 or GCJ-02
    as typed; the difference is below the precision shown. Raises ``Invalid`` with a message per argument.
    """
    parent = uow.session.get(Region, trim_region_code(parent_code)) if parent_code else None
    require(can_edit_region(uow.actor, parent.path if parent else "/"))
    code = trim_region_code(code.strip())
    _check_region(uow.session, code, name, level, parent, is_root=not parent_code)
    _check_point(latitude, longitude)
    typed = latitude is not None
    region = Region(
        code=code,
        name_zh=name.strip(),
        level=RegionLevel(level).value,
        parent_code=parent.code if parent else None,
        path=f"{parent.path if parent else '/'}{code}/",
        latitude=latitude if typed else parent and parent.latitude,
        longitude=longitude if typed else parent and parent.longitude,
        is_point_inherited=not typed,
        is_official=False,
        valid_from=uow.today,
        source=_("本单位录入"),
        source_on=uow.today,
        is_local=True,
    )
    uow.session.add(region)
    uow.session.flush()
    uow.audit("reference.region.add", reason=code)
    _changed(uow)
    return region


def _check_region(session: Session, code: str, name: str, level: str, parent: Region | None, *, is_root: bool) -> None:
    problems: dict[str, str] = {}
    if level not in {kind.value for kind in RegionLevel}:
        raise Invalid(fields={"level": _("请选一个级别")})
    length = CODE_LENGTH[RegionLevel(level)]
    if not (code.isascii() and code.isdecimal() and len(code) == length):
        problems["code"] = _("这一级的区划代码是 %(n)s 位数字", n=length)
    elif session.get(Region, code) is not None:
        problems["code"] = _("这个区划代码已经有了")
    elif parent is not None and not code.startswith(parent.code):
        problems["code"] = _("代码开头要和上级的 %(code)s 一样", code=parent.code)
    if not 1 <= len(name.strip()) <= 60:
        problems["name"] = _("请填写地名，不超过 60 个字")
    if is_root != (level == RegionLevel.PROVINCE) or (parent is None and not is_root):
        problems["parent_code"] = _("请选一个上级地区")
    elif parent is not None and CODE_LENGTH[RegionLevel(parent.level)] >= length:
        problems["parent_code"] = _("上级地区的级别要更高")
    if problems:
        raise Invalid(fields=problems)


def _check_point(latitude: float | None, longitude: float | None) -> None:
    if (latitude is None) != (longitude is None):
        raise Invalid(fields={"latitude": _("经度和纬度要一起填")})
    if latitude is not None and longitude is not None and not (3 <= latitude <= 54 and 73 <= longitude <= 136):
        raise Invalid(fields={"latitude": _("这个点不在国内，请核对经度和纬度")})


def save_region(
    uow: UnitOfWork, region: Region, *, name: str, latitude: float | None = None, longitude: float | None = None
) -> Region:
    """Rename a place or give it a point of its own; None takes the parent's point again. Places below follow."""
    require(can_edit_region(uow.actor, region.path))
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid(fields={"name": _("请填写地名，不超过 60 个字")})
    _check_point(latitude, longitude)
    region.name_zh = name.strip()
    region.is_point_inherited = latitude is None
    if latitude is not None:
        region.latitude, region.longitude = latitude, longitude
    region.is_local = True
    uow.session.flush()
    _spread_points(uow.session, region.path)
    uow.audit("reference.region.save", reason=region.code)
    _changed(uow)
    return region


def _spread_points(session: Session, path: str) -> None:
    """Give places at or below ``path`` without a point of their own the point of their parent, from the top down."""
    below = select(Region.code, Region.parent_code, Region.latitude, Region.longitude, Region.is_point_inherited)
    rows = session.execute(below.where(Region.path.startswith(path)).order_by(func.length(Region.path))).all()
    points = {row.code: (row.latitude, row.longitude) for row in rows}
    moved = []
    for row in rows:
        if not row.is_point_inherited or row.parent_code is None:
            continue
        if row.parent_code not in points:
            parent = session.get_one(Region, row.parent_code)
            points[row.parent_code] = (parent.latitude, parent.longitude)
        if points[row.parent_code] != points[row.code]:
            points[row.code] = points[row.parent_code]
            moved.append({"code": row.code, "latitude": points[row.code][0], "longitude": points[row.code][1]})
    if moved:
        session.execute(update(Region), moved)


# ---------- rows of the office ----------


def fingerprint(row: EditableRow | None) -> str:
    """What a form saw of ``row``; a save with another fingerprint than the stored row's is stale."""
    if row is None:
        return ""
    values = [getattr(row, name) for name in EDITABLE[type(row)][1]]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def save_local_row(
    uow: UnitOfWork, model: type[T], *, code: str | None = None, seen: str | None = None, **values: Any
) -> T:
    """Add a row to a table of ``EDITABLE`` (``code`` None) or change one; either is the office's own from then on.

    ``seen`` is the ``fingerprint`` the form was drawn with. Raises ``Invalid``, ``NotFound``, ``Conflict``.
    """
    require(can_edit_reference(uow.actor))
    prefix, columns = EDITABLE[model]
    if unknown := set(values) - set(columns):
        raise ValueError(f"{model.__tablename__} has no editable {sorted(unknown)}")
    row = None
    if code is not None:
        row = uow.session.get(model, code)
        if row is None:
            raise NotFound
        if seen is not None and seen != fingerprint(row):
            raise Conflict
    _check_row(uow.session, model, row, values)
    if row is None:
        row = model(code=_next_code(uow.session, model, prefix), sort_order=1000)
        uow.session.add(row)
    for name, value in values.items():
        setattr(
            row, name, (value.strip() if isinstance(value, str) else value) if name != "parent_code" else value or None
        )
    row.is_local = True
    row.source, row.source_on = _("本单位录入"), uow.today
    uow.session.flush()
    uow.audit(f"reference.{model.__tablename__}.save", reason=row.code)
    _changed(uow)
    return row


CELLS = ("E", "G", "I", "J", "K", "L")
"""The columns of the official year table that a state without a cell of its own may be put into."""
LEAST_FOOTNOTE, MOST_FOOTNOTE = 4, 300


def save_status_cell(
    uow: UnitOfWork, code: str, *, column: str, footnote: str, seen: str | None = None
) -> EmploymentStatusKind:
    """Put a state that the year table has no cell for into one of ``CELLS``, with the footnote that says so.

    ``seen`` is the column that the form was drawn with. What was frozen before stays as it is: it holds cells. Raises
    ``NotFound`` for a state with a cell of its own, ``Invalid``, ``Conflict``.
    """
    require(can_edit_reference(uow.actor))
    row = uow.session.get(EmploymentStatusKind, code)
    if row is None or not row.footnote:
        raise NotFound
    words, fields = " ".join(footnote.split()), {}
    if column not in CELLS:
        fields["column"] = _("请从列表里选一栏")
    if not LEAST_FOOTNOTE <= len(words) <= MOST_FOOTNOTE:
        fields["footnote"] = _("请写脚注，%(a)s 到 %(b)s 个字，印在年度表下面", a=LEAST_FOOTNOTE, b=MOST_FOOTNOTE)
    if fields:
        raise Invalid(fields=fields)
    if seen is not None and seen != row.official_column:
        raise Conflict
    row.official_column, row.footnote, row.is_local = column, words, True
    row.counts_as_employed = column != "L"
    uow.session.flush()
    uow.audit("reference.employment_status_kind.cell", reason=row.code)
    _changed(uow)
    return row


def _next_code(session: Session, model: type[CodeMixin], prefix: str) -> str:
    codes = session.scalars(select(model.code).where(model.code.startswith(prefix)))
    numbers = [int(found.group(1)) for code in codes if (found := re.fullmatch(prefix + r"(\d+)", code))]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def _check_row(session: Session, model: type[CodeMixin], row: CodeMixin | None, values: Mapping[str, Any]) -> None:
    name = str(values.get("name_zh", row.name_zh if row else "")).strip()
    if not 1 <= len(name) <= 120:
        raise Invalid(fields={"name_zh": _("请填写名称，不超过 120 个字")})
    same = select(model.code).where(model.name_zh == name, model.code != (row.code if row else ""))
    if model is Reason:
        same = same.where(Reason.kind == values.get("kind", row.kind if isinstance(row, Reason) else ""))
    if model is not PostingRule and session.scalar(same.limit(1)) is not None:
        raise Invalid(fields={"name_zh": _("已经有同名的一条")})
    if "skill_codes" in values:
        known = set(session.scalars(select(Skill.code).where(Skill.code.in_(values["skill_codes"]))))
        if missing := [code for code in values["skill_codes"] if code not in known]:
            raise Invalid(fields={"skill_codes": _("没有这些技能代码：%(codes)s", codes=_("、").join(missing))})
    if values.get("parent_code"):
        parent = session.get(Reason, values["parent_code"])
        kind = values.get("kind", row.kind if isinstance(row, Reason) else "")
        if parent is None or parent.kind != f"{kind}_group":
            raise Invalid(fields={"parent_code": _("这个大类不能用在这种原因上")})
    if "pattern" in values:
        try:
            check_pattern(values["pattern"])
        except ValueError as error:
            raise Invalid(fields={"pattern": str(error)}) from None


# ---------- dated rules and the calendar ----------


def save_dated_rule(
    uow: UnitOfWork, *, code: str, value: int, valid_from: date, source: str, source_on: date | None = None
) -> DatedRule:
    """Set ``code`` to ``value`` from a day on; earlier values stay as history, ending the day before.

    Raises ``NotFound`` for an unknown rule and ``Invalid`` where value, day or source cannot be right.
    """
    require(can_edit_reference(uow.actor))
    rows = list(uow.session.scalars(select(DatedRule).where(DatedRule.code == code).order_by(DatedRule.valid_from)))
    if not rows or code in FIXED_RULES:
        raise NotFound
    problems: dict[str, str] = {}
    if not 0 <= value <= 3650:
        problems["value"] = _("请填 0 到 3650 之间的整数")
    if not source.strip():
        problems["source"] = _("请写明依据，例如文件名和文号")
    if valid_from < rows[0].valid_from:
        problems["valid_from"] = _("不能早于 %(day)s", day=day_words(rows[0].valid_from))
    if problems:
        raise Invalid(fields=problems)
    rule = next((row for row in rows if row.valid_from == valid_from), None)
    before = [row for row in rows if row.valid_from < valid_from]
    after = [row for row in rows if row.valid_from > valid_from]
    if rule is None:
        rule = DatedRule(
            code=code, name_zh=rows[-1].name_zh, name_en=rows[-1].name_en, unit=rows[-1].unit, valid_from=valid_from
        )
        uow.session.add(rule)
    rule.value, rule.source, rule.source_on, rule.is_local = value, source.strip(), source_on or uow.today, True
    rule.valid_to = after[0].valid_from - timedelta(days=1) if after else None
    if before:
        before[-1].valid_to = valid_from - timedelta(days=1)
        before[-1].is_local = True
    uow.session.flush()
    uow.audit("reference.dated_rule.save", reason=code)
    _changed(uow)
    return rule


def import_holidays(uow: UnitOfWork, rows: Iterable[tuple[date, str, str]], *, source: str = "") -> int:
    """Take over the State Council's notice: (day, name, ``rest`` or ``work``); the same day again replaces.

    Returns the number of days stored. Raises ``Invalid`` where the list cannot be one year's notice: it is empty, spans
    more than a year and its eve, or makes an adjusted working day of a day that is one anyway.
    """
    require(can_edit_reference(uow.actor))
    days = {day: (name.strip(), DayKind(kind)) for day, name, kind in rows}
    if not days:
        raise Invalid(fields={"rows": _("请粘贴放假安排，每行一天")})
    if max(days).year - min(days).year > 1:
        raise Invalid(fields={"rows": _("一次只录一个年度，请核对日期")})
    for day, (_name, kind) in days.items():
        if kind is DayKind.WORK and day.weekday() < 5:
            raise Invalid(fields={"rows": _("%(day)s不是周末，不用写调休上班", day=day_words(day))})
    known = uow.session.execute(select(Holiday.name_zh, Holiday.name_en).distinct())
    english = {row.name_zh: row.name_en for row in known}
    stored = {row.day: row for row in uow.session.scalars(select(Holiday).where(Holiday.day.in_(days)))}
    for day, (name, kind) in days.items():
        row = stored.get(day)
        if row is None:
            row = Holiday(day=day)
            uow.session.add(row)
        row.name_zh, row.name_en, row.kind = name, english.get(name, ""), kind.value
        row.source, row.source_on, row.is_local = source.strip() or _("本单位录入"), uow.today, True
    uow.session.flush()
    uow.audit("reference.holidays.import", days=len(days))
    _changed(uow)
    return len(days)
