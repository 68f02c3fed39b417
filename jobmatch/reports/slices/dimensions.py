"""By what a number is taken apart: each dimension once, as data. A new one is a declaration at the end.

Everybody stands in exactly one row of a dimension, and whoever it says nothing of stands in 不详, so its rows add up
to the whole. Where somebody would fit several rows, ``note`` says which one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, exists, extract, func, literal, null, or_, select
from sqlalchemy.orm import Session

from jobmatch.casework.intake.models import IntakeBatch, RosterEntry
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.policies import counted_path
from jobmatch.people.states import Season
from jobmatch.reference.models import Occupation, Region, ResettlementMethod
from jobmatch.reference.queries import names
from jobmatch.reports.figures.queries import child_path
from jobmatch.reports.indicators.base import Scope
from jobmatch.reports.indicators.standing import age_on
from recruiters.postings.models import Posting
from recruiters.postings.states import PayUnit
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.states import VentureState

UNKNOWN = "-"
"""The key of the row of those of whom the dimension says nothing."""
Expression = Callable[[Scope], Any]
Words = Callable[[Session], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to take a number apart.

    ``person`` is a text over ``Person``, or the ``RosterEntry`` where there is no file yet; ``posting`` one over
    ``Posting``; a number whose rows are of a kind without an expression cannot be taken apart so. ``words`` names the
    values; those it does not name are shown as they are. ``order`` lists values in their own order; all others, and
    everything without ``order``, come by their words. ``is_place``: a value is a path, counted at the place directly
    below the scope.
    """

    key: str
    name: str
    person: Expression | None
    words: Words
    posting: Expression | None = None
    order: tuple[str, ...] = ()
    note: str = ""
    is_place: bool = False

    def row_of(self, scope: Scope, value: object) -> str:
        """The row that a value of the expression counts in."""
        if self.is_place:
            return child_path(scope.path, str(value or scope.path))
        return str(value) if value not in (None, "") else UNKNOWN

    def holds(self, scope: Scope, column: Any, row: str) -> ColumnElement[bool]:
        """Condition: ``column``, a value of the expression, counts in ``row``; for the list behind the row."""
        if not self.is_place:
            return or_(column.is_(None), column == "") if row == UNKNOWN else column == row
        if row != scope.path:
            found: ColumnElement[bool] = column.startswith(row, autoescape=True)
            return found
        # The place itself holds what lies nowhere farther down.
        below = column.startswith(scope.path, autoescape=True) & (func.length(column) > len(scope.path))
        return or_(column.is_(None), ~below)

    def label(self, words: Mapping[str, str], scope: Scope, row: str) -> str:
        """What a row is called."""
        if row == UNKNOWN:
            return _("不详")
        if self.is_place:
            name = words.get(row.strip("/").split("/")[-1], row)
            return _("%(place)s本级", place=name) if row == scope.path else name
        return words.get(row, row)

    def rank(self, row: str, label: str) -> tuple[object, ...]:
        """What rows are sorted by: their own order, then their words; 不详 last."""
        number = self.order.index(row) if row in self.order else len(self.order)
        return row == UNKNOWN, number, row if self.is_place or not self.order else label, row


def _said(words: Mapping[str, str]) -> Words:
    """Names written here, put into the reader's language."""
    return lambda _session: {key: _(text) for key, text in words.items()}


def _of_service(column: Any, beside: Any) -> ColumnElement[Any]:
    """A value of the service record, or else of the roster: for whoever has no file, or no such line in it."""
    own = select(column).where(ServiceRecord.person_id == Person.id).correlate(Person).scalar_subquery()
    return func.coalesce(own, beside)


def _of_batch(column: Any) -> Any:
    return select(column).where(IntakeBatch.id == RosterEntry.batch_id).correlate(RosterEntry).scalar_subquery()


_EXPECTED = select(Region.path).where(Region.code == RosterEntry.expected_region_code).scalar_subquery()


def _place(_scope: Scope) -> ColumnElement[Any]:
    return case((Person.id.is_not(None), counted_path()), else_=func.coalesce(_EXPECTED, RosterEntry.region_path))


_MONTH = extract("month", ServiceRecord.discharged_on)
_SEASON = case(
    (ServiceRecord.discharge_season.is_not(None), cast(ServiceRecord.discharge_season, String)),
    (_MONTH <= 6, literal(Season.SPRING.value)),
    (_MONTH > 6, literal(Season.AUTUMN.value)),
)
_SEASONS = {Season.SPRING.value: N_("春季退役"), Season.AUTUMN.value: N_("秋季退役")}


def _season(_scope: Scope) -> ColumnElement[Any]:
    return _of_service(_SEASON, cast(_of_batch(IntakeBatch.season), String))


def _year(_scope: Scope) -> ColumnElement[Any]:
    year = cast(extract("year", ServiceRecord.discharged_on), String)
    return _of_service(year, cast(_of_batch(IntakeBatch.year), String))


def _method(_scope: Scope) -> ColumnElement[Any]:
    return _of_service(ServiceRecord.resettlement_code, RosterEntry.method_code)


KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("veteran", N_("退役军人"), ("TYJR", "CJTY", "CZTY", "JYKN")),
    ("accompanying", N_("随军家属"), ("SJJS",)),
    ("spouse", N_("军属（配偶）"), ("JS_PO",)),
    ("parent", N_("军属（父母、扶养人）"), ("JS_FM",)),
    ("child", N_("军属（子女）"), ("JS_ZN",)),
    ("transferred", N_("退役军人随调随迁家属"), ("STSQ",)),
    ("bereaved", N_("烈士、因公牺牲、病故军人遗属"), ("LSYS", "YGXS", "BGYS")),
)
"""Kinds of people by the codes of service objects, in the order in which one of several counts."""


def _kind(scope: Scope) -> ColumnElement[Any]:
    rank = case(*((PersonKind.kind_code.in_(codes), n) for n, (_key, _name, codes) in enumerate(KINDS)))
    first = (
        select(func.min(rank))
        .where(
            PersonKind.person_id == Person.id,
            PersonKind.valid_from <= scope.until,
            or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= scope.until),
        )
        .correlate(Person)
        .scalar_subquery()
    )
    ranked = case({n: key for n, (key, _name, _codes) in enumerate(KINDS)}, value=first)
    # The rosters are those of returning soldiers.
    return case((Person.id.is_not(None), ranked), (RosterEntry.id.is_not(None), literal(KINDS[0][0])), else_=null())


def _sex(_scope: Scope) -> ColumnElement[Any]:
    return case((Person.sex.in_(tuple(SEXES)), Person.sex), else_=null())


SEXES = {"male": N_("男"), "female": N_("女")}
AGES: tuple[tuple[str, str, int], ...] = (
    ("0", N_("16 岁以下"), 16),
    ("16", N_("16–24 岁"), 25),
    ("25", N_("25–34 岁"), 35),
    ("35", N_("35–44 岁"), 45),
    ("45", N_("45–54 岁"), 55),
)
"""Age bands: key, name, and the age at which somebody has left it."""
OLDEST = ("55", N_("55 岁及以上"))


def _age(scope: Scope) -> ColumnElement[Any]:
    born = case((Person.id.is_not(None), Person.birth_on), else_=RosterEntry.birth_on)
    bands = [(born > age_on(scope.until, limit), literal(key)) for key, _name, limit in AGES]
    return case((born.is_(None), null()), *bands, else_=literal(OLDEST[0]))


EDUCATION = {
    "1": N_("研究生"),
    "2": N_("大学本科"),
    "3": N_("大学专科"),
    "4": N_("中专、中职"),
    "6": N_("高中"),
    "7": N_("初中"),
    "8": N_("小学"),
    "9": N_("其他学历"),
}
"""Levels of education by the first figure of their code (GB/T 4658)."""


def _education(_scope: Scope) -> ColumnElement[Any]:
    return func.substr(Person.education_code, 1, 1)


GROUP = 4
"""Figures of a code of occupation that name its group (中类), such as 4-02."""


def occupation_groups(session: Session) -> dict[str, str]:
    """The groups of occupations (中类) by the beginning of their codes."""
    known = names(session, Occupation)
    tail = "-00-00"
    return {code[:GROUP]: name for code, name in known.items() if code.endswith(tail) and code[2:4] != "00"}


def _wish(_scope: Scope) -> ColumnElement[Any]:
    code = JobIntention.occupation_codes[0].as_string()
    first = select(func.substr(code, 1, GROUP)).where(JobIntention.person_id == Person.id)
    return first.correlate(Person).scalar_subquery()


def _trade(_scope: Scope) -> ColumnElement[Any]:
    return func.substr(Posting.occupation_code, 1, GROUP)


PROGRAMMES: Mapping[str, str] = {
    "venture": N_("创业项目或在孵"),
    "class": N_("培训班结业"),
    "fair": N_("到过招聘会"),
    "none": N_("都没有"),
}


def _programme(scope: Scope) -> ColumnElement[Any]:
    """What somebody took part in by the end of the period."""
    owns = exists(
        select(Venture.id).where(
            Venture.person_id == Person.id,
            Venture.state.not_in((VentureState.INTENTION, VentureState.DROPPED)),
            Venture.wished_on <= scope.until,
            or_(Venture.ended_on.is_(None), Venture.ended_on > scope.until),
        )
    )
    learned = exists(
        select(Enrollment.id).where(
            Enrollment.person_id == Person.id,
            Enrollment.state == EnrollmentState.COMPLETED,
            Enrollment.ended_on <= scope.until,
        )
    )
    came = exists(
        select(CheckIn.id)
        .join(FairRegistration, FairRegistration.id == CheckIn.registration_id)
        .where(FairRegistration.person_id == Person.id, CheckIn.at < scope.ends_at)
    )
    return case((owns, literal("venture")), (learned, literal("class")), (came, literal("fair")), else_=literal("none"))


def _pay(_scope: Scope) -> ColumnElement[Any]:
    low = Posting.pay_low_yuan
    bands = [(low < limit, literal(key)) for key, _name, limit in PAY]
    return case((or_(low.is_(None), Posting.pay_unit != PayUnit.MONTH), null()), *bands, else_=literal(MOST_PAID[0]))


PAY: tuple[tuple[str, str, int], ...] = (
    ("0", N_("4000 元以下"), 4000),
    ("4000", N_("4000–5999 元"), 6000),
    ("6000", N_("6000–7999 元"), 8000),
)
MOST_PAID = ("8000", N_("8000 元及以上"))
RESERVED = {"yes": N_("退役军人专岗"), "no": N_("其他岗位")}


def _reserved(_scope: Scope) -> ColumnElement[Any]:
    return case((Posting.is_reserved, literal("yes")), else_=literal("no"))


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        "place",
        N_("地方"),
        _place,
        lambda session: names(session, Region),
        posting=lambda _scope: Posting.region_path,
        note=N_("人按安置地，没写安置地的按服务站；岗位按工作地点"),
        is_place=True,
    ),
    Dimension(
        "season",
        N_("退役批次"),
        _season,
        _said(_SEASONS),
        order=tuple(_SEASONS),
        note=N_("档案没写批次的，上半年退役算春季，下半年算秋季"),
    ),
    Dimension("year", N_("退役年度"), _year, lambda _session: {}),
    Dimension("method", N_("安置方式"), _method, lambda session: names(session, ResettlementMethod)),
    Dimension(
        "kind",
        N_("人员类别"),
        _kind,
        _said({key: name for key, name, _codes in KINDS}),
        order=tuple(key for key, _name, _codes in KINDS),
        note=N_("一人有几种身份的，按表里的次序算第一种"),
    ),
    Dimension("sex", N_("性别"), _sex, _said(SEXES), order=tuple(SEXES)),
    Dimension(
        "age",
        N_("年龄段"),
        _age,
        _said({key: name for key, name, _limit in AGES} | dict([OLDEST])),
        order=(*(key for key, _name, _limit in AGES), OLDEST[0]),
        note=N_("按统计期最后一天的周岁"),
    ),
    Dimension("education", N_("学历"), _education, _said(EDUCATION), order=tuple(EDUCATION)),
    Dimension(
        "occupation",
        N_("职业（中类）"),
        _wish,
        occupation_groups,
        posting=_trade,
        note=N_("人按求职意向里写在最前面的职业；岗位按发布时选的职业"),
    ),
    Dimension(
        "programme",
        N_("参加过什么"),
        _programme,
        _said(PROGRAMMES),
        order=tuple(PROGRAMMES),
        note=N_("一人只算一行，按次序取第一个：创业项目或在孵、培训班结业、到过招聘会"),
    ),
    Dimension(
        "pay",
        N_("月薪（起薪）"),
        None,
        _said({key: name for key, name, _limit in PAY} | dict([MOST_PAID])),
        posting=_pay,
        order=(*(key for key, _name, _limit in PAY), MOST_PAID[0]),
        note=N_("不按月计薪、没写工资的岗位在不详里"),
    ),
    Dimension("reserved", N_("是不是专岗"), None, _said(RESERVED), posting=_reserved, order=tuple(RESERVED)),
)
BY_KEY: Mapping[str, Dimension] = {one.key: one for one in DIMENSIONS}
PAIRS = (("by", "row"), ("beside", "column"))
"""Arguments of a list that say a dimension and its row; the second pair comes from the table of two dimensions."""
