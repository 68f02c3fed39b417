"""Trainees of a practice base: who came, who left; people of the talent pool by file, others by count."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.common import clean_line
from recruiters.employers.models import Employer
from recruiters.partners.models import PracticeBase, Trainee
from recruiters.partners.policies import can_keep_partner

MOST_AT_ONCE = 500


def record_trainees(
    uow: UnitOfWork,
    base: PracticeBase,
    employer: Employer,
    *,
    came_on: date | None,
    person: Person | None = None,
    head_count: int | None = 1,
    occupation_code: str | None = None,
    note: str = "",
) -> Trainee:
    """Somebody came to a base: a ``person`` of the talent pool, or ``head_count`` people known only by number.

    Staff of the person, or of the employer for a number, write it. Raises ``Invalid``, also where the base is full or
    not in force that day, ``Conflict`` for a person who is there already.
    """
    allowed = can_edit_person(uow.actor, person) if person else can_keep_partner(uow.actor, employer)
    require(allowed and base.organization_id == employer.organization_id)
    count = 1 if person else head_count
    errors: dict[str, str] = {}
    if count is None or not 0 < count <= MOST_AT_ONCE:
        errors["head_count"] = _("请填来了几个人")
    if came_on is None or came_on > uow.today:
        errors["came_on"] = _("请填哪一天来的，不晚于今天")
    elif not base.starts_on <= came_on <= (base.ended_on or base.ends_on):
        errors["came_on"] = _("这一天不在基地协议的期限里")
    if occupation_code and occupation_code not in base.occupation_codes:
        errors["occupation_code"] = _("请选基地里有的工作")
    if errors or came_on is None or count is None:
        raise Invalid(fields=errors)
    _need_place(uow, base, came_on, count, person)
    row = Trainee(
        base_id=base.id,
        person_id=person.id if person else None,
        head_count=count,
        occupation_code=occupation_code or None,
        came_on=came_on,
        note=clean_line(note)[:200],
        recorded_at=uow.now,
        recorded_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("partner.trainee", base, count=count, person=person.public_id if person else "")
    return row


def _need_place(uow: UnitOfWork, base: PracticeBase, day: date, count: int, person: Person | None) -> None:
    """Raise ``Conflict`` for a person who is there already, ``Invalid`` where the places do not suffice."""
    # Two who write at once meet at the row of the base, so that nobody comes to a place that is taken.
    uow.session.execute(select(PracticeBase.id).where(PracticeBase.id == base.id).with_for_update())
    if person is not None:
        there = select(Trainee.id).where(
            Trainee.base_id == base.id, Trainee.person_id == person.id, Trainee.left_on.is_(None)
        )
        if uow.session.scalar(there) is not None:
            raise Conflict(_("这个人已经在这个基地"))
    taken = uow.session.scalar(
        select(func.coalesce(func.sum(Trainee.head_count), 0)).where(
            Trainee.base_id == base.id,
            Trainee.came_on <= day,
            or_(Trainee.left_on.is_(None), Trainee.left_on > day),
        )
    )
    if (taken or 0) + count > base.place_count:
        left = max(base.place_count - (taken or 0), 0)
        raise Invalid(fields={"head_count": _("基地只剩 %(n)s 个位置，请先登记离开的人", n=left)})


def end_trainee(
    uow: UnitOfWork,
    base: PracticeBase,
    employer: Employer,
    trainee: Trainee,
    *,
    left_on: date | None,
    person: Person | None = None,
) -> Trainee:
    """Somebody left the base. Raises ``Invalid``, ``Conflict`` the second time."""
    allowed = can_keep_partner(uow.actor, employer) or (
        person is not None and trainee.person_id == person.id and can_edit_person(uow.actor, person)
    )
    require(allowed and trainee.base_id == base.id)
    if trainee.left_on is not None:
        raise Conflict(_("已经登记过离开"))
    if left_on is None or not trainee.came_on <= left_on <= uow.today:
        raise Invalid(fields={"left_on": _("请填来的那天和今天之间的一天")})
    trainee.left_on = left_on
    uow.session.flush()
    uow.audit("partner.trainee_left", base)
    return trainee
