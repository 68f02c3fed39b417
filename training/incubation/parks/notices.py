"""What founders and operators are told, in the reader's language."""

from __future__ import annotations

from jobmatch.accounts.models import User
from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person
from training.incubation.parks.models import Tenancy
from training.incubation.parks.states import TenancyState


def tell_founder(uow: UnitOfWork, tenancy: Tenancy, after: TenancyState) -> None:
    """Whose venture it is hears where their tenancy stands, unless they did it themselves."""
    person = uow.session.get(Person, tenancy.venture.person_id) if tenancy.venture.person_id else None
    user = uow.session.get(User, person.user_id) if person is not None and person.user_id else None
    if user is None or user.id == uow.actor.user_id:
        return
    park = tenancy.incubator.organization.name
    words = tenancy.ask_words if after is TenancyState.TO_COMPLETE else tenancy.left_reason or tenancy.decided_words
    send(
        uow,
        user,
        group=MessageGroup.TRAINING,
        title=lambda: _("%(park)s入驻：%(state)s", park=park, state=after.label),
        body=words,
        link=f"/my/tenancy/{tenancy.public_id}",
        once=f"tenancy:{tenancy.public_id}:{after.value}:{uow.now.isoformat()}",
    )


def tell_operators(uow: UnitOfWork, tenancy: Tenancy) -> None:
    """The operators hear of an application that waits for their answer."""
    name = tenancy.venture.name
    for user in members_of(uow.session, tenancy.incubator.organization_id):
        send(
            uow,
            user,
            group=MessageGroup.TRAINING,
            title=lambda: _("有项目申请入驻：%(name)s", name=name or _("未起名的项目")),
            link=f"/incubator/tenancies/{tenancy.public_id}",
            once=f"tenancy-applied:{tenancy.public_id}:{uow.now.isoformat()}",
        )
