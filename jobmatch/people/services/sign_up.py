"""Signing up: the account and the file of somebody who comes by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jobmatch.accounts.models import User
from jobmatch.accounts.services.sign_up import sign_up_person
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import (
    can_register_person,
    can_sign_up,
)
from jobmatch.people.queries.people import find_by_phone, person_of
from jobmatch.people.services.common import (
    Findings,
    clean_person_name,
    touch,
)
from jobmatch.people.services.consents import record_consent
from jobmatch.people.services.people import check_facts, check_mobile, register_person, role_for
from jobmatch.people.states import ClaimState, ConsentPurpose


def check_sign_up_phone(phone: str) -> None:
    """Raise ``Invalid`` for what is no mobile number."""
    found = Findings()
    check_mobile(found, phone)
    found.stop()


def check_sign_up(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    kinds: Sequence[str],
    region_code: str,
    birth_on: date | None,
    agreed: bool,
) -> None:
    """Raise ``Invalid`` with everything that is wrong with a sign-up, before its code is tried."""
    found = Findings()
    check_mobile(found, phone)
    found.check(agreed, "agreed", _("需要您同意，才能建立简历"))
    check_facts(uow, found, name=name, kinds=kinds, region_code=region_code, birth_on=birth_on)
    found.stop()


def sign_up(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    code: str,
    kinds: Sequence[str],
    region_code: str,
    birth_on: date | None,
    agreed: bool,
) -> Person:
    """Open an account with a proved phone and the file that goes with it.

    Raises ``Invalid`` where a fact is missing, the code is not right, or the person is too young to work.
    """
    require(can_sign_up(uow.actor))
    check_sign_up(uow, name=name, phone=phone, kinds=kinds, region_code=region_code, birth_on=birth_on, agreed=agreed)
    user = sign_up_person(uow, name=clean_person_name(name), phone=phone, code=code, role=role_for(kinds))
    person = _claim(uow, user, name, phone) or register_person(
        uow, name=name, phone=phone, kinds=kinds, region_code=region_code, user=user, birth_on=birth_on
    )
    record_consent(uow, person, ConsentPurpose.FILE, is_given=True)
    return person


def open_own_file(
    uow: UnitOfWork, *, name: str, kinds: Sequence[str], region_code: str, birth_on: date | None, agreed: bool
) -> Person:
    """The file of somebody who signed in without having one, such as an employer's member who served.

    Raises ``Invalid`` where a fact is missing, ``Conflict`` where there is a file already.
    """
    user = uow.session.get_one(User, uow.actor.user_id)
    require(uow.actor.can("person.own") and can_register_person(uow.actor, user))
    if person_of(uow.session, user.id) is not None:
        raise Conflict(_("您已经建过档了"))
    if not agreed:
        raise Invalid(fields={"agreed": _("需要您同意，才能建立简历")})
    person = register_person(
        uow,
        name=name,
        phone=user.phone or "",
        kinds=kinds,
        region_code=region_code,
        user=user,
        birth_on=birth_on,
    )
    record_consent(uow, person, ConsentPurpose.FILE, is_given=True)
    return person


def _claim(uow: UnitOfWork, user: User, name: str, phone: str) -> Person | None:
    """The file that staff opened with the phone that was just proved and the same name: it becomes the person's own.

    Where staff noted an identity number, its last four are asked before the file opens (``claims``).
    """
    for person in find_by_phone(uow.session, phone):
        if person.user_id is None and person.name == clean_person_name(name):
            person.user_id = user.id
            has_number = person.id_number_blind is not None
            person.claim_state = ClaimState.DUE if has_number else ClaimState.NONE
            person.claimed_at = None if has_number else uow.now
            touch(uow, person)
            uow.audit("person.claim", person)
            return person
    return None
