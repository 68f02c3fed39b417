"""Choosing by purpose: what follows from a yes or a no is done in the same unit as the line of the ledger."""

from __future__ import annotations

from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.services import set_personal
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.consents import record_consent
from jobmatch.people.services.resume import set_open_to_employers
from jobmatch.people.states import ConsentPurpose

CHOSEN = (
    ConsentPurpose.EMPLOYERS,
    ConsentPurpose.RECOMMENDATION,
    ConsentPurpose.POLICY_MESSAGES,
    ConsentPurpose.RESEARCH,
)
"""What is chosen here; an organization's view is taken back organization by organization, the file by erasing it."""


def choose(uow: UnitOfWork, person: Person, purpose: ConsentPurpose, *, is_given: bool) -> Person:
    """Give or withdraw consent to one purpose. Raises ``Invalid`` for one that is decided elsewhere."""
    require(can_edit_person(uow.actor, person))
    if purpose not in CHOSEN:
        raise Invalid(_("这一项在“谁能看到我”或“注销档案”里办理"))
    if purpose is ConsentPurpose.EMPLOYERS:
        set_open_to_employers(uow, person, is_given)
    elif purpose is ConsentPurpose.RECOMMENDATION:
        set_personal(uow, person, is_personal=is_given)
    else:
        record_consent(uow, person, purpose, is_given=is_given)
    return person
