"""Paper sign-in sheets: a signature counts once, however it is keyed, how often, and whatever a scanner saw before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import func, select

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Invalid, NotAllowed
from jobmatch.core.sheets import read_lines
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import papers
from jobmatch.fairs.day.booth_forms import LINES, grid_lines
from jobmatch.fairs.day.desk_queries import paper_rows, registered
from jobmatch.fairs.day.figures import came_by_way
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.day.services.checking_in import Scan, check_in
from jobmatch.fairs.day.services.sheets import LineResult
from jobmatch.fairs.day.services.sign_sheets import SignLine, key_sign_ins
from jobmatch.fairs.day.states import CheckInWay
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState, RegistrationWay
from tests.factories import PATH_OTHER, make_staff
from tests.fairs.day_help import Stage, browser, stage
from tests.fairs.help import make_fair, make_registration
from tests.matching.help import counted

SAVED, TWICE, WRONG = LineResult.SAVED, LineResult.DUPLICATE, LineResult.WRONG


@pytest.fixture
def fair(uow: UnitOfWork) -> JobFair:
    """A fair that runs since two hours; its office's clerk acts."""
    uow.actor = make_staff(uow)
    return make_fair(uow, state=FairState.RUNNING, opens_at=uow.now - timedelta(hours=2))


def key(uow: UnitOfWork, fair: JobFair, *lines: SignLine) -> list[tuple[LineResult, str]]:
    return [(one.result, one.words) for one in key_sign_ins(uow, fair, lines, sheet="东门第 1 张")]


def came(uow: UnitOfWork, fair: JobFair) -> int:
    return uow.session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.fair_id == fair.id)) or 0


def clock(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%H:%M")


def test_a_sheet_keyed_twice_counts_everybody_once(uow: UnitOfWork, fair: JobFair) -> None:
    by_code = make_registration(uow, fair)
    make_registration(uow, fair, name="测试钱", id_tail="123X")
    by_tail = make_registration(uow, fair, name="测试孙")
    lines = [
        SignLine(f"{by_code.code[:4]} {by_code.code[4:]}", at=clock(uow.now - timedelta(hours=1))),
        SignLine("测试钱", "123x"),
        SignLine("测试孙", by_tail.phone[-4:]),
        SignLine(""),
        SignLine("测试新来", "199 0000 7711"),
        SignLine("测试无机", "2211"),
    ]
    first = key(uow, fair, *lines)
    assert [result for result, _ in first] == [SAVED] * 5
    again = key(uow, fair, *lines)
    assert [result for result, _ in again] == [TWICE] * 5 and came(uow, fair) == 5
    assert "东门第 1 张" in again[0][1] and clock(uow.now - timedelta(hours=1)) in again[0][1]
    assert came_by_way(uow.session, fair) == {CheckInWay.SHEET: 5}
    rows = uow.session.scalars(select(CheckIn).order_by(CheckIn.number)).all()
    assert rows[1].at == rows[0].at, "an empty time is that of the line above"
    fresh = uow.session.scalars(select(FairRegistration).where(FairRegistration.way == RegistrationWay.SHEET)).all()
    assert {row.name for row in fresh} == {"测试新来", "测试无机"}


def test_who_was_scanned_before_is_told_with_where_when_and_how(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair, name="测试李")
    first = check_in(uow, fair, Scan(text=row.code, desk="西门", way=CheckInWay.SCANNER))
    [(result, words)] = key(uow, fair, SignLine("测试李", row.phone, at=clock(uow.now - timedelta(minutes=90))))
    assert result is TWICE and "西门" in words and clock(uow.now) in words and "扫码枪" in words
    kept = uow.session.scalars(select(CheckIn)).one()
    assert (kept.at, kept.way) == (first.at, CheckInWay.SCANNER), "a time by hand changes no clock's"


def test_nobody_is_taken_for_somebody_of_the_same_name(uow: UnitOfWork, fair: JobFair) -> None:
    known = make_registration(uow, fair, name="测试周")
    twin = make_registration(uow, fair, name="测试周", id_tail="7777")
    make_registration(uow, fair, name="测试周", id_tail="7777")
    found = key(
        uow,
        fair,
        SignLine("测试周", "0042"),
        SignLine("测试周", "7777"),
        SignLine("测试吴", known.phone),
        SignLine("测试周"),
    )
    assert [result for result, _ in found] == [WRONG] * 4 and came(uow, fair) == 0
    assert twin.code in found[0][1] and "2 个同名" in found[1][1] and "另一个姓名" in found[2][1]
    other = SignLine("测试周", "0042", is_other=True)
    assert key(uow, fair, other)[0][0] is SAVED and key(uow, fair, other)[0][0] is TWICE
    assert came(uow, fair) == 1


def test_wrong_lines_say_what_to_do(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair)
    gone = make_registration(uow, fair, name="测试郑", state=RegistrationState.CANCELED, canceled_at=uow.now)
    for line, words in (
        (SignLine("99999999"), "没有找到"),
        (SignLine("1234"), "8 位数字"),
        (SignLine("JMFX"), "核对不上"),
        (SignLine(row.code, at="25:10"), "9:35"),
        (SignLine(row.code, at="soon"), "9:35"),
        (SignLine(row.code, at=clock(uow.now + timedelta(hours=1))), "不在招聘会里"),
        (SignLine("测试冯", "12"), "后四位"),
        (SignLine(gone.code), "取消过"),
    ):
        [(result, said)] = key(uow, fair, line)
        assert result is WRONG and words in said, (line, said)
    assert came(uow, fair) == 0
    assert key(uow, fair, SignLine("测试郑", gone.phone))[0][0] is SAVED, "who came after all is let in again"


def test_a_sheet_is_keyed_after_closing_but_not_before_the_fair_nor_by_others(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair)
    fair.state, fair.closed_at = FairState.CLOSED, uow.now
    uow.session.flush()
    assert key(uow, fair, SignLine(row.code))[0][0] is SAVED
    coming = make_fair(uow)
    with pytest.raises(Invalid):
        key(uow, coming, SignLine("1"))
    uow.actor = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        key(uow, fair, SignLine(row.code))


def test_the_printed_sheet_half_hides_names_and_has_empty_lines(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair, name="测试赵四五")
    make_registration(uow, fair, state=RegistrationState.CANCELED, canceled_at=uow.now)
    lines = paper_rows(uow.session.execute(registered(fair)).all())
    assert lines == [(row.code, "测**")]
    document = pypdfium2.PdfDocument(papers.sign_pdf(fair, lines))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(document) == 2 and row.code[4:] in text and "测试赵" not in text and "签名" in text
    document.close()
    rows = list(read_lines(papers.sign_workbook(fair, lines)))
    assert len(rows) == 2 + 2 * papers.PER_PAGE
    counts = []
    for _more in (2, 18):
        for _one in range(_more):
            make_registration(uow, fair)
        with counted(uow.session.get_bind().engine) as statements:
            paper_rows(uow.session.execute(registered(fair)).all())
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_grid_keeps_what_was_wrong_and_empties_what_was_taken() -> None:
    assert len(grid_lines([{"who": ""}] * LINES, [])) == LINES == 20


@pytest.fixture
def here(app: Any) -> Stage:
    return stage(app.runtime)


def test_staff_key_a_sheet_without_script(app: Any, here: Stage) -> None:
    staff, url = browser(app, here.users["staff"]), f"/fairs/help/{here.fair}/paper"
    assert "散场后补录" in staff.get(url).get_data(as_text=True)
    sent = {
        "sheet": "西门",
        "who0": "测试新人",
        "proof0": "19900007712",
        "kind0": "odd",
        "who1": "<b>88</b>",
        "who19": "7",
    }
    body = staff.post(url, data=sent).get_data(as_text=True)
    assert "第 2 位" in body and 'value="测试新人"' not in body, "what was taken leaves the grid"
    assert (
        'value="&lt;b&gt;88&lt;/b&gt;"' in body and 'name="who19" value="7"' in body and 'aria-invalid="true"' in body
    )
    assert "没有重复计数" in staff.post(url, data=sent).get_data(as_text=True)
    assert staff.post(url, data={"sheet": "x" * 99, "who0": "1"}).status_code == 422
    assert staff.get(f"{url}/sign.pdf").data.startswith(b"%PDF") and staff.get(f"{url}/sign.xlsx").status_code == 200
    assert staff.get(f"{url}/sign.exe").status_code == 404


def test_each_booth_has_an_intention_sheet_of_its_own(app: Any, here: Stage) -> None:
    staff = browser(app, here.users["staff"])
    for query in ("", f"?booth={here.booth}"):
        document = pypdfium2.PdfDocument(staff.get(f"/staff/fairs/{here.fair}/sheet.pdf{query}").data)
        text = document[0].get_textpage().get_text_bounded()
        assert len(document) == 1 and "A01" in text and "1." in text and "本人签字" in text
        document.close()
    assert staff.get(f"/staff/fairs/{here.fair}/sheet.pdf?booth=nonsense").data.startswith(b"%PDF")
