"""The ledger of consent: lines are added, never changed."""

from __future__ import annotations

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Consent
from jobmatch.people.models.person import Person
from jobmatch.people.queries.consents import current_notice
from jobmatch.people.states import ConsentPurpose, ConsentWay


def record_consent(
    uow: UnitOfWork,
    person: Person,
    purpose: ConsentPurpose,
    *,
    is_given: bool,
    organization_id: int | None = None,
    notice: str = "",
) -> Consent:
    """Note that the person agreed to ``purpose`` or took it back; ``notice`` is the text they saw.

    ``organization_id`` names the recipient, where the purpose is one (PIPL article 23). What follows from it is the
    caller's to do in the same unit, as is asking whether the actor may.
    """
    present = current_notice(uow.session, uow.today)
    way = ConsentWay.WINDOW
    if uow.actor.is_system:
        way = ConsentWay.SYSTEM
    elif uow.actor.user_id is None or uow.actor.user_id == person.user_id:
        way = ConsentWay.SCREEN
    line = Consent(
        person_id=person.id,
        purpose=purpose,
        organization_id=organization_id,
        is_given=is_given,
        notice=notice,
        notice_version=present.number if present else 0,
        way=way,
        by_user_id=uow.actor.user_id,
        at=uow.now,
    )
    uow.session.add(line)
    uow.session.flush()
    uow.audit("consent.given" if is_given else "consent.withdrawn", person, purpose=purpose.value)
    return line
