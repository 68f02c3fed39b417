"""The papers of a fair: what they say, that they open, and who may have them."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pypdfium2
from docx import Document

from jobmatch.core.sheets import read_lines
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.publicity import outputs
from jobmatch.fairs.publicity.booklets import Booklet, Line, Stand, make_booklet, when_words
from tests.factories import make_employer
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.matching.help import counted

NASTY = "=cmd|'/c calc'!A1<script>#[\\"


def booklet(*, title: str = "测试县退役军人军属专场招聘会", name: str = "测试物流公司") -> Booklet:
    lines = (
        Line(
            "货车司机",
            "6000–8000 元/月",
            3,
            "测试县城关镇",
            "B2 驾驶证",
            ("包吃住",),
            "年龄放到 45 岁",
            "https://x.test/p",
        ),
        Line("仓管员", "4500 元/月", 2, "测试县城关镇", "不限", (), "", "https://x.test/q"),
    )
    stands = (Stand("A01", name, "军创企业", "", lines), Stand("", "测试安保公司", "", "", lines[:1]))
    return Booklet(
        title=title,
        when="2026 年 11 月 28 日（周六）9:00–15:00",
        place="体育馆",
        address="一号路",
        way_there="坐 2 路",
        hosts="县局",
        organizers="",
        phone="0000-1",
        url="https://x.test/f",
        stands=stands,
    )


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_heads_are_people_not_lines() -> None:
    made = booklet()
    assert (made.heads, made.posting_count, made.summary) == (8, 3, "2 家单位，招 8 人（3 条岗位）")
    assert outputs.titles_of(made) == ["货车司机 6 人", "仓管员 2 人"]


def test_the_time_names_the_last_day_where_it_is_another_one() -> None:
    opens = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
    assert when_words(opens, datetime(2026, 11, 28, 7, 0, tzinfo=UTC)) == "2026 年 11 月 28 日（周六）9:00–15:00"
    assert when_words(opens, datetime(2026, 11, 29, 7, 30, tzinfo=UTC)).endswith("9:00–11 月 29 日 15:30")


def test_every_paper_opens_and_names_exhibitors_and_heads() -> None:
    made = booklet()
    said = words_of(outputs.booklet_pdf(made)).replace("\n", "").replace("\r", "")
    assert "A01" in said and "测试物流公司" in said and "年龄放到 45 岁" in said and "展位待定" in said
    poster = words_of(outputs.poster_pdf(made))
    assert "招 8 人" in poster and "货车司机 6 人" in poster
    document = Document(io.BytesIO(outputs.booklet_docx(made)))
    assert any("A01" in paragraph.text for paragraph in document.paragraphs)
    rows = list(read_lines(outputs.booklet_xlsx(made)))
    assert rows[1][:2] == ["展位", "单位"] and len(rows) == 5
    assert "招 8 人" in outputs.group_text(made)


def test_hostile_names_stay_words_in_every_paper() -> None:
    made = booklet(title=NASTY, name=NASTY)
    assert "<script" not in outputs.article_html(made)
    assert NASTY[:8] in words_of(outputs.booklet_pdf(made))
    assert outputs.poster_pdf(made).startswith(b"%PDF")
    assert str(next(row for row in read_lines(outputs.booklet_xlsx(made)) if row[0] == "A01")[1]).startswith("'=")


def test_only_accepted_exhibitors_with_postings_stand_in_the_booklet(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    second, first = make_exhibitor(uow, fair), make_exhibitor(uow, fair)
    make_exhibitor(uow, fair)
    refused = make_exhibitor(uow, fair, state=ExhibitorState.APPLIED)
    rows = [make_fair_posting(uow, one) for one in (first, second, refused)]
    gone = make_fair_posting(uow, first)
    gone.withdrawn_at = uow.now
    make_booth(uow, fair, "B02", exhibitor=second)
    make_booth(uow, fair, "A01", exhibitor=first)
    uow.session.flush()
    addresses = {"posting_url": "https://x.test/{id}", "booth_url": "https://x.test/b/{id}"}
    made = make_booklet(uow, fair, url="https://x.test", **addresses)
    assert [stand.number for stand in made.stands] == ["A01", "B02"]
    assert made.heads == rows[0].vacancy_count + rows[1].vacancy_count
    assert made.stands[0].lines[0].url.endswith(rows[0].posting.public_id)
    assert made.stands[0].url == f"https://x.test/b/{first.public_id}"
    assert made.stands[0].url in outputs.article_html(made)


def test_a_booklet_of_twenty_costs_what_one_of_two_costs(uow: UnitOfWork) -> None:
    fair = make_fair(uow, booth_capacity=40)
    counts = []
    for more in (2, 18):
        for _ in range(more):
            make_fair_posting(uow, make_exhibitor(uow, fair, employer=make_employer(uow)))
        uow.session.expire_all()
        with counted(uow.session.get_bind().engine) as statements:
            make_booklet(uow, fair, url="", posting_url="{id}", booth_url="{id}")
        counts.append(len(statements))
    assert counts[1] <= counts[0], "the first time the code tables are read too"
