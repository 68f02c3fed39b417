"""Messages: once, in the reader's language, and only what the reader wants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.accounts.states import Role
from jobmatch.core.errors import NotAllowed
from jobmatch.core.i18n import current_locale
from jobmatch.core.job_rows import Job
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Delivery, Message
from jobmatch.inbox.policies import visible_messages
from jobmatch.inbox.queries import messages, unread_count
from jobmatch.inbox.services import choose_groups, claim_delivery, mark_all_read, mark_read, record_delivery, send
from jobmatch.inbox.states import Channel, DeliveryState, MessageGroup
from tests.conftest import acting
from tests.factories import actor_of, make_user

APPLICATION = MessageGroup.APPLICATION


@pytest.fixture
def gateway() -> Iterator[None]:
    ports.use_gateway(lambda _phone, _text: None)
    yield
    ports.use_gateway(None)


def test_the_same_occasion_is_told_once(uow: UnitOfWork) -> None:
    user, other = make_user(uow, Role.VETERAN), make_user(uow, Role.VETERAN)
    first = send(uow, user, group=APPLICATION, title="约您面试", once="interview:1")
    assert first is not None
    assert send(uow, user, group=APPLICATION, title="约您面试", once="interview:1") is None
    assert send(uow, other, group=APPLICATION, title="约您面试", once="interview:1") is not None
    assert unread_count(uow.session, user.id) == 1


def test_texts_are_made_in_the_language_of_the_reader(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN, locale="en")
    message = send(uow, user, group=APPLICATION, title=current_locale, body=lambda: current_locale() * 2, once="x")
    assert message is not None and (message.title, message.body) == ("en", "enen")
    assert current_locale() == "zh"


def test_a_group_that_is_switched_off_stays_silent_except_the_account(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN)
    choose_groups(acting(uow, actor_of(user, Role.VETERAN)), [MessageGroup.FAIR])
    assert send(uow, user, group=APPLICATION, title="约您面试", once="a") is None
    assert send(uow, user, group=MessageGroup.FAIR, title="招聘会", once="b") is not None
    assert send(uow, user, group=MessageGroup.ACCOUNT, title="密码换了", once="c") is not None
    choose_groups(acting(uow, actor_of(user, Role.VETERAN)), list(MessageGroup))
    assert send(uow, user, group=APPLICATION, title="约您面试", once="a") is not None


def test_locked_accounts_get_nothing(uow: UnitOfWork) -> None:
    assert send(uow, make_user(uow, Role.VETERAN, is_active=False), group=APPLICATION, title="x", once="a") is None


def deliveries(uow: UnitOfWork, message: Message | None) -> list[Delivery]:
    assert message is not None
    return list(uow.session.scalars(select(Delivery).where(Delivery.message_id == message.id)))


def test_without_a_gateway_nothing_waits_for_one(uow: UnitOfWork) -> None:
    message = send(uow, make_user(uow, Role.VETERAN), group=APPLICATION, title="x", once="a", by_sms=True)
    assert deliveries(uow, message) == []


@pytest.mark.usefixtures("gateway")
def test_a_text_message_is_claimed_until_it_is_sent(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN)
    message = send(uow, user, group=APPLICATION, title="约您面试", once="a", by_sms=True)
    [row] = deliveries(uow, message)
    job = uow.session.scalars(select(Job).where(Job.name == "inbox.deliver").order_by(Job.id.desc())).first()
    assert job is not None and job.arguments == {"delivery_id": row.id}
    parcel = claim_delivery(uow, row.id)
    assert parcel is not None and (parcel.to, parcel.text) == (user.phone, "约您面试")
    record_delivery(uow, row.id, is_sent=False)
    assert claim_delivery(uow, row.id) is not None
    record_delivery(uow, row.id, is_sent=True)
    uow.session.refresh(row)
    assert row.state is DeliveryState.SENT and row.try_count == 2
    assert claim_delivery(uow, row.id) is None


@pytest.mark.usefixtures("gateway")
def test_text_messages_are_switched_off_apart(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN)
    choose_groups(acting(uow, actor_of(user, Role.VETERAN)), [], channel=Channel.SMS)
    message = send(uow, user, group=APPLICATION, title="x", once="a", by_sms=True)
    assert deliveries(uow, message) == []
    account = send(uow, user, group=MessageGroup.ACCOUNT, title="x", once="b", by_sms=True)
    assert len(deliveries(uow, account)) == 1


def test_a_message_is_for_its_reader_alone(uow: UnitOfWork) -> None:
    user, other = make_user(uow, Role.VETERAN), make_user(uow, Role.VETERAN)
    message = send(uow, user, group=APPLICATION, title="x", once="a")
    assert message is not None
    mine, theirs = (acting(uow, actor_of(who, Role.VETERAN)) for who in (user, other))
    assert theirs.rows(visible_messages(theirs.actor, messages())) == []
    with pytest.raises(NotAllowed):
        mark_read(theirs, message)
    assert mark_all_read(theirs) == 0
    assert [m.id for m in mine.rows(visible_messages(mine.actor, messages(APPLICATION)))] == [message.id]
    assert mark_read(mine, message).read_at == uow.now and unread_count(uow.session, user.id) == 0


def test_messages_are_refused_to_queries_without_a_policy(uow: UnitOfWork) -> None:
    with pytest.raises(LookupError):
        uow.rows(messages())
