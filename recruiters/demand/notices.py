"""What members of an employer are told about a round."""

from __future__ import annotations

from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import day_words, use_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from recruiters.demand.models import DemandAnswer, DemandRound
from recruiters.demand.queries import quarter_words
from recruiters.employers.models import Employer


def ask(uow: UnitOfWork, held: DemandRound, answer: DemandAnswer, employer: Employer) -> None:
    """Ask every member of the employer to answer, each in their own language."""
    for member in members_of(uow.session, employer.organization_id):
        with use_locale(member.locale):
            send(
                uow,
                member,
                group=MessageGroup.ACCOUNT,
                title=_("请填%(quarter)s用工需求", quarter=quarter_words(held.quarter)),
                body=_(
                    "缺什么人、下季度要几个，两分钟填完；不缺人也请点一下“不缺人”。%(day)s截止。",
                    day=day_words(held.closes_on),
                ),
                link="/employer/demand",
                once=f"demand:{answer.public_id}:{answer.reminder_count}:{member.id}",
            )
