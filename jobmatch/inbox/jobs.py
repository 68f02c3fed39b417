"""Background work of the inbox: text messages, and notices that lower rooms ask for."""

from __future__ import annotations

from functools import partial
from typing import Any

from jobmatch.accounts import ports
from jobmatch.accounts.models import User
from jobmatch.accounts.notices import account_notice
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.inbox.services import claim_delivery, record_delivery, send
from jobmatch.inbox.states import MessageGroup


def deliver(context: JobContext, *, delivery_id: int) -> dict[str, Any]:
    """Send one text message. A gateway that is away raises, so that the job is tried again."""
    with context.unit() as uow:
        claimed = claim_delivery(uow, delivery_id)
    if claimed is None:
        return {"sent": False}
    is_sent = ports.send_code(*claimed)
    with context.unit() as uow:
        record_delivery(uow, delivery_id, is_sent=is_sent)
    if not is_sent:
        raise OSError("the gateway did not take the message")
    return {"sent": True}


def tell_account(context: JobContext, *, user_id: int, notice: str, once: str) -> dict[str, Any]:
    """Leave the notice that accounts asked for, in the reader's language."""
    with context.unit() as uow:
        user = uow.session.get_one(User, user_id)
        title = partial(_part, notice, 0)
        message = send(
            uow,
            user,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=partial(_part, notice, 1),
            link="/account",
            once=once,
        )
        return {"message": message.public_id if message else ""}


def _part(notice: str, number: int) -> str:
    return account_notice(notice)[number]


JOBS: dict[str, JobFunction] = {"inbox.deliver": deliver, "inbox.account_notice": tell_account}
