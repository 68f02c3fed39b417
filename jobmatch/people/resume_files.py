"""The résumé as files: PDF and DOCX to hand over, JSON Resume to take elsewhere."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.people.queries.resume import Resume, Stretch

TEMPLATE = Path(__file__).parent / "templates" / "people" / "resume.typ"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON_RESUME_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def sections(resume: Resume) -> list[dict[str, Any]]:
    """The parts of the page in order without empty ones: title, ``facts``, ``stretches``, ``items``, ``text``."""
    service = [resume.service] if resume.service else []
    found: list[dict[str, Any]] = [
        {"title": _("求职意向"), "items": resume.wanted, "facts": resume.wishes},
        {"title": _("服役经历"), "stretches": service, "items": resume.specialties},
        {"title": _("工作经历"), "stretches": list(resume.work)},
        {"title": _("学历"), "text": _("，").join(filter(None, (resume.education, resume.major)))},
        {
            "title": _("证书和驾驶证"),
            "items": (*resume.certificates, *(_("%(code)s 驾驶证", code=code) for code in resume.licences)),
        },
        {"title": _("技能"), "items": resume.skills},
        {"title": _("自我介绍"), "text": resume.about},
    ]
    full = [{"facts": (), "stretches": [], "items": (), "text": ""} | part for part in found]
    return [part for part in full if part["stretches"] or part["items"] or part["text"] or part["facts"]]


def _plain(stretch: Stretch) -> dict[str, Any]:
    return {"title": stretch.title, "where": stretch.where, "period": stretch.period, "text": stretch.text}


def as_pdf(resume: Resume) -> bytes:
    """One or more A4 pages."""
    return render_pdf(
        TEMPLATE,
        {
            "name": resume.name,
            "phone": resume.phone,
            "facts": resume.facts,
            "mark": _("身份已由服务站核验") if resume.is_verified else "",
            "sections": [
                part | {"stretches": [_plain(stretch) for stretch in part["stretches"]]} for part in sections(resume)
            ],
        },
    )


def as_docx(resume: Resume) -> bytes:
    """The same page as a Word document that the person can go on writing in."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Noto Sans SC", Pt(11)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = resume.name
    head = document.add_paragraph()
    run = head.add_run(resume.name)
    run.bold, run.font.size = True, Pt(20)
    line = [f"{label} {value}" for label, value in resume.facts]
    document.add_paragraph("　".join(filter(None, [resume.phone, *line])))
    if resume.is_verified:
        document.add_paragraph(_("身份已由服务站核验"))
    for part in sections(resume):
        title = document.add_paragraph().add_run(part["title"])
        title.bold, title.font.size, title.font.color.rgb = True, Pt(13), RGBColor(0x1D, 0x46, 0x36)
        for stretch in part["stretches"]:
            paragraph = document.add_paragraph()
            paragraph.add_run(stretch.title).bold = True
            paragraph.add_run("　".join(filter(None, ["", stretch.where, stretch.period])))
            for text in filter(None, stretch.text.splitlines()):
                document.add_paragraph(text)
        if part["items"]:
            document.add_paragraph(_("、").join(part["items"]))
        if part["facts"]:
            document.add_paragraph("　".join(_("%(label)s：%(value)s", label=a, value=b) for a, b in part["facts"]))
        for text in filter(None, part["text"].splitlines()):
            document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def as_json_resume(resume: Resume) -> bytes:
    """JSON Resume 1.0.0 (``basics``, ``work``, ``volunteer`` left out, ``education``, ``certificates``, ``skills``).

    Military service is an entry of ``work`` named by its branch. Source: https://jsonresume.org/schema.
    """
    work = [stretch for stretch in (*resume.work, resume.service) if stretch]
    document = {
        "$schema": JSON_RESUME_SCHEMA,
        "basics": {
            "name": resume.name,
            "label": _("、").join(resume.wanted),
            "phone": resume.phone,
            "summary": resume.about,
            "location": {"countryCode": "CN", "region": dict(resume.facts).get(_("现居住地"), "")},
        },
        "work": [
            {
                "name": stretch.where if stretch is not resume.service else stretch.title,
                "position": stretch.title if stretch is not resume.service else _("、").join(resume.specialties),
                "startDate": stretch.started_on.isoformat()[:7] if stretch.started_on else None,
                "endDate": stretch.ended_on.isoformat()[:7] if stretch.ended_on else None,
                "summary": stretch.text,
            }
            for stretch in work
        ],
        "education": [{"studyType": resume.education, "area": resume.major}] if resume.education else [],
        "certificates": [{"name": name} for name in resume.certificates]
        + [{"name": _("%(code)s 驾驶证", code=code)} for code in resume.licences],
        "skills": [{"name": name} for name in resume.skills],
        "meta": {"wishes": dict(resume.wishes)},
    }
    return json.dumps(_without_none(document), ensure_ascii=False, indent=1).encode()


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None and inner != ""}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


FORMATS = {
    "pdf": (as_pdf, PDF),
    "docx": (as_docx, DOCX),
    "json": (as_json_resume, "application/json"),
}
