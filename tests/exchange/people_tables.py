"""Synthetic tables of people; the numbers begin with 99, which is no place, so nobody has them."""

from __future__ import annotations

import csv
import io

from jobmatch.core.sheets import Sheet, write_workbook

HEAD = ("姓名", "身份证号码", "联系电话", "类别", "现住址", "安置方式", "军衔", "入伍时间", "退役时间", "备注")
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
PLACE = "湖南省湘潭市韶山市"


def identity(number: int, born: str = "19850312") -> str:
    stem = f"990000{born}{number:03d}"
    return stem + CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, stem, strict=True)) % 11]


def row(number: int, **values: str) -> list[str]:
    """A good row; ``values`` are other words under some titles."""
    usual = {
        "姓名": f"合成{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅卯辰巳午未申酉'[number // 10 % 10]}",
        "身份证号码": identity(number),
        "联系电话": f"1990001{number:04d}",
        "类别": "退役军人",
        "现住址": PLACE,
        "安置方式": "自主就业",
        "军衔": "中士",
        "入伍时间": "2003-12",
        "退役时间": "2011年12月",
        "备注": "",
    }
    return [(usual | values)[title] for title in HEAD]


def as_csv(rows: list[list[str]], *, head: tuple[str, ...] = HEAD, encoding: str = "utf-8-sig") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerows([head, *rows])
    return target.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]], *, title: str = "") -> bytes:
    return write_workbook(Sheet("名册", HEAD, rows, note=title))
