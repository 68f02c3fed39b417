"""The forms in which an edition leaves the house: for WeChat, as a long picture, for the wall, for groups and ears.

Pure functions over an ``Edition``: no database, no request, so that each can be opened and read in a test.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from jobmatch.bulletins.editions import Edition, Line
from jobmatch.bulletins.spoken import spoken_count, spoken_number, spoken_phone
from jobmatch.core import drawing
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from recruiters.postings.states import PayUnit

BOARD = Path(__file__).parent / "templates" / "bulletins" / "board.typ"
FREE = "求职不收费，有人收钱请打服务站电话。"
WIDTH, LINE_HEIGHT, FRAME_HEIGHT, QR_SIDE = 1080, 360, 1000, 320
SIZES = ((20, 18), (28, 16), (36, 14))
IN_A_GROUP, READ_OUT = 20, 10
"""More than so many lines are not read in a chat group, nor listened to."""
BRACKETS = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
SPOKEN_UNITS = {PayUnit.MONTH: "一个月", PayUnit.DAY: "一天", PayUnit.HOUR: "一小时", PayUnit.PIECE: "一件"}


# ---------- WeChat ----------


def wechat_html(edition: Edition) -> str:
    """A page to copy into an article: the editor keeps inline styles and drops classes, scripts and forms."""
    cards = "\n".join(_wechat_card(number, line) for number, line in enumerate(edition.lines, 1))
    head = (
        f'<section style="background:#1d4636;color:#ffffff;padding:20px 16px;">'
        f'<p style="margin:0;font-size:22px;font-weight:bold;">{escape(edition.name)}</p>'
        f'<p style="margin:6px 0 0;font-size:15px;">{escape(edition.station)}　{escape(edition.days)}</p></section>'
        '<section style="padding:14px 16px;font-size:16px;">'
        f'<p style="margin:0;">{escape(edition.summary)}</p></section>'
    )
    phone = f"服务站电话 {edition.phone}。" if edition.phone else ""
    foot = (
        f'<section style="padding:16px;font-size:15px;color:#4b5850;">'
        f'<p style="margin:0;">看全部、投简历：{escape(edition.url)}</p>'
        f'<p style="margin:6px 0 0;">{escape(phone)}{FREE}</p></section>'
    )
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(edition.name)} {escape(edition.station)}</title></head>\n"
        '<body style="margin:0 auto;max-width:677px;line-height:1.6;color:#17201b;">\n'
        f"{head}\n{cards}\n{foot}\n</body></html>\n"
    )


def _wechat_card(number: int, line: Line) -> str:
    rest = [line.employer, line.place, line.distance, f"招 {line.heads} 人", *line.tags]
    phone = f'<p style="margin:2px 0 0;font-size:15px;">电话 {escape(line.phone)}</p>' if line.phone else ""
    return (
        '<section style="margin:0 16px;padding:12px 0;border-top:1px solid #d3dbd5;">'
        f'<p style="margin:0;font-size:18px;font-weight:bold;">{number}. {escape(line.title)}</p>'
        f'<p style="margin:2px 0 0;font-size:17px;color:#b0280f;font-weight:bold;">{escape(line.pay)}</p>'
        f'<p style="margin:2px 0 0;font-size:15px;color:#4b5850;">{escape(" · ".join(one for one in rest if one))}</p>'
        f"{phone}</section>"
    )


# ---------- pictures and paper ----------


def long_picture(edition: Edition) -> bytes | None:
    """One tall PNG for phones; None where the machine has no font with Chinese characters."""
    if drawing.font_path() is None:
        return None
    sheet = drawing.Sheet(WIDTH, FRAME_HEIGHT + LINE_HEIGHT * len(edition.lines), margin=56)
    sheet.y = 0
    sheet.band(236)
    sheet.y = 44
    sheet.text(edition.name, 60, fill=drawing.PAPER, is_bold=True, most=1)
    sheet.text(f"{edition.station} · {edition.days}", 32, fill=drawing.PAPER, most=1)
    sheet.y = 266
    sheet.text(edition.summary, 38, is_bold=True, most=1)
    for number, line in enumerate(edition.lines, 1):
        sheet.y += 14
        sheet.rule()
        sheet.y += 16
        sheet.text(f"{number}. {line.title}", 44, is_bold=True, most=2)
        sheet.text(f"{line.pay}，招 {line.heads} 人", 40, fill=drawing.PAY, is_bold=True, most=1)
        where = " · ".join(one for one in (line.employer, line.place, line.distance) if one)
        sheet.text(where, 32, fill=drawing.SOFT, most=1)
        if line.phone:
            sheet.text(f"电话 {line.phone}", 32, fill=drawing.SOFT, most=1)
    _picture_foot(sheet, edition)
    return sheet.png(cut=True)


def _picture_foot(sheet: drawing.Sheet, edition: Edition) -> None:
    sheet.y += 20
    sheet.rule()
    top = sheet.y + 30
    sheet.picture(drawing.qr_picture(edition.url, QR_SIDE), sheet.margin, top)
    left, sheet.y = sheet.margin + QR_SIDE + 36, top + 40
    sheet.text("扫码看全部、投简历", 44, is_bold=True, x=left, most=1)
    if edition.phone:
        sheet.text(f"服务站电话 {edition.phone}", 36, x=left, most=1)
    sheet.text(FREE, 32, fill=drawing.SOFT, x=left, most=2)
    sheet.y = max(sheet.y, top + QR_SIDE)


def board_pdf(edition: Edition) -> bytes:
    """A3 for the village board, with a code to scan."""
    data = {
        "name": edition.name,
        "station": edition.station,
        "days": edition.days,
        "summary": edition.summary,
        "phone": f"服务站电话 {edition.phone}" if edition.phone else "",
        "free": FREE,
        "scan": "扫码看全部、投简历",
        # The fewer lines, the larger: the sheet is read standing before a wall.
        "size": next((size for most, size in SIZES if len(edition.lines) <= most), 12.5),
        "head": ["岗位", "工资", "招几人", "单位和地方", "电话"],
        "lines": [
            [
                line.title,
                line.pay,
                str(line.heads),
                " · ".join(one for one in (line.employer, line.place) if one),
                line.phone,
            ]
            for line in edition.lines
        ],
    }
    return render_pdf(BOARD, data, files={"qr": qr_svg_bytes(edition.url)})


# ---------- plain words ----------


def group_text(edition: Edition) -> str:
    """A message for chat groups: the nearest twenty, then the link."""
    lines = [f"【{edition.name}】{edition.station}", edition.summary, ""]
    for number, line in enumerate(edition.lines[:IN_A_GROUP], 1):
        where = f"{line.employer}（{line.place}）" if line.place else line.employer
        phone = f" 电话 {line.phone}" if line.phone else ""
        lines.append(f"{number}. {line.title}　{line.pay}　招 {line.heads} 人　{where}{phone}")
    more = len(edition.lines) - IN_A_GROUP
    lines += [f"还有 {more} 个岗位，点下面看。"] if more > 0 else []
    lines += ["", f"看全部、投简历：{edition.url}"]
    lines += [f"服务站电话 {edition.phone}"] if edition.phone else []
    return "\n".join([*lines, FREE]) + "\n"


def speaker_text(edition: Edition) -> str:
    """What somebody reads out, or a machine: short sentences, every number in words, the phone twice."""
    number = "".join(sign for sign in edition.name if sign.isdigit())
    spoken = _plain(edition.name)
    name = spoken.replace(f" {number} ", spoken_number(int(number))) if number else spoken
    lines = [
        "各位村民请注意。",
        f"下面播送{name}。",
        f"这一期有{spoken_count(len(edition.lines))}个岗位，招{spoken_count(edition.heads)}个人。",
    ]
    for line in edition.lines[:READ_OUT]:
        place = f"在{_plain(line.place)}。" if line.place else ""
        heads = f"{spoken_count(line.heads)}个人"
        lines.append(f"{_plain(line.employer)}，招{_plain(line.title)}，{heads}。{spoken_pay(line)}。{place}")
    if len(edition.lines) > READ_OUT:
        lines.append("还有其他岗位，请看村里的公告栏。")
    if edition.phone:
        said = spoken_phone(edition.phone)
        lines += [f"想去的，请打服务站电话：{said}。", f"再说一遍：{said}。"]
    return "\n".join([*lines, "找工作不收钱。谁收钱，就打这个电话。"]) + "\n"


def _plain(name: str) -> str:
    """A name without what stands in brackets, which nobody reads out."""
    return BRACKETS.sub("", name).strip() or name


def spoken_pay(line: Line) -> str:
    """每个月六千到八千元, in words; 工资当面谈 where a posting names none."""
    low, high, per = line.low, line.high, SPOKEN_UNITS[line.unit]
    if low is None and high is None:
        return "工资请打电话问"
    if low is None or high is None or low == high:
        return f"工资{per}{spoken_number(low or high or 0)}元"
    return f"工资{per}{spoken_number(low)}到{spoken_number(high)}元"


def has_pictures() -> bool:
    """Whether this machine can draw pictures with Chinese words."""
    return drawing.font_path() is not None
