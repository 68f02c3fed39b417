"""A booth's public page, and that every code which names a booth leads there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.services.screens import screen_token
from jobmatch.fairs.day.views import board
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls import papers
from jobmatch.fairs.halls.queries import plan_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from tests.fairs.day_help import SYSTEM, Stage, browser, stage
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.matching.help import counted
from tests.recruiters.help import text_of


@pytest.fixture
def here(app: Any) -> Stage:
    return stage(app.runtime)


def noted(draw: Any, drawn: list[str]) -> Any:
    """``draw`` that also writes down what it drew."""

    def drawing(text: str) -> Any:
        drawn.append(text)
        return draw(text)

    return drawing


def address(here: Stage) -> str:
    return f"/fairs/{here.fair}/booths/{here.booth}"


def test_everybody_reads_what_a_booth_offers_and_who_holds_a_ticket_takes_a_number(app: Any, here: Stage) -> None:
    guest = app.test_client()
    page = text_of(guest.get(address(here)))
    assert "A01 号展位" in page and "看详情、投简历" in page and "不用等" in page and "用自己的票取号" in page
    assert here.code not in page
    assert address(here) in text_of(guest.get(f"/fairs/{here.fair}"))
    visit = f"{here.visit}?booth={here.booth}"
    assert visit in text_of(browser(app, here.users["person"]).get(address(here)))
    with guest.session_transaction() as cookie:
        cookie["tickets"] = [(here.fair, here.visit.split("/")[3])]
    assert visit in text_of(guest.get(address(here)))
    assert "取号" in text_of(guest.get(visit))


def test_a_booth_of_nobody_or_of_a_fair_that_is_not_public_has_no_page(app: Any, here: Stage) -> None:
    guest = app.test_client()
    assert guest.get(f"/fairs/{here.fair}/booths/zz").status_code == 404
    assert guest.get(f"/fairs/zz/booths/{here.booth}").status_code == 404
    with app.runtime.unit(SYSTEM) as uow:
        uow.session.get_one(Exhibitor, here.exhibitor_id).left_at = uow.now
    assert "已离场" in text_of(guest.get(address(here)))
    with app.runtime.unit(SYSTEM) as uow:
        fair = uow.session.scalars(select(JobFair).where(JobFair.public_id == here.fair)).one()
        fair.state, fair.closed_at = FairState.CLOSED, uow.now
    assert "已经结束" in text_of(guest.get(address(here)))
    with app.runtime.unit(SYSTEM) as uow:
        row = uow.session.get_one(Exhibitor, here.exhibitor_id)
        row.checked_in_at = row.left_at = None
        row.state = ExhibitorState.CANCELED
    assert guest.get(address(here)).status_code == 404


def test_a_page_of_twenty_postings_costs_what_one_of_two_costs(app: Any, here: Stage) -> None:
    guest, counts = app.test_client(), []
    for more in (1, 18):
        with app.runtime.unit(SYSTEM) as uow:
            row = uow.session.get_one(Exhibitor, here.exhibitor_id)
            uow.session.refresh(row, ["employer"])
            for _ in range(more):
                make_fair_posting(uow, row)
        guest.get(address(here))
        with counted(app.runtime.database.engine) as statements:
            text_of(guest.get(address(here)))
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_every_card_has_the_code_of_its_own_booth(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    fair, drawn = make_fair(uow), list[str]()
    rows = [make_exhibitor(uow, fair) for _n in range(2)]
    for number, row in zip(("A02", "A01"), rows, strict=True):
        make_booth(uow, fair, number, exhibitor=row)
        make_fair_posting(uow, row)
    make_booth(uow, fair, "A03")
    monkeypatch.setattr(papers, "qr_svg_bytes", noted(papers.qr_svg_bytes, drawn))
    addresses = papers.Addresses("https://x.test", lambda one: f"https://x.test/{one}")
    assert papers.cards_pdf(uow, fair, plan_of(uow.session, fair), addresses).startswith(b"%PDF")
    assert drawn == [f"https://x.test/{row.public_id}" for row in reversed(rows)]
    assert uow.session.scalars(select(FairPosting)).all()


def test_the_screen_of_a_booth_leads_to_its_page(app: Any, here: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(board, "qr_svg", noted(board.qr_svg, drawn))
    text_of(app.test_client().get(f"/fairs/screen/{screen_token('booth', here.booth)}"))
    assert [re.sub(r"^https?://[^/]+", "", one) for one in drawn] == [address(here)]
