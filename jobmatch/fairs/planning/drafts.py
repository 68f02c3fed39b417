"""The draft of 组织实施办法 as a Word document, made from what is known of the fair; staff go on writing in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from jobmatch.core.clock import SHANGHAI
from jobmatch.fairs.planning.lacks import needs_permit
from jobmatch.fairs.planning.models import FairMoney, FairSlice, JobFair
from jobmatch.fairs.planning.queries import StepRow, money_of, money_sum, slices_of, steps_of
from jobmatch.fairs.planning.states import FairMode, MoneyKind
from jobmatch.reference.models import FairTheme
from jobmatch.reference.queries import rule_value

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN = "（待填）"


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What the draft says; it is a Chinese paper in every reader's language."""

    fair: JobFair
    office: str
    theme: str
    phases: Sequence[tuple[str, list[StepRow]]]
    money: Sequence[FairMoney]
    slices: Sequence[tuple[FairSlice, str]]
    needs_permit: bool
    archive_years: int


def draft_facts(session: Session, fair: JobFair, today: date) -> DraftFacts:
    """What is known of a fair that was loaded with its office."""
    theme = session.get(FairTheme, fair.theme_code) if fair.theme_code else None
    return DraftFacts(
        fair,
        fair.organization.name,
        theme.name_zh if theme else "",
        steps_of(session, fair, today),
        money_of(session, fair),
        slices_of(session, fair),
        needs_permit(session, fair),
        int(rule_value(session, "fair_archive_years", today)),
    )


def sections(facts: DraftFacts) -> list[tuple[str, list[str]]]:
    """Heading and paragraphs of each part."""
    return [*_about(facts), *_rules(facts)]


def _about(facts: DraftFacts) -> list[tuple[str, list[str]]]:
    """What, when, who and how many."""
    fair = facts.fair
    parts = [f"{name}动员 {part.people_target} 人、{part.employer_target} 家单位" for part, name in facts.slices]
    return [
        ("活动名称和目的", [f"{fair.title}。主题：{facts.theme or OPEN}。", fair.purpose or OPEN]),
        (
            "时间、地点和方式",
            [
                f"时间：{_moment(fair.opens_at)} 至 {_moment(fair.closes_at)}。",
                f"方式：{fair.mode.label_id}。",
                *([] if fair.mode is FairMode.ONLINE else [f"地点：{fair.place or OPEN}，{fair.address or OPEN}。"]),
            ],
        ),
        (
            "组织机构",
            [
                f"主办单位：{fair.hosts or facts.office}。",
                f"承办单位：{fair.organizers or facts.office}。",
                f"联系人：{fair.contact_name or OPEN}，电话 {fair.contact_phone or OPEN}。",
            ],
        ),
        (
            "参加对象和规模",
            [
                "参加对象：退役军人、军属、随军家属和其他求职者；参会单位经资质审核，岗位经内容审核。",
                f"预计 {fair.expected_count or OPEN} 人参加，可报名 {fair.capacity or OPEN} 人，"
                f"参会单位 {fair.booth_capacity or OPEN} 家，同一法人只设一个展位。",
                *(["；".join(parts) + "。"] if parts else []),
            ],
        ),
    ]


def _rules(facts: DraftFacts) -> list[tuple[str, list[str]]]:
    """What the law and the trade ask for, with the facts of this fair."""
    fair, total = facts.fair, money_sum(facts.money)
    given = "、".join(f"{line.party}（{line.label}）" for line in facts.money if line.kind is MoneyKind.SPONSOR)
    return [
        (
            "单位和岗位的核实",
            [
                "参会单位提交招聘简章、营业执照或者批准设立文件、经办人身份证件和委托证明；"
                "中介、派遣机构另提交许可证。承办单位核实其真实、合法，不合格的不得参会。",
                "岗位不得含有歧视性内容，不得收费，薪资、地点、人数写明；现场修改的岗位留有记录。",
            ],
        ),
        ("信息公布", ["会前向社会公布时间、地点、参会单位和岗位，并在服务站张贴。"]),
        (
            "现场组织",
            [
                "设入口签到、政策咨询、培训报名、创业服务和无障碍通道；没有智能手机的凭姓名和身份证后四位或者纸质票入场。",
                "意向以单位和本人双方确认为准，对应到具体岗位。",
            ],
        ),
        (
            "安全和应急",
            [
                "安全保卫按《安全保卫工作方案》执行，突发情况按《应急预案》处置。",
                *(
                    [f"预计人数达到大型群众性活动标准，安全许可文号：{fair.permit_number or OPEN}。"]
                    if facts.needs_permit
                    else []
                ),
            ],
        ),
        ("经费", [f"预算 {total.planned} 元。" + (f"赞助：{given}。" if given else "")]),
        (
            "统计和回访",
            [
                "当日统计参会单位、岗位、进场人数、意向和现场录用；会后 7 天、30 天、90 天逐人回访，"
                f"如实登记入职和没有入职的原因。材料一会一档，至少保存 {facts.archive_years} 年。"
            ],
        ),
    ]


def method_draft(facts: DraftFacts) -> bytes:
    """The Word document."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Noto Sans SC", Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = f"{facts.fair.title}组织实施办法"
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(f"{facts.fair.title}\n组织实施办法（草稿）")
    run.bold, run.font.size = True, Pt(18)
    number = 0
    for number, (title, paragraphs) in enumerate(sections(facts), 1):
        document.add_paragraph().add_run(f"{_chinese(number)}、{title}").bold = True
        for text in (line for words in paragraphs for line in words.splitlines() if line):
            document.add_paragraph(text)
    document.add_paragraph().add_run(f"{_chinese(number + 1)}、工作安排").bold = True
    _table(document, facts)
    document.add_paragraph(facts.office).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _table(document: Any, facts: DraftFacts) -> None:
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, ("阶段", "工作", "谁办", "完成日期"), strict=True):
        cell.text = text
    for phase, rows in facts.phases:
        for row in rows:
            due = row.step.due_on
            when = f"{due.year} 年 {due.month} 月 {due.day} 日" if due else ""
            texts = (phase, row.kind.name_zh, row.owner or row.kind.actor, "不需要" if row.step.is_skipped else when)
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text


def _moment(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{local.year} 年 {local.month} 月 {local.day} 日 {local.hour}:{local.minute:02d}"


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九十"
    return digits[number] if number <= 10 else f"十{digits[number - 10]}"
