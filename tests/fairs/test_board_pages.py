"""The live board and the booths' screens: signed links, no names of people, small, and a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pypdfium2
import pytest
from sqlalchemy import event

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.board_queries import board_of, booth_lines
from jobmatch.fairs.day.services.queues import leave_booth, take_number
from jobmatch.fairs.day.services.screens import read_screen_token, screen_token
from jobmatch.fairs.planning.states import FairState
from tests.fairs.day_help import SYSTEM, TOKEN, Stage, browser, stage
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.fairs.test_queue_numbers import came


@contextmanager
def statements(engine: Any) -> Iterator[list[str]]:
    """The statements that are sent inside the block."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield seen
    event.remove(engine, "before_cursor_execute", listen)


@pytest.fixture
def here(app: Any) -> Stage:
    return stage(app.runtime)


def test_only_a_signed_link_opens_a_screen(app: Any, here: Stage) -> None:
    client, good = app.test_client(), screen_token("board", here.fair)
    assert client.get(f"/fairs/board/{good}").status_code == 200
    for wrong in (here.fair, good[:-1] + "x", screen_token("booth", here.fair), "é" * 40):
        assert client.get(f"/fairs/board/{wrong}").status_code == 404, wrong
    assert client.get(f"/fairs/screen/{screen_token('booth', here.booth)}").status_code == 200
    assert client.get(f"/fairs/screen/{screen_token('booth', 'zz22zz22zz22zz22')}").status_code == 404
    assert read_screen_token("board", good) == here.fair


def test_the_board_shows_numbers_and_no_names(app: Any, here: Stage) -> None:
    client, url = app.test_client(), f"/fairs/board/{screen_token('board', here.fair)}"
    client.post(f"/fairs/booth/{TOKEN}", data={"press": "show", "ticket": here.ticket})
    client.post(here.visit, data={"press": "queue", "row": here.booth})
    page = client.get(url).get_data(as_text=True)
    part = client.get(url, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" in page and "<html" not in part and "等 1 人" in part and "收到第 1 份简历" in part
    assert 'hx-trigger="every 5s"' in page
    assert "测试求职者" not in page and here.code not in page and "1990000" not in page


def test_a_board_is_three_seconds_old_at_most(app: Any, here: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobmatch.fairs.day.views import board

    now = [100.0]
    monkeypatch.setattr(board.time, "monotonic", lambda: now[0])
    client, url = app.test_client(), f"/fairs/board/{screen_token('board', here.fair)}"
    assert "不用等" in client.get(url).get_data(as_text=True)
    client.post(here.visit, data={"press": "queue", "row": here.booth})
    assert "等 1 人" not in client.get(url).get_data(as_text=True)
    now[0] += 3.0
    assert "等 1 人" in client.get(url).get_data(as_text=True)


def test_the_booths_screen_calls_numbers(app: Any, here: Stage) -> None:
    client, url = app.test_client(), f"/fairs/screen/{screen_token('booth', here.booth)}"
    client.post(here.visit, data={"press": "queue", "row": here.booth})
    client.post(f"/fairs/booth/{TOKEN}", data={"press": "next"})
    assert "1 号" in client.get(url).get_data(as_text=True)
    part = client.get(url, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part and "测试求职者" not in part


def test_staff_find_the_links(app: Any, here: Stage) -> None:
    body = browser(app, here.users["staff"]).get(f"/staff/fairs/{here.fair}/screens").get_data(as_text=True)
    assert screen_token("board", here.fair) in body and screen_token("booth", here.booth) in body


def test_who_left_is_away_and_not_free(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.RUNNING)
    there, gone, absent = (make_exhibitor(uow, fair, came=n < 2) for n in range(3))
    for booth in (there, gone, absent):
        make_fair_posting(uow, booth)
    make_booth(uow, fair, "A01", exhibitor=there)
    make_booth(uow, fair, "A02")
    leave_booth(uow, gone)
    board = board_of(uow.session, fair, uow.now)
    assert [line.exhibitor_id for line in board.free] == [there.id]
    assert (board.came, board.accepted, board.posts) == (2, 3, 6)
    assert sorted(line.number for line in board.booths) == ["", "", "A01", "A02"]
    take_number(uow, there, came(uow, fair))
    board = board_of(uow.session, fair, uow.now)
    assert board.free == [] and board.checked_in == 1 and sum(value for _at, value in board.columns) == 1


def test_a_board_of_many_booths_costs_as_many_statements_as_one_of_few(uow: UnitOfWork) -> None:
    counts = []
    for size in (2, 20):
        fair = make_fair(uow, state=FairState.RUNNING)
        for n in range(size):
            booth = make_exhibitor(uow, fair, came=True)
            make_fair_posting(uow, booth)
            make_booth(uow, fair, f"A{n:02d}", exhibitor=booth)
            take_number(uow, booth, came(uow, fair))
        uow.session.expire_all()
        uow.session.refresh(fair)
        with statements(uow.session.get_bind()) as seen:
            board_of(uow.session, fair, uow.now)
        counts.append(len(seen))
        assert len(booth_lines(uow.session, fair)) == size
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("size", [2, 20])
def test_lists_of_many_rows_cost_as_many_statements(app: Any, here: Stage, size: int) -> None:
    staff, client = browser(app, here.users["staff"]), app.test_client()
    with app.runtime.unit(SYSTEM) as uow:
        from jobmatch.fairs.planning.models import JobFair

        fair = uow.session.query(JobFair).filter_by(public_id=here.fair).one()
        codes = [came(uow, fair).code for _ in range(size)]
    for code in codes:
        client.post(f"/fairs/booth/{TOKEN}", data={"press": "intention", "ticket": code, "posting": here.posting})
    url = f"/staff/fairs/{here.fair}/intentions"
    staff.get(url)
    with statements(app.runtime.database.engine) as seen:
        staff.get(url)
        listed = len(seen)
        client.get(f"/fairs/booth/{TOKEN}")
    # One limit for 2 and for 20 rows: a statement for each row would break it.
    assert listed <= 16 and len(seen) - listed <= 14


def test_the_codes_of_board_and_door_lead_to_the_own_check_in(app: Any, here: Stage) -> None:
    staff, address = browser(app, here.users["staff"]), f"http://localhost/fairs/{here.fair}/here"
    board = app.test_client().get(f"/fairs/board/{screen_token('board', here.fair)}").get_data(as_text=True)
    assert str(qr_svg(address)) in board
    assert f'href="/staff/fairs/{here.fair}/door.pdf"' in staff.get(f"/staff/fairs/{here.fair}/screens").text
    door = staff.get(f"/staff/fairs/{here.fair}/door.pdf")
    document = pypdfium2.PdfDocument(door.data)
    text = document[0].get_textpage().get_text_range()
    assert (door.mimetype, len(document)) == ("application/pdf", 1)
    assert "扫一扫" in text and "签到台" in text
    reader = pytest.importorskip("cv2").QRCodeDetector()
    seen = np.array(document[0].render(scale=2).to_pil().convert("L"))
    assert reader.detectAndDecode(seen)[0] == address
