"""From a line of the demand list to a class: its people go to the stations' lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.pathways.demand import people_of_course
from jobmatch.pathways.queries import BEFORE_START
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_work_session

Calling = Callable[[UnitOfWork, CourseSession, Sequence[tuple[int, int]]], int | None]
_calling: list[Calling] = []


def when_called(function: Calling) -> Calling:
    """Tie in who keeps the lists of people to be called; ``function`` gets (person id, number of postings)."""
    _calling[:] = [function]
    return function


def call_people(uow: UnitOfWork, code: str, session: CourseSession) -> int:
    """Put the people whom a course would open postings to on the list of a class of it; returns how many went there.

    Only people whom the actor may see. Raises ``NotFound`` for a class of another course, ``Conflict`` for one that
    has begun, where there is nobody to call, or where no room keeps such lists. Doing it twice changes nothing more.
    """
    require(can_work_session(uow.actor, session))
    if session.course_code != code:
        raise NotFound
    if session.state not in BEFORE_START:
        raise Conflict(_("这个班已经开班或取消，不能再加动员名单"))
    _name, listed = people_of_course(uow, code)
    if not _calling:
        raise Conflict(_("这里没有开通动员名单，请联系管理员"))
    if not listed:
        raise Conflict(_("学了这门课能多投岗位的人，现在一个也不在您的范围内，请重新算一遍再看"))
    for function in _calling:
        function(uow, session, [(one.person_id, one.opened) for one in listed])
    uow.audit("class.call_demand", session, count=len(listed))
    return len(listed)
