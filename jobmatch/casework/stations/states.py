"""Kinds of people who work at a station."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class WorkerKind(LabelledEnum):
    FULL_TIME = "full_time", N_("专职")
    PART_TIME = "part_time", N_("兼职")
    VOLUNTEER = "volunteer", N_("志愿者")


class Weekday(LabelledEnum):
    """Days of duty; the value is the number of the day, Monday first."""

    MONDAY = "0", N_("周一")
    TUESDAY = "1", N_("周二")
    WEDNESDAY = "2", N_("周三")
    THURSDAY = "3", N_("周四")
    FRIDAY = "4", N_("周五")
    SATURDAY = "5", N_("周六")
    SUNDAY = "6", N_("周日")


WORKING_WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
