"""Paper intention sheets, keyed in row by row: both signed, so both said yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobmatch.core.errors import Invalid
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


class LineResult(LabelledEnum):
    """What became of a line."""

    SAVED = "saved", N_("已录入")
    DUPLICATE = "duplicate", N_("以前录过，没有重复计数")
    WRONG = "wrong", N_("没有录入")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was keyed: number or phone, the posting's public id, and whether 拟录用 is ticked."""

    who: str
    posting: str
    is_hire: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """A line with its result; ``words`` say what to do about a wrong one."""

    line: Line
    result: LineResult
    words: str = ""


def key_sheet(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, lines: Sequence[Line]) -> list[Keyed]:
    """Enter a sheet of one booth; every line is answered for itself, and the same line twice counts once.

    Raises ``Invalid`` for a fair that has not been held.
    """
    require_desk(uow, fair)
    if fair.state not in {FairState.RUNNING, FairState.CLOSED} or exhibitor.fair_id != fair.id:
        raise Invalid(_("招聘会开始以后才能录入意向表"))
    postings = {row.public_id: row for row in uow.session.scalars(fair_postings(exhibitor.id))}
    found: list[Keyed] = []
    for line in [line for line in lines if line.who.strip()][:MOST_LINES]:
        posting = postings.get(line.posting)
        if posting is None:
            found.append(Keyed(line, LineResult.WRONG, _("请选一个岗位")))
            continue
        try:
            registration = ticket_holder(uow.session, fair, line.who, by_phone=True)
        except Invalid as error:
            found.append(Keyed(line, LineResult.WRONG, next(iter(error.fields.values()))))
            continue
        mark = IntentionMark.HIRE if line.is_hire else IntentionMark.INTENTION
        is_new = record_both(uow, registration, posting, mark)
        found.append(Keyed(line, LineResult.SAVED if is_new else LineResult.DUPLICATE, registration.name))
    uow.audit("intention.sheet", fair, saved=sum(k.result is LineResult.SAVED for k in found), lines=len(found))
    return found
