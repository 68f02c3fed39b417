"""Messages by e-mail: to an address that its owner proved, with a file, once, again after a failure, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.accounts.services.codes import request_code
from jobmatch.accounts.services.users import drop_email, keep_email
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core import mail
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Invalid
from jobmatch.core.files import StoredFile, store_file
from jobmatch.core.jobs import JobContext
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.jobs import deliver
from jobmatch.inbox.models import Delivery, Message
from jobmatch.inbox.services import choose_groups, claim_delivery, record_delivery, send, try_again
from jobmatch.inbox.states import Channel, DeliveryState, MessageGroup
from tests.conftest import acting
from tests.factories import actor_of, make_user
from tests.recruiters.help import Office, open_office, text_of

ADDRESS = "ren@Example.COM"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any, letters: list[EmailMessage]) -> Iterator[Office]:
    # Making the application opened the way of its settings: none.
    mail.use_post(letters.append)
    yield open_office(sqlite_runtime, app)


@pytest.fixture(autouse=True)
def letters() -> Iterator[list[EmailMessage]]:
    found: list[EmailMessage] = []
    mail.use_post(found.append)
    yield found
    mail.use_post(None)


def with_address(uow: UnitOfWork) -> User:
    return make_user(uow, Role.VETERAN, email=ADDRESS)


def mailed(uow: UnitOfWork) -> list[Delivery]:
    return list(uow.session.scalars(select(Delivery).where(Delivery.channel == Channel.EMAIL).order_by(Delivery.id)))


def test_an_address_counts_once_its_code_came_back(uow: UnitOfWork, letters: list[EmailMessage]) -> None:
    user = make_user(uow, Role.VETERAN)
    mine = acting(uow, actor_of(user, Role.VETERAN))
    issued = request_code(mine, ADDRESS, CodePurpose.EMAIL)
    assert issued is not None
    for act in mine.on_commit:
        act()
    assert [issued.code in letter.get_content() for letter in letters] == [True]
    wrong = "000000" if issued.code != "000000" else "111111"
    for address, code in ((ADDRESS, wrong), ("other@example.com", issued.code)):
        with pytest.raises(Invalid):
            keep_email(mine, user, address, code)
    assert keep_email(mine, user, ADDRESS, issued.code).email == "ren@example.com"
    with pytest.raises(Invalid):
        keep_email(mine, user, ADDRESS, issued.code)
    drop_email(mine, user)
    drop_email(mine, user)
    assert user.email is None


def test_a_message_is_mailed_unless_its_group_is_switched_off(uow: UnitOfWork) -> None:
    user = with_address(uow)
    send(uow, make_user(uow, Role.VETERAN), group=MessageGroup.FAIR, title="x", once="a")
    assert mailed(uow) == []
    send(uow, user, group=MessageGroup.FAIR, title="招聘会", body="周六上午", once="a")
    [row] = mailed(uow)
    uow.session.info["site_url"] = "https://jobs.example.org"
    parcel = claim_delivery(uow, row.id)
    uow.session.info["site_url"] = ""
    assert parcel is not None and (parcel.to, parcel.title) == ("ren@example.com", "招聘会")
    assert "周六上午" in parcel.text and "https://jobs.example.org/messages/" in parcel.text
    choose_groups(acting(uow, actor_of(user, Role.VETERAN)), [], channel=Channel.EMAIL)
    send(uow, user, group=MessageGroup.FAIR, title="x", once="b")
    assert len(mailed(uow)) == 1
    send(uow, user, group=MessageGroup.ACCOUNT, title="密码换了", once="c")
    assert len(mailed(uow)) == 2
    mail.use_post(None)
    send(uow, user, group=MessageGroup.ACCOUNT, title="x", once="d")
    assert len(mailed(uow)) == 2


def test_a_file_goes_with_the_letter_and_is_gone_afterwards(uow: UnitOfWork, tmp_path: Any) -> None:
    uow.session.info["data_dir"] = str(tmp_path)
    user = with_address(uow)
    for number, who in enumerate((user, make_user(uow, Role.VETERAN))):
        file = store_file(uow, b"%PDF", name="月报.pdf", mimetype="application/pdf")
        send(uow, who, group=MessageGroup.ACCOUNT, title="月报", once=f"p{number}", file=file)
    assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 1, "nobody mails it to the second"
    [row] = mailed(uow)
    parcel = claim_delivery(uow, row.id)
    assert parcel is not None and parcel.file is not None and parcel.file.content == b"%PDF"
    record_delivery(uow, row.id, is_sent=True)
    assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert uow.session.scalar(select(func.count()).where(Message.file_id.is_not(None))) == 0


def test_what_was_not_taken_is_tried_again_for_a_day(uow: UnitOfWork) -> None:
    send(uow, with_address(uow), group=MessageGroup.FAIR, title="x", once="a")
    [row] = mailed(uow)
    record_delivery(uow, row.id, is_sent=False)
    system = acting(uow, system_actor("test"))
    assert (try_again(system), row.state) == (1, DeliveryState.QUEUED)
    assert try_again(system) == 0
    record_delivery(uow, row.id, is_sent=False)
    uow.session.get_one(Message, row.message_id).created_at -= timedelta(days=2)
    uow.session.flush()
    assert (try_again(system), row.state) == (0, DeliveryState.FAILED)


def test_the_way_from_the_account_page_to_the_letter(office: Office, letters: list[EmailMessage]) -> None:
    clerk = office.clerk
    assert "还没有绑" in text_of(clerk.get("/account"))
    assert clerk.get("/account/email/code").status_code == 303
    for wrong in ("", "ren", "ren@host", "a b@example.com", "ren@example.com\r\nBcc: x@example.com"):
        assert clerk.post("/account/email", data={"email": wrong}).status_code == 422
    assert clerk.post("/account/email", data={"email": ADDRESS}).headers["Location"] == "/account/email/code"
    code = next(word for word in letters[0].get_content().split() if word.isdecimal())
    assert clerk.post("/account/email/code", data={"code": "000000" if code != "000000" else "1"}).status_code == 422
    assert clerk.post("/account/email/code", data={"code": code}).status_code == 303
    assert "ren@example.com" in text_of(clerk.get("/account/email"))
    assert "邮件" in text_of(clerk.get("/messages/preferences"))
    with office.unit() as uow:
        user = uow.session.get_one(User, office.clerk_id)
        send(uow, user, group=MessageGroup.FAIR, title="招聘会", once="fair")
        [delivery] = mailed(uow)
        number = delivery.id
    context = JobContext(office.runtime.database, 0, "inbox.deliver")
    assert deliver(context, delivery_id=number) == {"sent": True}
    assert deliver(context, delivery_id=number) == {"sent": False}
    assert [letter["Subject"] for letter in letters[1:]] == ["招聘会"]
    assert clerk.post("/account/email/drop").status_code == 303
    assert "绑了邮箱" in text_of(clerk.get("/account/email"))
