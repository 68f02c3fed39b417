"""The forms in which a fair is made known: booklet, poster, article, table, words for groups.

Pure functions over a ``Booklet``: no database, no request, so that each can be opened and read in a test.
"""

from __future__ import annotations

import io
from collections import Counter
from html import escape
from pathlib import Path

from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.fairs.publicity.booklets import Booklet, Line, Stand

TEMPLATES = Path(__file__).parent / "templates" / "publicity"
FREE = "入场和求职都不收费，有人收钱请打电话告诉我们。"
SCAN = "扫码报名，看全部岗位"
NO_NUMBER = "展位待定"
HEAD = ("展位", "单位", "单位性质", "岗位", "招聘人数", "工资", "地点", "要求", "现场改动")
IN_A_GROUP, ON_POSTER, IN_FOOTER = 20, 10, 28
HEAD_WIDTH = 410
"""Points beside the code at the head of the booklet."""
POSTER_WIDTH = 700
"""Points between the margins of the poster, which the title fills in one line where it is short enough."""


# ---------- paper ----------


def booklet_pdf(booklet: Booklet) -> bytes:
    """岗位册, A4 in two columns, with page numbers and a code to scan."""
    data = {
        **_head(booklet),
        "short": booklet.title if len(booklet.title) <= IN_FOOTER else booklet.title[: IN_FOOTER - 1] + "…",
        # A long title stands in two lines, not in three with two words in the last.
        "size": max(16, min(24, 2 * HEAD_WIDTH // max(len(booklet.title), 1) - 1)),
        "stands": [
            {
                "name": f"{stand.number or NO_NUMBER}　{stand.employer}",
                "kind": stand.kind,
                "heads": f"招 {stand.heads} 人",
                "lines": [_words(line) for line in stand.lines],
            }
            for stand in booklet.stands
        ],
    }
    return render_pdf(TEMPLATES / "booklet.typ", data, files={"qr": qr_svg_bytes(booklet.url)})


def poster_pdf(booklet: Booklet) -> bytes:
    """A poster on A3 that can be enlarged: when, where, how many, what trades, and the code."""
    size = max(38, min(64, POSTER_WIDTH // max(len(booklet.title), 1)))
    data = {**_head(booklet), "titles": titles_of(booklet), "size": size}
    return render_pdf(TEMPLATES / "poster.typ", data, files={"qr": qr_svg_bytes(booklet.url)})


def titles_of(booklet: Booklet, most: int = ON_POSTER) -> list[str]:
    """What most people are looked for, the largest first: 货车司机 12 人."""
    heads: Counter[str] = Counter()
    for stand in booklet.stands:
        for line in stand.lines:
            heads[line.title] += line.heads
    return [f"{title} {count} 人" for title, count in heads.most_common(most)]


def _head(booklet: Booklet) -> dict[str, object]:
    return {
        "title": booklet.title,
        "when": booklet.when,
        "place": "　".join(filter(None, (booklet.place, booklet.address))),
        "way": booklet.way_there,
        "hosts": "　".join(
            f"{name}：{words}" for name, words in (("主办", booklet.hosts), ("承办", booklet.organizers)) if words
        ),
        "summary": booklet.summary,
        "phone": f"咨询电话 {booklet.phone}" if booklet.phone else "",
        "free": FREE,
        "scan": SCAN,
    }


def _words(line: Line) -> dict[str, str]:
    return {
        "title": line.title,
        "pay": line.pay,
        "heads": f"{line.heads} 人",
        "rest": "；".join(
            filter(
                None,
                (line.place, f"要求：{line.needs}", "、".join(line.tags), line.on_site and f"现场：{line.on_site}"),
            )
        ),
    }


def booklet_docx(booklet: Booklet) -> bytes:
    """The same booklet as a Word document in two columns, to go on writing in."""
    from docx import Document
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Noto Sans SC", Pt(10)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    normal.paragraph_format.space_after = Pt(2)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = f"{booklet.title} 岗位册"
    head = _head(booklet)
    title = document.add_paragraph().add_run(f"{booklet.title} 岗位册")
    title.bold, title.font.size = True, Pt(20)
    for name in ("when", "place", "hosts", "summary", "phone", "free"):
        if head[name]:
            document.add_paragraph(str(head[name]))
    document.add_paragraph(f"{SCAN}：{booklet.url}")
    columns = document.add_section(WD_SECTION.CONTINUOUS)._sectPr.find(qn("w:cols"))
    if columns is not None:
        columns.set(qn("w:num"), "2")
        columns.set(qn("w:space"), "400")
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    for stand in booklet.stands:
        named = document.add_paragraph()
        named.paragraph_format.keep_with_next = True
        run = named.add_run(f"{stand.number or NO_NUMBER}　{stand.employer}")
        run.bold, run.font.size, run.font.color.rgb = True, Pt(12), RGBColor(0x1D, 0x46, 0x36)
        named.add_run("　".join(["", *filter(None, (stand.kind, f"招\u00a0{stand.heads}\u00a0人"))]))
        for line in stand.lines:
            words = _words(line)
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.keep_together = True
            paragraph.add_run(words["title"]).bold = True
            paragraph.add_run(f"　{words['pay']}　{words['heads']}").font.color.rgb = RGBColor(0xB0, 0x28, 0x0F)
            paragraph.add_run(f"\n{words['rest']}").font.size = Pt(9)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def booklet_xlsx(booklet: Booklet) -> bytes:
    """All postings as a table, one line each."""
    rows = [_row(stand, line) for stand in booklet.stands for line in stand.lines]
    note = f"{booklet.title}　{booklet.when}　{booklet.place}　{booklet.summary}"
    widths = (8, 30, 10, 22, 9, 18, 22, 40, 24)
    return write_workbook(Sheet("岗位册", HEAD, rows, note=note, widths=widths))


def _row(stand: Stand, line: Line) -> tuple[object, ...]:
    first = (stand.number, stand.employer, stand.kind)
    return (*first, line.title, line.heads, line.pay, line.place, line.needs, line.on_site)


# ---------- WeChat and groups ----------


def article_html(booklet: Booklet) -> str:
    """An article to copy into the WeChat editor, which keeps inline styles and drops classes, scripts and forms."""
    head = _head(booklet)
    facts = "".join(
        f'<p style="margin:4px 0 0;font-size:16px;">{escape(f"{name}：{head[key]}")}</p>'
        for name, key in (("时间", "when"), ("地点", "place"), ("怎么去", "way"))
        if head[key]
    )
    stands = "\n".join(_article_stand(stand) for stand in booklet.stands)
    last = "　".join(str(head[key]) for key in ("hosts", "phone", "free") if head[key])
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(booklet.title)}</title></head>\n"
        '<body style="margin:0 auto;max-width:677px;line-height:1.6;color:#17201b;">\n'
        '<section style="background:#1d4636;color:#ffffff;padding:20px 16px;">'
        f'<p style="margin:0;font-size:22px;font-weight:bold;">{escape(booklet.title)}</p>{facts}</section>\n'
        f'<section style="padding:14px 16px;font-size:18px;font-weight:bold;">{escape(booklet.summary)}</section>\n'
        f"{stands}\n"
        f'<section style="padding:16px;font-size:15px;color:#4b5850;"><p style="margin:0;">报名、看全部岗位：'
        f'{escape(booklet.url)}</p><p style="margin:6px 0 0;">{escape(last)}</p></section>\n'
        "</body></html>\n"
    )


def _article_stand(stand: Stand) -> str:
    lines = "".join(
        f'<p style="margin:6px 0 0;font-size:16px;"><b>{escape(line.title)}</b>　'
        f'<span style="color:#b0280f;">{escape(line.pay)}</span>　招 {line.heads} 人<br>'
        f'<span style="font-size:14px;color:#4b5850;">{escape(_words(line)["rest"])}</span></p>'
        for line in stand.lines
    )
    page = (
        f'<p style="margin:6px 0 0;font-size:14px;color:#4b5850;">看这家、取号：{escape(stand.url)}</p>'
        if stand.url
        else ""
    )
    name = "　".join(filter(None, (stand.number, stand.employer, stand.kind)))
    return (
        '<section style="margin:0 16px;padding:12px 0;border-top:1px solid #d3dbd5;">'
        f'<p style="margin:0;font-size:18px;font-weight:bold;color:#1d4636;">{escape(name)}</p>{lines}{page}</section>'
    )


def group_text(booklet: Booklet) -> str:
    """A message for chat groups: when, where, what is looked for most, then the link."""
    head = _head(booklet)
    lines = [f"【{booklet.title}】", f"时间：{booklet.when}", f"地点：{head['place']}", booklet.summary, ""]
    lines += [f"· {title}" for title in titles_of(booklet, IN_A_GROUP)]
    lines += ["", f"报名、看全部岗位：{booklet.url}", *filter(None, [str(head["phone"])]), FREE]
    return "\n".join(lines) + "\n"
