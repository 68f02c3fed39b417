"""Papers for a request: handed in by the person or at the window, seen in the original, missing ones told to both."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from jobmatch.casework.desk.items import service_item
from jobmatch.casework.desk.models import RequestPaper, ServiceRequest
from jobmatch.casework.desk.queries.papers import paper_lines
from jobmatch.casework.desk.services import papers
from jobmatch.casework.desk.services.papers import drop_paper, keep_paper, read_paper, see_original
from jobmatch.casework.desk.services.requests import Arrival, ask_service, move_request, take_request
from jobmatch.casework.desk.states import RequestAction, RequestState
from jobmatch.casework.desk.subjects import erase_person, export_person
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, Limited, NotAllowed
from jobmatch.core.files import StoredFile
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from jobmatch.privacy.queries.seen import seen_by
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_staff
from tests.people.help import World, make_world, sign_in

SYSTEM = system_actor("tests")
CARD, PROOF = "身份证", "退役证件、优待证或关系证明"
PDF = Upload("测试证件.pdf", Kind.PDF, b"%PDF-1.7 synthetic %%EOF")


@pytest.fixture
def person(uow: UnitOfWork, tmp_path: Path) -> Person:
    uow.session.info["data_dir"] = str(tmp_path)
    return make_person(uow)


@pytest.fixture
def request_(uow: UnitOfWork, person: Person) -> ServiceRequest:
    """The person's own request for a check of their status, for which two papers are needed."""
    return ask_service(acting(uow, actor_of_person(uow, person)), person, item_code="SFHY")


def missing(uow: UnitOfWork, request: ServiceRequest) -> list[str]:
    lines = paper_lines(uow, request, service_item(uow.session, request.item_code))
    return [line.label for line in lines if line.is_missing]


def refused(act: Any) -> str:
    with pytest.raises(Invalid) as caught:
        act()
    return str(caught.value.fields["file"])


def test_a_file_or_the_original_settles_a_paper(uow: UnitOfWork, person: Person, request_: ServiceRequest) -> None:
    own, staff = acting(uow, actor_of_person(uow, person)), acting(uow, make_staff(uow))
    assert missing(uow, request_) == [CARD, PROOF]
    row = keep_paper(own, request_, name=CARD, upload=PDF)
    assert missing(uow, request_) == [PROOF]
    seen = see_original(staff, request_, name=PROOF)
    assert see_original(staff, request_, name=PROOF) is seen
    assert (seen.seen_on, seen.who, missing(uow, request_)) == (uow.today, staff.actor.label, [])
    assert read_paper(own, request_, row)[0] == PDF.content
    assert seen_by(uow, person) == []
    assert read_paper(staff, request_, row)[0] == PDF.content
    assert [look.what for look in seen_by(uow, person)] == ["看办事材料"]
    with pytest.raises(NotAllowed):
        drop_paper(own, request_, seen)
    drop_paper(own, request_, row)
    assert missing(uow, request_) == [CARD]
    assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_nobody_else_may_add_see_or_open(uow: UnitOfWork, person: Person, request_: ServiceRequest) -> None:
    row = keep_paper(acting(uow, actor_of_person(uow, person)), request_, name=CARD, upload=PDF)
    for actor in (actor_of_person(uow, make_person(uow)), make_staff(uow, path=PATH_OTHER)):
        other = acting(uow, actor)
        for act in (
            lambda: keep_paper(other, request_, name=CARD, upload=PDF),  # noqa: B023
            lambda: see_original(other, request_, name=CARD),  # noqa: B023
            lambda: read_paper(other, request_, row),  # noqa: B023
            lambda: drop_paper(other, request_, row),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotAllowed):
        see_original(acting(uow, actor_of_person(uow, person)), request_, name=CARD)


def test_numbers_names_and_decided_requests_are_held(
    uow: UnitOfWork, person: Person, request_: ServiceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, staff = acting(uow, actor_of_person(uow, person)), acting(uow, make_staff(uow))
    assert "页面上列的" in refused(lambda: keep_paper(own, request_, name="户口簿", upload=PDF))
    rows = [keep_paper(own, request_, name="", upload=PDF) for _n in range(papers.MOST_OF_ONE)]
    assert "同一样" in refused(lambda: keep_paper(own, request_, name="", upload=PDF))
    monkeypatch.setattr(papers, "MOST_FILES", 4)
    assert "一件事" in refused(lambda: keep_paper(own, request_, name=CARD, upload=PDF))
    monkeypatch.setattr(papers, "UPLOADS_PER_HOUR", 4)
    with pytest.raises(Limited):
        keep_paper(own, request_, name=CARD, upload=PDF)
    move_request(staff, request_, RequestAction.REFUSE, note="不符合条件")
    for act in (lambda: drop_paper(own, request_, rows[0]), lambda: see_original(staff, request_, name=CARD)):
        with pytest.raises(Conflict):
            act()


def test_a_matter_that_is_passed_on_takes_no_papers(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    request = take_request(staff, item_code="JSQT", arrival=Arrival(name="测试来客", phone="19900001234"))
    assert paper_lines(uow, request, service_item(uow.session, "JSQT")) == []
    assert "不收材料" in refused(lambda: keep_paper(staff, request, name="", upload=PDF))


def test_papers_are_in_the_own_export_and_gone_with_the_person(
    uow: UnitOfWork, person: Person, request_: ServiceRequest
) -> None:
    own, staff = acting(uow, actor_of_person(uow, person)), acting(uow, make_staff(uow))
    keep_paper(own, request_, name=CARD, upload=PDF)
    see_original(staff, request_, name=PROOF)
    told = export_person(uow, person.id)["service_request_paper"]
    assert [(row["name"], row["file"], row["seen_on"]) for row in told] == [
        (CARD, PDF.name, None),
        (PROOF, "", uow.today),
    ]
    assert erase_person(uow, person.id)["service_request_paper"] == 2
    assert uow.session.scalar(select(func.count()).select_from(RequestPaper)) == 0
    assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 0


# ---------- pages ----------


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    return make_world(sqlite_runtime)


def photo() -> bytes:
    notes = Image.Exif()
    notes[0x010F] = "KANARI-CAMERA"
    target = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(target, "JPEG", exif=notes)
    return target.getvalue()


def send(client: FlaskClient, path: str, paper: str, content: bytes, name: str) -> Any:
    return client.post(path, data={"paper": paper, "file": (io.BytesIO(content), name)})


def rows(runtime: Runtime) -> list[RequestPaper]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(RequestPaper).order_by(RequestPaper.id)))


def test_papers_are_handed_in_on_the_phone_and_opened_at_the_window(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.user_id)
    own = client.post("/me/services/new/SFHY", data={}).headers["Location"]
    public_id = own.rsplit("/", 1)[1]
    assert f"还缺：{CARD}、{PROOF}" in client.get(own).text
    for content, name in ((b"", "空.pdf"), (b"MZ program", "证件.pdf"), (photo(), "证件.exe"), (b"x", "")):
        wrong = send(client, f"{own}/papers", CARD, content, name)
        assert wrong.status_code == 422
        assert 'id="file-err"' in wrong.text and "您的联系人" in wrong.text
    assert send(client, f"{own}/papers", "户口簿", photo(), "a.jpg").status_code == 422
    assert rows(sqlite_runtime) == []
    assert send(client, f"{own}/papers", CARD, photo(), "正面.jpeg").status_code == 303
    text = client.get(own).text
    assert f"还缺：{PROOF}" in text and "正面.jpg" in text
    one = rows(sqlite_runtime)[0].public_id
    got = client.get(f"{own}/papers/{one}")
    assert got.data.startswith(b"\xff\xd8") and b"KANARI-CAMERA" not in got.data
    assert got.headers["Content-Disposition"].startswith("attachment")

    sign_in(client, world.staff_id)
    desk = f"/staff/desk/{public_id}"
    assert f"还缺：{PROOF}" in client.get(desk).text
    assert client.post(f"{desk}/papers/seen", data={"paper": "户口簿"}).status_code == 422
    assert "看过原件，" in client.post(f"{desk}/papers/seen", data={"paper": PROOF}, follow_redirects=True).text
    assert "已交齐" in client.get(desk).text
    assert client.get(f"{desk}/papers/{one}").data == got.data
    assert send(client, f"{desk}/papers", "", b"%PDF-1.7 synthetic %%EOF", "补充.pdf").status_code == 303
    mark = next(row.public_id for row in rows(sqlite_runtime) if row.seen_on)
    assert client.get(f"{desk}/papers/{mark}").status_code == 404
    assert "看过原件的记录" in client.get(f"{desk}/papers/{mark}/remove").text
    assert client.post(f"{desk}/papers/{mark}/remove").status_code == 303
    assert f"还缺：{PROOF}" in client.get(desk).text

    sign_in(client, world.user_id)
    assert "删除“正面.jpg”吗？" in client.get(f"{own}/papers/{one}/remove").text
    assert client.post(f"{own}/papers/{one}/remove").status_code == 303
    assert [row.name for row in rows(sqlite_runtime)] == [""]


def test_missing_papers_that_were_handed_in_set_the_clock_going_with_one_press(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        request = take_request(uow, item_code="SFHY", person=person, arrival=Arrival())
        move_request(uow, request, RequestAction.MORE, note="身份证背面")
        public_id = request.public_id
    sign_in(client, world.user_id)
    own = f"/me/services/{public_id}"
    assert "材料补好了，请接着办" not in client.get(own).text
    send(client, f"{own}/papers", CARD, photo(), "背面.jpg")
    assert "材料补好了，请接着办" in client.get(own).text
    client.post(f"{own}/note", data={"note": "材料补好了，已在网上交"})
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(ServiceRequest)).one().state is RequestState.WORKING
