"""The sets of open data: what each holds, what every column means, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import N_, current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.open_data import counting, rates
from jobmatch.reference.queries import cached

LICENSE = N_("可以免费复制、转载、加工和再发布，商用也可以；请写明来源和取得日期，加工过的请说明。不得用来辨认个人。")


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column: its name in files, its title, and what it means; ``is_number`` columns stand to the right."""

    name: str
    title: str
    words: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class OpenSet:
    """One set. ``gather`` gives its rows with a value for each column; ``key`` is the column that names an edition."""

    name: str
    title: str
    words: str
    columns: Sequence[OpenColumn]
    gather: Callable[[UnitOfWork], list[dict[str, Any]]]
    key: str = "month"


@dataclass(frozen=True, slots=True)
class Edition:
    """A part of a set that is new: of a month, or of a year of returnees; ``at`` is since when it is there."""

    of: OpenSet
    words: str
    at: datetime


_MONTH = OpenColumn("month", N_("月份"), N_("按北京时间，只有过完的月份"))
_REGION_CODE = OpenColumn("region_code", N_("区划代码"), N_("县级行政区划代码；空着的是合计，或者没有写明"))
_REGION = OpenColumn("region", N_("地区"), N_("县级行政区的名称"))
_MODE = OpenColumn("mode", N_("方式"), N_("现场、线上等"))
SETS = (
    OpenSet(
        "postings",
        N_("每月在招的岗位"),
        N_("最近 12 个月，按县和职业大类。少于 5 条的格子不给出数，能推算出它的格子也不给。"),
        (
            _MONTH,
            _REGION_CODE,
            _REGION,
            OpenColumn("occupation_code", N_("职业代码"), N_("职业分类大典的大类；空着的是合计")),
            OpenColumn("occupation", N_("职业大类"), N_("职业分类大典的大类")),
            OpenColumn(
                "postings",
                N_("岗位条数"),
                N_("公开发布过、这个月有一天在有效期内的岗位，提前关闭的也算；空着的是不给出"),
                is_number=True,
            ),
            OpenColumn("heads", N_("岗位数"), N_("这些岗位的招聘人数加起来；空着的是不给出"), is_number=True),
        ),
        counting.posting_rows,
    ),
    OpenSet(
        "fairs",
        N_("每月的招聘会"),
        N_(
            "最近 12 个月开场、公开过的招聘会场次，按县和方式，不含取消的。场次是公开的活动，逐场都能查到，所以不隐去。"
        ),
        (
            _MONTH,
            _REGION_CODE,
            _REGION,
            _MODE,
            OpenColumn("fairs", N_("场次"), N_("在这个月开场的招聘会"), is_number=True),
        ),
        counting.fair_rows,
    ),
    OpenSet(
        "classes",
        N_("每月开的培训班"),
        N_("最近 12 个月开班、公开过的班次和名额，按县和上课方式。班次是公开的，逐个都能查到，所以不隐去。"),
        (
            _MONTH,
            _REGION_CODE,
            _REGION,
            _MODE,
            OpenColumn("classes", N_("班次"), N_("在这个月开班的班次"), is_number=True),
            OpenColumn("seats", N_("名额"), N_("这些班次计划招收的人数"), is_number=True),
        ),
        counting.class_rows,
    ),
    OpenSet(
        "rates",
        N_("新退役自主就业退役士兵的就业率和去向落实率"),
        N_("只有封存、两人签字并且上级接收了的报表。有不到 5 人的地方整行不给出数，能推算出它的行也不给。"),
        (
            OpenColumn("year", N_("退役年度"), N_("在这一年退役、按名册自主就业的退役士兵"), is_number=True),
            OpenColumn("region_code", N_("区划代码"), N_("报表所属地区的行政区划代码")),
            OpenColumn("region", N_("地区"), N_("报表所属的地区")),
            OpenColumn("cut_off_on", N_("数据截止日"), N_("按这一天的去向统计")),
            OpenColumn("returnees", N_("退役人数"), N_("名册上的人数（A）"), is_number=True),
            OpenColumn("employed", N_("就业人数"), N_("就业率的分子：有有效证明的就业和创业（D）"), is_number=True),
            OpenColumn(
                "employed_base",
                N_("就业率的分母"),
                N_("就业人数加待就业人数（D+L），情况没掌握的也在里面"),
                is_number=True,
            ),
            OpenColumn(
                "employment_rate",
                N_("新退役自主就业退役士兵就业率（不含升学），%"),
                N_("就业人数 ÷（就业人数＋待就业人数）"),
                is_number=True,
            ),
            OpenColumn("settled", N_("去向落实人数"), N_("在学的（升学、复学）和就业的人数（B+C+D）"), is_number=True),
            OpenColumn("settled_rate", N_("去向落实率，%"), N_("去向落实人数 ÷ 退役人数"), is_number=True),
        ),
        rates.rate_rows,
        key="year",
    ),
)


def get_set(name: str) -> OpenSet:
    """The set of this name. Raises ``NotFound``."""
    for one in SETS:
        if one.name == name:
            return one
    raise NotFound


def rows_of(uow: UnitOfWork, one: OpenSet) -> list[dict[str, Any]]:
    """The rows of a set, counted at most once a minute however many ask."""
    key = ("open_data", one.name, uow.today, current_locale())
    return cached(uow.session, key, lambda: one.gather(uow))


def editions(uow: UnitOfWork) -> list[Edition]:
    """What came lately, the newest first: each set's months with rows, and each year of returnees."""
    found: list[Edition] = []
    months = {str(month): month.ends_at for month in counting.months_before(uow.today)}
    for one in SETS:
        if one.key == "month":
            there = {row["month"] for row in rows_of(uow, one)}
            found += [Edition(one, month, at) for month, at in months.items() if month in there]
    newest: dict[int, datetime] = {}
    for line in rates.filed_lines(uow):
        newest[line.year] = max(line.confirmed_at, newest.get(line.year, line.confirmed_at))
    found += [Edition(get_set("rates"), str(year), at) for year, at in newest.items()]
    return sorted(found, key=lambda edition: edition.at, reverse=True)


def document(uow: UnitOfWork, one: OpenSet, *, source: str) -> dict[str, Any]:
    """A set as JSON, with what its columns mean and what it may be used for."""
    return {
        "name": one.name,
        "title": _(one.title),
        "description": _(one.words),
        "license": _(LICENSE),
        "source": source,
        "columns": [{"name": c.name, "title": _(c.title), "description": _(c.words)} for c in one.columns],
        "rows": [{column.name: row[column.name] for column in one.columns} for row in rows_of(uow, one)],
    }
