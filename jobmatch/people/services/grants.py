"""Who may see a person: grants given, and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.consents import record_consent
from jobmatch.people.states import ConsentPurpose, GrantField, GrantPurpose


def record_grant(
    uow: UnitOfWork,
    person: Person,
    *,
    organization_id: int,
    purpose: GrantPurpose,
    fields: Iterable[GrantField],
    valid_until: date,
    notice: str,
) -> Grant:
    """Note that the person lets an organization see ``fields`` until a day; ``notice`` is the text they agreed to.

    Each agreement is a row of its own, so that what was said when stays on record.
    """
    require(can_edit_person(uow.actor, person))
    if valid_until < uow.today:
        raise Invalid(_("同意的期限要晚于今天"))
    grant = Grant(
        person_id=person.id,
        organization_id=organization_id,
        purpose=purpose,
        fields=sorted({GrantField(name).value for name in fields}),
        notice=notice,
        created_at=uow.now,
        valid_until=valid_until,
    )
    uow.session.add(grant)
    uow.session.flush()
    record_consent(uow, person, ConsentPurpose.RECIPIENT, is_given=True, organization_id=organization_id, notice=notice)
    uow.audit("grant.given", person, organization=organization_id, purpose=purpose.value, until=valid_until.isoformat())
    return grant


def revoke_grant(uow: UnitOfWork, grant: Grant) -> Grant:
    """Take one agreement back, at once; doing it twice changes nothing."""
    person = uow.session.get_one(Person, grant.person_id)
    require(can_edit_person(uow.actor, person))
    if grant.revoked_at is None:
        grant.revoked_at = uow.now
        uow.session.flush()
        record_consent(uow, person, ConsentPurpose.RECIPIENT, is_given=False, organization_id=grant.organization_id)
        uow.audit("grant.revoked", person, organization=grant.organization_id)
    return grant


def hide_from(uow: UnitOfWork, person: Person, *, organization_id: int) -> int:
    """Take back everything an organization was allowed to see; returns how many agreements ended.

    Raises ``NotFound`` where it never had one.
    """
    require(can_edit_person(uow.actor, person))
    grants = uow.session.scalars(
        select(Grant).where(Grant.person_id == person.id, Grant.organization_id == organization_id)
    ).all()
    if not grants:
        raise NotFound
    live = [grant for grant in grants if grant.revoked_at is None and grant.valid_until >= uow.today]
    for grant in live:
        revoke_grant(uow, grant)
    return len(live)
