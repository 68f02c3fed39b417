"""Background work of the inbox: text messages, e-mails, and notices that lower rooms ask for."""

from __future__ import annotations

from functools import partial
from typing import Any

from jobmatch.accounts import ports
from jobmatch.accounts.models import User
from jobmatch.accounts.notices import account_notice
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.mail import Letter, send_letter
from jobmatch.core.queue import Timed
from jobmatch.inbox.services import claim_delivery, record_delivery, send, try_again
from jobmatch.inbox.states import Channel, MessageGroup


def deliver(context: JobContext, *, delivery_id: int) -> dict[str, Any]:
    """Send one text message or e-mail. What is not taken is tried again later, for a day."""
    with context.unit() as uow:
        parcel = claim_delivery(uow, delivery_id)
    if parcel is None:
        return {"sent": False}
    if parcel.channel is Channel.EMAIL:
        files = [parcel.file] if parcel.file is not None else []
        is_sent = send_letter(Letter(parcel.to, parcel.title, parcel.text, files))
    else:
        is_sent = ports.send_code(parcel.to, parcel.text)
    with context.unit() as uow:
        record_delivery(uow, delivery_id, is_sent=is_sent)
    return {"sent": is_sent}


def deliver_again(context: JobContext) -> dict[str, Any]:
    """Try once more what a gateway or mail server did not take."""
    with context.unit() as uow:
        return {"again": try_again(uow)}


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


JOBS: dict[str, JobFunction] = {
    "inbox.deliver": deliver,
    "inbox.deliver_again": deliver_again,
    "inbox.account_notice": tell_account,
}
TIMED = (Timed("inbox.deliver_again", 15),)
