"""The figures of ventures and incubators (T6, T7; I13 to I17), on the counting of the incubation rooms.

带动就业 is a stock: who works at the end of the period, founders excluded, by evidence. It is counted anew for each
day, and stocks of several quarters are never added; 本期新增 stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from jobmatch.core.i18n import N_
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Course
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from jobmatch.reports.indicators import incubators
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.loading import counted, once, weighed
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.incubation.growth import making, queries
from training.incubation.growth.figures import Declared, Stock, Worker
from training.incubation.growth.figures import stock as stock_of
from training.incubation.growth.models import VentureWorker
from training.incubation.growth.states import WorkerEvidence
from training.incubation.support.models import VentureSupport
from training.incubation.ventures.founding import Started, is_success
from training.incubation.ventures.models import Venture
from training.incubation.ventures.queries import START_UP_COURSES, SUCCESS_RULE, successes

_SOURCE = "report_templates.md"

_NOT_FOUNDERS = N_("创业者本人不算；通过平台或招聘会录用到别的单位的只算在那边；在两个项目干的只算一次")

_NEVER_ADDED = N_("期末当天的数，各月、各季度不能相加")
_BY_WORD = N_("只有自报、没有名单的单列，不和有依据的混在一起")
_GIVEN = N_("以登记的兑现日期为准，一笔计一次")
_NOT_GIVEN = N_("已申请、已批准、还没兑现的不算")
_NO_DAY = N_("没有登记兑现日期的不算已兑现")
_ONE_PERSON = N_("一人计一次，按档案")
_NO_FILE = N_("没有档案的人不算")
_TAKEN_OVER = N_("盘下别人的店不算")
_MAY_COME = N_("没满规定月数的以后还会变")


@dataclass(frozen=True, slots=True)
class Jobs:
    """带动就业 at the end of the period: over all ventures, and what each venture brings to it."""

    stock: Stock
    workers: Sequence[Worker]
    declared: Sequence[Declared]
    alive: frozenset[int]
    on: date

    def beyond(self) -> dict[int, Stock]:
        """By venture, its own count alone: what it declared beyond the rows does not hang on the others."""
        by_venture: dict[int, list[Worker]] = {}
        for worker in self.workers:
            by_venture.setdefault(worker.venture_id, []).append(worker)
        return {
            one.venture_id: stock_of(by_venture.get(one.venture_id, ()), [one], on=self.on, alive=self.alive)
            for one in self.declared
        }


@once
def _jobs(scope: Scope) -> Jobs:
    session, on, ids = scope.uow.session, scope.until, queries.ventures_of(scope.path or "/")
    alive = frozenset(one.venture_id for one in queries.lives_of(session, ids) if one.is_open_on(on))
    workers, declared = queries.workers_on(session, ids, on), queries.declared_on(session, ids, on)
    return Jobs(stock_of(workers, declared, on=on, alive=alive), workers, declared, alive, on)


@once
def _started_after(scope: Scope) -> dict[int, bool]:
    """Who completed a start-up course in the period, and whether they founded within the months of the rule."""
    session, today = scope.uow.session, scope.uow.today
    completed = _completions(scope)
    founded = session.scalars(select(Venture).where(Venture.person_id.in_(list(completed)))).all()
    good = set()
    for one in founded:
        since = (completed[one.person_id or 0],)
        started = Started(one.registered_on, one.ended_on, one.is_first, one.is_takeover, since)
        months = int(rule_value(session, SUCCESS_RULE, one.registered_on or scope.until))
        if is_success(started, months=months, cut_off=today):
            good.add(one.person_id)
    return {person: person in good for person in completed}


@once
def _completions(scope: Scope) -> dict[int, date]:
    """By person the first completion of a start-up course in the period."""
    rows = scope.uow.session.execute(
        select(Enrollment.person_id, Enrollment.ended_on)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Course.kind == START_UP_COURSES,
            Enrollment.state == EnrollmentState.COMPLETED,
            Enrollment.ended_on.between(scope.since, scope.until),
            Enrollment.person_id.is_not(None),
            scope.below(Enrollment.region_path),
        )
        .order_by(Enrollment.ended_on.desc())
    )
    return {person: day for person, day in rows if person is not None and day is not None}


def _observed(scope: Scope) -> Collection[int]:
    """Who completed, and for whom the months of the rule are not over yet."""
    months = int(rule_value(scope.uow.session, SUCCESS_RULE, scope.until))
    done = _started_after(scope)
    completed = _completions(scope)
    return [one for one, good in done.items() if not good and add_months(completed[one], months) > scope.uow.today]


def _workers(test: Callable[[Worker], bool]) -> Callable[[Scope], Collection[int]]:
    return lambda scope: [one.row_id for one in _jobs(scope).stock.counted if test(one)]


def _new_workers(scope: Scope) -> Collection[int]:
    return [one.row_id for one in _jobs(scope).stock.started_since(scope.since)]


def _jobs_rows(scope: Scope) -> Rows:
    return weighed(Venture.id, _jobs(scope).stock.by_venture)


def _beyond_rows(scope: Scope) -> Rows:
    return weighed(Venture.id, {key: one.declared for key, one in _jobs(scope).beyond().items()})


def _veteran_rows(scope: Scope) -> Rows:
    jobs = _jobs(scope)
    amounts = {key: one.declared_veterans for key, one in jobs.beyond().items()}
    for worker in jobs.stock.counted:
        if worker.is_veteran:
            amounts[worker.venture_id] = amounts.get(worker.venture_id, 0) + 1
    return weighed(Venture.id, amounts)


def _living(scope: Scope) -> Rows:
    begun = (Venture.registered_on.is_not(None), Venture.registered_on <= scope.until)
    is_open = or_(Venture.ended_on.is_(None), Venture.ended_on > scope.until)
    return rows_of(Venture.id, *begun, is_open, scope.below(Venture.region_path))


def _supports(*kinds: str) -> Callable[[Scope], Rows]:
    return lambda scope: rows_of(VentureSupport.id, *_given(scope, kinds))


def _given(scope: Scope, kinds: Sequence[str]) -> tuple[object, ...]:
    return (
        VentureSupport.kind_code.in_(kinds),
        scope.below(VentureSupport.region_path),
        *making.given_between(scope.since, scope.until),
    )


def _working(code: str, name: str, ids: Callable[[Scope], Collection[int]], formula: str, **words: str) -> Figure:
    given = {"counts": _NEVER_ADDED, "excludes": _NOT_FOUNDERS, "unknown": _BY_WORD, "source": f"{_SOURCE} T6"} | words
    subject, key = Subject.VENTURE_WORKER, VentureWorker.id
    return counted(code, name, Unit.PERSON, key, subject, ids, formula, span=Span.STOCK, **given)


def _by_venture(code: str, name: str, rows: Callable[[Scope], Rows], formula: str) -> Figure:
    source = f"{_SOURCE} T6"
    return Figure(
        code,
        name,
        Unit.PERSON,
        Span.STOCK,
        Subject.VENTURE,
        formula,
        rows,
        counts=_NEVER_ADDED,
        excludes=_NOT_FOUNDERS,
        unknown=_BY_WORD,
        source=source,
    )


JOBS = _by_venture(
    "T6.jobs", N_("带动就业"), _jobs_rows, N_("期末当天在登记未注销的项目里干活的人，有名单的加上自报超出名单的")
)

JOB_VETERANS = _by_venture(
    "T6.job_veterans", N_("带动就业：退役军人"), _veteran_rows, N_("带动就业中的退役军人，有名单的加上自报超出名单的")
)

JOBS_BEYOND = _by_venture(
    "T6.jobs_declared",
    N_("带动就业：自报、没有名单"),
    _beyond_rows,
    N_("最近一次季报里超出名单的人数，只有自报没有名单"),
)

JOBS_INSURED = _working(
    "T6.jobs_insured",
    N_("带动就业：有社保依据"),
    _workers(lambda one: one.evidence is WorkerEvidence.INSURANCE),
    N_("带动就业中以社保记录为依据的"),
)

JOBS_ROSTER = _working(
    "T6.jobs_roster",
    N_("带动就业：有花名册依据"),
    _workers(lambda one: one.evidence is WorkerEvidence.ROSTER),
    N_("带动就业中以花名册为依据的"),
)

JOBS_SAID = _working(
    "T6.jobs_word",
    N_("带动就业：有名单、凭自报"),
    _workers(lambda one: one.evidence is WorkerEvidence.WORD),
    N_("带动就业中有名单、只凭创业者自报的"),
)

JOBS_NEW = _working(
    "T6.jobs_new",
    N_("本期新增带动就业"),
    _new_workers,
    N_("期末带动就业里期内开始干的，有名单的"),
    excludes=N_("自报没有名单的不知道哪天开始，不算；已包含在带动就业里，不能再加"),
)

WAIVED = Figure(
    "T6.waived",
    N_("场租减免"),
    Unit.YUAN,
    Span.FLOW,
    Subject.SUPPORT,
    N_("期内已兑现的场租减免金额"),
    lambda scope: rows_of(VentureSupport.id, *_given(scope, (making.WAIVER,)), amount=VentureSupport.paid_yuan),
    counts=_GIVEN,
    excludes=_NOT_GIVEN,
    unknown=_NO_DAY,
    source=f"{_SOURCE} T6",
)

LOANS = Figure(
    "T6.loans",
    N_("推荐贷款"),
    Unit.LOAN,
    Span.FLOW,
    Subject.SUPPORT,
    N_("期内已放款的创业贷款笔数"),
    _supports(*making.LOANS),
    counts=_GIVEN,
    excludes=_NOT_GIVEN,
    unknown=_NO_DAY,
    source=f"{_SOURCE} T6",
)

LOAN_SUM = Figure(
    "T6.loan_yuan",
    N_("推荐贷款金额"),
    Unit.YUAN,
    Span.FLOW,
    Subject.SUPPORT,
    N_("期内已放款的创业贷款金额"),
    lambda scope: rows_of(VentureSupport.id, *_given(scope, making.LOANS), amount=VentureSupport.loan_yuan),
    counts=_GIVEN,
    excludes=_NOT_GIVEN,
    unknown=_NO_DAY,
    source=f"{_SOURCE} T6",
)

TRAINED = Figure(
    "T7.trained",
    N_("参加创业培训的退役军人"),
    Unit.PERSON,
    Span.FLOW,
    Subject.PERSON,
    N_("期内到创业培训班报到的退役军人，上几个班的算一人"),
    lambda scope: rows_of(
        Person.id,
        Person.id.in_(making.trained_people(scope.uow.session, scope.path or "/", scope.since, scope.until)),
    ),
    counts=_ONE_PERSON,
    excludes=_NO_FILE,
    unknown=_MAY_COME,
    source=f"{_SOURCE} T7",
)

SUCCESSES = counted(
    "T7.successes",
    N_("成功创业"),
    Unit.HOUSEHOLD,
    Venture.id,
    Subject.VENTURE,
    lambda scope: [
        one.venture.id for one in successes(scope.uow.session, scope.path or "/", since=scope.since, until=scope.until)
    ],
    N_("期内第一次登记、离创业意愿或创业培训结业不超过规定月数（默认 12 个月）、期末还在的"),
    counts=N_("一个项目计一户；登记日期以营业执照为准"),
    excludes=_TAKEN_OVER,
    unknown=N_("没有登记日期的不算"),
    source=f"{_SOURCE} T7",
)

COMPLETED = counted(
    "I13.completed",
    N_("创业培训结业"),
    Unit.PERSON,
    Person.id,
    Subject.PERSON,
    lambda scope: list(_started_after(scope)),
    N_("期内从创业培训班结业的人，一人计一次"),
    counts=_ONE_PERSON,
    excludes=_NO_FILE,
    unknown=_MAY_COME,
    source="indicator I13",
)

COMPLETED_STARTED = counted(
    "I13.started",
    N_("创业培训结业后成功创业"),
    Unit.PERSON,
    Person.id,
    Subject.PERSON,
    lambda scope: [person for person, good in _started_after(scope).items() if good],
    N_("结业后规定月数（默认 12 个月）内第一次登记、现在还在的"),
    counts=_ONE_PERSON,
    excludes=_TAKEN_OVER,
    unknown=_MAY_COME,
    source="indicator I13",
)

OBSERVED = counted(
    "I13.observed",
    N_("还没满规定月数、没有登记"),
    Unit.PERSON,
    Person.id,
    Subject.PERSON,
    _observed,
    N_("结业没满规定月数（默认 12 个月）、还没登记的，以后还可能创业"),
    counts=_ONE_PERSON,
    excludes=_NO_FILE,
    unknown=_MAY_COME,
    source="indicator I13",
)

LIVING = Figure(
    "I14.living",
    N_("登记未注销的创业项目"),
    Unit.HOUSEHOLD,
    Span.STOCK,
    Subject.VENTURE,
    N_("期末已登记、没有注销的创业项目，停业没有注销的也算"),
    _living,
    counts=N_("一个项目计一户，在不在孵化基地都算"),
    excludes=N_("意向、筹备中还没登记的不算"),
    unknown=N_("没有登记注销的按还在"),
    source="indicator I14",
)

FIGURES: tuple[Figure, ...] = (
    *incubators.FIGURES,
    JOBS,
    JOB_VETERANS,
    JOBS_INSURED,
    JOBS_ROSTER,
    JOBS_SAID,
    JOBS_BEYOND,
    JOBS_NEW,
    WAIVED,
    LOANS,
    LOAN_SUM,
    TRAINED,
    SUCCESSES,
    COMPLETED,
    COMPLETED_STARTED,
    OBSERVED,
    LIVING,
)
RATIOS: tuple[Ratio, ...] = (
    *incubators.RATIOS,
    Ratio(
        "I13",
        N_("创业成功率"),
        COMPLETED_STARTED,
        COMPLETED,
        N_("创业培训结业后规定月数（默认 12 个月）内第一次登记、现在还在的÷创业培训结业的"),
        unknown=OBSERVED,
        caution=N_("没满规定月数的也在分母里，以后还会变"),
        source="indicator I13",
    ),
    Ratio(
        "I14",
        N_("户均带动就业"),
        JOBS,
        LIVING,
        N_("期末带动就业人数÷期末登记未注销的创业项目"),
        caution=N_("不含创业者本人；带动就业是期末数，各季度不能相加"),
        source="indicator I14",
        unit=Unit.PERSON,
    ),
)
