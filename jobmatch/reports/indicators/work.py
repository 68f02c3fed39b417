"""The figures of work: its contracts, insurance and pay, why it ends, and how long people wait for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import aliased

from jobmatch.applications.models import Application, RetentionCheck
from jobmatch.applications.states import StillThere
from jobmatch.casework.plans.models import Support
from jobmatch.core.i18n import N_
from jobmatch.matching.crosswalk import office_links
from jobmatch.people.models.person import Person, ServiceRecord, ServiceSpecialty
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import ContractTerm, InsuranceState, PayBand
from jobmatch.reference.rules import add_months
from jobmatch.reports.indicators.base import Figure, Median, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.lines import WORK, ever_confirmed, is_filed, people_here, work_line, works
from jobmatch.reports.indicators.people import UNKNOWN_STAYS
from jobmatch.reports.indicators.rates import REGISTERED_SEEKERS, Cell, cell_of
from jobmatch.reports.indicators.standing import NO_WISH, Scores, standing

LEAST_PAID = 5
HELP_DAYS = 30
EMPLOYEES = ("E1", "E2", "E4", "E5", "E6", "E7", "W2")
"""Forms of work with an employer, who owes a written contract; the self-employed and platform work have none."""
SIGNED = (ContractTerm.UNDER_A_YEAR, ContractTerm.A_YEAR_OR_MORE, ContractTerm.OPEN_ENDED)
BANDS = tuple(band for band in PayBand if band is not PayBand.NOT_KNOWN)
REASONS = (
    ("lv_pay", N_("待遇和说好的不一样")),
    ("lv_work", N_("工作内容不合适")),
    ("lv_far", N_("离家远、照顾家里")),
    ("lv_health", N_("身体原因")),
    ("lv_better", N_("找到更好的工作")),
    ("lv_ended", N_("合同到期或季节结束")),
    ("lv_dismissed", N_("单位辞退")),
    ("lv_never", N_("没有来上班")),
)
"""Reasons of leaving that are counted one by one; every other one, and none, stands in ``leaving.other``."""
ISSUE = N_("平台统计口径")
_WORKING = N_("期末有核实有效的就业记录、不在校的人，每人按最近登记的一条台账算一次")


def _workers(*where: ColumnElement[bool]) -> Callable[[Scope], Rows]:
    """People in verified work at the end of the period by a line that meets conditions."""
    return lambda scope: people_here(scope, works(scope.until, *where))


def _worker_figure(
    code: str, name: str, formula: str, rows: Callable[[Scope], Rows], *, excludes: str, unknown: str
) -> Figure:
    return Figure(
        code,
        name,
        Unit.PERSON,
        Span.STOCK,
        Subject.PERSON,
        formula,
        rows,
        counts=_WORKING,
        excludes=excludes,
        unknown=unknown,
        source=ISSUE,
    )


_EMPLOYEE = EmploymentSpell.status_code.in_(EMPLOYEES)
_HAS_CONTRACT = or_(EmploymentSpell.contract.in_(SIGNED), EmploymentSpell.status_code == "E1")
_NOT_EMPLOYEES = N_("灵活就业、务农和创业的人没有劳动合同，不在里面")
_NO_WORD = N_("台账上写“不清楚”的人在分母里，不算已签")
CONTRACTS = Ratio(
    "contracts",
    N_("合同签订率"),
    _worker_figure(
        "contracts.signed",
        N_("签了书面合同"),
        N_("台账上有合同期限，或就业形式是“签了劳动（聘用）合同”"),
        _workers(_EMPLOYEE, _HAS_CONTRACT),
        excludes=_NOT_EMPLOYEES,
        unknown=_NO_WORD,
    ),
    _worker_figure(
        "contracts.all",
        N_("在单位就业的人"),
        N_("就业形式是单位就业的人"),
        _workers(_EMPLOYEE),
        excludes=_NOT_EMPLOYEES,
        unknown=_NO_WORD,
    ),
    N_("签了书面合同的人÷在单位就业的人"),
    unknown=_worker_figure(
        "contracts.unknown",
        N_("其中合同情况不清楚"),
        N_("台账上合同一栏是“不清楚”"),
        _workers(_EMPLOYEE, ~_HAS_CONTRACT, EmploymentSpell.contract == ContractTerm.NOT_KNOWN),
        excludes=_NOT_EMPLOYEES,
        unknown=_NO_WORD,
    ),
    caution=N_("只算单位就业的人，和总的就业人数不是同一个分母"),
    source=ISSUE,
)
_INSURED = N_("台账上参保一栏不清楚的人在分母里，不算参保")
INSURED = Ratio(
    "insured",
    N_("参保率"),
    _worker_figure(
        "insured.yes",
        N_("参加社会保险"),
        N_("台账上参保一栏是“参保”"),
        _workers(EmploymentSpell.insurance == InsuranceState.YES),
        excludes=N_("没有有效核实的人"),
        unknown=_INSURED,
    ),
    _worker_figure(
        "working",
        N_("核实在就业的人"),
        N_("有核实有效的就业记录的人"),
        _workers(),
        excludes=N_("没有有效核实的人"),
        unknown=UNKNOWN_STAYS,
    ),
    N_("参保的人÷核实在就业的人"),
    unknown=_worker_figure(
        "insured.unknown",
        N_("其中参保情况不清楚"),
        N_("台账上参保一栏是“不清楚”"),
        _workers(EmploymentSpell.insurance == InsuranceState.NOT_KNOWN),
        excludes=N_("没有有效核实的人"),
        unknown=_INSURED,
    ),
    caution=N_("以台账记录为准，和社保部门的数比对后才能对外说"),
    source=ISSUE,
)


def _has_specialty() -> ColumnElement[bool]:
    return exists(
        select(ServiceSpecialty.id)
        .join(ServiceRecord, ServiceRecord.id == ServiceSpecialty.service_record_id)
        .where(ServiceRecord.person_id == Person.id)
    )


def _fitting(scope: Scope) -> Rows:
    """Workers whose occupation is one that a specialty of theirs leads to."""
    pairs = [
        and_(
            ServiceSpecialty.specialty_code == code,
            EmploymentSpell.occupation_code.in_([occupation for occupation, _weight in occupations]),
        )
        for code, occupations in office_links(scope.uow.session).items()
        if occupations
    ]
    fits = exists(
        select(ServiceSpecialty.id)
        .join(ServiceRecord, ServiceRecord.id == ServiceSpecialty.service_record_id)
        .join(EmploymentSpell, EmploymentSpell.id == work_line(scope.until))
        .where(ServiceRecord.person_id == Person.id, or_(*pairs))
        .correlate(Person)
    )
    return people_here(scope, works(scope.until), fits)


def _known_trade(scope: Scope) -> Rows:
    return people_here(scope, works(scope.until, EmploymentSpell.occupation_code.is_not(None)), _has_specialty())


_FIT = N_("台账写了职业、档案写了军事专业的在就业人员")
_FIT_LEFT = N_("台账没写职业，或档案没写军事专业的人")
FITTING = Ratio(
    "fitting",
    N_("专业对口率"),
    Figure(
        "fitting.yes",
        N_("专业对口"),
        Unit.PERSON,
        Span.STOCK,
        Subject.PERSON,
        N_("从事的职业在本人军事专业的“军地职业对照表”里（含本单位的更正）"),
        _fitting,
        counts=_FIT,
        excludes=_FIT_LEFT,
        unknown=N_("缺职业或专业的人两边都不算"),
        source=ISSUE,
    ),
    Figure(
        "fitting.all",
        N_("能判断是否对口的在就业人员"),
        Unit.PERSON,
        Span.STOCK,
        Subject.PERSON,
        N_("有职业、有军事专业的在就业人员"),
        _known_trade,
        counts=_FIT,
        excludes=_FIT_LEFT,
        unknown=N_("缺职业或专业的人两边都不算"),
        source=ISSUE,
    ),
    N_("专业对口的人÷能判断是否对口的在就业人员"),
    caution=N_("对照表说的是哪些职业用得上军事专业，不评价工作好坏"),
    source=ISSUE,
)


def _pay(scope: Scope) -> Rows:
    place = case(*((EmploymentSpell.pay_band == band, n) for n, band in enumerate(BANDS)))
    paid = select(place).where(EmploymentSpell.id == work_line(scope.until)).correlate(Person).scalar_subquery()
    return people_here(scope, works(scope.until, EmploymentSpell.pay_band.in_(BANDS)), amount=paid)


PAY = Median(
    "pay",
    N_("薪资中位数（月薪档）"),
    Unit.PERSON,
    Subject.PERSON,
    N_("在就业人员的月薪档从低到高排，取中间一档；不足 5 人不显示"),
    _pay,
    least=LEAST_PAID,
    steps=tuple(band.label_id for band in BANDS),
    counts=_WORKING,
    excludes=N_("没有有效核实的人"),
    unknown=N_("台账没有月薪档的人不在里面"),
    source=ISSUE,
)


def _left(*codes: str, is_other: bool = False) -> Callable[[Scope], Rows]:
    """Hires that ended in the period as the employer said, by reason; one row for each hire."""

    def rows(scope: Scope) -> Rows:
        reason = RetentionCheck.reason_code
        wanted = or_(reason.is_(None), reason.not_in(codes)) if is_other else reason.in_(codes)
        said = exists(
            select(RetentionCheck.id).where(
                RetentionCheck.application_id == Application.id,
                RetentionCheck.answer == StillThere.LEFT,
                RetentionCheck.left_on.between(scope.since, scope.until),
                wanted,
                _is_last_word(),
            )
        )
        return rows_of(Application.id, said, scope.below(Application.region_path))

    return rows


def _is_last_word() -> ColumnElement[bool]:
    """No later answer about the same hire says that somebody left, so that each hire has one reason."""
    later = aliased(RetentionCheck)
    return ~exists(
        select(later.id).where(
            later.application_id == RetentionCheck.application_id,
            later.answer == StillThere.LEFT,
            later.id > RetentionCheck.id,
        )
    )


def _leaving(code: str, name: str, rows: Callable[[Scope], Rows]) -> Figure:
    return Figure(
        code,
        name,
        Unit.PERSON_TIMES,
        Span.FLOW,
        Subject.APPLICATION,
        N_("单位在稳岗回访里说已离开、离开日在期内的入职，按原因分"),
        rows,
        counts=N_("经平台投递入职、后来离开的人次，一次入职算一次"),
        excludes=N_("不是经平台入职的；离开日没写的"),
        unknown=N_("没说原因的归入“其他或没说”"),
        source=ISSUE,
    )


LEAVING = (
    *(_leaving(f"leaving.{code}", name, _left(code)) for code, name in REASONS),
    _leaving("leaving.other", N_("其他或没说"), _left(*(code for code, _name in REASONS), is_other=True)),
)


def _willing(scope: Scope, *where: ColumnElement[bool]) -> Rows:
    """Registered seekers without proved work, by person, who meet conditions over ``Person``."""
    scores = Scores(scope.uow.session)
    found = standing(REGISTERED_SEEKERS.members(scope.until, scope.path), scores, scope.until)
    cells = [Cell.SEEKING.value, Cell.UNKNOWN.value]
    unwilling = scores.codes(NO_WISH)
    query = rows_of(found.c.person_id, cell_of(found, scores).in_(cells), found.c.score.not_in(unwilling))
    return query.join(Person, Person.id == found.c.person_id).where(is_filed(scope), *where)


def _waiting_since(scope: Scope, cut: date) -> ColumnElement[bool]:
    """Condition on ``Person``: no work that was ever verified since ``cut``, and discharged (else on file) by then."""
    spell = aliased(EmploymentSpell)
    worked = exists(
        select(spell.id).where(
            spell.person_id == Person.id,
            spell.superseded_at.is_(None),
            spell.status_code.in_(WORK),
            spell.started_on <= scope.until,
            or_(spell.ended_on.is_(None), spell.ended_on > cut),
            ever_confirmed(spell, scope.until),
        )
    )
    discharged = select(ServiceRecord.discharged_on).where(ServiceRecord.person_id == Person.id).scalar_subquery()
    opened = Person.created_at < Scope(scope.uow, scope.path, cut, cut).ends_at
    return and_(~worked, or_(discharged <= cut, and_(discharged.is_(None), opened)))


def _long_waiting(months: int) -> Callable[[Scope], Rows]:
    return lambda scope: _willing(scope, _waiting_since(scope, add_months(scope.until, -months)))


_WILLING = N_("近 12 个月登记或确认过求职愿望、在劳动年龄内、没有核实有效就业记录的退役军人")
_NOT_WILLING = N_("暂无就业意愿、在校、不在劳动年龄、已退出统计的人")


def _willing_figure(code: str, name: str, formula: str, rows: Callable[[Scope], Rows]) -> Figure:
    return Figure(
        code,
        name,
        Unit.PERSON,
        Span.STOCK,
        Subject.PERSON,
        formula,
        rows,
        counts=_WILLING,
        excludes=_NOT_WILLING,
        unknown=N_("情况未掌握的人也在里面：没有证明就当作还没就业"),
        source=ISSUE,
    )


WILLING = _willing_figure(
    "willing",
    N_("有意愿有能力待就业人数"),
    N_("登记求职、能工作、没有核实就业的人；“充分就业”不算成率，只列这个数和其中帮过的人"),
    _willing,
)


def _helped_lately(scope: Scope) -> Rows:
    since = scope.until - timedelta(days=HELP_DAYS - 1)
    from_day = Scope(scope.uow, scope.path, since, scope.until)
    return _willing(
        scope,
        or_(
            exists(
                select(Support.id).where(
                    Support.person_id == Person.id, Support.happened_on.between(since, scope.until)
                )
            ),
            exists(
                select(Application.id).where(Application.person_id == Person.id, from_day.holds(Application.created_at))
            ),
        ),
    )


WILLING_HELPED = _willing_figure(
    "willing.helped",
    N_("其中 30 天内帮过的人"),
    N_("期末前 30 天内有职业指导、推荐、介绍培训、公益性岗位或一次投递的人"),
    _helped_lately,
)
WAITING_6 = _willing_figure(
    "waiting.6",
    N_("待就业超过 6 个月"),
    N_("6 个月里没有过核实的工作，退役（没写退役日的按建档）也满 6 个月"),
    _long_waiting(6),
)
WAITING_12 = _willing_figure(
    "waiting.12",
    N_("待就业超过 12 个月"),
    N_("12 个月里没有过核实的工作，退役（没写退役日的按建档）也满 12 个月；是超过 6 个月的一部分"),
    _long_waiting(12),
)


RATIOS: tuple[Ratio, ...] = (CONTRACTS, INSURED, FITTING)
FIGURES: tuple[Figure, ...] = (
    WILLING,
    WILLING_HELPED,
    WAITING_6,
    WAITING_12,
    *LEAVING,
)
MEDIANS: tuple[Median, ...] = (PAY,)
