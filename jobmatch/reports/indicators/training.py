"""The figures of training (T5, the training part of T3; I03, I06 to I08), counted over the classes of the period.

What became of people stands on ``figures_of`` of the class rooms: a class belongs to the period in which it ends, and
its rate is counted once the months after its end are over. 时点就业率 and 期间曾就业率 are two names for two things.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from jobmatch.casework.families.models import FamilyCheck
from jobmatch.casework.families.states import TrainingWish
from jobmatch.core.i18n import N_
from jobmatch.fairs.day.models import FairWish
from jobmatch.fairs.day.states import WishKind
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.policies import counted_below
from jobmatch.reference.models import Course, ResettlementMethod
from jobmatch.reference.queries import rule_value
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.loading import counted, instants, once, weighed
from jobmatch.reports.indicators.standing import TRADE
from training.courses.classes.models import CourseSession
from training.courses.classroom.queries import hours_of
from training.courses.enrollment.adaptability import has_attended
from training.courses.enrollment.models import CourseCall, Enrollment
from training.courses.enrollment.states import ARRIVED_STATES, CourseCallState
from training.courses.payments.queries import allowance_paid
from training.courses.results.figures import ClassFigures
from training.courses.results.queries import ClassHead, added_up, figures_of, headline_months, heads_query

_SOURCE = "report_templates.md T5"
EXAM_SHARE = "training_exam_share"
"""出勤达标: the dated rule with the share of class hours in percent."""
_CLASSES = N_("期内结束、已批准的班次；一人上几个班的算几人次")
_DUE = N_("结业满规定月数（默认 6 个月，参数 training_employed_months）的班才算，没到时点的另列")


@once
def _heads(scope: Scope) -> list[ClassHead]:
    """The classes that end in the period."""
    query = heads_query().where(
        CourseSession.ends_on.between(scope.since, scope.until), scope.below(CourseSession.region_path)
    )
    return [ClassHead(*row) for row in scope.uow.session.execute(query)]


@once
def _by_class(scope: Scope) -> dict[int, ClassFigures]:
    uow = scope.uow
    months = headline_months(uow.session, uow.today)
    return figures_of(uow.session, _heads(scope), months=months, today=uow.today)


_NOT_ARRIVED = N_("报了名没有报到的不算")
_NOT_HELD = N_("没有批准和取消的班不算")
_WHEN_ENDED = N_("没有办结课的班等结课以后再算")
_KEPT_IN = N_("没有登记的按没有，人仍留在参训人数里")
_ONE_PERSON = N_("一人计一次，按档案")
_NO_FILE = N_("没有档案的人不算")
_SAID_NOWHERE = N_("没有登记的不推算")


def _set(name: str) -> Callable[[Scope], Collection[int]]:
    """A list of the class rooms over all classes, by its name there."""

    def ids(scope: Scope) -> Collection[int]:
        found: set[int] = getattr(added_up(list(_by_class(scope).values())), name)
        return found

    return ids


def _certified_completed(scope: Scope) -> Collection[int]:
    total = added_up(list(_by_class(scope).values()))
    return total.certified & total.completed


def _not_due(scope: Scope) -> Collection[int]:
    return [key for key, one in _by_class(scope).items() if not one.is_due]


def _capacity(scope: Scope) -> Rows:
    return weighed(CourseSession.id, {head.id: head.capacity for head in _heads(scope)})


def _allowances(scope: Scope) -> Rows:
    session = scope.uow.session
    return weighed(CourseSession.id, {head.id: allowance_paid(session, head.id) for head in _heads(scope)})


def _attended_enough(scope: Scope) -> Collection[int]:
    """Whoever came to the share of the closed class hours that the assessment asked for at the class's end."""
    session = scope.uow.session
    return [
        key
        for head in _heads(scope)
        for key, hours in hours_of(session, head.id).items()
        if hours.share is not None and hours.share >= float(rule_value(session, EXAM_SHARE, head.ends_on))
    ]


def _passed(scope: Scope) -> Rows:
    ids = [head.id for head in _heads(scope)]
    return rows_of(
        Enrollment.id,
        Enrollment.session_id.in_(ids),
        Enrollment.state.in_(ARRIVED_STATES),
        Enrollment.is_passed.is_(True),
    )


def _in_course(*kinds: str) -> ColumnElement[bool]:
    """Condition on ``Enrollment``: in a class of a course of these kinds."""
    sessions = select(CourseSession.id).join(Course, Course.code == CourseSession.course_code)
    return Enrollment.session_id.in_(sessions.where(Course.kind.in_(kinds)))


def _arrived(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Conditions on ``Enrollment``: reported in to a skill class in the period."""
    return (
        _in_course(TRADE),
        Enrollment.state.in_(ARRIVED_STATES),
        Enrollment.arrived_on.between(scope.since, scope.until),
    )


def _trained(scope: Scope) -> Rows:
    enrolled = select(Enrollment.person_id).where(*_arrived(scope), scope.below(Enrollment.region_path))
    return rows_of(Person.id, Person.id.in_(enrolled), Person.erased_at.is_(None))


def _trained_returnees(scope: Scope) -> Rows:
    counts = select(ResettlementMethod.code).where(ResettlementMethod.counts_in_new_returnees)
    own_way = exists(
        select(ServiceRecord.id).where(
            ServiceRecord.person_id == Person.id, ServiceRecord.resettlement_code.in_(counts)
        )
    )
    return _trained(scope).where(own_way)


def _left_service(scope: Scope) -> Rows:
    """Everybody of the place who left service from the first day of the year on, by their files."""
    begin = scope.since.replace(month=1, day=1)
    left = select(ServiceRecord.person_id).where(ServiceRecord.discharged_on.between(begin, scope.until))
    return rows_of(Person.id, Person.id.in_(left), Person.erased_at.is_(None), counted_below(scope.path or "/"))


def _adapted(scope: Scope) -> Rows:
    return _left_service(scope).where(has_attended())


def _wishing(scope: Scope) -> Rows:
    """People who said in the period that they want to learn a trade: signed up, said so at a fair or on a call."""
    begin, end = instants(scope)
    said: list[Any] = [
        select(Enrollment.person_id).where(
            _in_course(TRADE), Enrollment.enrolled_at >= begin, Enrollment.enrolled_at < end
        ),
        select(Enrollment.person_id).where(*_arrived(scope)),
        select(FairRegistration.person_id)
        .join(FairWish, FairWish.registration_id == FairRegistration.id)
        .where(FairWish.kind == WishKind.TRAINING, FairWish.at >= begin, FairWish.at < end),
        select(CourseCall.person_id)
        .join(CourseSession, CourseSession.id == CourseCall.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Course.kind == TRADE,
            CourseCall.state == CourseCallState.COMING,
            CourseCall.called_at >= begin,
            CourseCall.called_at < end,
        ),
        select(FamilyCheck.person_id).where(
            FamilyCheck.training_wish == TrainingWish.SKILL,
            FamilyCheck.checked_on.between(scope.since, scope.until),
        ),
    ]
    # NULL is nobody: a registration without a file names no person.
    wished = or_(*(Person.id.in_(one) for one in said))
    return rows_of(Person.id, wished, Person.erased_at.is_(None), counted_below(scope.path or "/"))


def _wishing_and_trained(scope: Scope) -> Rows:
    return _wishing(scope).where(Person.id.in_(select(Enrollment.person_id).where(*_arrived(scope))))


def top_courses(scope: Scope, most: int = 5) -> list[str]:
    """The names of the courses most people of the place reported in to in the period, the fullest first."""
    query = (
        select(Course.name_zh)
        .join(CourseSession, CourseSession.course_code == Course.code)
        .join(Enrollment, Enrollment.session_id == CourseSession.id)
        .where(*_arrived(scope), scope.below(Enrollment.region_path))
        .group_by(Course.code, Course.name_zh)
        .order_by(func.count().desc(), Course.code)
        .limit(most)
    )
    found: list[str] = list(scope.uow.rows(scope.counts(query)))
    return found


def _enrolled(code: str, name: str, ids: Callable[[Scope], Collection[int]], formula: str, **words: str) -> Figure:
    given = {"counts": _CLASSES, "excludes": _NOT_ARRIVED, "unknown": _KEPT_IN, "source": _SOURCE} | words
    unit, key, subject = Unit.PERSON_TIMES, Enrollment.id, Subject.ENROLLMENT
    return counted(code, name, unit, key, subject, ids, formula, span=Span.FLOW, **given)


CLASSES = counted(
    "T5.classes",
    N_("结束的培训班"),
    Unit.COURSE_RUN,
    CourseSession.id,
    Subject.COURSE_SESSION,
    lambda scope: [head.id for head in _heads(scope)],
    N_("期内结束、已批准的班次"),
    counts=_CLASSES,
    excludes=_NOT_HELD,
    unknown=_WHEN_ENDED,
    source=_SOURCE,
)
CAPACITY = Figure(
    "T5.capacity",
    N_("计划人数"),
    Unit.PERSON_TIMES,
    Span.FLOW,
    Subject.COURSE_SESSION,
    N_("Σ班次的名额"),
    _capacity,
    counts=_CLASSES,
    excludes=_NOT_HELD,
    unknown=_WHEN_ENDED,
    source=_SOURCE,
)
ARRIVED = _enrolled("T5.arrived", N_("报到（参训）"), _set("arrived"), N_("报到的学员，后来退出、没结业的也算"))
COMPLETED = _enrolled("T5.completed", N_("结业"), _set("completed"), N_("报到并结业的学员"))
ATTENDED = _enrolled(
    "T5.attended",
    N_("出勤达标"),
    _attended_enough,
    N_("到课学时达到考核要求的比例（参数 training_exam_share）的学员；没点过名的班不算"),
)
PASSED = Figure(
    "T5.passed",
    N_("考核合格"),
    Unit.PERSON_TIMES,
    Span.FLOW,
    Subject.ENROLLMENT,
    N_("登记了考核合格的学员"),
    _passed,
    counts=_CLASSES,
    excludes=_NOT_ARRIVED,
    unknown=N_("没有登记考核结果的不算合格"),
    source=_SOURCE,
)
CERTIFIED = _enrolled(
    "T5.certified",
    N_("获证"),
    _set("certified"),
    N_("结业证书以外有没有作废的证书的学员，几种证书算一人次"),
    excludes=N_("结业证书不算获证"),
)
CERTIFIED_COMPLETED = _enrolled(
    "T5.certified_completed", N_("结业学员中获证"), _certified_completed, N_("结业学员里获证的")
)
WAS_EMPLOYED = _enrolled(
    "T5.was_employed",
    N_("入班前已就业"),
    _set("was_employed"),
    N_("报到当天已有核实的工作的结业学员，单列，不算培训带来的就业"),
)
SCHOOL = _enrolled("T5.school", N_("结业后升学"), _set("school"), N_("时点在学的结业学员，从分母里扣除"))
GONE = _enrolled("T5.gone", N_("结业后再入伍等退出"), _set("gone"), N_("时点已退出统计的结业学员，从分母里扣除"))
BASE = _enrolled("I03.base", N_("应就业"), _set("base"), N_("结业－入班前已就业－升学－再入伍等退出"), excludes=_DUE)
EMPLOYED = _enrolled(
    "I03.employed",
    N_("结业满规定月数当天已就业"),
    _set("employed"),
    N_("时点当天有工作、核实在有效期内的应就业学员"),
    excludes=_DUE,
)
CLAIMED = _enrolled(
    "I03.unverified",
    N_("说有工作、没有核实"),
    _set("unverified"),
    N_("应就业学员里登记了工作但没有有效核实的，留在分母里"),
    excludes=_DUE,
)
EVER = _enrolled(
    "I03.ever_employed",
    N_("结业后规定月数内曾就业"),
    _set("ever"),
    N_("结业到时点之间有过核实的工作的应就业学员，不管时点还在不在"),
    excludes=_DUE,
)
NOT_DUE = counted(
    "I03.not_due",
    N_("没到时点的班"),
    Unit.COURSE_RUN,
    CourseSession.id,
    Subject.COURSE_SESSION,
    _not_due,
    N_("结业还没满规定月数的班，不进就业率"),
    counts=_CLASSES,
    excludes=_NOT_HELD,
    unknown=_WHEN_ENDED,
    source=_SOURCE,
)
ALLOWANCES = Figure(
    "T5.allowances",
    N_("发放生活补助"),
    Unit.YUAN,
    Span.FLOW,
    Subject.COURSE_SESSION,
    N_("期内结束的班次已发放的生活补助"),
    _allowances,
    counts=_CLASSES,
    excludes=N_("已批准、还没有发放的不算"),
    unknown=N_("没有登记发放日期的不算已发放"),
    source=_SOURCE,
)


def _people(code: str, name: str, rows: Callable[[Scope], Rows], formula: str, **words: Any) -> Figure:
    given = {"counts": _ONE_PERSON, "excludes": _NO_FILE, "unknown": _SAID_NOWHERE} | words
    return Figure(code, name, Unit.PERSON, Span.FLOW, Subject.PERSON, formula, rows, **given)


TRAINED = _people(
    "T5.trained",
    N_("参加技能培训的人数"),
    _trained,
    N_("期内到职业技能培训班报到的人，上几个班的算一人"),
    source=_SOURCE,
)
TRAINED_RETURNEES = _people(
    "T3.trained",
    N_("参加技能培训的自主就业退役士兵"),
    _trained_returnees,
    N_("期内到职业技能培训班报到、安置方式为自主就业的人，上几个班的算一人"),
    source="report_templates.md T3",
)
LEFT_SERVICE = _people(
    "I06.due",
    N_("当年应参加适应性培训"),
    _left_service,
    N_("当年 1 月 1 日到期末退役的人，按档案，各种安置方式都算"),
    source="indicator I06",
)
ADAPTED = _people(
    "I06.attended",
    N_("当年应训人员中已参加适应性培训"),
    _adapted,
    N_("应训人员中正在参加或已完成适应性培训的"),
    source="indicator I06",
)
WISHING = _people(
    "I07.wishing",
    N_("有技能培训意愿"),
    _wishing,
    N_("期内报名、报到过职业技能培训班，或在招聘会、动员、家属台账里说过想学的人"),
    source="indicator I07",
)
WISHING_TRAINED = _people(
    "I07.trained",
    N_("有意愿者中参加了技能培训"),
    _wishing_and_trained,
    N_("有技能培训意愿的人中期内报到的"),
    source="indicator I07",
)

FIGURES: tuple[Figure, ...] = (
    CLASSES,
    CAPACITY,
    ARRIVED,
    COMPLETED,
    ATTENDED,
    PASSED,
    CERTIFIED,
    CERTIFIED_COMPLETED,
    WAS_EMPLOYED,
    SCHOOL,
    GONE,
    BASE,
    EMPLOYED,
    CLAIMED,
    EVER,
    NOT_DUE,
    ALLOWANCES,
    TRAINED,
    TRAINED_RETURNEES,
    LEFT_SERVICE,
    ADAPTED,
    WISHING,
    WISHING_TRAINED,
)
_EMPLOYED_CAUTION = N_("期内结束的班；没到时点的班不算；各地扣除口径不一，公布时写明月数和分母")
RATIOS: tuple[Ratio, ...] = (
    Ratio(
        "I03",
        N_("培训结业学员时点就业率"),
        EMPLOYED,
        BASE,
        N_("结业满规定月数（默认 6 个月）当天已就业÷（结业－入班前已就业－升学－再入伍等退出）"),
        unknown=CLAIMED,
        caution=_EMPLOYED_CAUTION,
        source="indicator I03",
    ),
    Ratio(
        "I03.ever",
        N_("培训结业学员期间曾就业率"),
        EVER,
        BASE,
        N_("结业后规定月数（默认 6 个月）内有过核实的工作÷（结业－入班前已就业－升学－再入伍等退出）"),
        caution=_EMPLOYED_CAUTION,
        source="indicator I03",
    ),
    Ratio(
        "I06",
        N_("适应性培训参训率"),
        ADAPTED,
        LEFT_SERVICE,
        N_("应训人员中已参加适应性培训的÷当年应参加适应性培训的"),
        caution=N_("按档案里的退役日期，没建档的人不在分母里，要和名册核对"),
        source="indicator I06",
    ),
    Ratio(
        "I07",
        N_("技能培训参训率（有意愿者）"),
        WISHING_TRAINED,
        WISHING,
        N_("有意愿者中参加了技能培训的÷有技能培训意愿的"),
        caution=N_("分母是有意愿的人，不是全部人员"),
        source="indicator I07",
    ),
    Ratio(
        "I08",
        N_("获证率（÷参训）"),
        CERTIFIED,
        ARRIVED,
        N_("获证÷报到（参训）"),
        caution=N_("要和证书种类一起看"),
        source="indicator I08",
    ),
    Ratio(
        "I08.completed",
        N_("获证率（÷结业）"),
        CERTIFIED_COMPLETED,
        COMPLETED,
        N_("结业学员中获证的÷结业"),
        caution=N_("要和证书种类一起看"),
        source="indicator I08",
    ),
    Ratio(
        "T5.completion",
        N_("结业率"),
        COMPLETED,
        ARRIVED,
        N_("结业÷报到（参训）"),
        caution=N_("任务完成率是报到÷计划，和结业率不是一个数"),
        source=_SOURCE,
    ),
)
