"""The figures of where people are: rates with their populations, and how well they are proved.

I01, I02 and the rates of ``rates.py`` with what stands beside them (核实率, by evidence, by form of work). A member
is a person of the files or a line of the roster that nobody reported for yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from jobmatch.core.i18n import N_
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import EvidenceKind
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.lines import WORK, stands_on
from jobmatch.reports.indicators.loading import once
from jobmatch.reports.indicators.rates import (
    ACCOMPANYING_RATE,
    DENOMINATOR,
    DEPENDANT_RATE,
    NEW_RETURNEES,
    NUMERATOR,
    PENSIONED_RATE,
    REGISTERED_SEEKERS,
    Cell,
    RateKind,
    cell_of,
)
from jobmatch.reports.indicators.standing import Column, Scores, standing

UNKNOWN_STAYS = N_("没有记录、联系不上、核实过期的人是情况未掌握，仍在分母里，不算已就业")
NONE_UNKNOWN = N_("没有情况不明的行：没登记的不计")
EVIDENCE = tuple(kind for kind in EvidenceKind if kind is not EvidenceKind.NONE)
FORMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("signed", N_("签了劳动合同"), ("E1",)),
    ("unsigned", N_("没签书面合同或短期"), ("E2",)),
    ("flexible", N_("灵活就业"), ("E3",)),
    ("public_post", N_("公益性岗位"), ("E4",)),
    ("public_body", N_("机关、事业单位、国有企业"), ("E5", "E6", "W2")),
    ("farming", N_("返乡务农"), ("G",)),
    ("own_business", N_("创业"), ("I", "J", "K", "H2", "H3")),
)
"""Forms of work by the codes of the register; whoever works under any other code stands in ``other``."""

_NAMED_CODES = tuple(code for _form, _name, codes in FORMS for code in codes)
_WORKING = frozenset({Column.E, Column.G, Column.I, Column.J, Column.K})
Pick = Callable[[Any, Scores, Scope], ColumnElement[bool]]


def _key(rows: Any) -> Any:
    """One number for a member: the person's, or that of the roster below zero."""
    return func.coalesce(rows.c.person_id, -rows.c.entry_id)


def members(kind: RateKind, pick: Pick) -> Callable[[Scope], Rows]:
    """Members of a population on the last day of the period who meet ``pick``."""

    def rows(scope: Scope) -> Rows:
        scores = Scores(scope.uow.session)
        found = standing(kind.members(scope.until, scope.path), scores, scope.until)
        # Only last year's returnees come from rosters; a plain key lets the database stop after a page of the list.
        key = _key(found) if kind is NEW_RETURNEES else found.c.person_id
        return rows_of(key, pick(found, scores, scope))

    return rows


@dataclass(frozen=True, slots=True)
class InCells:
    """A condition on members: whoever stands in one of ``cells``, proved by one of ``codes`` of the register where they
    are given, or by none of ``but``.
    """

    cells: frozenset[Cell]
    codes: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def __call__(self, rows: Any, scores: Scores, _scope: Scope) -> ColumnElement[bool]:
        met: ColumnElement[bool] = cell_of(rows, scores).in_(sorted(cell.value for cell in self.cells))
        if self.codes:
            met = and_(met, rows.c.score.in_(scores.codes(*self.codes, proved=True)))
        return and_(met, rows.c.score.not_in(scores.codes(*self.but, proved=True))) if self.but else met

    def holds(self, cell: Cell, score: int, scores: Scores) -> bool:
        """Whether a member in ``cell`` with this score meets it."""
        of_codes = not self.codes or score in scores.codes(*self.codes, proved=True)
        return cell in self.cells and of_codes and not (self.but and score in scores.codes(*self.but, proved=True))


def _said_at_work(scores: Scores) -> list[int]:
    """The scores of work that is not proved."""
    work = [code for code, place in scores.by_code().items() if place.column in _WORKING]
    return scores.codes(*work, proved=False)


def claims_work(rows: Any, scores: Scores) -> ColumnElement[bool]:
    """Condition on members: in work as the register says, proved or not: the denominator of 核实率."""
    said = and_(cell_of(rows, scores) == Cell.UNKNOWN.value, rows.c.score.in_(_said_at_work(scores)))
    return or_(cell_of(rows, scores) == Cell.EMPLOYED.value, said)


@dataclass(frozen=True, slots=True)
class ClaimsWork:
    """``claims_work`` as a condition that a tally can be asked for."""

    def __call__(self, rows: Any, scores: Scores, _scope: Scope) -> ColumnElement[bool]:
        return claims_work(rows, scores)

    def holds(self, cell: Cell, score: int, scores: Scores) -> bool:
        """Whether a member in ``cell`` with this score meets it."""
        return cell is Cell.EMPLOYED or (cell is Cell.UNKNOWN and score in _said_at_work(scores))


@cache
def _tallied(kind: RateKind) -> Callable[[Scope], tuple[Scores, list[tuple[Cell, int, int]]]]:
    """How many members of a population stand in which cell with which score: one statement for all its figures."""

    @once
    def tally(scope: Scope) -> tuple[Scores, list[tuple[Cell, int, int]]]:
        scores = Scores(scope.uow.session)
        found = standing(kind.members(scope.until, scope.path), scores, scope.until)
        cell = cell_of(found, scores).label("cell")
        query = scope.counts(select(cell, found.c.score, func.count()).group_by(cell, found.c.score))
        return scores, [(Cell(value), score, number) for value, score, number in scope.uow.rows(query)]

    return tally


def _total(kind: RateKind, pick: InCells | ClaimsWork) -> Callable[[Scope], int]:
    def total(scope: Scope) -> int:
        scores, lines = _tallied(kind)(scope)
        return sum(number for cell, score, number in lines if pick.holds(cell, score, scores))

    return total


def member_figure(code: str, name: str, kind: RateKind, pick: Pick, formula: str, **words: str) -> Figure:
    """People of a population as they stand at the end of the period."""
    given = {"excludes": N_("复学、考试入学、不在劳动年龄和已退出统计的人单列"), "unknown": UNKNOWN_STAYS} | words
    return Figure(
        code,
        name,
        Unit.PERSON,
        Span.STOCK,
        Subject.MEMBER,
        formula,
        members(kind, pick),
        counts=kind.population,
        source=kind.source,
        total=_total(kind, pick) if isinstance(pick, InCells | ClaimsWork) else None,
        **given,
    )


def _best_evidence(rows: Any, day: date) -> Any:
    """The strongest evidence, as its place in ``EVIDENCE``, that holds on ``day`` for work of a member."""
    spell = aliased(EmploymentSpell)
    rank = case(*((Confirmation.evidence == kind, n) for n, kind in enumerate(EVIDENCE)))
    return (
        select(func.min(rank))
        .select_from(Confirmation)
        .join(spell, spell.id == Confirmation.spell_id)
        .where(
            spell.person_id == rows.c.person_id,
            spell.status_code.in_(WORK),
            stands_on(spell, day),
            Confirmation.confirmed_on <= day,
            Confirmation.valid_until >= day,
        )
        .correlate(rows)
        .scalar_subquery()
    )


def _by_evidence(place: int) -> Pick:
    def pick(rows: Any, scores: Scores, scope: Scope) -> ColumnElement[bool]:
        return and_(InCells(NUMERATOR)(rows, scores, scope), _best_evidence(rows, scope.until) == place)

    return pick


def _population(kind: RateKind, code: str) -> tuple[Figure, Figure, Figure]:
    """Numerator, denominator and unknown of a rate."""
    return (
        member_figure(
            f"{code}.employed", N_("已就业"), kind, InCells(NUMERATOR), N_("在就业状态、核实在有效期内的人，一人一格")
        ),
        member_figure(f"{code}.all", N_("统计人数"), kind, InCells(DENOMINATOR), N_("已就业＋待就业（含情况未掌握）")),
        member_figure(
            f"{code}.unknown",
            N_("其中情况未掌握"),
            kind,
            InCells(frozenset({Cell.UNKNOWN})),
            N_("没有有效证明也没有核实的人"),
        ),
    )


def _rate(kind: RateKind, code: str, caution: str) -> Ratio:
    employed, everybody, unknown = _population(kind, code)
    return Ratio(
        code, kind.name, employed, everybody, kind.formula, unknown=unknown, caution=caution, source=kind.source
    )


def _beside(rate: Ratio, kind: RateKind, name: str) -> tuple[Ratio, tuple[Figure, ...], tuple[Figure, ...]]:
    """What stands beside a rate: 核实率, the employed by evidence, and by form of work."""
    claimed = member_figure(
        f"{rate.code}.claimed",
        N_("台账上在就业的人"),
        kind,
        ClaimsWork(),
        N_("台账上有就业记录的人，不论核实是否有效"),
    )
    verified = Ratio(
        f"{rate.code}.verified",
        name,
        rate.numerator,
        claimed,
        N_("核实在有效期内的人÷台账上在就业的人"),
        caution=N_("核实率低，就业率就不可信；两个数一起看"),
        source=N_("平台统计口径：就业数字旁必须有核实率"),
    )
    evidence = tuple(
        member_figure(
            f"{rate.code}.evidence.{one.value}",
            one.label_id,
            kind,
            _by_evidence(place),
            N_("已就业的人按当天有效的最强证据分，一人只算一种"),
        )
        for place, one in enumerate(EVIDENCE)
    )
    forms = tuple(
        member_figure(
            f"{rate.code}.form.{form}", label, kind, InCells(NUMERATOR, codes), N_("已就业的人按就业形式分，一人一种")
        )
        for form, label, codes in FORMS
    )
    other = member_figure(
        f"{rate.code}.form.other",
        N_("其他形式"),
        kind,
        InCells(NUMERATOR, but=_NAMED_CODES),
        N_("已就业、不属于以上各种形式的人"),
    )
    return verified, evidence, (*forms, other)


_TOGETHER = N_("必须同时写明分子、分母、统计对象和截止日；不能只写“就业率”")
I01 = _rate(NEW_RETURNEES, "I01", N_("和去向落实率口径不同，不能混用；必须同时写明分子、分母和截止日"))
SEEKERS = _rate(REGISTERED_SEEKERS, "registered-seekers", _TOGETHER)
DEPENDANTS = _rate(DEPENDANT_RATE, "dependants", _TOGETHER)
ACCOMPANYING = _rate(ACCOMPANYING_RATE, "accompanying", _TOGETHER)
PENSIONED = _rate(PENSIONED_RATE, "pensioned", N_("单独一行，不并入自主就业退役士兵；政府安排工作的人只看安置率"))
_NAMED = (
    (I01, NEW_RETURNEES, N_("上年度新退役自主就业退役士兵就业核实率")),
    (SEEKERS, REGISTERED_SEEKERS, N_("登记求职退役军人就业核实率")),
    (DEPENDANTS, DEPENDANT_RATE, N_("军属就业核实率")),
    (ACCOMPANYING, ACCOMPANYING_RATE, N_("其中随军家属就业核实率")),
    (PENSIONED, PENSIONED_RATE, N_("逐月领取退役金、复员、自主择业人员就业核实率")),
)
_BESIDE = {rate.code: _beside(rate, kind, name) for rate, kind, name in _NAMED}
BESIDE: dict[str, tuple[tuple[str, tuple[Figure, ...]], ...]] = {
    code: ((N_("按证据分"), evidence), (N_("按就业形式分"), forms)) for code, (_v, evidence, forms) in _BESIDE.items()
}
"""What is shown beside each rate: the numerator split by evidence and by form of work, with the heading of each."""

_SETTLED = NUMERATOR | {Cell.RETURNED_TO_SCHOOL, Cell.ADMITTED}
_EVERYBODY = frozenset(Cell) - {Cell.LEFT, Cell.OUTSIDE_AGE}
I02 = Ratio(
    "I02",
    N_("上年度新退役自主就业退役士兵去向落实率"),
    member_figure(
        "I02.settled",
        N_("去向已落实"),
        NEW_RETURNEES,
        InCells(_SETTLED),
        N_("复学（B）＋考试入学（C）＋已就业（D）"),
        excludes=N_("已退出统计的人（有证明）"),
    ),
    member_figure(
        "I02.all",
        N_("自主就业退役士兵总数（A）"),
        NEW_RETURNEES,
        InCells(_EVERYBODY),
        N_("A＝B＋C＋D＋L，以移交接收名册为准"),
        excludes=N_("截止日前死亡、再入伍、移居、改办安置方式并有证明的人"),
    ),
    N_("(B＋C＋D)÷A"),
    unknown=I01.unknown,
    caution=N_("和就业率口径不同，不能混用"),
    source="employment_indicators.csv I02",
)


def _flat(groups: Iterable[tuple[Ratio, tuple[Figure, ...], tuple[Figure, ...]]]) -> Iterable[Figure]:
    for _verified, evidence, forms in groups:
        yield from (*evidence, *forms)


RATIOS: tuple[Ratio, ...] = (
    I01,
    I02,
    SEEKERS,
    DEPENDANTS,
    ACCOMPANYING,
    PENSIONED,
    *(verified for verified, _evidence, _forms in _BESIDE.values()),
)
FIGURES: tuple[Figure, ...] = tuple(_flat(_BESIDE.values()))
