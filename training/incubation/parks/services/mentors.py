"""Mentors, what they talked about with ventures, and events of an incubator."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.queries import find_user_by_phone, live_membership
from jobmatch.accounts.states import Role
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, clean_person_name
from training.incubation.parks.models import Incubator, Mentor, MentorTalk, ParkEvent, Tenancy
from training.incubation.parks.policies import can_keep_mentors, can_record_talk, can_run_incubator
from training.incubation.parks.states import IN_STATES, MentorField
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import is_own_venture

LEAST_MINUTES, MOST_MINUTES = 5, 600
OLDEST_DAYS = 366


def save_mentor(
    uow: UnitOfWork,
    incubator: Incubator,
    mentor: Mentor | None,
    *,
    name: str,
    field: str,
    works_at: str = "",
    phone: str = "",
    is_active: bool = True,
) -> Mentor:
    """Note a mentor of an incubator. An account with the role of a mentor and this phone is tied to them."""
    require(can_keep_mentors(uow.actor, incubator))
    require(mentor is None or mentor.incubator_id == incubator.id)
    found, words = Findings(), clean_person_name(name)[:60]
    found.check(bool(words), "name", _("请填导师的姓名"))
    found.check(field in set(MentorField), "field", _("请从列表里选一项"))
    found.stop()
    if mentor is None:
        mentor = Mentor(incubator_id=incubator.id, region_path=incubator.region_path, created_at=uow.now)
        uow.session.add(mentor)
    mentor.name, mentor.field = words, MentorField(field)
    mentor.works_at, mentor.phone = clean_line(works_at)[:120], clean_line(phone)[:40]
    mentor.is_active = is_active
    mentor.user_id = mentor.user_id or _account_of(uow, mentor)
    uow.session.flush()
    uow.audit("mentor.save", mentor)
    return mentor


def _account_of(uow: UnitOfWork, mentor: Mentor) -> int | None:
    """The account of a mentor by phone, where it has that role and belongs to no other mentor."""
    user: User | None = find_user_by_phone(uow.session, mentor.phone) if mentor.phone else None
    if user is None:
        return None
    role = select(Membership.id).where(
        Membership.user_id == user.id, Membership.role == Role.MENTOR, live_membership(uow.now)
    )
    others = select(Mentor.id).where(Mentor.user_id == user.id, Mentor.id != (mentor.id or 0))
    if uow.session.scalar(role) is None or uow.session.scalar(others) is not None:
        return None
    return user.id


def find_mentor(uow: UnitOfWork, incubator: Incubator, public_id: str) -> Mentor:
    """The mentor of ``incubator`` with this public id. Raises ``NotFound``."""
    query = select(Mentor).where(Mentor.public_id == public_id, Mentor.incubator_id == incubator.id)
    found = uow.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def record_talk(
    uow: UnitOfWork,
    mentor: Mentor | None,
    *,
    venture: str,
    happened_on: date | None,
    minutes: int | None,
    topic: str,
    words: str = "",
) -> MentorTalk:
    """Note a talk with a venture (public id) that sits in the mentor's incubator; its people confirm it.

    Raises ``Invalid`` with every finding, ``NotFound`` for an account that is no mentor's.
    """
    if mentor is None:
        raise NotFound(_("您还没有登记为导师，请联系孵化基地"))
    incubator = uow.session.get(Incubator, mentor.incubator_id) if mentor.incubator_id else None
    require(can_record_talk(uow.actor, mentor, incubator))
    found = Findings()
    query = (
        select(Venture)
        .join(Tenancy, Tenancy.venture_id == Venture.id)
        .where(Venture.public_id == venture, Tenancy.incubator_id == mentor.incubator_id, Tenancy.state.in_(IN_STATES))
    )
    chosen = uow.session.scalars(query).one_or_none()
    found.check(chosen is not None, "venture", _("请从列表里选一个在孵项目"))
    long = minutes or 0
    limits = {"low": LEAST_MINUTES, "high": MOST_MINUTES}
    found.check(LEAST_MINUTES <= long <= MOST_MINUTES, "minutes", _("请填 %(low)s 到 %(high)s 分钟", **limits))
    is_fine = happened_on is not None and uow.today - timedelta(days=OLDEST_DAYS) <= happened_on <= uow.today
    found.check(is_fine, "happened_on", _("请填一年以内、不晚于今天的日期"))
    title = clean_line(topic)[:120]
    found.check(bool(title), "topic", _("请写谈了什么"))
    chosen = found.need(chosen)
    talk = MentorTalk(
        mentor_id=mentor.id,
        venture_id=chosen.id,
        happened_on=happened_on or uow.today,
        minutes=long,
        topic=title,
        words=clean_line(words)[:400],
        recorded_at=uow.now,
        recorded_by_id=uow.actor.user_id,
    )
    uow.session.add(talk)
    uow.session.flush()
    uow.audit("mentor.talk", talk)
    return talk


def confirm_talk(uow: UnitOfWork, talk: MentorTalk) -> MentorTalk:
    """The venture's people say that the talk took place. Raises ``Conflict`` the second time."""
    require(is_own_venture(uow, uow.session.get_one(Venture, talk.venture_id)))
    uow.session.refresh(talk, with_for_update=True)
    if talk.confirmed_on is not None:
        raise Conflict(_("这次辅导已经确认过"))
    talk.confirmed_on = uow.today
    uow.session.flush()
    uow.audit("mentor.talk_confirmed", talk)
    return talk


def add_event(
    uow: UnitOfWork, incubator: Incubator, *, held_on: date | None, title: str, people_count: int | None
) -> ParkEvent:
    """Note an event that was held."""
    require(can_run_incubator(uow.actor, incubator))
    found, words = Findings(), clean_line(title)[:120]
    found.check(bool(words), "title", _("请写活动的名称"))
    is_fine = held_on is not None and held_on.year >= 1980 and held_on <= uow.today
    found.check(is_fine, "held_on", _("请填活动那天，不能晚于今天"))
    found.check(0 <= (people_count or 0) <= 100_000, "people_count", _("请填 0 到 %(n)s 的整数", n=100_000))
    day = found.need(held_on)
    event = ParkEvent(incubator_id=incubator.id, held_on=day, title=words, people_count=people_count or 0)
    uow.session.add(event)
    uow.session.flush()
    uow.audit("incubator.event", incubator)
    return event


def remove_event(uow: UnitOfWork, incubator: Incubator, public_id: str) -> Incubator:
    """Take out an event that was typed by mistake. Raises ``NotFound``."""
    require(can_run_incubator(uow.actor, incubator))
    query = select(ParkEvent).where(ParkEvent.public_id == public_id, ParkEvent.incubator_id == incubator.id)
    event = uow.session.scalars(query).one_or_none()
    if event is None:
        raise NotFound
    uow.session.delete(event)
    uow.session.flush()
    uow.audit("incubator.event_removed", incubator)
    return incubator


def find_talk(uow: UnitOfWork, public_id: str) -> MentorTalk:
    """The talk with this public id, if it is with a venture of the actor's own. Raises ``NotFound``."""
    talk = uow.session.scalars(select(MentorTalk).where(MentorTalk.public_id == public_id)).one_or_none()
    if talk is None or not is_own_venture(uow, uow.session.get_one(Venture, talk.venture_id)):
        raise NotFound
    return talk
