"""When people usually sign up for each way to school; the notice of the province's examination office decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jobmatch.core.i18n import N_
from training.courses.schooling.states import SchoolWay


@dataclass(frozen=True, slots=True)
class Window:
    """Usual months of signing up (first to last, perhaps over the new year), and what a veteran has an advantage in."""

    way: SchoolWay
    first: int
    last: int
    words: str
    advantage: str

    def is_open(self, day: date) -> bool:
        """Whether the month of ``day`` is one of them."""
        if self.first <= self.last:
            return self.first <= day.month <= self.last
        return day.month >= self.first or day.month <= self.last


WINDOWS = (
    Window(
        SchoolWay.RETURN,
        1,
        12,
        N_("两年内随时办，开学前一个月最好"),
        N_("退役后两年内可以复学，学籍保留；可以申请转专业"),
    ),
    Window(SchoolWay.ENROL, 6, 9, N_("通常 6 到 9 月，随新生报到"), N_("入伍前的录取资格保留到退役后两年")),
    Window(SchoolWay.COLLEGE, 1, 4, N_("通常 1 到 4 月报名"), N_("高职单招免文化课考试，可以单独招生")),
    Window(SchoolWay.TOP_UP, 12, 3, N_("通常 12 月到第二年 3 月报名"), N_("普通专升本可以免文化课考试，计划单列")),
    Window(SchoolWay.ADULT, 8, 9, N_("通常 8 到 9 月报名，10 月考试"), N_("成人高考加分，自主就业的可以免试入专科")),
    Window(SchoolWay.POSTGRADUATE, 10, 10, N_("通常 10 月报名，12 月考试"), N_("研究生初试加分，另有专项计划")),
)
SOURCE = N_("按往年情况整理，报名时间和优惠以当地教育考试院当年公告为准")
BY_WAY = {one.way: one for one in WINDOWS}
