"""People who work for a venture (带动就业), kept by its founders and by staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import find_by_phone
from jobmatch.people.services.common import Findings, clean_line
from training.incubation.growth.models import VentureWorker
from training.incubation.growth.states import WorkerEvidence
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import can_edit_venture, can_manage_venture
from training.incubation.ventures.queries import founder_kind, founders_of
from training.incubation.ventures.services.common import check_day, lock
from training.incubation.ventures.states import FounderKind


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """Somebody who works there; only staff find people of the pool, by their ``phone``, which is not kept here."""

    name: str
    is_veteran: bool = False
    evidence: WorkerEvidence = WorkerEvidence.WORD
    started_on: date | None = None
    phone: str = ""


def add_worker(uow: UnitOfWork, venture: Venture, facts: WorkerFacts) -> VentureWorker:
    """Write down somebody who works there. Founders are none, and nobody works there twice at a time.

    What a founder says is 自报, whatever the form said. Raises ``Invalid`` with every finding.
    """
    require(can_edit_venture(uow, venture))
    is_staff = can_manage_venture(uow.actor, venture)
    venture = lock(uow, venture)
    if venture.registered_on is None:
        raise Conflict(_("登记以后才能记用了谁"))
    found = Findings()
    name = clean_line(facts.name)[:60]
    found.check(bool(name), "name", _("请填姓名"))
    check_day(uow, found, facts.started_on, after=None, field="started_on")
    person = _person(uow, facts.phone) if is_staff else None
    _check_known(uow, found, venture, name, person)
    day = found.need(facts.started_on)
    kind = founder_kind(uow.session, person.id, uow.today) if person is not None else None
    row = VentureWorker(
        venture_id=venture.id,
        person_id=person.id if person is not None else None,
        name=name,
        is_veteran=kind is FounderKind.VETERAN if kind is not None else facts.is_veteran,
        evidence=facts.evidence if is_staff else WorkerEvidence.WORD,
        started_on=day,
        recorded_at=uow.now,
        recorded_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("venture.worker", venture)
    return row


def _check_known(uow: UnitOfWork, found: Findings, venture: Venture, name: str, person: Person | None) -> None:
    founders = [one for one in founders_of(uow.session, [venture.id])[venture.id] if one.until_on is None]
    words = _("创业者本人不算带动就业，不用记")
    is_founder = any(one.name == name or (person is not None and one.person_id == person.id) for one in founders)
    found.check(not is_founder, "name", words)
    same = VentureWorker.name == name if person is None else VentureWorker.person_id == person.id
    open_row = select(VentureWorker.id).where(
        VentureWorker.venture_id == venture.id, VentureWorker.ended_on.is_(None), same
    )
    twice = uow.session.scalar(open_row.limit(1)) is not None
    found.check(not twice, "name", _("这个人已经记在用的人里，同名的请加上区别，例如“李强（后厨）”"))


def _person(uow: UnitOfWork, phone: str) -> Person | None:
    if not phone.strip():
        return None
    ids = [one.id for one in find_by_phone(uow.session, phone)]
    people = list(uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(ids)))))
    if len(people) != 1:
        raise Invalid(fields={"phone": _("人才库里没有找到这个手机号，不在库里的请留空")})
    found: Person = people[0]
    return found


def end_worker(uow: UnitOfWork, venture: Venture, row: VentureWorker, *, on: date | None) -> VentureWorker:
    """Somebody does not work there any more since the day after ``on``; twice changes nothing."""
    require(can_edit_venture(uow, venture))
    if row.venture_id != venture.id:
        raise NotFound
    if row.ended_on is not None:
        return row
    found = Findings()
    check_day(uow, found, on, after=row.started_on, field="ended_on")
    row.ended_on = found.need(on)
    uow.session.flush()
    uow.audit("venture.worker_left", venture)
    return row
