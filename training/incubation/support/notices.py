"""What founders are told about their supports, in their language."""

from __future__ import annotations

from jobmatch.accounts.models import User
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person
from training.incubation.support.models import VentureSupport


def tell_founder(uow: UnitOfWork, support: VentureSupport) -> None:
    """Whose support it is hears where it stands, unless they did it themselves."""
    person = uow.session.get(Person, support.person_id) if support.person_id else None
    user = uow.session.get(User, person.user_id) if person is not None and person.user_id else None
    if user is None or user.id == uow.actor.user_id:
        return
    title, state = support.policy.title, support.state
    send(
        uow,
        user,
        group=MessageGroup.TRAINING,
        title=lambda: _("%(title)s：%(state)s", title=title, state=state.label),
        body=support.decided_words,
        link=f"/my/supports/{support.public_id}",
        once=f"support:{support.public_id}:{state.value}:{uow.now.isoformat()}",
    )
