"""States and kinds of enrollments and of the mobilisation."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class EnrollmentState(LabelledEnum):
    """Where somebody stands with a class."""

    SEATED = "seated", N_("已报名")
    WAITING = "waiting", N_("候补")
    CANCELED = "canceled", N_("已取消")
    ATTENDING = "attending", N_("已报到")
    LEFT = "left", N_("中途退出")
    COMPLETED = "completed", N_("已结业")
    NOT_COMPLETED = "not_completed", N_("未结业")


SEAT_STATES = frozenset({EnrollmentState.SEATED, EnrollmentState.ATTENDING})
"""States that hold a seat of a class that is not over."""
ARRIVED_STATES = frozenset(
    {EnrollmentState.ATTENDING, EnrollmentState.LEFT, EnrollmentState.COMPLETED, EnrollmentState.NOT_COMPLETED}
)
"""Whoever reported in (参训, 报到), whatever came after."""


class EnrollmentWay(LabelledEnum):
    """How an enrollment came about."""

    OWN = "own", N_("本人报名")
    STATION = "station", N_("服务站代报名")
    TRANSFER = "transfer", N_("从别的班转来")
    FAIR = "fair", N_("招聘会现场登记")


class EnrollmentNeed(LabelledEnum):
    """Help that somebody asked for."""

    LODGING = "lodging", N_("要住宿")
    BUS = "bus", N_("要接送")
    WHEELCHAIR = "wheelchair", N_("轮椅通行")
    HEARING = "hearing", N_("听不清，要写字交流")
    LARGE_PRINT = "large_print", N_("要大字的教材")


class EnrollmentMoveKind(LabelledEnum):
    """Moves of an enrollment, each logged."""

    SEATED = "seated", N_("得到名额")
    QUEUED = "queued", N_("排上候补")
    PROMOTED = "promoted", N_("候补转正")
    CANCELED = "canceled", N_("取消报名")
    TRANSFERRED = "transferred", N_("转到别的班")
    ARRIVED = "arrived", N_("报到")
    LEFT = "left", N_("中途退出")
    COMPLETED = "completed", N_("结业")
    NOT_COMPLETED = "not_completed", N_("没有结业")


class CourseCallState(LabelledEnum):
    """What a station's call to a person led to (动员)."""

    LISTED = "listed", N_("还没联系")
    TOLD = "told", N_("已通知")
    COMING = "coming", N_("愿意来")
    NOT_COMING = "not_coming", N_("不来")
    NOT_REACHED = "not_reached", N_("没联系上")
