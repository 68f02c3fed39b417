"""The lists behind the numbers, as tables: for each kind of line its columns, for each number what it is called.

``names`` says how people stand in the lists: by name, with a masked name, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import N_
from jobmatch.fairs.day.standing import ONE_SIDED
from jobmatch.fairs.day.states import WishKind
from jobmatch.fairs.outcomes.documents import Table
from jobmatch.fairs.outcomes.figures import Quick
from jobmatch.fairs.outcomes.lines import (
    ApplicationLine,
    ChangeLine,
    ExhibitorLine,
    IntentionLine,
    PostingLine,
    VisitorLine,
    WishLine,
)
from jobmatch.fairs.outcomes.models import FairRating
from jobmatch.fairs.outcomes.states import FollowUpResult, RatingSide
from jobmatch.fairs.outcomes.tracking import Outcome, Tracking
from jobmatch.fairs.outcomes.words import FEW
from jobmatch.fairs.planning.models import FairBroadcast, JobFair
from jobmatch.people.cards import mask_name
from jobmatch.reference.models import Industry, Occupation, Reason
from jobmatch.reference.queries import names as code_names

Names = Literal["full", "masked", "none"]
R = FollowUpResult
RESULT_WORDS = {
    R.SAME_EMPLOYER: "同单位入职",
    R.OTHER_EMPLOYER: "其他单位就业",
    R.IN_PROGRESS: "流程中",
    R.NOT_STARTED: "未入职",
    R.UNVERIFIED: "未核实",
}
"""The five states as reports call them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What the columns of a list need beside the line."""

    names: Names
    reasons: Mapping[str, str] = field(default_factory=dict)
    industries: Mapping[str, str] = field(default_factory=dict)
    occupations: Mapping[str, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        """The name as it may be read; of people without a file it is forgotten after a while."""
        return (name if self.names == "full" else mask_name(name)) if name else "（姓名已不保存）"


def reader(session: Session, names: Names) -> Reader:
    """Whoever may read names as ``names`` says."""
    return Reader(names, *(code_names(session, model) for model in (Reason, Industry, Occupation)))


def _visitor(one: VisitorLine, by: Reader) -> list[Any]:
    told = {"file": "档案", "phone": "手机号"}.get(one.key[0], "现场登记")
    return [by.name(one.name), one.kind.label, "已核验" if one.is_verified else "自报", told, one.at]


def _exhibitor(one: ExhibitorLine, by: Reader) -> list[Any]:
    industry = by.industries.get(one.industry_code or "", "")
    return [one.name, one.kind.label, industry, "是" if one.is_veteran_founded else "", "是" if one.has_left else ""]


def _posting(one: PostingLine, by: Reader) -> list[Any]:
    occupation = by.occupations.get(one.occupation_code or "", "")
    return [one.title, one.employer, one.vacancies, occupation, "是" if one.is_reserved else ""]


def _change(one: ChangeLine, _by: Reader) -> list[Any]:
    return [one.title, one.employer, one.kind.label, one.before, one.after, f"{one.more:+d}", one.at]


def _intention(one: IntentionLine, by: Reader) -> list[Any]:
    until = one.open_until if one.standing in ONE_SIDED else ""
    return [by.name(one.name), one.kind.label, one.employer, one.title, one.standing.label, until]


def _wish(one: WishLine, by: Reader) -> list[Any]:
    return [one.kind.label, by.name(one.name) if one.name else "", one.words, one.at]


def _broadcast(one: FairBroadcast, _by: Reader) -> list[Any]:
    return [one.title, one.starts_at, one.viewer_count, one.application_count, one.intention_count]


def _application(one: ApplicationLine, _by: Reader) -> list[Any]:
    return [one.title, one.employer, one.at]


def _outcome(one: Outcome, by: Reader) -> list[Any]:
    line = one.line
    return [
        by.name(line.name),
        line.kind.label,
        line.employer,
        line.title,
        RESULT_WORDS[one.result],
        by.reasons.get(one.reason_code or "", ""),
        "是" if one.is_hired else "",
        "是" if one.is_kept else "",
    ]


def _fair(one: Quick, _by: Reader) -> list[Any]:
    fair = one.fair
    return [fair.title, local_day(fair.opens_at), fair.place, len(one.exhibitors), len(one.visitors), len(one.people)]


@dataclass(frozen=True, slots=True)
class Shape:
    """How lines of one kind stand in a table; ``has_people`` says that their rows name somebody."""

    head: list[str]
    row: Callable[[Any, Reader], list[Any]]
    has_people: bool = True


EXHIBITORS = Shape(["单位", "性质", "行业", "军创", "提前离场"], _exhibitor, has_people=False)
POSTINGS = Shape(["岗位", "单位", "招聘人数", "职业", "专岗"], _posting, has_people=False)
CHANGES = Shape(["岗位", "单位", "改动", "之前", "之后", "增减", "时间"], _change, has_people=False)
VISITORS = Shape(["姓名", "身份", "核验", "按什么去重", "时间"], _visitor)
INTENTIONS = Shape(["姓名", "身份", "单位", "岗位", "意向", "可补确认到"], _intention)
WISHES = Shape(["事项", "姓名", "说明", "时间"], _wish)
BROADCASTS = Shape(["场次", "时间", "观看人次", "投递", "意向"], _broadcast, has_people=False)
APPLICATIONS = Shape(["岗位", "单位", "时间"], _application, has_people=False)
OUTCOMES = Shape(["姓名", "身份", "单位", "岗位", "去向", "原因", "录用", "3个月在岗"], _outcome)
FAIRS = Shape(["招聘会", "日期", "地点", "单位", "进场", "意向人数"], _fair, has_people=False)

QUICK: dict[str, tuple[Shape, str]] = {
    "exhibitors": (EXHIBITORS, N_("参会单位")),
    "state_owned": (EXHIBITORS, N_("国有企业")),
    "veteran_founded": (EXHIBITORS, N_("军创企业")),
    "industries": (EXHIBITORS, N_("涵盖行业")),
    "vacancies": (POSTINGS, N_("岗位数（招聘人数）")),
    "vacancies_more": (CHANGES, N_("开馆后增减的招聘人数")),
    "postings": (POSTINGS, N_("招聘信息")),
    "occupations": (POSTINGS, N_("涵盖职业")),
    "reserved": (POSTINGS, N_("其中专岗")),
    "visitors": (VISITORS, N_("进场人数")),
    "veterans": (VISITORS, N_("其中退役军人")),
    "families": (VISITORS, N_("其中军属")),
    "others": (VISITORS, N_("其中其他人员")),
    "verified": (VISITORS, N_("其中已核验")),
    "declared": (VISITORS, N_("其中自报")),
    "no_file": (VISITORS, N_("其中没有档案")),
    "intention_people": (INTENTIONS, N_("意向人数（双方确认）")),
    "intentions": (INTENTIONS, N_("意向人次")),
    "one_sided": (INTENTIONS, N_("单方意向（不计入）")),
    "only_said": (INTENTIONS, N_("自报意向（不计入）")),
    "served_with_intention": (VISITORS, N_("达成意向的进场退役军人和军属")),
    "served": (VISITORS, N_("进场的退役军人和军属")),
    "hires": (INTENTIONS, N_("现场录用")),
    **{f"wish_{kind.value}": (WISHES, kind.label_id) for kind in WishKind},
    "broadcasts": (BROADCASTS, N_("直播带岗场次")),
    "online_applications": (APPLICATIONS, N_("线上投递")),
}
"""Each number of the quick report: the shape of its list and what it is called."""
TRACKED: dict[str, tuple[Shape, str]] = {
    "outcomes": (OUTCOMES, N_("意向人数（双方确认）")),
    "hired": (OUTCOMES, N_("录用")),
    "started": (OUTCOMES, N_("入职")),
    "kept": (OUTCOMES, N_("3 个月在岗")),
    **{result.value: (OUTCOMES, result.label_id) for result in R},
    "recommended_again": (INTENTIONS, N_("再次推荐岗位")),
    "to_training": (INTENTIONS, N_("转入培训")),
}
"""The same for the 90-day report; the reasons for not having started are lists of their own by their codes."""
TOTAL: dict[str, tuple[Shape, str]] = {
    "fairs": (FAIRS, N_("举办场次")),
    "employer_times": (EXHIBITORS, N_("参会单位（家次）")),
    "employers": (EXHIBITORS, N_("参会单位（去重）")),
    "vacancies": (POSTINGS, N_("岗位数（按场累计）")),
    "vacancies_once": (POSTINGS, N_("岗位数（同一岗位计一次）")),
    "reserved": (POSTINGS, N_("其中专岗")),
    "visitor_times": (VISITORS, N_("进场人次（按场累计）")),
    "visitors": (VISITORS, N_("进场人数（去重）")),
    "intention_people": (OUTCOMES, N_("意向人数（去重）")),
    "intention_by_fair": (INTENTIONS, N_("意向人数（按场累计）")),
    "intentions": (INTENTIONS, N_("意向人次")),
    "verified": (OUTCOMES, N_("经核实实现就业")),
    "same_employer": (OUTCOMES, R.SAME_EMPLOYER.label_id),
    "other_employer": (OUTCOMES, R.OTHER_EMPLOYER.label_id),
    "kept": (OUTCOMES, N_("3 个月在岗")),
    "verified_veterans": (OUTCOMES, N_("实现就业的退役军人")),
    "verified_families": (OUTCOMES, N_("实现就业的军属")),
    "joined": (FAIRS, N_("参加外部招聘会（不算举办）")),
    "joined_employers": (EXHIBITORS, N_("外部招聘会：我们的单位")),
    "joined_vacancies": (POSTINGS, N_("外部招聘会：我们的岗位")),
    "joined_people": (INTENTIONS, N_("外部招聘会：意向人数")),
    "broadcasts": (BROADCASTS, N_("直播带岗场次")),
    "online_applications": (APPLICATIONS, N_("线上投递")),
}
"""The same for the cumulative report."""


def list_table(
    title: str, shape: Shape, lines: Sequence[Any], by: Reader, *, fairs: Mapping[int, JobFair] | None = None
) -> Table:
    """Lines as a table, for a list of many fairs with the day of each."""
    rows = [shape.row(one, by) for one in lines]
    if fairs is None or shape is FAIRS:
        return Table(title, shape.head, rows)
    days = [local_day(fairs[one.fair_id].opens_at) for one in lines]
    return Table(title, [*shape.head, "招聘会日期"], [[*row, day] for row, day in zip(rows, days, strict=True)])


_QUICK_SHEETS = {
    "名单-参会单位": "exhibitors",
    "名单-岗位": "postings",
    "名单-岗位改动": "vacancies_more",
    "名单-进场": "visitors",
    "名单-意向": "intentions",
    "名单-单方意向": "one_sided",
    "名单-自报意向": "only_said",
    "名单-现场录用": "hires",
    "名单-直播": "broadcasts",
    "名单-线上投递": "online_applications",
}


def quick_lists(session: Session, found: Quick, names: Names) -> list[Table]:
    """The sheets behind the quick report: employers and postings always, people as ``names`` allows."""
    by = reader(session, names)
    sheets = [(title, QUICK[name][0], found.lists[name]) for title, name in _QUICK_SHEETS.items()]
    sheets.append(("名单-服务台", WISHES, found.wishes))
    return [
        list_table(title, shape, lines, by) for title, shape, lines in sheets if names != "none" or not shape.has_people
    ]


def tracking_lists(session: Session, tracked: Tracking, names: Names) -> list[Table]:
    """The people of the 90-day report, each with what became of them."""
    if names == "none":
        return []
    by = reader(session, names)
    return [
        list_table("名单-去向", OUTCOMES, tracked.outcomes, by),
        list_table("名单-再次推荐", INTENTIONS, tracked.recommended, by),
        list_table("名单-转入培训", INTENTIONS, tracked.to_training, by),
    ]


def tracked_list(tracked: Tracking, name: str) -> Sequence[Any] | None:
    """The list behind a number of the 90-day report, or behind a reason's code; None for no such number."""
    if name == "outcomes":
        return tracked.outcomes
    if name in TRACKED:
        return tracked.lists[name]
    found = [one for one in tracked.of(R.NOT_STARTED) if one.reason_code == name]
    return found or None


def rating_lines(session: Session, fair: JobFair) -> Table:
    """What was said, without names; of a side with fewer than five ratings nothing, since it would be known who."""
    query = select(FairRating).where(FairRating.fair_id == fair.id).order_by(FairRating.id)
    rows = session.scalars(query).all()
    sides = [side for side in RatingSide if sum(one.side is side for one in rows) >= FEW]
    lines = [[one.side.label, one.stars, one.words, local_day(one.at)] for one in rows if one.side in sides]
    return Table("评价", ["评价方", "分数", "想说的话", "日期"], lines)
