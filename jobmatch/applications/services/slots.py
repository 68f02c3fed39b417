"""Times at which an employer sees people for a posting: offering them, closing them, asking people to choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import update

from jobmatch.applications.models import Application, InterviewSlot
from jobmatch.applications.policies import can_keep_slots
from jobmatch.applications.queries import has_free_slot
from jobmatch.applications.services.moving import Answer, try_move
from jobmatch.applications.states import Move
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

FARTHEST = timedelta(days=90)
LARGEST, SHORTEST, LONGEST = 200, 5, 480


def add_slot(
    uow: UnitOfWork,
    posting: Posting,
    *,
    starts_at: datetime | None,
    place: str,
    minutes: int | None,
    capacity: int | None,
    rounds: int | None = 1,
) -> list[InterviewSlot]:
    """Offer one time, or ``rounds`` of them one after the other at the same place. Raises ``Invalid``."""
    require(can_keep_slots(uow.actor, uow.session.get_one(Employer, posting.employer_id)))
    fields = {}
    if starts_at is None or not uow.now < starts_at <= uow.now + FARTHEST:
        fields["starts_at"] = _("面试时间要晚于现在，最远 %(n)s 天", n=FARTHEST.days)
    if not place.strip():
        fields["place"] = _("请填写面试地点，写到门牌或楼层")
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        fields["minutes"] = _("请填 %(a)s 到 %(b)s 分钟", a=SHORTEST, b=LONGEST)
    if capacity is None or not 1 <= capacity <= LARGEST:
        fields["capacity"] = _("请填 1 到 %(n)s 人", n=LARGEST)
    if rounds is None or not 1 <= rounds <= 20:
        fields["rounds"] = _("请填 1 到 %(n)s 场", n=20)
    if fields or starts_at is None:
        raise Invalid(fields=fields)
    slots = [
        InterviewSlot(
            posting_id=posting.id,
            place=place.strip()[:200],
            starts_at=starts_at + timedelta(minutes=(minutes or 0) * number),
            minutes=minutes,
            capacity=capacity,
            taken=0,
            created_by_id=uow.actor.user_id,
            created_at=uow.now,
        )
        for number in range(rounds or 1)
    ]
    uow.session.add_all(slots)
    uow.session.flush()
    uow.audit("interview_slot.add", slots[0], posting=posting.public_id, count=len(slots))
    return slots


def close_slot(uow: UnitOfWork, slot: InterviewSlot, posting: Posting) -> InterviewSlot:
    """No more people at this time; twice changes nothing. Raises ``Conflict`` where somebody has a seat in it."""
    require(can_keep_slots(uow.actor, uow.session.get_one(Employer, posting.employer_id)))
    if slot.closed_at is not None:
        return slot
    closed = uow.session.execute(
        update(InterviewSlot)
        .where(InterviewSlot.id == slot.id, InterviewSlot.taken == 0, InterviewSlot.closed_at.is_(None))
        .values(closed_at=uow.now),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    uow.session.refresh(slot)
    if closed != 1:
        raise Conflict(_("已经有人选了这个时间。请先给他们另约时间，再取消这一场"))
    uow.audit("interview_slot.close", slot)
    return slot


def offer_slots(uow: UnitOfWork, applications: Iterable[Application]) -> list[Answer]:
    """Ask people to choose among the free times of the posting; answers row by row."""
    answers = []
    for one in applications:
        if has_free_slot(uow, one.posting_id):
            answers.append(try_move(uow, one, Move.OFFER_SLOTS))
        else:
            answers.append(Answer(one, False, _("这个岗位还没有空着的面试时间，请先加几个时间")))
    return answers
