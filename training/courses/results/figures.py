"""What classes led to, counted over plain tuples: no database, no request. Every figure is a set of enrollments.

报到 = whoever reported in; 出勤达标 = came to the share of closed hours that the assessment asks for (a class without a
closed roll has nobody); 考核合格 = the result says so; 结业率 = 结业 ÷ 报到; 任务完成率 = 结业 ÷ 任务数, which may be
above 100 %; 获证 = a certificate that stands and is not that of completion; 就业率 at N months = confirmed work on the
day N months after completion ÷ (结业 − 入班前已就业 − 升学 − 再入伍等退出). Work nobody confirmed stays in the
denominator.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from jobmatch.core.i18n import N_
from jobmatch.reference.rules import add_months

MONTHS = (3, 6, 12)
SCHOOL_CODES = frozenset({"B", "C"})
GONE = "R"
"""Codes that begin with this left the statistics: retired, supported, deceased, enlisted again, moved abroad."""

FIGURES: Mapping[str, str] = {
    "arrived": N_("报到"),
    "attended": N_("出勤达标"),
    "passed": N_("考核合格"),
    "completed": N_("结业"),
    "certified": N_("获证"),
    "was_employed": N_("入班前已就业"),
    "school": N_("升学"),
    "gone": N_("再入伍等退出"),
    "base": N_("应就业"),
    "employed": N_("时点就业"),
    "unverified": N_("说有工作、待核实"),
    "ever": N_("期间曾就业"),
}
"""Names of the lists behind the figures."""


@dataclass(slots=True)
class ClassFigures:
    """The people of one class, or of several added up, by what they came to; sets hold enrollment ids."""

    capacity: int = 0
    target_count: int = 0
    classes: int = 0
    due_classes: int = 0
    arrived: set[int] = field(default_factory=set)
    attended: set[int] = field(default_factory=set)
    passed: set[int] = field(default_factory=set)
    completed: set[int] = field(default_factory=set)
    certified: set[int] = field(default_factory=set)
    by_kind: dict[str, int] = field(default_factory=dict)
    was_employed: set[int] = field(default_factory=set)
    school: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    base: set[int] = field(default_factory=set)
    employed: set[int] = field(default_factory=set)
    unverified: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)
    completed_due: int = 0
    due_on: date | None = None

    @property
    def is_due(self) -> bool:
        """Whether the months are over for at least one class."""
        return self.due_classes > 0

    def add(self, other: ClassFigures) -> None:
        """Add another class; nobody is in two classes with one enrollment, so unions lose nothing."""
        for name in ("capacity", "target_count", "classes", "due_classes", "completed_due"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in FIGURES:
            getattr(self, name).update(getattr(other, name))
        for kind, count in other.by_kind.items():
            self.by_kind[kind] = self.by_kind.get(kind, 0) + count


def rate(part: int, whole: int) -> str:
    """A share in words, with one digit; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def misses(part: int, whole: int, goal: float) -> bool:
    """Whether a share is below a goal in percent; nothing to share misses nothing."""
    return whole > 0 and 100 * part < goal * whole


def enter(
    found: dict[int, ClassFigures],
    people: Iterable[tuple[int, int, str, bool | None, date | None, bool | None]],
    certificates: Iterable[tuple[int, int, str]],
) -> dict[int, date]:
    """Fill in who reported in, completed and was certified; give the day of completion of everybody who did.

    ``people``: enrollment, class, state, employed before, day of the end, passed; ``certificates``: enrollment, class,
    kind.
    """
    days: dict[int, date] = {}
    for enrollment_id, session_id, state, was_employed, ended_on, is_passed in people:
        one = found[session_id]
        one.arrived.add(enrollment_id)
        if is_passed:
            one.passed.add(enrollment_id)
        if state == "completed" and ended_on is not None:
            one.completed.add(enrollment_id)
            days[enrollment_id] = ended_on
            if was_employed:
                one.was_employed.add(enrollment_id)
    for enrollment_id, session_id, kind in certificates:
        one = found[session_id]
        one.certified.add(enrollment_id)
        one.by_kind[kind] = one.by_kind.get(kind, 0) + 1
    return days


def enter_hours(
    found: Mapping[int, ClassFigures],
    due: Mapping[int, int],
    came: Iterable[tuple[int, int, int]],
    shares: Mapping[int, float],
) -> None:
    """Fill in who came often enough; ``due``: hours of closed meetings by class; ``came``: enrollment, class, hours."""
    for enrollment_id, session_id, hours in came:
        one, whole = found[session_id], due.get(session_id, 0)
        if whole and enrollment_id in one.arrived and 100 * hours >= shares[session_id] * whole:
            one.attended.add(enrollment_id)


def place(
    found: Mapping[int, ClassFigures],
    days: Mapping[int, date],
    spells: Iterable[tuple[int, str, date, date | None, date | None, date | None]],
    *,
    months: int,
    today: date,
    employed_codes: Collection[str],
) -> None:
    """Fill in where those who completed stood ``months`` after it; a class is due once that is over for all of them."""
    after = {day: add_months(day, months) for day in set(days.values())}
    at_school: set[int] = set()
    gone: set[int] = set()
    employed: set[int] = set()
    claimed: set[int] = set()
    ever: set[int] = set()
    for enrollment_id, code, started_on, ended_on, confirmed_on, valid_until in spells:
        day = days.get(enrollment_id)
        if day is None or started_on > (due := after[day]):
            continue
        is_open = ended_on is None or ended_on > due
        if code in employed_codes:
            if confirmed_on is not None and valid_until is not None and confirmed_on <= due:
                if (ended_on is None or ended_on > day) and valid_until >= day:
                    ever.add(enrollment_id)
                if is_open and valid_until >= due:
                    employed.add(enrollment_id)
            if is_open:
                claimed.add(enrollment_id)
        elif is_open:
            if code in SCHOOL_CODES:
                at_school.add(enrollment_id)
            elif code.startswith(GONE):
                gone.add(enrollment_id)
    for one in found.values():
        ends = {after[days[person]] for person in one.completed}
        one.due_on = max(ends, default=None)
        if one.due_on is None or one.due_on > today:
            continue
        one.due_classes, one.completed_due = 1, len(one.completed)
        looked_at = one.completed - one.was_employed
        one.school, one.gone = looked_at & at_school, looked_at & gone
        one.base = looked_at - one.school - one.gone
        one.employed, one.ever = one.base & employed, one.base & ever
        one.unverified = (one.base & claimed) - employed
