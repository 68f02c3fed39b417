"""The ledger of contacts: what was tried, what follows from it, who counts as lost, and calls people ask for."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import responsible_station
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_kinds, close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.casework.visits.models import Contact, LostSpell, Visit
from jobmatch.casework.visits.policies import can_ask_call, can_record_contact
from jobmatch.casework.visits.queries.contacts import is_lost_by_rule, open_lost_spell, reached_since, valid_contacts
from jobmatch.casework.visits.states import REACHED, REACHED_PERSON, ContactOutcome, ContactWay
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, clean_text, keep_secrets_out
from jobmatch.people.states import JobSearchState
from jobmatch.reference.queries import add_working_days, find_region, rule_value

FAR_DAYS = 366
BATCH = 300


def record_contact(
    uow: UnitOfWork,
    person: Person,
    *,
    way: ContactWay,
    outcome: ContactOutcome,
    done_on: date | None = None,
    note: str = "",
    next_on: date | None = None,
    accept_masked: bool = False,
    client_key: str | None = None,
    corrects: Contact | None = None,
) -> Contact:
    """Write one try to reach a person (today unless ``done_on`` says otherwise) and draw what follows from it.

    Somebody reached closes what waited for it (first contact, contact due, call back) and ends 失联; a next date opens
    a new task; tries without anybody may make the person lost. The same ``client_key`` again returns its row.
    ``corrects`` is the row that this one stands for. Raises ``Invalid`` with every finding, ``Conflict`` where the row
    was corrected before.
    """
    require(can_record_contact(uow.actor, person))
    if client_key:
        known = uow.session.scalars(select(Contact).where(Contact.client_key == client_key)).one_or_none()
        if known is not None:
            if known.person_id != person.id:
                raise Conflict
            return known
    day = done_on or uow.today
    words = _check(uow, day, note, next_on, accept_masked)
    if corrects is not None:
        _check_correction(uow, person, corrects)
    contact = Contact(
        person_id=person.id,
        done_on=day,
        way=way,
        outcome=outcome,
        note=words,
        next_on=next_on,
        by_id=uow.actor.user_id,
        recorded_at=uow.now,
        corrects_id=corrects.id if corrects else None,
        client_key=client_key or None,
    )
    uow.session.add(contact)
    uow.session.flush()
    if corrects is not None:
        uow.session.execute(update(Visit).where(Visit.contact_id == corrects.id).values(contact_id=contact.id))
    uow.audit("contact.record", person, way=way.value, outcome=outcome.value, corrects=contact.corrects_id)
    _draw_tasks(uow, person, contact, corrects)
    _draw_lost(uow, person, contact)
    return contact


def _check(uow: UnitOfWork, day: date, note: str, next_on: date | None, accept_masked: bool) -> str:
    """The note as it may be stored. Raises ``Invalid`` with everything that is wrong."""
    found, year = Findings(), timedelta(days=FAR_DAYS)
    found.check(uow.today - year <= day <= uow.today, "done_on", _("日期应在一年以内，不能晚于今天"))
    is_near = next_on is None or uow.today <= next_on <= uow.today + year
    found.check(is_near, "next_on", _("下次联系的日期应在今天到一年以内"))
    words = keep_secrets_out(found, {"note": clean_text(note)[:500]}, accept_masked=accept_masked)["note"]
    found.stop()
    return words


def _check_correction(uow: UnitOfWork, person: Person, corrects: Contact) -> None:
    later = select(Contact.id).where(Contact.corrects_id == corrects.id)
    if corrects.person_id != person.id or uow.session.scalar(later.limit(1)) is not None:
        raise Conflict(_("这一条已经更正过，请更正最新的那条"))


def _draw_tasks(uow: UnitOfWork, person: Person, contact: Contact, corrects: Contact | None) -> None:
    """Close what the contact settles and open the task of the next date."""
    said = _("%(way)s：%(outcome)s", way=contact.way.label, outcome=contact.outcome.label)
    if corrects is not None:
        close_task(uow, once=f"contact:{corrects.public_id}", outcome=_("记录已更正"))
    if contact.outcome in REACHED:
        kinds = {TaskKind.CONTACT_DUE, TaskKind.NEW_RETURN}
        if contact.outcome in REACHED_PERSON:
            kinds.add(TaskKind.CALL_BACK)
        close_kinds(uow, person, kinds, outcome=said)
    elif contact.next_on is not None:
        close_kinds(uow, person, {TaskKind.CONTACT_DUE}, outcome=said)
    if contact.next_on is not None:
        open_task(
            uow,
            once=f"contact:{contact.public_id}",
            kind=TaskKind.CONTACT_DUE,
            title=_("约好这天联系"),
            due_on=contact.next_on,
            person=person,
            link=contacts_path(person),
        )


def contacts_path(person: Person) -> str:
    """The page where a person's contacts are written down."""
    return f"/staff/people/{person.public_id}/contacts"


def _draw_lost(uow: UnitOfWork, person: Person, contact: Contact) -> None:
    """End or begin 失联, whichever the ledger now says."""
    spell = open_lost_spell(uow.session, person.id)
    if spell is not None:
        is_found = reached_since(uow.session, person.id, spell.since)
        if is_found or not is_lost_by_rule(uow.session, person.id, spell.since):
            spell.ended_on = max(spell.since, contact.done_on)
            uow.session.flush()
            close_task(uow, once=f"lost:{spell.id}", outcome=_("已联系上本人") if is_found else _("记录已更正"))
            uow.audit("contact.found", person)
        return
    if contact.outcome in REACHED_PERSON or not is_lost_by_rule(uow.session, person.id, uow.today):
        return
    spell = LostSpell(person_id=person.id, since=uow.today)
    uow.session.add(spell)
    uow.session.flush()
    uow.audit("contact.lost", person)
    station = helping_station(uow, person)
    due, _estimated = add_working_days(
        uow.session, uow.today, int(rule_value(uow.session, "lost_help_days", uow.today))
    )
    open_task(
        uow,
        once=f"lost:{spell.id}",
        kind=TaskKind.LOST,
        title=_("联系不上，请帮忙找到本人"),
        due_on=due,
        person=person,
        region_path=station.region_path if station else "",
    )


def helping_station(uow: UnitOfWork, person: Person) -> Organization | None:
    """The station that is asked to look for a person: that of 户籍地, else of 现居住地, where it is not their own."""
    own = None
    for code in (person.registered_region_code, person.living_region_code):
        place = find_region(uow.session, code)
        station = responsible_station(uow.session, place.path) if place else None
        if station is not None and station.region_path != person.region_path:
            return station
        own = own or station
    return own


def ask_call_back(uow: UnitOfWork, person: Person) -> Task:
    """The person asks to be called: a task due the next working day; asked twice on a day it is the same task.

    A call that still waits is not asked for again.
    """
    require(can_ask_call(uow.actor, person))
    waiting = uow.session.scalars(
        select(Task).where(Task.person_id == person.id, Task.kind == TaskKind.CALL_BACK, Task.closed_at.is_(None))
    ).first()
    if waiting is not None and waiting.due_on >= uow.today:
        return waiting
    due, _estimated = add_working_days(
        uow.session, uow.today, int(rule_value(uow.session, "call_back_days", uow.today))
    )
    return open_task(
        uow,
        once=f"call-back:{person.id}:{uow.today.isoformat()}",
        kind=TaskKind.CALL_BACK,
        # The title is for the office, whatever language the person reads.
        title="本人请您回电话",
        due_on=due,
        person=person,
        link=contacts_path(person),
    )


# ---------- tasks that a rule makes ----------


def open_first_contacts(uow: UnitOfWork) -> int:
    """A task for each file opened so many days ago with nobody reached since; returns how many were made.

    A person whom another room already put on the list of first contacts is left out.
    """
    wait = int(rule_value(uow.session, "new_return_contact_days", uow.today))
    opened = uow.now - timedelta(days=wait)
    people = uow.session.scalars(
        select(Person)
        .where(
            Person.created_at <= opened,
            Person.created_at > uow.now - timedelta(days=wait + 60),
            Person.erased_at.is_(None),
            ~exists().where(Task.person_id == Person.id, Task.kind == TaskKind.NEW_RETURN),
            ~exists().where(Contact.person_id == Person.id, Contact.outcome.in_(REACHED), valid_contacts()),
        )
        .order_by(Person.id)
        .limit(BATCH)
    ).all()
    for person in people:
        open_task(
            uow,
            once=f"first-contact:{person.id}",
            kind=TaskKind.NEW_RETURN,
            title=_("建档后还没有联系过"),
            due_on=uow.today,
            person=person,
            link=contacts_path(person),
        )
    return len(people)


def open_due_contacts(uow: UnitOfWork) -> int:
    """A task for each person who looks for work and was last reached too long ago; returns how many were made."""
    limit = int(rule_value(uow.session, "contact_every_days", uow.today))
    before = uow.today - timedelta(days=limit)
    people = uow.session.scalars(
        select(Person)
        .where(
            Person.search_state == JobSearchState.LOOKING,
            Person.erased_at.is_(None),
            exists().where(Contact.person_id == Person.id, Contact.outcome.in_(REACHED), valid_contacts()),
            ~exists().where(
                Contact.person_id == Person.id,
                Contact.outcome.in_(REACHED),
                Contact.done_on > before,
                valid_contacts(),
            ),
            ~exists().where(
                Task.person_id == Person.id,
                Task.kind == TaskKind.CONTACT_DUE,
                Task.created_at > uow.now - timedelta(days=limit),
            ),
        )
        .order_by(Person.id)
        .limit(BATCH)
    ).all()
    for person in people:
        open_task(
            uow,
            once=f"silent:{person.id}:{uow.today.isoformat()}",
            kind=TaskKind.CONTACT_DUE,
            title=_("超过 %(n)s 天没有联系", n=limit),
            due_on=uow.today,
            person=person,
            link=contacts_path(person),
        )
    return len(people)
