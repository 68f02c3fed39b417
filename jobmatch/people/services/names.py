"""Columns that older rows do not have yet: how a name sounds, the last four of numbers, notes that are sealed now."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from jobmatch.core.crypto import keyring, place_of
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.pinyin import name_pinyin


def fill_search_columns(uow: UnitOfWork, *, most: int = 500) -> int:
    """Fill pinyin, initials and tails of up to ``most`` people whose row is older than these columns; returns how many.

    Nothing that anybody said changes, so neither the version nor the stamp of the row moves.
    """
    require(uow.actor.is_system)
    people = uow.session.scalars(select(Person).where(Person.initials.is_(None)).order_by(Person.id).limit(most)).all()
    rows = []
    for person in people:
        pinyin, initials = name_pinyin(person.name)
        phone, number = person.phone, person.id_number
        rows.append(
            {
                "row_id": person.id,
                "pinyin": pinyin,
                "initials": initials,
                "phone_tail_blind": Person.phone.tail_fingerprint(phone) if phone else None,
                "id_number_tail_blind": Person.id_number.tail_fingerprint(number) if number else None,
            }
        )
    if rows:
        uow.session.connection().execute(update(Person).where(Person.id == bindparam("row_id")), rows)
    return len(rows)


def seal_fitness_notes(uow: UnitOfWork, *, most: int = 500) -> int:
    """Seal what older rows of up to ``most`` people say in clear about their fitness; returns how many."""
    require(uow.actor.is_system)
    rows = []
    for person in uow.session.scalars(select(Person).where(Person.plain_fitness_note != "").limit(most)):
        sealed = keyring().seal(person.plain_fitness_note, place=place_of("person", "fitness_note", person.public_id))
        rows.append({"row_id": person.id, "fitness_note_sealed": sealed, "fitness_note": ""})
    if rows:
        uow.session.connection().execute(update(Person).where(Person.id == bindparam("row_id")), rows)
    return len(rows)
