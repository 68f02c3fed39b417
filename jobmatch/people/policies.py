"""Who may see, change and verify a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_
from sqlalchemy import select as select_from

from jobmatch.accounts.models import User
from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.consents import Grant, Verification, VerificationAppeal
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import load_full
from jobmatch.people.states import ClaimState
from jobmatch.reference.models import Region


def visible_people(actor: Actor, select: Any, *, aggregate: bool = False) -> Any:
    """People the actor may see: the own row, staff's subtree, and for other organizations those who let them.

    ``select`` is a ``Select`` of any columns, and so is the answer. ``aggregate`` is for figures in which nobody can
    be recognized: superior readers count their subtree too, and everybody counts by 安置地.
    """
    if actor.is_system:
        return visible(select, "person")
    if aggregate and actor.can("report.read") and actor.region_path:
        return visible(select.where(counted_below(actor.region_path), Person.erased_at.is_(None)), "person")
    return visible(select.where(_reach(actor), Person.erased_at.is_(None)), "person")


def seen_person(uow: UnitOfWork, public_id: str, *, in_full: bool = False) -> Person:
    """The person of this public id, ``in_full`` with every part of the file, if the actor may see them.

    Raises ``NotFound``.
    """
    query = select_from(Person).where(Person.public_id == public_id)
    found: Person = uow.one(visible_people(uow.actor, load_full(query) if in_full else query))
    return found


def visible_served_people(actor: Actor, select: Any) -> Any:
    """People whom the actor's office serves: for lists with whole numbers and for saying who is responsible.

    The place of resettlement reads along, but takes no numbers away and decides nothing.
    """
    found = visible_people(actor, select)
    return found if actor.is_system else found.where(serves(actor))


def counted_below(region_path: str) -> ColumnElement[bool]:
    """Condition on ``Person``: they count in the figures of a subtree, by 安置地, or else by where they are served."""
    resettled = Person.resettled_region_code
    is_resettled = resettled.startswith(_place_of(region_path), autoescape=True)
    return or_(is_resettled, resettled.is_(None) & _below(region_path))


def counted_path() -> ColumnElement[str]:
    """The path of the place that somebody counts in."""
    own = select_from(Region.path).where(Region.code == Person.resettled_region_code).scalar_subquery()
    return func.coalesce(own, Person.region_path)


def serves(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``Person``: the actor's office is the one that serves them, where they live."""
    return _below(actor.region_path) if actor.region_path else false()


def _below(region_path: str) -> ColumnElement[bool]:
    return Person.region_path.startswith(region_path, autoescape=True)


def _reach(actor: Actor) -> ColumnElement[bool]:
    if actor.can("person.read") and actor.region_path:
        resettled = Person.resettled_region_code.startswith(_place_of(actor.region_path), autoescape=True)
        return or_(_below(actor.region_path), resettled)
    if actor.can("person.own"):
        return own_files(actor)
    by_grant = actor.can("application.handle") or actor.can("application.handed")
    if by_grant and actor.organization_id is not None:
        return exists().where(
            Grant.person_id == Person.id,
            Grant.organization_id == actor.organization_id,
            Grant.revoked_at.is_(None),
            Grant.valid_until >= local_day(utcnow()),
        )
    return false()


def own_files(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``Person``: the actor's own file, once nothing is left to claim."""
    if actor.user_id is None or not actor.can("person.own"):
        return false()
    return (Person.user_id == actor.user_id) & (Person.claim_state == ClaimState.NONE)


def _place_of(region_path: str) -> str:
    """The code of the place a subtree begins at; the code of every place below begins with it."""
    return region_path.strip("/").split("/")[-1]


def visible_unclaimed(actor: Actor, select: Any) -> Any:
    """The own file that still has to be claimed: only ever to ask for the claim."""
    mine = (Person.user_id == actor.user_id) & (Person.claim_state != ClaimState.NONE) & Person.erased_at.is_(None)
    return visible(select.where(mine if actor.user_id is not None else false()), "person")


def visible_appeals(actor: Actor, select: Any) -> Any:
    """Appeals that came to the actor's office; the person reads the own ones on their own page."""
    if actor.is_system:
        return visible(select, "verification_appeal")
    reach = actor.region_path if actor.can("person.verify") else ""
    narrow = VerificationAppeal.region_path.startswith(reach, autoescape=True) if reach else false()
    return visible(select.where(narrow), "verification_appeal")


def is_own_file(actor: Actor, person: Person) -> bool:
    """Whether the file is the actor's own and nothing is left to claim: a phone alone opens no file."""
    is_mine = actor.can("person.own") and actor.user_id is not None and person.user_id == actor.user_id
    return is_mine and person.claim_state is ClaimState.NONE


def _in_scope(actor: Actor, person: Person, permission: str) -> bool:
    return actor.can(permission) and actor.reaches(person.region_path)


def can_sign_up(actor: Actor) -> bool:
    """Anybody who has no account here yet, and the system."""
    return actor.is_system or not actor.is_signed_in


def can_register_person(actor: Actor, user: User | None) -> bool:
    """Staff register anybody; others only themselves, at once after their phone was proved."""
    if actor.is_system or actor.can("person.write"):
        return True
    return user is not None and actor.user_id in {None, user.id}


def can_read_person(actor: Actor, person: Person) -> bool:
    """Whether the actor may see the whole file, which no outsider ever does.

    The office of the place of resettlement reads along, since figures go by it; it changes nothing.
    """
    if actor.is_system or is_own_file(actor, person) or _in_scope(actor, person, "person.read"):
        return True
    resettled = person.resettled_region_code or ""
    in_reach = bool(actor.region_path) and resettled.startswith(_place_of(actor.region_path))
    return actor.can("person.read") and in_reach


def can_edit_person(actor: Actor, person: Person) -> bool:
    """The person, or staff of the subtree on the person's behalf."""
    return actor.is_system or is_own_file(actor, person) or _in_scope(actor, person, "person.write")


def can_verify_person(actor: Actor, person: Person) -> bool:
    """Staff of the subtree; nobody verifies the own file."""
    return actor.is_system or (_in_scope(actor, person, "person.verify") and person.user_id != actor.user_id)


def can_reveal_person(actor: Actor, person: Person) -> bool:
    """Staff of the subtree may ask for the full phone and identity number, with a reason."""
    return _in_scope(actor, person, "person.read")


def can_write_register(actor: Actor, person: Person) -> bool:
    """Staff of the subtree keep the employment register; nobody keeps their own."""
    return actor.is_system or (_in_scope(actor, person, "register.write") and person.user_id != actor.user_id)


def can_act_for_person(actor: Actor, person: Person) -> bool:
    """Staff of the subtree may write down that somebody lets them act; nobody does so for the own file."""
    return _in_scope(actor, person, "person.write") and person.user_id != actor.user_id


def can_claim_person(actor: Actor, person: Person) -> bool:
    """Whoever signed in with the phone of the file."""
    return actor.can("person.own") and actor.user_id is not None and person.user_id == actor.user_id


def can_appeal_verification(actor: Actor, person: Person) -> bool:
    """The person themselves."""
    return actor.is_system or is_own_file(actor, person)


def can_decide_appeal(actor: Actor, appeal: VerificationAppeal, refusal: Verification, person: Person) -> bool:
    """Staff of the station above, and never the one who refused or whose file it is."""
    if actor.is_system:
        return True
    in_reach = actor.reaches(appeal.region_path)
    is_own = actor.user_id in {refusal.by_id, person.user_id}
    return actor.can("person.verify") and in_reach and not is_own
