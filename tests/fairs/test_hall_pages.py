"""Halls drawn without a mouse, booths given by hand and by the solver, and what is printed."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from flask.testing import FlaskClient

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.halls.papers import Addresses, cards_pdf, plan_pdf
from jobmatch.fairs.halls.queries import plan_of
from jobmatch.fairs.halls.services.assigning import assign_booth
from jobmatch.fairs.halls.services.laying import add_item, change_booth, copy_halls, lay_rows, make_hall, remove
from jobmatch.fairs.halls.services.proposing import fill_booths, undo_filling
from jobmatch.fairs.halls.states import BoothZone, HallItemKind
from jobmatch.fairs.planning.models import JobFair
from tests.factories import make_staff
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting
from tests.matching.help import counted
from tests.people.help import sign_in


@pytest.fixture
def fair(uow: UnitOfWork) -> JobFair:
    uow.actor = make_staff(uow)
    return make_fair(uow)


def test_rows_are_laid_at_once_and_nothing_overlaps(uow: UnitOfWork, fair: JobFair) -> None:
    hall = make_hall(uow, fair, name="大厅", rows=10, cols=12)
    add_item(uow, fair, hall, HallItemKind.ENTRANCE, row=1, col=5, width=2)
    booths = lay_rows(uow, fair, hall, row=3, col=2, rows=2, per_row=5)
    assert [booth.number for booth in booths] == [f"{row}{n:02d}" for row in "AB" for n in range(1, 6)]
    assert {booth.row for booth in booths} == {3, 5}
    for row, letter in ((3, "C"), (3, "A"), (10, "D")):
        with pytest.raises(Invalid):
            lay_rows(uow, fair, hall, row=row, col=2 if letter != "D" else 9, rows=1, per_row=5, letter=letter)
    with pytest.raises(Invalid):
        add_item(uow, fair, hall, HallItemKind.WALL, row=3, col=2)
    with pytest.raises(Invalid):
        make_hall(uow, fair, name="大厅", rows=2, cols=2)


def test_a_booth_that_is_given_is_neither_blocked_nor_removed(uow: UnitOfWork, fair: JobFair) -> None:
    hall = make_hall(uow, fair, name="大厅", rows=6, cols=6)
    first, second = lay_rows(uow, fair, hall, row=2, col=2, rows=1, per_row=2)
    assign_booth(uow, first, make_exhibitor(uow, fair))
    values = {"number": "A01", "row": 2, "col": 2, "zone": BoothZone.GENERAL, "has_power": True, "is_accessible": True}
    with pytest.raises(Conflict):
        change_booth(uow, fair, first, **values, is_blocked=True)
    with pytest.raises(Conflict):
        remove(uow, fair, first)
    with pytest.raises(Invalid):
        change_booth(uow, fair, second, **values, is_blocked=False)
    remove(uow, fair, second)
    assert len(plan_of(uow.session, fair).booths) == 1


def test_the_solver_fills_what_is_free_and_one_press_takes_it_back(uow: UnitOfWork, fair: JobFair) -> None:
    hall = make_hall(uow, fair, name="大厅", rows=8, cols=8)
    booths = lay_rows(uow, fair, hall, row=2, col=2, rows=2, per_row=3, has_power=True)
    by_hand = make_exhibitor(uow, fair)
    assign_booth(uow, booths[4], by_hand)
    others = [make_exhibitor(uow, fair, needs_power=True) for _ in range(6)]
    assert fill_booths(uow, fair) == (6, 1)
    placed = [booth.exhibitor_id for booth in plan_of(uow.session, fair).booths]
    assert len(set(placed)) == 6 and booths[4].exhibitor_id == by_hand.id
    assert fill_booths(uow, fair)[0] == 6, "twice changes nothing"
    undo_filling(uow, fair)
    left = [booth.exhibitor_id for booth in plan_of(uow.session, fair).booths if booth.exhibitor_id]
    assert left == [by_hand.id] and others


def test_an_earlier_hall_is_copied_without_its_exhibitors(uow: UnitOfWork, fair: JobFair) -> None:
    hall = make_hall(uow, fair, name="大厅", rows=6, cols=6)
    booths = lay_rows(uow, fair, hall, row=2, col=2, rows=1, per_row=3)
    assign_booth(uow, booths[0], make_exhibitor(uow, fair))
    add_item(uow, fair, hall, HallItemKind.ENTRANCE, row=1, col=1)
    target = make_fair(uow)
    assert copy_halls(uow, fair, target) == 3
    assert all(booth.exhibitor_id is None for booth in plan_of(uow.session, target).booths)
    with pytest.raises(Conflict):
        copy_halls(uow, fair, target)


def test_plan_and_cards_open_and_name_the_exhibitor(uow: UnitOfWork, fair: JobFair) -> None:
    hall = make_hall(uow, fair, name="大厅", rows=6, cols=6)
    booth = lay_rows(uow, fair, hall, row=2, col=2, rows=1, per_row=3)[0]
    exhibitor = make_exhibitor(uow, fair)
    make_fair_posting(uow, exhibitor)
    assign_booth(uow, booth, exhibitor)
    addresses = Addresses("https://x.test", lambda one: f"https://x.test/{one}")
    for make in (plan_pdf, cards_pdf):
        document = pypdfium2.PdfDocument(make(uow, fair, plan_of(uow.session, fair), addresses))
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        assert "A01" in text
        assert exhibitor.employer.organization.name[:4] in text.replace("\r\n", "").replace("\n", "")


def test_a_plan_of_twenty_booths_costs_what_one_of_two_costs(uow: UnitOfWork, fair: JobFair) -> None:
    hall = make_hall(uow, fair, name="大厅", rows=30, cols=30)
    counts = []
    for letter, size in (("A", 2), ("C", 18)):
        for booth in lay_rows(
            uow, fair, hall, row=1 if letter == "A" else 9, col=1, rows=1, per_row=size, letter=letter
        ):
            if size == 2 or booth.number < "C10":
                assign_booth(uow, booth, make_exhibitor(uow, fair))
        uow.session.flush()
        with counted(uow.session.get_bind().engine) as statements:
            plan_of(uow.session, fair)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_staff_draw_a_hall_with_the_keyboard_alone(sqlite_runtime: Runtime, client: FlaskClient) -> None:
    with sqlite_runtime.unit(system_actor("test")) as uow:
        fair = make_fair(uow)
        exhibitor = make_exhibitor(uow, fair)
        clerk, public_id, name = make_staff(uow).user_id, fair.public_id, exhibitor.employer.organization.name
        key, title = exhibitor.public_id, fair.title
    sign_in(client, clerk or 0)
    here = f"/staff/fairs/{public_id}/halls"

    def post(url: str = here, **fields: str) -> str:
        return client.post(url, data=fields, follow_redirects=True).get_data(as_text=True)

    with sqlite_runtime.unit(system_actor("test")) as uow:
        again = make_fair(uow, organization=uow.session.query(Organization).filter_by(id=fair.organization_id).one())
        copy = f"/staff/fairs/{again.public_id}/halls"
    assert "的展位图" not in client.get(copy).get_data(as_text=True).split("<main")[1]
    assert "还没有画展厅" in client.get(here).get_data(as_text=True)
    assert "有错误" in post(press="hall", name="大厅", rows="0", cols="x")
    assert "画好了" in post(press="hall", name="大厅", rows="8", cols="10")
    with sqlite_runtime.unit(system_actor("test"), writing=False) as uow:
        hall = (
            plan_of(uow.session, uow.session.query(JobFair).filter_by(public_id=public_id).one())
            .halls[0]
            .hall.public_id
        )
    block = {"row": "2", "col": "2", "rows": "1", "per_row": "4", "aisle": "1", "letter": "A", "has_power": "y"}
    text = post(press="rows", hall_id=hall, kind="standard", zone="general", **block)
    assert "4 个展位" in text and "A04" in text
    assert "已经有东西" in post(press="item", hall_id=hall, kind="wall", row="2", col="2", height="1", width="1")
    shown = client.get(f"{here}/proposal").get_data(as_text=True)
    fields = {"before": re.findall(r'name="before" value="(\w+)"', shown)[0]}
    moves = re.findall(r'name="move" value="([\w:]+)"', shown)
    assert len(moves) == 1 and "hp-changed" in shown and "就这样排" in shown
    for odd in ({**fields, "before": "x"}, {**fields, "move": f"nonsense:{key}"}):
        assert "请重新自动排一次" in post(f"{here}/proposal", **odd, **({} if "move" in odd else {"move": moves[0]}))
    assert "1 家换了或有了展位" in post(f"{here}/proposal", move=moves[0], **fields)
    assert "请重新自动排一次" in post(f"{here}/proposal", move=moves[0], **fields), "the halls changed since"
    assert "不用改" in client.get(f"{here}/proposal").get_data(as_text=True)
    assert "撤回了" in post(press="undo")
    with sqlite_runtime.unit(system_actor("test"), writing=False) as uow:
        booth = uow.session.query(JobFair).filter_by(public_id=public_id).one()
        number = plan_of(uow.session, booth).booths[0].public_id
    assert "改好了" in post(f"{here}/booths/{number}", press="give", exhibitor=key)
    assert name[:4] in client.get(here).get_data(as_text=True)
    assert "先把单位移走" in post(f"{here}/booths/{number}", press="remove")
    with sqlite_runtime.unit(system_actor("test"), writing=False) as uow:
        other = (
            plan_of(uow.session, uow.session.query(JobFair).filter_by(public_id=public_id).one()).booths[1].public_id
        )
    assert "请另选一个" in post(f"{here}/booths/{number}", press="move", target="nonsense")
    assert "改好了" in post(f"{here}/booths/{number}", press="move", target=other)
    assert "换回 A01 号展位" in client.get(f"{here}/booths/{other}").get_data(as_text=True)
    assert "改好了" in post(f"{here}/booths/{other}", press="back")
    assert "请另选一个" in post(f"{here}/booths/{other}", press="back"), "nobody stands there any more"
    assert name in client.get(f"{here}/booths/{number}").get_data(as_text=True)
    assert f"照“{title}”的展位图" in client.get(copy).get_data(as_text=True)
    assert "照着画好了 4 个展位" in post(copy, press="copy") and "4 个展位" in post(copy, press="copy")
    assert client.get(f"{here}/plan.pdf").data.startswith(b"%PDF")
    assert client.get(f"{here}/other.pdf").status_code == 404
    assert client.get(f"{here}/booths/2222222222222222").status_code == 404
