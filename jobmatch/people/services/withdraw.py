"""Taking back a file that was opened by mistake a moment ago."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.accounts.models import User
from jobmatch.accounts.services.sign_up import record_unused_account_closed
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonCertificate,
    PersonKind,
    PersonLicence,
    PersonSkill,
    ServiceRecord,
    ServiceSpecialty,
    WorkHistory,
)
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.common import touch

_CHILDREN: tuple[Any, ...] = (PersonKind, PersonSkill, PersonCertificate, PersonLicence, JobIntention, ServiceRecord)


def record_withdrawn_file(uow: UnitOfWork, person: Person) -> Person:
    """Empty a file that nobody used yet, and close the account that came with it.

    The row stays without any personal fact, since indexed rows are never deleted. Raises ``Conflict`` where the person
    signed in, or work, the register or a grant already stands on the file.
    """
    require(can_edit_person(uow.actor, person))
    user = uow.session.get(User, person.user_id) if person.user_id else None
    used = any(
        uow.session.scalar(select(model.id).where(model.person_id == person.id).limit(1)) is not None
        for model in (WorkHistory, EmploymentSpell, Grant)
    )
    if used or (user is not None and user.last_sign_in_at is not None):
        raise Conflict(_("这份档案已经用过，不能撤回。填错的地方请在档案里改"))
    records = select(ServiceRecord.id).where(ServiceRecord.person_id == person.id)
    uow.session.execute(delete(ServiceSpecialty).where(ServiceSpecialty.service_record_id.in_(records)))
    for model in _CHILDREN:
        uow.session.execute(delete(model).where(model.person_id == person.id))
    if user is not None:
        person.user_id = None
        uow.session.flush()
        record_unused_account_closed(uow, user)
    person.name, person.sex, person.about = "", "", ""
    person.phone = person.id_number = person.birth_on = None
    person.latitude = person.longitude = None
    person.registered_region_code = person.resettled_region_code = person.living_region_code = None
    person.is_open_to_employers = False
    person.erased_at = uow.now
    touch(uow, person, "kinds", "service", "skills", "certificates", "licences", "intention")
    uow.audit("person.withdrawn", person)
    return person
