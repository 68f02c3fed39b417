"""Reports put together from the figures: words, tables, and the lists behind the numbers.

``exact`` says that small numbers of people may be read; for readers of aggregates those below five are masked.
``names`` says how people stand in the lists: by name, with a masked name, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.fairs.day.figures import door_count
from jobmatch.fairs.day.models import FairResume
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes import words
from jobmatch.fairs.outcomes.documents import Report, Table
from jobmatch.fairs.outcomes.figures import IntentionLine, Quick, VisitorLine, quick
from jobmatch.fairs.outcomes.models import FairRating
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult, RatingSide
from jobmatch.fairs.outcomes.tracking import Cumulative, Outcome, Tracking, comparison, earlier_fairs, tracking
from jobmatch.fairs.outcomes.words import FEW, FEW_WORD, Few
from jobmatch.fairs.planning.models import FairMoney, JobFair
from jobmatch.fairs.planning.states import MoneyKind
from jobmatch.people.cards import mask_name
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names as code_names
from jobmatch.reference.queries import region_label

Names = Literal["full", "masked", "none"]
NOT_PEOPLE = {
    "exhibitors",
    "state_owned",
    "veteran_founded",
    "vacancies",
    "vacancies_once",
    "postings",
    "reserved",
    "industries",
    "occupations",
    "fairs",
    "joined",
    "employer_times",
    "employers",
    "joined_employers",
    "joined_vacancies",
    "broadcasts",
    "broadcast_viewers",
}
"""Numbers of things, which are never masked."""


def shown(value: int, exact: bool) -> int:
    """The number as it may be written."""
    return value if exact or value == 0 or value >= FEW else Few(value)


def shown_numbers(numbers: dict[str, int], exact: bool) -> dict[str, int]:
    """All numbers as they may be written."""
    return {name: value if name in NOT_PEOPLE else shown(value, exact) for name, value in numbers.items()}


def shown_rate(part: int, whole: int, exact: bool) -> str:
    """A rate as it may be written: one whose parts are masked would give them away."""
    return words.rate(shown(part, exact), shown(whole, exact))


def fair_report(session: Session, fair: JobFair, kind: FairReportKind, day: date, **how: Any) -> Report:
    """The report of one kind as it would be now."""
    if kind is FairReportKind.QUICK:
        return quick_report(session, fair, **how)
    return day_90_report(session, fair, day, **how)


def office_name(session: Session, fair: JobFair) -> str:
    """Whoever holds the fair."""
    return session.get_one(Organization, fair.organization_id).name


def _line(session: Session, fair: JobFair) -> tuple[str, str]:
    """The office's name, and the line below a title."""
    office = office_name(session, fair)
    return office, f"{office} · {words.chinese_day(local_day(fair.opens_at))} · {fair.place}"


def quick_report(session: Session, fair: JobFair, *, exact: bool = True, names: Names = "none") -> Report:
    """T1 with its tables."""
    found = quick(session, fair)
    office, line = _line(session, fair)
    n = shown_numbers(found.numbers(), exact)
    told = words.quick_words(n, day=local_day(fair.opens_at), office=office, place=fair.place, title=fair.title)
    tables = [_people_table(n), employer_table(session, found, exact), *slice_tables(session, found, exact)]
    tables.append(
        Table(
            "每半小时进场",
            ["时间", "人数"],
            [[f"{at.astimezone(SHANGHAI):%H:%M}", shown(count, exact)] for at, count in found.by_half_hour()],
        )
    )
    tables += door_tables(session, fair)
    tables += [comparison_table(session, fair, exact), rating_table(session, fair)]
    return Report(f"{fair.title}快报", line, told, tables, lists_of(found, names))


def _people_table(n: dict[str, int]) -> Table:
    rows = [
        ["进场人数", n["visitors"], "已核验和自报分开见下"],
        ["其中已核验", n["verified"], "连着已核验的档案"],
        ["其中自报", n["declared"], "没有档案或档案未核验"],
        ["意向人数", n["intention_people"], "双方确认，一人算一次"],
        ["意向人次", n["intentions"], "双方确认，一个岗位算一次"],
        ["单方意向（不计入）", n["one_sided"], "只有单位或只有本人"],
        ["现场录用", n["hires"], "单位录用并经本人确认"],
    ]
    if n["broadcasts"]:
        rows.append(["直播带岗场次", n["broadcasts"], f"观看{n['broadcast_viewers']}人次，单列"])
    return Table("人数", ["项目", "数字", "说明"], rows)


def employer_table(session: Session, found: Quick, exact: bool) -> Table:
    """What each employer that came brought and got."""
    resumes = dict(
        session.execute(
            select(FairResume.exhibitor_id, func.count())
            .join(Exhibitor, Exhibitor.id == FairResume.exhibitor_id)
            .where(Exhibitor.fair_id == found.fair.id)
            .group_by(FairResume.exhibitor_id)
        ).all()
    )
    rows = []
    for one in found.exhibitors:
        mine = [line for line in found.intentions if line.exhibitor_id == one.exhibitor_id]
        hires = {line.key for line in found.hires if line.exhibitor_id == one.exhibitor_id}
        rows.append(
            [
                one.name + ("（提前离场）" if one.has_left else ""),
                found.vacancies_of([one.exhibitor_id]),
                shown(resumes.get(one.exhibitor_id, 0), exact),
                shown(len({line.key for line in mine}), exact),
                shown(len(hires), exact),
            ]
        )
    return Table("各单位", ["单位", "招聘人数", "收到简历", "意向人数", "现场录用"], rows)


def slice_tables(session: Session, found: Quick, exact: bool) -> list[Table]:
    """The table by county, where the fair has slices."""
    if not found.slice_paths:
        return []
    rows = [
        [
            region_label(session, path.strip("/").split("/")[-1], depth=1) if path else "其他地方",
            employers,
            vacancies,
            shown(people, exact),
            shown(with_intention, exact),
        ]
        for path, employers, vacancies, people, with_intention in found.by_slice()
    ]
    return [Table("分县", ["地方", "单位", "招聘人数", "进场人数", "意向人数"], rows)]


def comparison_table(session: Session, fair: JobFair, exact: bool) -> Table:
    """This fair beside the office's last ones."""
    rows = [
        [
            f"{local_day(one.opens_at):%Y-%m-%d}",
            n["exhibitors"],
            n["vacancies"],
            shown(n["visitors"], exact),
            shown(n["intention_people"], exact),
            shown_rate(n["served_with_intention"], n["served"], exact),
            shown(n["started"], exact),
        ]
        for one, n in comparison(session, earlier_fairs(session, fair))
    ]
    head = ["日期", "单位", "岗位数", "进场", "意向人数", "达成率", "同单位入职"]
    return Table("和前几场比", head, rows)


def door_tables(session: Session, fair: JobFair) -> list[Table]:
    """What the doors counted, apart from those who checked in; nothing where nobody counted."""
    entered = door_count(session, fair)
    note = "志愿者在门口按的人次，进出几次算几次，不和进场人数相加"
    return [Table("门口计数", ["项目", "人次", "说明"], [["门口数到", entered, note]])] if entered else []


def rating_table(session: Session, fair: JobFair) -> Table:
    """Averages with their counts; below five answers only that there are few."""
    found = ratings(session, fair)
    rows = []
    for side in RatingSide:
        count, mean = found.get(side, (0, 0.0))
        label = "求职者" if side is RatingSide.VISITOR else "用人单位"
        value = f"{mean:.1f}" if count >= FEW else "—"
        rows.append([label, count if count == 0 or count >= FEW else FEW_WORD, value])
    return Table("满意度", ["评价方", "评价数", "平均分（满分5）"], rows, note=f"不满{FEW}份的不写平均分。")


def ratings(session: Session, fair: JobFair) -> dict[RatingSide, tuple[int, float]]:
    """Number and average of the ratings of each side."""
    query = select(FairRating.side, func.count(), func.avg(FairRating.stars)).where(FairRating.fair_id == fair.id)
    return {side: (count, float(mean)) for side, count, mean in session.execute(query.group_by(FairRating.side))}


def day_90_report(session: Session, fair: JobFair, day: date, *, exact: bool = True, names: Names = "none") -> Report:
    """T2 with its tables."""
    found = quick(session, fair)
    tracked = tracking(session, fair, 90, loaded=found)
    _office, line = _line(session, fair)
    n = shown_numbers(tracked.numbers(), exact)
    reasons = {code: shown(count, exact) for code, count in tracked.reasons().items()}
    told = words.tracking_words(n, reasons, day=day)
    tables = [_states_table(tracked, exact), funnel_table(tracked, exact)]
    spent = spent_yuan(session, fair)
    if spent:
        numbers = shown_numbers(found.numbers(), exact)
        tables.append(Table("决算", ["项目", "说明"], [["成本", words.money_words(spent, numbers, n["started"])]]))
    return Report(f"{fair.title}90天跟踪", line, told, tables, tracking_lists(session, tracked, names))


def _states_table(tracked: Tracking, exact: bool) -> Table:
    rows: list[list[Any]] = [[result_word(one), shown(len(tracked.of(one)), exact)] for one in FollowUpResult]
    rows.append(["合计（意向人数）", shown(len(tracked.outcomes), exact)])
    return Table("意向去向", ["去向", "人数"], rows)


FUNNEL_WORDS = {"intention_people": "意向", "hired": "录用", "started": "入职", "kept": "3个月在岗"}


def funnel_table(tracked: Tracking, exact: bool) -> Table:
    """意向 → 录用 → 入职 → 3 个月在岗 from one list of people."""
    rows = [[FUNNEL_WORDS[name], shown(len(people), exact)] for name, people in tracked.funnel]
    return Table("同一批人走到哪一步", ["步骤", "人数"], rows)


_RESULTS = {
    FollowUpResult.SAME_EMPLOYER: "同单位入职",
    FollowUpResult.OTHER_EMPLOYER: "其他单位就业",
    FollowUpResult.IN_PROGRESS: "流程中",
    FollowUpResult.NOT_STARTED: "未入职",
    FollowUpResult.UNVERIFIED: "未核实",
}


def result_word(result: FollowUpResult) -> str:
    """The state as reports call it."""
    return _RESULTS[result]


def spent_yuan(session: Session, fair: JobFair) -> int:
    """What the fair cost by its final account."""
    query = select(func.coalesce(func.sum(FairMoney.spent_yuan), 0))
    return int(session.scalar(query.where(FairMoney.fair_id == fair.id, FairMoney.kind == MoneyKind.COST)) or 0)


def cumulative_report(session: Session, found: Cumulative, *, exact: bool = True, place: str = "") -> Report:
    """T3 with a row for each fair."""
    n = shown_numbers(found.numbers(), exact)
    rows = []
    for one in [*found.held, *found.joined]:
        label = one.fair.title + ("（参加）" if one in found.joined else "")
        numbers = shown_numbers(one.numbers(), exact)
        rows.append(
            [
                label,
                f"{local_day(one.fair.opens_at):%Y-%m-%d}",
                *(numbers[name] for name in ("exhibitors", "vacancies", "visitors", "intention_people")),
                shown_rate(len(one.served_with_intention), len(one.served), exact),
            ]
        )
    head = ["招聘会", "日期", "单位", "岗位数", "进场", "意向人数", "达成率"]
    tables = [
        Table("各场", head, rows),
        _states_table(found.tracking, exact),
        funnel_table(found.tracking, exact),
    ]
    line = f"{place} · {words.chinese_day(found.since)}至{words.chinese_day(found.until)}".removeprefix(" · ")
    told = words.cumulative_words(n, since=found.since, until=found.until)
    return Report("招聘会累计成效", line, told, tables)


# ---------- the lists behind the numbers ----------


def _name(name: str, names: Names) -> str:
    return name if names == "full" else mask_name(name)


def lists_of(found: Quick, names: Names) -> list[Table]:
    """The lists behind the quick report: employers and postings always, people as ``names`` allows."""
    lists = [
        Table(
            "名单-参会单位",
            ["单位", "性质", "军创"],
            [[one.name, one.kind.label, "是" if one.is_veteran_founded else ""] for one in found.exhibitors],
        ),
        Table(
            "名单-岗位",
            ["岗位", "招聘人数"],
            [[one.title, one.vacancies] for one in found.postings],
        ),
    ]
    if names == "none":
        return lists
    return [
        *lists,
        Table("名单-进场", ["姓名", "身份", "核验", "时间"], [_visitor(one, names) for one in found.visitors]),
        intention_list("名单-意向", found.intentions, names),
        intention_list("名单-单方意向", found.one_sided, names),
        intention_list("名单-现场录用", found.hires, names),
        Table(
            "名单-服务台",
            ["事项", "姓名", "时间"],
            [[one.kind.label, _name(one.name, names) if one.name else "", one.at] for one in found.wishes],
        ),
    ]


def _visitor(one: VisitorLine, names: Names) -> list[Any]:
    return [_name(one.name, names), one.kind.label, "已核验" if one.is_verified else "自报", one.at]


def intention_list(title: str, lines: Sequence[IntentionLine], names: Names) -> Table:
    """Intentions by who, where and for what."""
    rows = [[_name(one.name, names), one.kind.label, one.employer, one.title, one.standing.label] for one in lines]
    return Table(title, ["姓名", "身份", "单位", "岗位", "意向"], rows)


def tracking_lists(session: Session, tracked: Tracking, names: Names) -> list[Table]:
    """The people of the 90-day report, each with what became of them."""
    if names == "none":
        return []
    reasons = code_names(session, Reason)
    return [Table("名单-去向", OUTCOME_HEAD, [outcome_row(one, names, reasons) for one in tracked.outcomes])]


OUTCOME_HEAD = ["姓名", "身份", "单位", "岗位", "去向", "原因", "录用", "3个月在岗"]


def outcome_row(one: Outcome, names: Names, reasons: dict[str, str]) -> list[Any]:
    """One person of a fair's intentions."""
    line = one.line
    return [
        _name(line.name, names),
        line.kind.label,
        line.employer,
        line.title,
        result_word(one.result),
        reasons.get(one.reason_code or "", ""),
        "是" if one.is_hired else "",
        "是" if one.is_kept else "",
    ]
