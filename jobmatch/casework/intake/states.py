"""Seasons of a batch, states of a line of the roster, and which step leads where."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum

SELF_ARRANGED = "ZZJY"
"""The way of resettlement (自主就业) that brings the one-time grant."""


class Season(LabelledEnum):
    SPRING = "spring", N_("春季")
    AUTUMN = "autumn", N_("秋季")


class RosterState(LabelledEnum):
    """Where somebody on the roster (移交接收名册) stands."""

    EXPECTED = "expected", N_("应报到")
    REGISTERED = "registered", N_("已报到")
    OVERDUE = "overdue", N_("逾期")
    ELSEWHERE = "elsewhere", N_("易地")
    CHANGED = "changed", N_("改办")


class RosterMove(LabelledEnum):
    """What staff may note by hand on a line of the roster."""

    MOVE_AWAY = "move_away", N_("改到别处安置（易地）")
    CHANGE_WAY = "change_way", N_("改办其他安置方式（改办）")
    EXPECT = "expect", N_("恢复为应报到")


MOVES: Flow[RosterState] = {
    (RosterState.EXPECTED, RosterMove.MOVE_AWAY): RosterState.ELSEWHERE,
    (RosterState.OVERDUE, RosterMove.MOVE_AWAY): RosterState.ELSEWHERE,
    (RosterState.EXPECTED, RosterMove.CHANGE_WAY): RosterState.CHANGED,
    (RosterState.OVERDUE, RosterMove.CHANGE_WAY): RosterState.CHANGED,
    (RosterState.ELSEWHERE, RosterMove.EXPECT): RosterState.EXPECTED,
    (RosterState.CHANGED, RosterMove.EXPECT): RosterState.EXPECTED,
}
"""Moves by hand. Registering and its undoing, and the deadline, have services of their own."""

WAITED_FOR = frozenset({RosterState.EXPECTED, RosterState.OVERDUE})
"""States in which somebody may still come."""


class ImportState(LabelledEnum):
    CHECKED = "checked", N_("已试读，还没有存")
    RUNNING = "running", N_("正在存")
    DONE = "done", N_("已存好")


class MissingField(LabelledEnum):
    """What every file should have. A wish without places means anywhere, so the wanted place is part of the wish."""

    ID_NUMBER = "id_number", N_("身份证号")
    PHONE = "phone", N_("手机号")
    REGISTERED_PLACE = "registered_place", N_("户籍地")
    RESETTLED_PLACE = "resettled_place", N_("安置地")
    LIVING_PLACE = "living_place", N_("现居住地")
    EDUCATION = "education", N_("学历")
    METHOD = "method", N_("安置方式")
    DISCHARGED_ON = "discharged_on", N_("退役时间")
    INTENTION = "intention", N_("求职意向和意向地")
