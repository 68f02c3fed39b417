"""How numbers, money, dates and places are written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from jobmatch.web import formats

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai


def calls() -> Iterator[tuple[object, str]]:
    yield formats.pay(7500, 9500), "7500–9500 元/月"
    yield formats.pay(7500, 7500), "7500 元/月"
    yield formats.pay(7500, None), "7500 元/月起"
    yield formats.pay(None, 9500), "最高 9500 元/月"
    yield formats.pay(None, None), "工资面议"
    yield formats.pay(Decimal("22.50"), None, "hour"), "22.5 元/小时起"
    yield formats.pay(120000, 150000, "year"), "120,000–150,000 元/年"
    yield formats.number(1286), "1286"
    yield formats.number(12860), "12,860"
    yield formats.number(-12860.5), "-12,860.5"
    yield formats.number(2.5, 0), "3"
    yield formats.number(None), "—"
    yield formats.percent(876, 1000), "87.6%"
    yield formats.percent(1, 3, 0), "33%"
    yield formats.percent(1, 8, 0), "13%"
    yield formats.percent(0, 0), "—"
    yield formats.percent(None, 5), "—"
    yield formats.day(date(2026, 11, 28), NOW), "11 月 28 日"
    yield formats.day(date(2027, 1, 3), NOW), "2027 年 1 月 3 日"
    yield formats.day(None, NOW), "—"
    yield formats.year_month(date(2019, 9, 1)), "2019 年 9 月"
    yield formats.moment(datetime(2026, 11, 28, 1, 0, tzinfo=UTC), NOW), "11 月 28 日 9:00"
    yield formats.moment(datetime(2026, 12, 31, 16, 5, tzinfo=UTC), NOW), "2027 年 1 月 1 日 0:05"
    yield formats.clock(datetime(2026, 11, 28, 1, 5, tzinfo=UTC)), "9:05"
    yield formats.ago(NOW, NOW), "今天"
    yield formats.ago(date(2026, 11, 20), NOW), "昨天"
    yield formats.ago(datetime(2026, 11, 18, 1, tzinfo=UTC), NOW), "3 天前"
    yield formats.ago(date(2026, 10, 1), NOW), "10 月 1 日"
    yield formats.ago(date(2026, 11, 28), NOW), "11 月 28 日"
    yield formats.waited(date(2026, 11, 18), NOW), "等了 3 天"
    yield formats.waited(NOW, NOW), "今天"
    yield formats.phone_masked("13800001234"), "138****1234"
    yield formats.phone_masked("138-0000 1234"), "138****1234"
    yield formats.phone_masked("12345"), "****45"
    yield formats.phone_masked(None), "—"
    yield formats.distance(6.2), "6 公里"
    yield formats.distance(0.4), "不到 1 公里"
    yield formats.distance(12.6, 5), "约 15 公里"
    yield formats.distance(3, 5), "5 公里以内"
    yield formats.distance(None), "—"


@pytest.mark.parametrize(("written", "expected"), list(calls()))
def test_things_are_written_for_people(written: str, expected: str) -> None:
    assert written == expected


def test_the_day_of_an_instant_is_that_of_shanghai() -> None:
    assert formats.day(datetime(2026, 11, 21, 16, 30, tzinfo=UTC), NOW) == "11 月 22 日"
    with pytest.raises(ValueError, match="time zone"):
        formats.clock(datetime(2026, 11, 21))  # noqa: DTZ001


def test_addresses_keep_what_is_not_changed() -> None:
    request = SimpleNamespace(path="/list", args=MultiDict([("town", "a"), ("town", "b"), ("page", "2")]))
    assert formats.with_args(request, page=None, sort="-name") == "/list?town=a&town=b&sort=-name"
    assert formats.with_args(SimpleNamespace(path="/list", args=MultiDict()), q="") == "/list"


def test_a_small_count_is_told_to_those_who_may_open_the_list_only() -> None:
    told = [formats.counted(value, exact) for exact in (True, False) for value in (0, 4, 5, 12_000)]
    assert told == ["0", "4", "5", "12,000", "0", "<5", "5", "12,000"]
    shares = [formats.share(part, 10, exact) for exact in (True, False) for part in (0, 3, 5, 7, 10)]
    assert shares == ["0.0%", "30.0%", "50.0%", "70.0%", "100.0%", "0.0%", "—", "50.0%", "—", "100.0%"]


def test_each_cell_of_a_row_knows_its_head() -> None:
    head = ["姓名", Markup('<th scope="col" class="sorts"><a href="?">年龄<svg/></a></th>'), "电话<b>", "去向"]
    row = Markup('<tr class="x"><th scope="row">甲</th><td class="num">22</td><td>1</td><td></td></tr>')
    assert formats.label_cells(row, head) == (
        '<tr class="x"><th scope="row">甲</th><td data-label="年龄" class="num">22</td>'
        '<td data-label="电话&lt;b&gt;">1</td><td data-label="去向"></td></tr>'
    )
    wide = Markup('<tr><td colspan="2">没有</td><td>1</td><td data-label="x">2</td><td>3</td></tr>')
    assert formats.label_cells(wide, head) == (
        '<tr><td colspan="2">没有</td><td data-label="电话&lt;b&gt;">1</td><td data-label="x">2</td><td>3</td></tr>'
    )
    hidden = [Markup('<th scope="col"><span class="vh">操作</span></th>')]
    assert formats.label_cells(Markup("<tr><td>1</td></tr>"), hidden) == "<tr><td>1</td></tr>"
