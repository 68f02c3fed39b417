"""Founders and their shares: never more than 100 percent in all, and exactly that once it is registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import find_by_phone
from jobmatch.people.services.common import Findings, clean_line
from training.incubation.ventures.founding import WHOLE, living, share_points, share_sum, share_words
from training.incubation.ventures.models import Venture, VentureFounder
from training.incubation.ventures.policies import can_manage_venture
from training.incubation.ventures.queries import founder_kind, founders_of
from training.incubation.ventures.services.common import check_day, lock
from training.incubation.ventures.states import FounderKind, FounderRole


@dataclass(frozen=True, slots=True)
class FounderFacts:
    """What is written about a founder; ``phone`` finds the file of somebody in the pool and is not kept here."""

    name: str
    share: str
    kind: FounderKind = FounderKind.OTHER
    role: FounderRole = FounderRole.FOUNDER
    phone: str = ""
    since_on: date | None = None
    has_others: bool = False


def save_founder(
    uow: UnitOfWork, venture: Venture, facts: FounderFacts, founder: VentureFounder | None = None
) -> VentureFounder:
    """Add a founder, or change ``founder``. Raises ``Invalid`` with every finding, the sum of shares among them."""
    require(can_manage_venture(uow.actor, venture))
    venture = lock(uow, venture)
    rows = founders_of(uow.session, [venture.id])[venture.id]
    if founder is not None and founder not in rows:
        raise NotFound
    found = Findings()
    name = clean_line(facts.name)[:60]
    found.check(bool(name), "name", _("请填姓名"))
    points = _points(found, facts.share)
    others = [one for one in rows if one is not founder]
    _check_sum(found, venture, share_sum(others) + points, has_others=facts.has_others)
    since = facts.since_on or (founder.since_on if founder else uow.today)
    check_day(uow, found, since, after=None, field="since_on")
    person = _person(uow, found, facts.phone)
    if person is not None:
        found.check(all(one.person_id != person.id for one in others), "phone", _("这个人已经在创办人里"))
    found.stop()
    row = founder or VentureFounder(venture_id=venture.id)
    row.name, row.role, row.share_points, row.since_on = name, facts.role, points, since
    if person is not None:
        row.person_id = person.id
    # Of somebody in the pool the file says who they are; of others what was written down.
    row.kind = founder_kind(uow.session, row.person_id, uow.today) if row.person_id else facts.kind
    uow.session.add(row)
    venture.changed_at = uow.now
    uow.session.flush()
    uow.audit("venture.founder", venture, share=points)
    return row


def leave_founder(uow: UnitOfWork, venture: Venture, founder: VentureFounder, *, on: date | None) -> VentureFounder:
    """A founder goes; twice changes nothing. The last one stays: a venture belongs to somebody."""
    require(can_manage_venture(uow.actor, venture))
    venture = lock(uow, venture)
    rows = founders_of(uow.session, [venture.id])[venture.id]
    if founder not in rows:
        raise NotFound
    if founder.until_on is not None:
        return founder
    if len(living(rows)) == 1:
        raise Conflict(_("只有这一位创办人，先加上接手的人"))
    found = Findings()
    check_day(uow, found, on, after=founder.since_on, field="until_on")
    founder.until_on = found.need(on)
    venture.changed_at = uow.now
    uow.session.flush()
    uow.audit("venture.founder_left", venture)
    return founder


def _points(found: Findings, text: str) -> int:
    try:
        return share_points(text)
    except ValueError:
        found.add("share", _("请填 0 到 100 的数，最多两位小数，例如 33.33"))
        return 0


def _check_sum(found: Findings, venture: Venture, total: int, *, has_others: bool) -> None:
    over = _("持股合计 %(sum)s，超过 100%%，请改小", sum=share_words(total))
    found.check(total <= WHOLE, "share", over)
    if venture.registered_on is not None and total < WHOLE:
        words = _(
            "已登记的项目，持股要合计 100%%，现在是 %(sum)s：请改持股，或者勾选“其余是其他股东”", sum=share_words(total)
        )
        found.check(has_others, "has_others", words)


def _person(uow: UnitOfWork, found: Findings, phone: str) -> Person | None:
    """The file with this phone that the actor may see; nothing typed is nobody."""
    if not phone.strip():
        return None
    ids = [one.id for one in find_by_phone(uow.session, phone)]
    query = visible_people(uow.actor, select(Person).where(Person.id.in_(ids)))
    people = list(uow.rows(query))
    found.check(len(people) == 1, "phone", _("人才库里没有找到这个手机号，不在库里的请留空"))
    return people[0] if len(people) == 1 else None
