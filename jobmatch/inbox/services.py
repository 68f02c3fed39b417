"""Sending messages, reading them, and what a reader wants to get."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update

from jobmatch.accounts.models import User
from jobmatch.accounts.ports import has_gateway
from jobmatch.core.errors import Invalid, require
from jobmatch.core.files import StoredFile, read_file, remove_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.mail import Attachment, has_mail
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Delivery, Message, Preference, QuietHours
from jobmatch.inbox.policies import can_read_message
from jobmatch.inbox.queries import switched_off
from jobmatch.inbox.states import Channel, DeliveryState, MessageGroup

Text = str | Callable[[], str]
"""A text, or what makes it: a function is called in the language of the reader."""

TITLE_LENGTH, SMS_LENGTH = 120, 200


def send(
    uow: UnitOfWork,
    user: User,
    *,
    group: MessageGroup,
    title: Text,
    body: Text = "",
    link: str = "",
    once: str,
    by_sms: bool = False,
    sms: Text = "",
    file: StoredFile | None = None,
) -> Message | None:
    """Leave a message for ``user`` and return it; None where it was sent before or the reader switched the group off.

    Give ``title`` and ``body`` as functions where they hold words of the program: they are called in the reader's
    language. ``once`` names the occasion; the same occasion is told a user only once. ``link`` is a path of this site.
    ``by_sms`` also sends the title, or ``sms`` instead of it, to the phone, where a gateway exists and the reader did
    not switch that off. Whoever gave an e-mail address gets every message there too, with ``file``, unless switched
    off; a file that nobody is mailed is removed.
    """
    key = f"{user.public_id}:{once}"
    if uow.session.scalar(select(Message.id).where(Message.once == key)) is not None:
        return None
    off = switched_off(uow.session, user.id) if group is not MessageGroup.ACCOUNT else set()
    if (group, Channel.IN_APP) in off or not user.is_active:
        return None
    with use_locale(user.locale):
        words = [text() if callable(text) else text for text in (title, body, sms)]
    message = Message(
        user_id=user.id,
        group=group,
        title=words[0][:TITLE_LENGTH],
        body=words[1],
        link=link[:200],
        sms=words[2][:SMS_LENGTH],
        file_id=file.id if file is not None else None,
        once=key,
        created_at=uow.now,
    )
    uow.session.add(message)
    uow.session.flush()
    if by_sms and user.phone_sealed is not None and has_gateway() and (group, Channel.SMS) not in off:
        _hand_on(uow, message, Channel.SMS)
    if user.email_sealed is not None and has_mail() and (group, Channel.EMAIL) not in off:
        _hand_on(uow, message, Channel.EMAIL)
    elif file is not None:
        _drop_file(uow, message)
    return message


def _hand_on(uow: UnitOfWork, message: Message, channel: Channel) -> None:
    delivery = Delivery(message_id=message.id, channel=channel)
    uow.session.add(delivery)
    uow.session.flush()
    uow.enqueue("inbox.deliver", delivery_id=delivery.id)


def _drop_file(uow: UnitOfWork, message: Message) -> None:
    file = uow.session.get(StoredFile, message.file_id or 0)
    if file is not None:
        message.file_id = None
        uow.session.flush()
        remove_file(uow, file)


def mark_read(uow: UnitOfWork, message: Message) -> Message:
    """Note that the reader opened a message."""
    require(can_read_message(uow.actor, message))
    if message.read_at is None:
        message.read_at = uow.now
    return message


def mark_all_read(uow: UnitOfWork) -> int:
    """Note that the actor has seen every message; returns how many were new."""
    changed = uow.session.execute(
        update(Message).where(Message.user_id == uow.actor.user_id, Message.read_at.is_(None)).values(read_at=uow.now)
    )
    return changed.rowcount  # type: ignore[attr-defined]


def choose_groups(uow: UnitOfWork, wanted: Collection[MessageGroup], *, channel: Channel = Channel.IN_APP) -> None:
    """Store which groups the actor wants on a channel; messages about the account always come."""
    rows = uow.session.scalars(
        select(Preference).where(Preference.user_id == uow.actor.user_id, Preference.channel == channel)
    )
    known = {row.group: row for row in rows}
    for group in MessageGroup:
        is_wanted = group is MessageGroup.ACCOUNT or group in wanted
        if group in known:
            known[group].is_enabled = is_wanted
        elif not is_wanted:
            uow.session.add(Preference(user_id=uow.actor.user_id, group=group, channel=channel, is_enabled=False))
    uow.session.flush()
    uow.audit("preference.changed", channel=channel.value)


def choose_quiet_hours(uow: UnitOfWork, from_hour: int, until_hour: int) -> None:
    """Between which hours the actor wants no digest; equal hours mean at any time."""
    if not (0 <= from_hour <= 23 and 0 <= until_hour <= 23):
        raise Invalid(fields={"quiet_from": _("请选 0 到 23 点")})
    user_id = uow.actor.user_id
    row = uow.session.get(QuietHours, user_id)
    if row is None:
        uow.session.add(QuietHours(user_id=user_id, from_hour=from_hour, until_hour=until_hour))
    else:
        row.from_hour, row.until_hour = from_hour, until_hour
    uow.session.flush()


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out by one channel: to a phone ``text`` alone, to an e-mail address all of it."""

    channel: Channel
    to: str
    title: str
    text: str
    file: Attachment | None = None


MOST_TRIES = 20
KEEP_TRYING = timedelta(days=1)


def claim_delivery(uow: UnitOfWork, delivery_id: int) -> Parcel | None:
    """Count a try to deliver and return what to send; None where it was sent or there is nobody to send it to."""
    row = uow.session.execute(
        select(Delivery, Message, User)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Message.user_id)
        .where(Delivery.id == delivery_id, Delivery.state != DeliveryState.SENT)
    ).one_or_none()
    if row is None:
        return None
    delivery, message, user = row
    to = user.email if delivery.channel is Channel.EMAIL else user.phone
    if not to:
        return None
    delivery.try_count += 1
    if delivery.channel is not Channel.EMAIL:
        return Parcel(delivery.channel, to, message.title, message.sms or message.title)
    with use_locale(user.locale):
        return Parcel(Channel.EMAIL, to, message.title, _letter_text(uow, message), _attached(uow, message))


def _letter_text(uow: UnitOfWork, message: Message) -> str:
    """Title, words, the address on this site, and how to get no more of it."""
    site = uow.session.info.get("site_url", "")
    parts = [message.title, message.body]
    if site:
        parts.append(f"{site}/messages/{message.public_id}")
    parts.append(_("这封邮件是自动发的，不用回复。不想再收：我的账号，消息设置。"))
    return "\n\n".join(part for part in parts if part) + "\n"


def _attached(uow: UnitOfWork, message: Message) -> Attachment | None:
    file = uow.session.get(StoredFile, message.file_id or 0)
    return Attachment(file.name, file.mimetype, read_file(uow, file)) if file is not None else None


def record_delivery(uow: UnitOfWork, delivery_id: int, *, is_sent: bool) -> None:
    """Note how a try ended; what went with it is kept no longer than it is needed."""
    delivery = uow.session.get_one(Delivery, delivery_id)
    delivery.state = DeliveryState.SENT if is_sent else DeliveryState.FAILED
    delivery.sent_at = uow.now if is_sent else None
    if is_sent and delivery.channel is Channel.EMAIL:
        _drop_file(uow, uow.session.get_one(Message, delivery.message_id))
    uow.session.flush()


def try_again(uow: UnitOfWork, *, most: int = 500) -> int:
    """Put deliveries that failed back into the queue for a day; returns how many. Older ones lose their file."""
    require(uow.actor.is_system)
    since = uow.now - KEEP_TRYING
    failed = select(Delivery, Message).join(Message).where(Delivery.state == DeliveryState.FAILED).limit(most)
    waiting = uow.session.execute(
        failed.where(Message.created_at > since, Delivery.try_count < MOST_TRIES).order_by(Delivery.id)
    ).all()
    for delivery, _message in waiting:
        delivery.state = DeliveryState.QUEUED
        uow.enqueue("inbox.deliver", delivery_id=delivery.id)
    for _delivery, message in uow.session.execute(
        failed.where(Message.created_at <= since, Message.file_id.is_not(None))
    ):
        _drop_file(uow, message)
    return len(waiting)


def forget_name(uow: UnitOfWork, name: str) -> int:
    """Take the name of somebody who was erased out of everybody's messages; how many named them (R17).

    Somebody else of the same name loses theirs in what was told before; the link of the message still leads to them.
    """
    texts = (Message.title, Message.body, Message.sms)
    query = select(Message).where(or_(*(text.contains(name, autoescape=True) for text in texts)))
    found = uow.session.scalars(query).all()
    for message in found:
        message.title, message.body, message.sms = (
            text.replace(name, "***") for text in (message.title, message.body, message.sms)
        )
    return len(found)
