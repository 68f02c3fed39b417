"""What the acts on a whole person share: the rooms that are asked, and acting for the house."""

from __future__ import annotations

from datetime import date
from typing import Any

from jobmatch.core.actors import system_actor
from jobmatch.core.db import Base
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.privacy.registry import ACCOUNT_ROOMS, PEOPLE_ROOMS
from jobmatch.reference.queries import rule_value


def for_the_house(uow: UnitOfWork) -> UnitOfWork:
    """The same unit in the hands of the system: rooms act on what the present actor decided as a whole."""
    return uow.acting_as(system_actor("privacy"))


def room_name(module: Any) -> str:
    """``people`` for ``jobmatch.people.subjects``."""
    return str(module.__name__).split(".")[-2]


def collect(uow: UnitOfWork, person: Person) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What every room holds about a person, by room and table."""
    found = {room_name(room): room.export_person(uow, person.id) for room in PEOPLE_ROOMS}
    if person.user_id is not None:
        found |= {room_name(room): room.export_user(uow, person.user_id) for room in ACCOUNT_ROOMS}
    return found


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def kept_until(uow: UnitOfWork, rule: str) -> date:
    """Until when something that ended today is kept by the dated ``rule``."""
    return years_after(uow.today, int(rule_value(uow.session, rule, uow.today)))


def find_row(uow: UnitOfWork, table: str, row_id: int) -> Any:
    """The row of a table by its id, or None where it is gone."""
    classes = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return uow.session.get(classes[table], row_id)
