"""Every form in which an edition leaves the house, opened and read."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from jobmatch.bulletins import outputs
from jobmatch.bulletins.editions import Edition, Line
from jobmatch.bulletins.spoken import spoken_count, spoken_number, spoken_phone
from recruiters.postings.states import PayUnit


def line(title: str = "货车司机", **values: Any) -> Line:
    given = {
        "pay": "6000–8000 元/月",
        "low": 6000,
        "high": 8000,
        "unit": PayUnit.MONTH,
        "heads": 2,
        "employer": "测试恒通物流",
        "place": "测试东镇",
        "distance": "约 6 公里",
        "tags": ("退役军人优先",),
        "phone": "19900001111",
        "url": "http://localhost/postings/x?from=abcd2345",
    }
    return Line(title=title, **(given | values))  # type: ignore[arg-type]


def edition(*lines: Line, **values: str) -> Edition:
    given = {
        "name": "测试县岗位信息第 12 期",
        "station": "测试东镇服务站",
        "days": "2026 年 11 月 16 日到 11 月 22 日",
        "phone": "0000-1234567",
        "url": "http://localhost/b/abcd2345",
    }
    return Edition(**(given | values), lines=lines or (line(), line("电工", heads=3)))


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_article_keeps_its_looks_in_an_editor_that_drops_classes() -> None:
    read = Reader(outputs.wechat_html(edition()))
    assert set(read.tags) <= {"html", "head", "meta", "title", "body", "section", "p"}
    assert read.names <= {"lang", "charset", "name", "content", "style"}
    for word in (
        "测试县岗位信息第 12 期",
        "2 个岗位，招 5 人",
        "1. 货车司机",
        "6000–8000 元/月",
        "http://localhost/b/abcd2345",
    ):
        assert word in read.words


def test_words_of_employers_stay_words_in_the_article() -> None:
    text = outputs.wechat_html(edition(line("<script>alert(1)</script>", employer='A & "B"')))
    assert "<script>" not in text
    assert "<script>alert(1)</script>" in Reader(text).words


def test_the_long_picture_grows_with_its_lines() -> None:
    sizes = []
    for count in (1, 12):
        content = outputs.long_picture(edition(*[line(f"岗位{n}" * 12) for n in range(count)]))
        assert content is not None
        picture = Image.open(io.BytesIO(content))
        picture.load()
        assert (picture.format, picture.width) == ("PNG", 1080)
        assert len(picture.getcolors(maxcolors=300) or []) > 4
        sizes.append(picture.height)
    assert sizes[1] - sizes[0] > 11 * 150


def test_the_picture_ends_below_its_code() -> None:
    content = outputs.long_picture(edition())
    assert content is not None
    picture = Image.open(io.BytesIO(content)).convert("L")
    code = picture.crop((56, picture.height - 56 - 320, 56 + 320, picture.height - 56))
    assert code.getextrema()[0] == 0
    assert picture.crop((0, picture.height - 20, 1080, picture.height)).getextrema()[0] > 250


def test_without_a_font_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobmatch.core.drawing.font_path", lambda: None)
    assert outputs.long_picture(edition()) is None
    assert not outputs.has_pictures()


@pytest.mark.parametrize(("count", "pages"), [(2, 1), (30, 1), (50, 1)])
def test_the_sheet_for_the_wall_is_one_a3(count: int, pages: int) -> None:
    document = pypdfium2.PdfDocument(outputs.board_pdf(edition(*[line(f"岗位{n}") for n in range(count)])))
    assert len(document) == pages
    assert [round(side) for side in document[0].get_size()] == [842, 1191]
    words = re.sub(r"\s", "", document[0].get_textpage().get_text_range())
    for word in ("测试县岗位信息第12期", f"岗位{count - 1}", "6000–8000元/月", "19900001111", "求职不收费"):
        assert word in words


def test_the_group_gets_twenty_and_a_link() -> None:
    text = outputs.group_text(edition(*[line(f"岗位{n}") for n in range(23)]))
    assert text.startswith("【测试县岗位信息第 12 期】测试东镇服务站\n23 个岗位，招 46 人\n")
    assert "20. 岗位19　6000–8000 元/月　招 2 人　测试恒通物流（测试东镇） 电话 19900001111" in text
    assert "21. " not in text
    assert "还有 3 个岗位" in text
    assert "http://localhost/b/abcd2345" in text


def test_what_is_read_out_has_no_digits_and_short_sentences() -> None:
    text = outputs.speaker_text(edition(*[line(f"电工（持证{n}）") for n in range(12)]))
    assert not re.search(r"[0-9a-zA-Z（）/–-]", text)
    assert max(len(sentence) for sentence in re.split("[。，：；\n]", text)) <= 24
    for words in (
        "下面播送测试县岗位信息第十二期。",
        "有十二个岗位，招二十四个人。",
        "招电工，两个人。工资一个月六千到八千元。",
        "零零零零，幺二三四五六七。",
        "再说一遍",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("pay", "said"),
    [
        ({"low": None, "high": None}, "工资请打电话问"),
        ({"low": 200, "high": 200, "unit": PayUnit.DAY}, "工资一天二百元"),
        ({"low": 25, "high": None, "unit": PayUnit.HOUR}, "工资一小时二十五元"),
        ({"low": 4500, "high": 12000}, "工资一个月四千五百到一万两千元"),
    ],
)
def test_pay_is_said_in_words(pay: dict[str, Any], said: str) -> None:
    assert outputs.spoken_pay(line(**pay)) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (18, "十八"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (222, "二百二十二"),
        (2000, "两千"),
        (6005, "六千零五"),
        (6050, "六千零五十"),
        (10_000, "一万"),
        (20_200, "两万零二百"),
        (100_000, "十万"),
        (120_050, "十二万零五十"),
    ],
)
def test_numbers_in_words(number: int, said: str) -> None:
    assert spoken_number(number) == said


def test_counts_and_phones_are_said_as_people_say_them() -> None:
    assert (spoken_count(2), spoken_count(12)) == ("两", "十二")
    assert spoken_phone("19900001234") == "幺九九，零零零零，幺二三四"
    with pytest.raises(ValueError, match="loudspeaker"):
        spoken_number(-1)
