"""Telling users what happened to their accounts."""

from __future__ import annotations

from jobmatch.accounts import ports
from jobmatch.accounts.models import User
from jobmatch.accounts.notices import account_notice
from jobmatch.core.i18n import use_locale
from jobmatch.core.ids import new_public_id
from jobmatch.core.mail import Letter, send_letter
from jobmatch.core.uow import UnitOfWork


def tell(uow: UnitOfWork, user: User, name: str, *, phone: str | None = None) -> None:
    """Tell ``user`` what happened to the account: by a message on the site and, with a gateway, a text.

    ``phone`` is the old contact where it is no longer the account's. The message is written by background work,
    because messages live on a floor above; the text leaves after the commit.
    """
    uow.enqueue("inbox.account_notice", user_id=user.id, notice=name, once=new_public_id())
    number = phone if phone is not None else user.phone
    if number and ports.has_gateway():
        with use_locale(user.locale):
            text = "。".join(account_notice(name))
        text_after_commit(uow, number, text)


def mail_after_commit(uow: UnitOfWork, letter: Letter) -> None:
    """Send an e-mail once this unit is committed."""

    def send() -> None:
        send_letter(letter)

    uow.on_commit.append(send)


def text_after_commit(uow: UnitOfWork, phone: str, text: str) -> None:
    """Send a text message once this unit is committed; nothing waits for a gateway inside a transaction."""

    def send() -> None:
        ports.send_code(phone, text)

    uow.on_commit.append(send)
