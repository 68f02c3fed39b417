"""Paper sheets keyed in row by row: what every sheet has in common, and the sheets of intentions, which both signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import fair_postings, ticket_holder
from jobmatch.fairs.day.services.intentions import record_both
from jobmatch.fairs.day.services.queues import require_desk
from jobmatch.fairs.day.states import IntentionMark
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState

MOST_LINES = 60
L = TypeVar("L")


class LineResult(LabelledEnum):
    """What became of a line."""

    SAVED = "saved", N_("已录入")
    DUPLICATE = "duplicate", N_("没有重复计数")
    WRONG = "wrong", N_("没有录入")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an intention sheet: number or phone, the posting's public id, and whether 拟录用 is ticked."""

    who: str
    posting: str = ""
    is_hire: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """A line with its place on the grid and its result; ``words`` say whose it is, or what to do about a wrong one."""

    place: int
    line: Any
    result: LineResult
    words: str = ""


def key_lines(
    uow: UnitOfWork, fair: JobFair, lines: Sequence[L], key: Callable[[L], tuple[LineResult, str]]
) -> list[Keyed]:
    """Run ``key`` on each line that has a ``who``; one that raises ``Invalid`` or ``Conflict`` is wrong, alone.

    Raises ``Invalid`` for a fair that has not begun.
    """
    require_desk(uow, fair)
    if fair.state not in {FairState.RUNNING, FairState.CLOSED}:
        raise Invalid(_("招聘会开始以后才能补录纸质表"))
    found: list[Keyed] = []
    for place, line in enumerate(lines[:MOST_LINES]):
        if not line.who.strip():  # type: ignore[attr-defined]
            continue
        try:
            with uow.session.begin_nested():
                result, words = key(line)
        except Invalid as error:
            result, words = LineResult.WRONG, next(iter(error.fields.values()), error.message)
        except Conflict as error:
            result, words = LineResult.WRONG, error.message
        found.append(Keyed(place, line, result, words))
    return found


def saved_count(keyed: Sequence[Keyed]) -> int:
    """How many lines were new."""
    return sum(one.result is LineResult.SAVED for one in keyed)


def key_sheet(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, lines: Sequence[Line]) -> list[Keyed]:
    """Enter an intention sheet of one booth; every line is answered for itself, and the same line twice counts once.

    Raises ``Invalid`` for a fair that has not begun, and for a booth of another one.
    """
    if exhibitor.fair_id != fair.id:
        raise Invalid(fields={"booth": _("请选一家单位")})
    postings = {row.public_id: row for row in uow.session.scalars(fair_postings(exhibitor.id))}

    def key(line: Line) -> tuple[LineResult, str]:
        posting = postings.get(line.posting)
        if posting is None:
            raise Invalid(fields={"posting": _("请选一个岗位")})
        registration = ticket_holder(uow.session, fair, line.who, by_phone=True)
        mark = IntentionMark.HIRE if line.is_hire else IntentionMark.INTENTION
        is_new = record_both(uow, registration, posting, mark)
        return (LineResult.SAVED if is_new else LineResult.DUPLICATE), registration.name

    found = key_lines(uow, fair, lines, key)
    uow.audit("intention.sheet", fair, saved=saved_count(found), lines=len(found))
    return found
