"""Résumés received at a booth: showing one's own ticket there is the consent, kept as a grant."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jobmatch.accounts.models import Organization, User
from jobmatch.core.actors import system_actor
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import BoothDesk, FairResume
from jobmatch.fairs.day.services.queues import hold_desk, require_booth, require_open
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.cards import PersonCard
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import card, load_full
from jobmatch.people.services.grants import record_grant, revoke_grant
from jobmatch.people.states import GrantField, GrantPurpose

GRANT_DAYS = 90
"""Until the last follow-up of the fair; the person can take it back any day."""


def receive_resume(
    uow: UnitOfWork, exhibitor: Exhibitor, registration: FairRegistration, *, by_tap: bool = False
) -> FairResume | None:
    """The person showed the own ticket at this booth, or tapped on the own page: its employer may see the file for a
    while, and the person is told.

    None for somebody without a file here: there is no résumé to give. A second showing gives nothing twice, but gives
    again what was taken back in between. Called after the ticket was checked.
    """
    employer = require_booth(uow, exhibitor)
    fair = require_open(uow, exhibitor)
    if registration.person_id is None:
        return None
    row = find_resume(uow, exhibitor.id, registration.id)
    if row is not None and live_grant(uow, row) is not None:
        return row
    person = uow.session.get_one(Person, registration.person_id)
    if person.erased_at is not None:
        return None
    organization = uow.session.get_one(Organization, employer.organization_id)
    until = uow.today + timedelta(days=GRANT_DAYS)
    grant = record_grant(
        uow.acting_as(system_actor(_("招聘会现场扫码"))),
        person,
        organization_id=organization.id,
        purpose=GrantPurpose.BOOTH_SCAN,
        fields=[GrantField.NAME, GrantField.PHONE, GrantField.WORK_HISTORY],
        valid_until=until,
        notice=_("我在自己的票页上把简历给%(name)s，同意它看我的简历和电话", name=organization.name)
        if by_tap
        else _("我在招聘会上把自己的票给%(name)s看，同意它看我的简历和电话", name=organization.name),
    )
    _tell(uow, person, organization, fair, grant)
    if row is not None:
        row.grant_id = grant.id
        uow.session.flush()
        return row
    row = FairResume(exhibitor_id=exhibitor.id, registration_id=registration.id, grant_id=grant.id, at=uow.now)
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
    except IntegrityError:
        return find_resume(uow, exhibitor.id, registration.id)
    hold_desk(uow, exhibitor.id, resume_count=BoothDesk.resume_count + 1)
    uow.audit("fair_resume.receive", exhibitor, registration=registration.public_id)
    return row


def _tell(uow: UnitOfWork, person: Person, organization: Organization, fair: JobFair, grant: Grant) -> None:
    """Who has an account reads at once who holds the résumé, and where it is taken back."""
    user = uow.session.get(User, person.user_id) if person.user_id is not None else None
    if user is not None:
        send(
            uow,
            user,
            group=MessageGroup.FAIR,
            title=lambda: _("%(name)s收到了您的简历", name=organization.name),
            body=lambda: _("在“%(fair)s”上给的。不是您给的，或者不想给了，点开收回", fair=fair.title),
            link="/me/privacy/consents",
            once=f"fair_resume:{grant.public_id}",
        )


def find_resume(uow: UnitOfWork, exhibitor_id: int, registration_id: int) -> FairResume | None:
    """What this exhibitor received from this person."""
    query = select(FairResume).where(
        FairResume.exhibitor_id == exhibitor_id, FairResume.registration_id == registration_id
    )
    return uow.session.scalars(query).one_or_none()


def live_grant(uow: UnitOfWork, row: FairResume) -> Grant | None:
    """The consent behind a résumé, while it holds."""
    grant = uow.session.get(Grant, row.grant_id) if row.grant_id else None
    return grant if grant and grant.revoked_at is None and grant.valid_until >= uow.today else None


def take_back_resumes(uow: UnitOfWork, registration: FairRegistration) -> None:
    """The file was somebody else's: what exhibitors were allowed to see of it by this ticket ends at once."""
    mine = select(Grant).join(FairResume, FairResume.grant_id == Grant.id)
    system = uow.acting_as(system_actor(_("报名从档案断开")))
    for grant in uow.session.scalars(mine.where(FairResume.registration_id == registration.id)).all():
        revoke_grant(system, grant)


def granted_ids(uow: UnitOfWork, exhibitor: Exhibitor) -> set[int]:
    """Registrations whose people let this exhibitor know them today."""
    live = (FairResume.exhibitor_id == exhibitor.id, Grant.revoked_at.is_(None), Grant.valid_until >= uow.today)
    query = select(FairResume.registration_id).join(Grant, Grant.id == FairResume.grant_id)
    return set(uow.session.scalars(query.where(*live)))


def shown_card(uow: UnitOfWork, exhibitor: Exhibitor, registration: FairRegistration) -> PersonCard | None:
    """The card of somebody who showed the ticket here, while their consent holds; None otherwise."""
    employer = require_booth(uow, exhibitor)
    row = find_resume(uow, exhibitor.id, registration.id)
    if row is None or registration.person_id is None or live_grant(uow, row) is None:
        return None
    query = select(Person).where(Person.id == registration.person_id, Person.erased_at.is_(None))
    person = uow.session.scalars(load_full(query)).one_or_none()
    return card(uow, person, organization_id=employer.organization_id) if person else None
