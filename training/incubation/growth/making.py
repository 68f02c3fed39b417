"""The reports T6 (an incubator's quarter) and T7 (a place's year), and the lists behind their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.queries import get_organization_name
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.states import VETERAN_KINDS
from jobmatch.reference.models import Course
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES
from training.incubation.growth import figures, queries
from training.incubation.growth.documents import Number, Report
from training.incubation.growth.figures import Life, Rate, Stock
from training.incubation.growth.models import VentureWorker
from training.incubation.growth.periods import quarter_end, quarter_words
from training.incubation.growth.states import WorkerEvidence
from training.incubation.parks.models import Incubator, Space, SpaceLet, Tenancy
from training.incubation.parks.states import TenancyState
from training.incubation.support.models import VentureSupport
from training.incubation.support.states import SupportState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.queries import START_UP_COURSES, successes, verdicts

WAIVER, LOANS = "IS02", ("IS04", "IS05")
SUCCESS_RULE = "incubation_success_months"
TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class Listed:
    """The list behind a number: its title, heads and rows; a row's ``venture_id`` (public) links to the venture."""

    title: str
    head: list[str]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Made:
    """A report, and the lists by the names that its numbers carry."""

    report: Report
    lists: dict[str, Callable[[], Listed]]


def percent_words(rate: Rate) -> str:
    """``83.3``, or a dash where nothing can be said."""
    return "—" if rate.percent is None else f"{rate.percent:g}"


# ---------- lists ----------


def venture_list(session: Session, title: str, venture_ids: Iterable[int]) -> Listed:
    """Ventures by name."""
    rows = session.scalars(select(Venture).where(Venture.id.in_(list(venture_ids))).order_by(Venture.id)).all()
    lines = [
        (one.public_id, [one.name or _("创业意愿"), one.state.label, str(one.registered_on or "—")]) for one in rows
    ]
    return Listed(title, [_("项目"), _("状态"), _("登记日期")], lines)


def worker_list(
    session: Session,
    title: str,
    found: Stock,
    *,
    only_veterans: bool = False,
    evidence: WorkerEvidence | None = None,
) -> Listed:
    """Everybody who is counted, on one evidence where it is named, and a line for what was declared beyond them."""
    chosen = [one for one in found.counted if one.is_veteran or not only_veterans]
    chosen = [one for one in chosen if evidence is None or one.evidence is evidence]
    rows = {
        row.id: (row, venture)
        for row, venture in session.execute(
            select(VentureWorker, Venture)
            .join(Venture, Venture.id == VentureWorker.venture_id)
            .where(VentureWorker.id.in_([one.row_id for one in chosen]))
        )
    }
    lines = []
    for one in chosen:
        row, venture = rows[one.row_id]
        lines.append((venture.public_id, [row.name or "—", venture.name, row.evidence.label, str(row.started_on)]))
    more = found.declared_veterans if only_veterans else found.declared
    if more and evidence in {None, WorkerEvidence.WORD}:
        lines.append(("", [_("没有名单的 %(n)s 人", n=more), "—", _("自报"), "—"]))
    return Listed(title, [_("姓名"), _("项目"), _("依据"), _("从哪天起")], lines)


def tenancy_list(session: Session, title: str, rows: Sequence[Tenancy]) -> Listed:
    """Tenancies with the venture and the days."""
    names = {
        one.id: one for one in session.scalars(select(Venture).where(Venture.id.in_([row.venture_id for row in rows])))
    }
    lines = [
        (
            names[row.venture_id].public_id,
            [names[row.venture_id].name, row.state.label, str(row.term_from or "—"), str(row.left_on or "—")],
        )
        for row in rows
    ]
    return Listed(title, [_("项目"), _("状态"), _("入驻"), _("出园")], lines)


def desk_list(session: Session, incubator: Incubator, on: date) -> Listed:
    """Desks and rooms that can be used, with who has them on a day."""
    let = (
        select(SpaceLet.space_id, Venture.public_id, Venture.name, SpaceLet.from_on)
        .join(Tenancy, Tenancy.id == SpaceLet.tenancy_id)
        .join(Venture, Venture.id == Tenancy.venture_id)
        .where(SpaceLet.from_on <= on, or_(SpaceLet.until_on.is_(None), SpaceLet.until_on >= on))
    )
    held = {row[0]: row for row in session.execute(let.where(Tenancy.incubator_id == incubator.id))}
    usable = select(Space).where(Space.incubator_id == incubator.id, Space.is_usable.is_(True))
    lines = []
    for one in session.scalars(usable.order_by(Space.row, Space.col)):
        _id, key, name, since = held.get(one.id, (one.id, "", _("空"), None))
        lines.append((key, [one.number, one.kind.label, name, str(since or "—")]))
    return Listed(_("工位利用率"), [_("编号"), _("种类"), _("项目"), _("从哪天起")], lines)


def life_list(session: Session, title: str, lives: Sequence[Life], months: int, on: date) -> Listed:
    """Ventures whose time of ``months`` after registration is over, and whether they were still there then."""
    due = {one.venture_id: add_months(one.registered_on, months) for one in lives}
    known = {one.venture_id: one for one in lives if due[one.venture_id] <= on}
    rows = session.scalars(select(Venture).where(Venture.id.in_(known)).order_by(Venture.id))
    lines = [
        (
            one.public_id,
            [one.name, str(one.registered_on), _("在") if known[one.id].is_open_on(due[one.id]) else _("不在")],
        )
        for one in rows
    ]
    return Listed(title, [_("项目"), _("登记日期"), _("到时点")], lines)


def person_list(session: Session, title: str, ids: Iterable[int]) -> Listed:
    """People by name."""
    rows = session.execute(select(Person.name).where(Person.id.in_(list(ids))).order_by(Person.id)).scalars()
    return Listed(title, [_("姓名")], [("", [name]) for name in rows])


# ---------- T6 ----------


def incubator_report(session: Session, incubator: Incubator, period_on: date) -> Made:
    """T6 孵化基地季报, as the end of the quarter was."""
    until = quarter_end(period_on)
    rows = session.scalars(
        select(Tenancy).where(Tenancy.incubator_id == incubator.id, Tenancy.term_from.is_not(None)).order_by(Tenancy.id)
    ).all()
    inside = [one for one in rows if _is_in(one, until)]
    ventures = session.scalars(select(Venture).where(Venture.id.in_([one.venture_id for one in inside]))).all()
    by_veterans = [key for key, one in verdicts(session, ventures, until).items() if one.is_founded]
    came = [one for one in rows if one.term_from is not None and period_on <= one.term_from <= until]
    left = {
        state: [one for one in rows if one.state is state and _between(one.left_on, period_on, until)]
        for state in (TenancyState.GRADUATED, TenancyState.EXPIRED, TenancyState.EVICTED)
    }
    found = queries.stock_on(session, [one.venture_id for one in inside], until)
    leavings = queries.leavings_of(session, Tenancy.incubator_id == incubator.id)
    success = figures.incubation_success(leavings, int(rule_value(session, SUCCESS_RULE, until)), on=until)
    expiry = figures.expiry_rate(leavings, on=until)
    desks = desk_use(session, incubator, until)
    waived, loans, loan_sum = support_sums(session, [one.venture_id for one in rows], period_on, until)
    words = _(
        "在孵%(inside)s户（退役军人创办%(veteran)s户），本季新入驻%(came)s户、毕业出园%(graduated)s户、清退%(evicted)s户；"
        "工位利用率%(desks)s%%；带动就业%(jobs)s人（其中退役军人%(job_veterans)s人）；"
        "享受场租减免%(waived)s元、推荐贷款%(loans)s笔%(loan_sum)s万元；"
        "累计孵化成功率%(success)s%%，到期出园率%(expiry)s%%。",
        inside=len(inside),
        veteran=len(by_veterans),
        came=len(came),
        graduated=len(left[TenancyState.GRADUATED]),
        evicted=len(left[TenancyState.EVICTED]),
        desks=percent_words(desks),
        jobs=found.total,
        job_veterans=found.veterans,
        waived=waived,
        loans=loans,
        loan_sum=f"{loan_sum / TEN_THOUSAND:g}",
        success=percent_words(success),
        expiry=percent_words(expiry),
    )
    numbers = [
        Number(_("在孵（户）"), str(len(inside)), "inside"),
        Number(_("其中退役军人创办（户）"), str(len(by_veterans)), "by_veterans"),
        Number(_("本季新入驻（户）"), str(len(came)), "came"),
        Number(_("本季毕业（户）"), str(len(left[TenancyState.GRADUATED])), "graduated"),
        Number(_("本季到期出园（户）"), str(len(left[TenancyState.EXPIRED])), "expired"),
        Number(_("本季清退（户）"), str(len(left[TenancyState.EVICTED])), "evicted"),
        Number(_("工位利用率（%）"), f"{percent_words(desks)}（{desks.part}/{desks.whole}）", "desks"),
        *stock_numbers(found, period_on),
        Number(_("场租减免（元）"), str(waived)),
        Number(_("推荐贷款（笔）"), str(loans)),
        Number(_("推荐贷款（万元）"), f"{loan_sum / TEN_THOUSAND:g}"),
        Number(_("累计孵化成功率（%）"), f"{percent_words(success)}（{success.part}/{success.whole}）", "left_all"),
        Number(_("观察期（户）"), str(success.open_count), "watched"),
        Number(_("到期出园率（%）"), f"{percent_words(expiry)}（{expiry.part}/{expiry.whole}）", "left_all"),
    ]
    lists = _incubator_lists(session, rows, inside, by_veterans, came, left, until)
    lists |= stock_lists(session, found, period_on) | {"desks": lambda: desk_list(session, incubator, until)}
    name = get_organization_name(session, incubator.organization_id)
    title = _("%(name)s%(quarter)s孵化情况", name=name, quarter=quarter_words(period_on))
    return Made(Report(title, _("截至 %(day)s", day=until.isoformat()), [words], numbers, _notes(found)), lists)


def _incubator_lists(
    session: Session,
    rows: Sequence[Tenancy],
    inside: list[Tenancy],
    by_veterans: list[int],
    came: list[Tenancy],
    left: Mapping[TenancyState, list[Tenancy]],
    until: date,
) -> dict[str, Callable[[], Listed]]:
    """The lists behind the numbers of tenants."""
    months = int(rule_value(session, SUCCESS_RULE, until))
    gone = [one for one in rows if one.left_on is not None and one.left_on <= until]
    return {
        "inside": lambda: tenancy_list(session, _("在孵"), inside),
        "by_veterans": lambda: venture_list(session, _("其中退役军人创办"), by_veterans),
        "came": lambda: tenancy_list(session, _("本季新入驻"), came),
        "graduated": lambda: tenancy_list(session, _("本季毕业"), left[TenancyState.GRADUATED]),
        "expired": lambda: tenancy_list(session, _("本季到期出园"), left[TenancyState.EXPIRED]),
        "evicted": lambda: tenancy_list(session, _("本季清退"), left[TenancyState.EVICTED]),
        "left_all": lambda: tenancy_list(session, _("已出园"), gone),
        "watched": lambda: tenancy_list(
            session, _("观察期"), [one for one in gone if add_months(one.left_on or until, months) > until]
        ),
    }


def _is_in(one: Tenancy, on: date) -> bool:
    return one.term_from is not None and one.term_from <= on and (one.left_on is None or one.left_on > on)


def _between(day: date | None, since: date, until: date) -> bool:
    return day is not None and since <= day <= until


def desk_use(session: Session, incubator: Incubator, on: date) -> Rate:
    """Desks and rooms that are let on a day, of all that can be used."""
    usable = select(Space.id).where(Space.incubator_id == incubator.id, Space.is_usable.is_(True))
    whole = session.scalar(select(func.count()).select_from(usable.subquery())) or 0
    let = session.scalar(
        select(func.count(SpaceLet.space_id.distinct())).where(
            SpaceLet.space_id.in_(usable),
            SpaceLet.from_on <= on,
            or_(SpaceLet.until_on.is_(None), SpaceLet.until_on >= on),
        )
    )
    return Rate(let or 0, whole)


def support_sums(session: Session, venture_ids: Sequence[int], since: date, until: date) -> tuple[int, int, int]:
    """Rent waived in yuan, loans recommended, and their sum in yuan; given in the time."""
    given = (
        VentureSupport.venture_id.in_(venture_ids),
        VentureSupport.state == SupportState.PAID,
        VentureSupport.given_on.between(since, until),
    )
    waived = session.scalar(
        select(func.coalesce(func.sum(VentureSupport.paid_yuan), 0)).where(VentureSupport.kind_code == WAIVER, *given)
    )
    loans, amount = session.execute(
        select(func.count(), func.coalesce(func.sum(VentureSupport.loan_yuan), 0)).where(
            VentureSupport.kind_code.in_(LOANS), *given
        )
    ).one()
    return int(waived or 0), int(loans), int(amount)


# ---------- 带动就业, in both ----------


def stock_numbers(found: Stock, since: date) -> list[Number]:
    """带动就业 with what it is made of, 新增 beside it."""
    return [
        Number(_("带动就业（人，期末在岗，不含创业者）"), str(found.total), "jobs"),
        Number(_("其中退役军人（人）"), str(found.veterans), "job_veterans"),
        *(
            Number(_("依据%(kind)s（人）", kind=kind.label), str(found.rows(kind)), f"by_{kind.value}")
            for kind in (WorkerEvidence.INSURANCE, WorkerEvidence.ROSTER)
        ),
        Number(_("自报（人）"), str(found.said), f"by_{WorkerEvidence.WORD.value}"),
        Number(_("本期新增（人，有名单的）"), str(len(found.started_since(since))), "new_jobs"),
        Number(_("已算在招聘录用里、这里不算的（人）"), str(found.left_out_placed), "placed"),
    ]


def stock_lists(session: Session, found: Stock, since: date) -> dict[str, Callable[[], Listed]]:
    """The lists behind ``stock_numbers``."""
    fresh = Stock(counted=found.started_since(since))
    by_evidence = {
        f"by_{kind.value}": partial(worker_list, session, kind.label, found, evidence=kind) for kind in WorkerEvidence
    }
    return {
        **by_evidence,
        "jobs": lambda: worker_list(session, _("带动就业"), found),
        "job_veterans": lambda: worker_list(session, _("带动就业的退役军人"), found, only_veterans=True),
        "new_jobs": lambda: worker_list(session, _("本期新增"), fresh),
        "placed": lambda: worker_list(session, _("已算在招聘录用里的"), Stock(counted=found.placed)),
    }


def _notes(found: Stock) -> list[str]:
    return [
        _(
            "口径：带动就业是期末当天在岗的人，不含创业者本人，各季度不能相加；按社保、名册、自报分开；"
            "通过平台或招聘会录用到别的单位的 %(placed)s 人只算在那边，这里不算；在两个项目干的只算一次。",
            placed=found.left_out_placed,
        )
    ]


# ---------- T7 ----------


def year_report(session: Session, region_path: str, place: str, year: int, *, today: date) -> Made:
    """T7 创业成效 of a place and year, up to today where the year still runs."""
    since, until = date(year, 1, 1), min(date(year, 12, 31), max(today, date(year, 1, 1)))
    trained = trained_people(session, region_path, since, until)
    good = successes(session, region_path, since=since, until=until)
    found = queries.stock_on(session, queries.ventures_of(region_path), until)
    words = _(
        "为%(trained)s名有创业意愿的退役军人开展创业培训，帮助%(good)s名成功创业，带动就业%(jobs)s人（不含创业者本人）。",
        trained=len(trained),
        good=len(good),
        jobs=found.total,
    )
    lives = queries.lives_of(session, queries.ventures_of(region_path))
    rates = [(months, figures.survival(lives, months, on=until)) for months in figures.SURVIVAL_MONTHS]
    numbers = [
        Number(_("参加创业培训的退役军人（人）"), str(len(trained)), "trained"),
        Number(_("成功创业（人）"), str(len(good)), "successes"),
        *stock_numbers(found, since),
        *(
            Number(
                _("登记满 %(n)s 个月还在的（%%）", n=months),
                f"{percent_words(rate)}（{rate.part}/{rate.whole}）",
                f"lived_{months}",
            )
            for months, rate in rates
        ),
    ]
    lists: dict[str, Callable[[], Listed]] = {
        "trained": lambda: person_list(session, _("参加创业培训的退役军人"), trained),
        "successes": lambda: venture_list(session, _("成功创业"), [one.venture.id for one in good]),
        **stock_lists(session, found, since),
    }
    for months, _rate in rates:
        name = _("登记满 %(n)s 个月的", n=months)
        lists[f"lived_{months}"] = partial(life_list, session, name, lives, months, until)
    title = _("%(place)s%(year)s 年退役军人创业成效", place=place, year=year)
    return Made(Report(title, _("截至 %(day)s", day=until.isoformat()), [words], numbers, _notes(found)), lists)


def trained_people(session: Session, region_path: str, since: date, until: date) -> list[int]:
    """Veterans who reported in to a start-up course in the time, each once."""
    veteran = select(PersonKind.person_id).where(PersonKind.kind_code.in_(VETERAN_KINDS))
    rows = session.scalars(
        select(Enrollment.person_id)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Course.kind == START_UP_COURSES,
            Enrollment.state.in_(ARRIVED_STATES),
            Enrollment.arrived_on.between(since, until),
            Enrollment.region_path.startswith(region_path, autoescape=True),
            Enrollment.person_id.in_(veteran),
        )
        .distinct()
    )
    return sorted(one for one in rows if one is not None)
