"""Invitations: sending them, what the person says, and how the employer's list stands.

A yes is the person's own agreement that this employer sees name and phone until a day (PIPL article 23); before it, and
after it was taken back or has ended, the employer sees a masked card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from jobmatch.accounts.models import Organization, User
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Conflict, Invalid, Limited, require
from jobmatch.core.i18n import N_, day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.matching import notices
from jobmatch.matching.models import PairFact, PostingInvitation
from jobmatch.matching.policies import can_choose_postings, can_invite_person
from jobmatch.matching.queries import facts_of, invitations_since, is_open_person
from jobmatch.matching.services import dismiss, record_fact
from jobmatch.matching.states import FactKind, InvitationAnswer
from jobmatch.people.cards import PersonCard
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import cards, load_full, not_blocked
from jobmatch.people.services.grants import record_grant, revoke_grant
from jobmatch.people.states import GrantField, GrantPurpose
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

INVITATIONS_A_DAY = 20
INVITATION_DAYS = 14
CONTACT_DAYS = 30
"""For so long a yes opens name and phone."""


class InvitationState(LabelledEnum):
    """How an invitation stands for the employer."""

    WAITING = "waiting", N_("等对方回答")
    YES = "yes", N_("同意联系")
    APPLIED = "applied", N_("已经投递")
    NO = "no", N_("不考虑")
    EXPIRED = "expired", N_("过期没有回答")


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """One line of the employer's list; ``card`` is masked unless a live grant opens it."""

    invitation: PostingInvitation
    posting: Posting
    card: PersonCard
    state: InvitationState


def invite_person(uow: UnitOfWork, posting: Posting, person: Person) -> bool:
    """Ask a person to apply, in the employer's name; returns whether they were told (once, whatever is pressed again).

    ``posting`` is loaded with its employer. The employer still sees neither name nor phone. Raises ``Conflict`` where
    the posting is not open or the person no longer lets employers find them, ``Limited`` beyond the day's number.
    """
    employer = posting.employer
    require(can_invite_person(uow.actor, employer))
    if not uow.rows(visible_public_postings(uow.actor, select(Posting.id).where(Posting.id == posting.id))):
        raise Conflict(_("这个岗位现在没有公开招聘，发布后再邀请"))
    still_open = select(Person.id).where(
        Person.id == person.id, is_open_person(), not_blocked(employer.organization_id)
    )
    if person.user_id is None or uow.session.scalar(still_open) is None:
        raise Conflict(_("这位现在不接受单位邀请，请看看其他人"))
    kinds = facts_of(uow.session, person.id, [posting.id]).get(posting.id, set())
    if FactKind.INVITED in kinds:
        return False
    if kinds & {FactKind.APPLIED, FactKind.DISMISSED}:
        raise Conflict(_("这位已经看过这个岗位，请看看其他人"))
    since = datetime.combine(uow.today, time.min, SHANGHAI)
    if invitations_since(uow.session, employer.id, since) >= INVITATIONS_A_DAY:
        raise Limited(_("今天已经邀请了 %(n)s 人，请明天再来", n=INVITATIONS_A_DAY), retry_after=3600)
    record_fact(uow, person.id, posting.id, FactKind.INVITED)
    invitation = PostingInvitation(
        person_id=person.id,
        posting_id=posting.id,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
        expires_on=uow.today + timedelta(days=INVITATION_DAYS),
    )
    uow.session.add(invitation)
    uow.session.flush()
    organization = employer.organization.name
    told = send(
        uow,
        uow.session.get_one(User, person.user_id),
        group=MessageGroup.RECOMMENDATION,
        title=lambda: notices.invitation_title(organization, posting.title),
        body=notices.invitation_body,
        link=f"/me/invitations/{invitation.public_id}",
        once=f"invite:{posting.public_id}",
    )
    uow.audit("person.invite", person, posting=posting.public_id)
    return told is not None


def invitations() -> Select[*tuple[Any, ...]]:
    """(invitation, posting), the newest first; the policy of postings leaves those of the own employer."""
    query = select(PostingInvitation, Posting).join(Posting, Posting.id == PostingInvitation.posting_id)
    return query.order_by(PostingInvitation.created_at.desc(), PostingInvitation.id.desc())


def invitation_to(person_id: int, public_id: str) -> Select[*tuple[Any, ...]]:
    """(invitation, posting) of one person's own invitation, with the employer."""
    mine = (PostingInvitation.public_id == public_id, PostingInvitation.person_id == person_id)
    full = joinedload(Posting.employer).joinedload(Employer.organization)
    return invitations().where(*mine).options(full)


def state_of(invitation: PostingInvitation, *, has_applied: bool, today: date) -> InvitationState:
    """How an invitation stands on a day; who applied has said more than a yes."""
    if has_applied:
        return InvitationState.APPLIED
    if invitation.answer is not None:
        return InvitationState(invitation.answer.value)
    return InvitationState.EXPIRED if invitation.expires_on < today else InvitationState.WAITING


def invited_people(uow: UnitOfWork, rows: Sequence[tuple[PostingInvitation, Posting]]) -> list[InvitedPerson]:
    """The lines of rows of ``invitations`` that a policy returned, in their order, with a fixed number of statements.

    Somebody who was erased or shut themselves off stands masked; their answer stays.
    """
    ids = {invitation.person_id for invitation, _posting in rows}
    people = {p.id: p for p in uow.session.scalars(load_full(select(Person).where(Person.id.in_(ids))))}
    shown = cards(uow, list(people.values()), organization_id=uow.actor.organization_id)
    by_id = dict(zip(people, shown, strict=True))
    applied = (PairFact.kind == FactKind.APPLIED, PairFact.person_id.in_(ids))
    sent = {(p, q) for p, q in uow.session.execute(select(PairFact.person_id, PairFact.posting_id).where(*applied))}
    return [
        InvitedPerson(
            invitation,
            posting,
            by_id[invitation.person_id],
            state_of(invitation, has_applied=(invitation.person_id, posting.id) in sent, today=uow.today),
        )
        for invitation, posting in rows
    ]


def contact_until(today: date) -> date:
    """The last day on which an employer sees the phone of somebody who says yes ``today``."""
    return today + timedelta(days=CONTACT_DAYS)


def answer_invitation(
    uow: UnitOfWork, invitation: PostingInvitation, posting: Posting, person: Person, *, answer: str
) -> PostingInvitation:
    """What the person says; the same answer twice changes nothing, and a no after a yes takes the phone back.

    ``posting`` is loaded with its employer. Raises ``Invalid`` for no answer, ``Conflict`` where the invitation has
    run out.
    """
    require(can_choose_postings(uow.actor, person))
    if answer not in set(InvitationAnswer):
        raise Invalid(fields={"answer": _("请选一个")})
    said = InvitationAnswer(answer)
    if invitation.answer is said:
        return invitation
    if invitation.answer is None and invitation.expires_on < uow.today:
        raise Conflict(_("这个邀请已经过期。还想去，可以直接投递"))
    if said is InvitationAnswer.YES:
        invitation.grant_id = _open_contact(uow, posting.employer.organization, person).id
    else:
        _close_contact(uow, invitation)
        dismiss(uow, person, posting)
    invitation.answer, invitation.answered_at = said, uow.now
    uow.session.flush()
    uow.audit("invitation.answer", invitation, answer=said.value)
    _tell(uow, invitation, posting, is_yes=said is InvitationAnswer.YES)
    return invitation


def _open_contact(uow: UnitOfWork, organization: Organization, person: Person) -> Grant:
    until = contact_until(uow.today)
    return record_grant(
        uow,
        person,
        organization_id=organization.id,
        purpose=GrantPurpose.INVITATION,
        fields=(GrantField.NAME, GrantField.PHONE),
        valid_until=until,
        notice=notices.contact_text(organization.name, day_words(until)),
    )


def _close_contact(uow: UnitOfWork, invitation: PostingInvitation) -> None:
    grant = uow.session.get(Grant, invitation.grant_id) if invitation.grant_id else None
    invitation.grant_id = None
    if grant is not None:
        revoke_grant(uow, grant)


def _tell(uow: UnitOfWork, invitation: PostingInvitation, posting: Posting, *, is_yes: bool) -> None:
    inviter = uow.session.get(User, invitation.created_by_id) if invitation.created_by_id else None
    if inviter is None or not inviter.is_active:
        return
    send(
        uow,
        inviter,
        group=MessageGroup.RECOMMENDATION,
        title=lambda: notices.answer_title(posting.title, is_yes=is_yes),
        link="/employer/invitations",
        once=f"invitation-answer:{invitation.public_id}:{is_yes}",
    )
