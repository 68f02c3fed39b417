"""Links of employers: signed, so that the office can copy one again at any time, and nothing is stored."""

from __future__ import annotations

import hmac

from sqlalchemy import select

from jobmatch.accounts.services.throttles import brake_unknown_link
from jobmatch.core.crypto import keyring
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.demand.models import DemandAnswer, DemandRound
from recruiters.demand.queries import Asked, load_answers
from recruiters.employers.models import Employer


def link_token(answer: DemandAnswer) -> str:
    """What stands in the link of one employer in one round."""
    return f"{answer.public_id}.{_signature(answer.public_id)}"


def _signature(public_id: str) -> str:
    return keyring().fingerprint(public_id, purpose="demand-link").hex()


def open_link(uow: UnitOfWork, token: str) -> Asked:
    """What a link opens while its round runs. Raises ``NotFound``."""
    public_id, _dot, signature = token.partition(".")
    row = None
    if hmac.compare_digest(signature.encode(), _signature(public_id).encode()):
        query = load_answers(
            select(DemandAnswer, DemandRound, Employer).where(
                DemandAnswer.public_id == public_id,
                DemandRound.opens_on <= uow.today,
                DemandRound.closes_on >= uow.today,
            )
        )
        row = uow.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(_("这个链接不对，或者这次调查已经结束。请打电话问服务中心"))
    return Asked(*row)


def count_try(uow: UnitOfWork, token: str) -> None:
    """Count a press on an unknown link. Raises ``Limited``."""
    brake_unknown_link(uow, token, lambda: open_link(uow, token))
