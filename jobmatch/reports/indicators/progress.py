"""The figures of what becomes of people and their files: I04, I05, I20, I21 and I22."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.casework.desk.states import RequestState
from jobmatch.casework.intake.models import RosterEntry
from jobmatch.casework.intake.queries.counts import missing_conditions, with_parts
from jobmatch.casework.intake.states import WAITED_FOR
from jobmatch.casework.placement.models import Placement, PlacementStep
from jobmatch.casework.placement.states import LEFT, Ledger, PlacementState, Step
from jobmatch.casework.plans.models import Support
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.queries.contacts import valid_contacts
from jobmatch.casework.visits.states import REACHED
from jobmatch.core.i18n import N_
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import counted_below
from jobmatch.reference.models import Region
from jobmatch.reports.indicators.base import Figure, Median, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.days import days_between, local_day
from jobmatch.reports.indicators.lines import WORK, ever_confirmed, is_filed, people_here, rule_of
from jobmatch.reports.indicators.people import UNKNOWN_STAYS
from jobmatch.reports.indicators.rates import (
    Cell,
    cell_of,
    outside_age,
)
from jobmatch.reports.indicators.standing import Scores, members_of, returnees, standing


def stable_days(scope: Scope) -> int:
    """Days that stable work takes: the rule's months, a month taken as 30.5 days."""
    return round(rule_of(scope, "stable_months") * 30.5)


def _observed(*, only_stable: bool) -> Callable[[Scope], Rows]:
    """People whose verified work was begun so long ago that the period shows whether it lasted."""

    def rows(scope: Scope) -> Rows:
        days, spell = stable_days(scope), aliased(EmploymentSpell)
        back = timedelta(days=days)
        began = and_(
            spell.person_id == Person.id,
            spell.superseded_at.is_(None),
            spell.status_code.in_(WORK),
            spell.started_on.between(scope.since - back, scope.until - back),
            ever_confirmed(spell, scope.until),
        )
        held = exists(
            select(Confirmation.id).where(
                Confirmation.spell_id == spell.id,
                days_between(Confirmation.confirmed_on, spell.started_on) <= days,
                days_between(Confirmation.valid_until, spell.started_on) >= days,
            )
        )
        lasted = or_(spell.ended_on.is_(None), days_between(spell.ended_on, spell.started_on) >= days)
        wanted = exists(select(spell.id).where(began, *((lasted, held) if only_stable else ())))
        return people_here(scope, wanted)

    return rows


_I04 = "employment_indicators.csv I04；dated rule stable_months"
I04 = Ratio(
    "I04",
    N_("稳定就业率"),
    Figure(
        "I04.stable",
        N_("稳定就业"),
        Unit.PERSON,
        Span.FLOW,
        Subject.PERSON,
        N_("同一条就业台账连续满规定月数（每月按 30.5 天），并且满的那天核实有效"),
        _observed(only_stable=True),
        counts=N_("有核实记录的入职人员，每人算一次"),
        excludes=N_("中途离职的；换了单位、没有连成一条台账的"),
        unknown=N_("满的那天没有有效核实的人不算稳定，仍在分母里"),
        source=_I04,
    ),
    Figure(
        "I04.observed",
        N_("期内能看出是否稳定的入职人员"),
        Unit.PERSON,
        Span.FLOW,
        Subject.PERSON,
        N_("入职满规定月数的那天落在统计期内的人"),
        _observed(only_stable=False),
        counts=N_("有核实记录的入职人员，每人算一次"),
        excludes=N_("入职还没满规定月数的人"),
        unknown=N_("入职从未核实过的人不计"),
        source=_I04,
    ),
    N_("稳定就业的人÷期内能看出是否稳定的入职人员"),
    caution=N_("各地月数不一，按规则表“稳定就业的月数”"),
    source=_I04,
)


def _placed(ledger: Ledger, *, only_on_post: bool) -> Callable[[Scope], Rows]:
    def rows(scope: Scope) -> Rows:
        later = exists(
            select(PlacementStep.id).where(
                PlacementStep.placement_id == Placement.id,
                PlacementStep.step.in_((Step.WAIVE, Step.CANCEL)),
                PlacementStep.happened_on > scope.until,
            )
        )
        query = rows_of(
            Placement.id,
            Placement.ledger == ledger,
            Placement.accepted_on.between(scope.since, scope.until),
            or_(Placement.state.not_in(LEFT), later),
            scope.below(Placement.region_path),
        )
        on_post = and_(Placement.state == PlacementState.ON_POST, Placement.started_on <= scope.until)
        return query.where(on_post) if only_on_post else query

    return rows


def _placement_rate(code: str, name: str, ledger: Ledger) -> Ratio:
    source = "employment_indicators.csv I05；退役军人安置条例第三十一条"

    def side(part: str, label: str, formula: str, *, only_on_post: bool) -> Figure:
        return Figure(
            f"{code}.{part}",
            label,
            Unit.PERSON,
            Span.FLOW,
            Subject.PLACEMENT,
            formula,
            _placed(ledger, only_on_post=only_on_post),
            counts=N_("统计期内接收、由政府安置的退役军人"),
            excludes=N_("书面放弃或被取消安排资格的人"),
            unknown=N_("还没有上岗记录的人不算已安排，仍在分母里"),
            source=source,
        )

    return Ratio(
        code,
        name,
        side("on_post", N_("已上岗"), N_("安置台账上已登记上岗的人"), only_on_post=True),
        side("due", N_("应安置"), N_("期内接收的人，去掉书面放弃和取消资格的"), only_on_post=False),
        N_("已上岗人数÷应安置人数"),
        caution=N_("只用于安排工作和转业；自主就业的人不在里面"),
        source=source,
    )


I05 = _placement_rate("I05", N_("安排工作退役士兵安置率"), Ledger.GOVERNMENT_PLACED)
I05_TRANSFER = _placement_rate("I05.transfer", N_("转业军官安置率"), Ledger.CIVILIAN_TRANSFER)


def _complete_files(scope: Scope) -> Rows:
    full = ~or_(*missing_conditions(scope.uow).values())
    query = with_parts(select(Person.id.label("person_id"))).where(is_filed(scope), full)
    if scope.path:
        query = query.where(counted_below(scope.path))
    found = query.subquery()
    return rows_of(found.c.person_id)


def _due_files(scope: Scope) -> Rows:
    """Files, and lines of rosters that nobody reported for yet, an identity number once."""
    other = aliased(RosterEntry)
    twice = exists(
        select(other.id).where(
            other.id < RosterEntry.id,
            other.person_id.is_(None),
            other.state.in_(WAITED_FOR),
            other.id_number_blind == RosterEntry.id_number_blind,
        )
    )
    expected = select(Region.path).where(Region.code == RosterEntry.expected_region_code).scalar_subquery()
    waiting = select((-RosterEntry.id).label("id")).where(
        RosterEntry.person_id.is_(None),
        RosterEntry.state.in_(WAITED_FOR),
        RosterEntry.created_at < scope.ends_at,
        scope.below(func.coalesce(expected, RosterEntry.region_path)),
        ~twice,
    )
    files = people_here(scope, is_filed(scope)).with_only_columns(Person.id.label("id"))
    found = union_all(files, waiting).subquery()
    return rows_of(found.c.id)


_I20 = "employment_indicators.csv I20"
I20 = Ratio(
    "I20",
    N_("建档立卡资料完整率"),
    Figure(
        "I20.complete",
        N_("必填项齐全的档案"),
        Unit.PERSON,
        Span.STOCK,
        Subject.MEMBER,
        N_("身份证号、手机号、户籍地、安置地、现居住地、学历、安置方式、退役时间、求职意向都填了的档案"),
        _complete_files,
        counts=N_("期末已建档的人"),
        excludes=N_("已注销的档案"),
        unknown=N_("缺任何一项都不算齐全；过去的日子按现在的档案内容算"),
        source=_I20,
    ),
    Figure(
        "I20.due",
        N_("应建档人数"),
        Unit.PERSON,
        Span.STOCK,
        Subject.MEMBER,
        N_("已建档的人＋名册上应报到、还没建档的人"),
        _due_files,
        counts=N_("期末已建档的人和名册上还没报到的人"),
        excludes=N_("易地和改办的人；同一身份证号只算一次"),
        unknown=N_("名册上没报到的人在分母里"),
        source=_I20,
    ),
    N_("必填项齐全的档案÷应建档人数"),
    caution=N_("没有名册的站，分母只有已建的档案"),
    source=_I20,
)


def waiting_people(scope: Scope, *where: ColumnElement[bool]) -> Rows:
    """People on file who can work and do not, as far as is proved, and meet conditions over ``Person``."""
    scores = Scores(scope.uow.session)
    everybody = members_of(scope.path, is_filed(scope), outside=outside_age(scope.until))
    found = standing(everybody, scores, scope.until)
    cells = [Cell.SEEKING.value, Cell.UNKNOWN.value]
    query = rows_of(found.c.person_id, cell_of(found, scores).in_(cells), *where)
    return query.join(Person, Person.id == found.c.person_id) if where else query


def was_served(scope: Scope) -> ColumnElement[bool]:
    """Condition on ``Person``: reached, helped, or a matter of theirs was done, in the days of the rule."""
    days = rule_of(scope, "coverage_days")
    since = scope.until - timedelta(days=days - 1)
    request_day = local_day(ServiceRequest.finished_at)
    return or_(
        exists(
            select(Contact.id).where(
                Contact.person_id == Person.id,
                Contact.done_on.between(since, scope.until),
                Contact.outcome.in_(REACHED),
                valid_contacts(),
            )
        ),
        exists(
            select(Support.id).where(Support.person_id == Person.id, Support.happened_on.between(since, scope.until))
        ),
        exists(
            select(ServiceRequest.id).where(
                ServiceRequest.person_id == Person.id,
                ServiceRequest.state == RequestState.DONE,
                request_day >= since,
                request_day <= scope.until,
            )
        ),
    )


def _served(scope: Scope) -> Rows:
    return waiting_people(scope, was_served(scope))


_I21 = "employment_indicators.csv I21；dated rule coverage_days"
_ON_FILE = N_("期末在册、在劳动年龄内、没有核实有效的就业记录、不在校的人")
I21 = Ratio(
    "I21",
    N_("在册未就业人员服务覆盖率"),
    Figure(
        "I21.served",
        N_("联系或服务过"),
        Unit.PERSON,
        Span.STOCK,
        Subject.PERSON,
        N_("规定天数内联系上（本人或家属）、有一次帮扶、或办结一件事的人"),
        _served,
        counts=_ON_FILE,
        excludes=N_("打了没接通的不算；更正掉的联系记录不算"),
        unknown=N_("没有记录就是没有服务"),
        source=_I21,
    ),
    Figure(
        "I21.waiting",
        N_("在册未就业人数"),
        Unit.PERSON,
        Span.STOCK,
        Subject.PERSON,
        N_("待就业＋情况未掌握"),
        waiting_people,
        counts=_ON_FILE,
        excludes=N_("在校、不在劳动年龄和已退出统计的人"),
        unknown=UNKNOWN_STAYS,
        source=_I21,
    ),
    N_("规定天数内至少联系或服务一次的人÷在册未就业人数"),
    caution=N_("天数按规则表“服务覆盖率的天数”，默认 90 天"),
    source=_I21,
)


def _first_work(scope: Scope) -> Rows:
    """Days from discharge to the first verified work of each new returnee who has one by the end of the period."""
    spell = aliased(EmploymentSpell)
    began = (
        select(func.min(spell.started_on))
        .where(
            spell.person_id == Person.id,
            spell.superseded_at.is_(None),
            spell.status_code.in_(WORK),
            spell.started_on.between(ServiceRecord.discharged_on, scope.until),
            ever_confirmed(spell, scope.until),
        )
        .correlate(Person, ServiceRecord)
        .scalar_subquery()
    )
    everybody = returnees(scope.until.year - 1, scope.path).subquery()
    query = rows_of(
        Person.id,
        Person.id.in_(select(everybody.c.person_id)),
        Person.erased_at.is_(None),
        began.is_not(None),
        amount=days_between(began, ServiceRecord.discharged_on),
    )
    return query.join(ServiceRecord, ServiceRecord.person_id == Person.id)


I22 = Median(
    "I22",
    N_("首次就业用时（中位数）"),
    Unit.DAY,
    Subject.PERSON,
    N_("退役日到第一次有核实的就业开始日，天数从小到大排，取中间一个"),
    _first_work,
    counts=N_("上一自然年度退役的自主就业退役士兵里，到期末有过核实就业的人"),
    excludes=N_("还没有核实就业的人没有天数，不在里面；退役前开始的工作不算"),
    unknown=N_("还没就业的人越多，这个数越显得短，要和就业率一起看"),
    source="employment_indicators.csv I22",
)


RATIOS: tuple[Ratio, ...] = (I04, I05, I05_TRANSFER, I20, I21)
MEDIANS: tuple[Median, ...] = (I22,)
