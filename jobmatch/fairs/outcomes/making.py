"""Reports put together from the figures: words, tables, and the lists behind the numbers.

``exact`` says that small numbers of people may be read; for readers of aggregates those below five are masked.
``names`` says how people stand in the lists: by name, with a masked name, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.i18n import N_
from jobmatch.fairs.day.figures import door_count
from jobmatch.fairs.day.models import FairResume
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes import words
from jobmatch.fairs.outcomes.documents import Report, Table
from jobmatch.fairs.outcomes.figures import Quick, quick
from jobmatch.fairs.outcomes.lists import (
    QUICK,
    RESULT_WORDS,
    TOTAL,
    Names,
    list_table,
    quick_lists,
    reader,
    tracking_lists,
)
from jobmatch.fairs.outcomes.masking import written, written_parts
from jobmatch.fairs.outcomes.models import FairRating
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult, RatingSide
from jobmatch.fairs.outcomes.tracking import Cumulative, Tracking, comparison, earlier_fairs, tracking
from jobmatch.fairs.outcomes.words import FEW, FEW_WORD, Few
from jobmatch.fairs.planning.models import FairMoney, JobFair
from jobmatch.fairs.planning.states import FairPart, MoneyKind
from jobmatch.reference.queries import region_label

NOT_PEOPLE = {
    "exhibitors",
    "state_owned",
    "veteran_founded",
    "vacancies",
    "vacancies_once",
    "vacancies_more",
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
    "broadcast_applications",
    "online_applications",
}
"""Numbers of things, which are never masked."""


def shown(value: int, exact: bool) -> int:
    """The number as it may be written."""
    return value if exact or value == 0 or value >= FEW else Few(value)


def shown_numbers(numbers: dict[str, int], exact: bool) -> dict[str, int]:
    """All numbers as they may be written."""
    return numbers if exact else numbers | written({name: n for name, n in numbers.items() if name not in NOT_PEOPLE})


def shown_parts(parts: Sequence[int], exact: bool) -> Sequence[int]:
    """A column of numbers as they may be written; their sum stands somewhere else."""
    return parts if exact else written_parts(parts)


def shown_reasons(tracked: Tracking, exact: bool) -> dict[str, int]:
    """Why people did not start, which adds up to those who did not."""
    reasons = tracked.reasons()
    return dict(zip(reasons, shown_parts(list(reasons.values()), exact), strict=True))


def shown_rate(part: int, whole: int, exact: bool) -> str:
    """A rate as it may be written: one whose parts are masked would give them away."""
    return words.rate(shown(part, exact), shown(whole, exact))


def fair_report(session: Session, fair: JobFair, kind: FairReportKind, day: date, **how: Any) -> Report:
    """The report of one kind as it would be now."""
    if kind is FairReportKind.QUICK:
        return quick_report(session, fair, **how)
    return day_90_report(session, fair, day, **how)


def _office(session: Session, fair: JobFair) -> str:
    """Whoever holds the fair."""
    return session.get_one(Organization, fair.organization_id).name


def _line(session: Session, fair: JobFair) -> str:
    """The line below a title: whose fair it was, when and where."""
    return f"{_office(session, fair)} · {words.chinese_day(local_day(fair.opens_at))} · {fair.place}"


def quick_words(session: Session, fair: JobFair, n: dict[str, int]) -> list[str]:
    """T1 with these numbers."""
    day, office, is_held = local_day(fair.opens_at), _office(session, fair), fair.part is FairPart.HELD
    return words.quick_words(n, day=day, office=office, place=fair.place, title=fair.title, is_held=is_held)


def quick_report(session: Session, fair: JobFair, *, exact: bool = True, names: Names = "none") -> Report:
    """T1 with its tables."""
    found = quick(session, fair)
    n = shown_numbers(found.numbers(), exact)
    told, line = quick_words(session, fair, n), _line(session, fair)
    tables = [_number_table(n), *broadcast_table(n), employer_table(session, found, exact)]
    tables += slice_tables(session, found, exact)
    tables.append(
        Table(
            "每半小时进场",
            ["时间", "人数"],
            _half_hours(found, exact),
        )
    )
    tables += door_tables(session, fair)
    tables += [comparison_table(session, fair, exact), rating_table(session, fair)]
    return Report(f"{fair.title}快报", line, told, tables, quick_lists(session, found, names))


def _half_hours(found: Quick, exact: bool) -> list[list[Any]]:
    times = found.by_half_hour()
    counts = shown_parts([count for _at, count in times], exact)
    return [[f"{at.astimezone(SHANGHAI):%H:%M}", count] for (at, _n), count in zip(times, counts, strict=True)]


NOTES = {
    "vacancies": N_("到场单位闭馆时的招聘人数之和"),
    "vacancies_more": N_("已算进岗位数"),
    "visitors": N_("一人计一次：按档案，没有档案的按手机号"),
    "verified": N_("连着已核验的档案"),
    "declared": N_("没有档案或档案未核验"),
    "no_file": N_("按手机号，没留手机号的按现场登记"),
    "intention_people": N_("一人计一次"),
    "intentions": N_("一个岗位计一次"),
    "one_sided": N_("只有单位或只有本人，在确认期限内可以补"),
    "only_said": N_("双方都点了，但没有档案，也没有经过签到台"),
    "served_with_intention": N_("达成率的分子"),
    "served": N_("达成率的分母"),
    "hires": N_("单位录用并经本人确认"),
}
"""How a number is counted, where its name does not say it."""
APART = ("broadcasts", "online_applications")
"""Numbers of 直播带岗, which stand in a row of their own."""


def number_rows(n: dict[str, int]) -> list[tuple[str, int, str]]:
    """(name, number, how it is counted) of each number of the quick report that has a list."""
    return [(name, n[name], NOTES.get(name, "")) for name in QUICK if name not in APART]


def _number_table(n: dict[str, int]) -> Table:
    rows = [[QUICK[name][1], value, note] for name, value, note in number_rows(n)]
    return Table(
        "每个数字",
        ["项目", "数字", "怎么数"],
        rows,
        note="每个数字的名单在工作簿（XLSX）里，系统页面上点数字也能打开。",
    )


def broadcast_table(n: dict[str, int]) -> list[Table]:
    """直播带岗 in a row of its own; nothing where there was none."""
    if not (n["broadcasts"] or n["online_applications"]):
        return []
    head = ["场次", "观看人次", "投递（平台填报）", "投递（本系统）", "意向人次"]
    names = ("broadcasts", "broadcast_viewers", "broadcast_applications", "online_applications", "broadcast_intentions")
    return [Table("直播带岗", head, [[n[name] for name in names]], note="单列，不计入以上数字。")]


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
    ids = [one.exhibitor_id for one in found.exhibitors]
    got = [resumes.get(one, 0) for one in ids]
    people = [len({line.key for line in found.intentions if line.exhibitor_id == one}) for one in ids]
    hires = [len({line.key for line in found.hires if line.exhibitor_id == one}) for one in ids]
    columns = [shown_parts(column, exact) for column in (got, people, hires)]
    rows = [
        [
            one.name + ("（提前离场）" if one.has_left else ""),
            found.vacancies_of([one.exhibitor_id]),
            *numbers,
        ]
        for one, *numbers in zip(found.exhibitors, *columns, strict=True)
    ]
    return Table("各单位", ["单位", "招聘人数", "收到简历", "意向人数", "现场录用"], rows)


def slice_tables(session: Session, found: Quick, exact: bool) -> list[Table]:
    """The table by county, where the fair has slices."""
    if not found.slice_paths:
        return []
    slices = found.by_slice()
    came = shown_parts([len(one.visitors) for one in slices], exact)
    wishing = shown_parts([len(one.wishing) for one in slices], exact)
    rows = [
        [
            region_label(session, one.path.strip("/").split("/")[-1], depth=1) if one.path else "其他地方",
            len(one.exhibitors),
            one.vacancies,
            *people,
        ]
        for one, *people in zip(slices, came, wishing, strict=True)
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
    return Table("满意度", ["评价方", "评价数", "平均分"], rows, note=f"满分5分；不满{FEW}份的不写平均分。")


def ratings(session: Session, fair: JobFair) -> dict[RatingSide, tuple[int, float]]:
    """Number and average of the ratings of each side."""
    query = select(FairRating.side, func.count(), func.avg(FairRating.stars)).where(FairRating.fair_id == fair.id)
    return {side: (count, float(mean)) for side, count, mean in session.execute(query.group_by(FairRating.side))}


def day_90_report(session: Session, fair: JobFair, day: date, *, exact: bool = True, names: Names = "none") -> Report:
    """T2 with its tables."""
    found = quick(session, fair)
    tracked = tracking(session, fair, 90, loaded=found)
    line = _line(session, fair)
    n = shown_numbers(tracked.numbers(), exact)
    reasons = shown_reasons(tracked, exact)
    told = words.tracking_words(n, reasons, day=day)
    tables = [_states_table(tracked, exact), funnel_table(tracked, exact)]
    numbers = shown_numbers(found.numbers(), exact)
    tables += money_tables(session, fair, numbers, n["started"])
    return Report(f"{fair.title}90天跟踪", line, told, tables, tracking_lists(session, tracked, names))


def _states_table(tracked: Tracking, exact: bool) -> Table:
    n = shown_numbers(tracked.numbers(), exact)
    rows: list[list[Any]] = [[RESULT_WORDS[one], n[one.value]] for one in FollowUpResult]
    rows.append(["合计（意向人数）", n["intention_people"]])
    return Table("意向去向", ["去向", "人数"], rows)


FUNNEL_WORDS = {"intention_people": "意向", "hired": "录用", "started": "入职", "kept": "3个月在岗"}


def funnel_table(tracked: Tracking, exact: bool) -> Table:
    """意向 → 录用 → 入职 → 3 个月在岗 from one list of people."""
    n = shown_numbers(tracked.numbers(), exact)
    rows = [[FUNNEL_WORDS[name], n[name]] for name, _people in tracked.funnel]
    return Table("同一批人走到哪一步", ["步骤", "人数"], rows)


def money_tables(session: Session, fair: JobFair, n: dict[str, int], started: int) -> list[Table]:
    """决算: what was planned and spent line by line, and what one visitor and one start at work cost."""
    query = select(FairMoney).where(FairMoney.fair_id == fair.id, FairMoney.kind == MoneyKind.COST)
    lines = session.scalars(query.order_by(FairMoney.id)).all()
    spent = sum(one.spent_yuan or 0 for one in lines)
    if not spent:
        return []
    rows: list[list[Any]] = [[one.label, one.planned_yuan, one.spent_yuan or 0] for one in lines]
    rows.append(["合计", sum(one.planned_yuan for one in lines), spent])
    rows.append(["每名进场人员", "", words.each_yuan(spent, n["visitors"])])
    rows.append(["每名同单位入职人员", "", words.each_yuan(spent, started)])
    return [Table("决算", ["项目", "预算（元）", "支出（元）"], rows)]


def cumulative_report(
    session: Session, found: Cumulative, *, exact: bool = True, place: str = "", names: Names = "none"
) -> Report:
    """T3 with a row for each fair."""
    n = shown_numbers(found.numbers(), exact)
    rows: list[list[Any]] = []
    columns: dict[str, list[int]] = {
        name: [
            *shown_parts([one.numbers()[name] for one in found.held], exact),
            *shown_parts([one.numbers()[name] for one in found.joined], exact),
        ]
        for name in ("visitors", "intention_people")
    }
    for number, one in enumerate([*found.held, *found.joined]):
        label = one.fair.title + ("（参加）" if one in found.joined else "")
        numbers = shown_numbers(one.numbers(), exact) | {name: column[number] for name, column in columns.items()}
        rows.append(
            [
                label,
                f"{local_day(one.fair.opens_at):%Y-%m-%d}",
                *(numbers[name] for name in ("exhibitors", "vacancies", "visitors", "intention_people")),
                words.rate(numbers["served_with_intention"], numbers["served"]),
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
    return Report("招聘会累计成效", line, told, [*tables, *broadcast_table(n)], _total_lists(session, found, names))


def _total_lists(session: Session, found: Cumulative, names: Names) -> list[Table]:
    by, fairs = reader(session, names), found.fairs
    sheets = {
        "名单-参会单位": "employer_times",
        "名单-岗位": "vacancies",
        "名单-进场": "visitor_times",
        "名单-意向": "intentions",
        "名单-去向": "intention_people",
        "名单-外部招聘会意向": "joined_people",
    }
    chosen = [(title, TOTAL[name][0], found.lists[name]) for title, name in sheets.items()]
    return [
        list_table(title, shape, lines, by, fairs=fairs)
        for title, shape, lines in chosen
        if names != "none" or not shape.has_people
    ]
