"""Pages of the security administrator: versions of the notice, assessments, incidents, keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, g, redirect, url_for

from jobmatch.accounts.queries import served_regions
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.crypto import keyring
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.people.queries.consents import current_notice
from jobmatch.privacy.forms import AssessmentForm, BreachForm, NoticeForm, StepForm
from jobmatch.privacy.queries.incidents import (
    affected_count,
    assessments,
    breaches,
    get_assessment,
    get_breach,
    steps_of,
)
from jobmatch.privacy.queries.notices import versions
from jobmatch.privacy.services import assessments as kept
from jobmatch.privacy.services import keys
from jobmatch.privacy.services.notice import publish_notice
from jobmatch.privacy.states import BreachAct
from jobmatch.privacy.views.blueprint import blueprint
from jobmatch.privacy.views.common import TEMPLATES, download
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


@blueprint.route("/admin/privacy/notices", methods=["GET", "POST"])
@access("privacy.manage")
def notices() -> Any:
    """Versions of the notice with who accepted them, and writing the next one."""
    uow = current_uow()
    present = current_notice(uow.session, uow.today)
    form = NoticeForm.submitted(data={"body": present.body if present else "", "valid_from": uow.today})
    done = form.act(
        lambda: publish_notice(
            uow, body=form.body.data or "", changes=form.changes.data or "", valid_from=form.valid_from.data
        )
    )
    if done is not None:
        flash(_("已发布第 %(n)s 版", n=done.number), "success")
        return redirect(url_for("privacy.notices"), 303)
    return page("privacy/notices.html", form=form, rows=uow.rows(versions()), present=present)


@blueprint.route("/admin/privacy/assessments", methods=["GET", "POST"])
@access("privacy.manage")
def assessment_list() -> Any:
    """Assessments that are kept, and adding one."""
    uow = current_uow()
    form = AssessmentForm.submitted(data={"assessed_on": uow.today, "author": uow.actor.label})
    texts = ("title", "purpose", "necessity", "risks", "conclusion", "author")
    done = form.act(
        lambda: kept.keep_assessment(
            uow, **{name: form[name].data or "" for name in texts}, assessed_on=form.assessed_on.data
        )
    )
    if done is not None:
        flash(_("已留存"), "success")
        return redirect(url_for("privacy.assessment", public_id=done.public_id), 303)
    return page("privacy/assessments.html", form=form, rows=uow.rows(assessments().limit(200)))


@blueprint.get("/admin/privacy/assessments/<public_id>")
@access("privacy.manage")
def assessment(public_id: str) -> Response:
    return page("privacy/assessment.html", row=get_assessment(current_uow().session, public_id))


@blueprint.get("/admin/privacy/assessments/<public_id>/print")
@access("privacy.manage", slow=True)
def assessment_print(public_id: str) -> Response:
    """The assessment to sign and file."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        row = get_assessment(uow.session, public_id)
    data = {
        "title": _("个人信息保护影响评估报告：%(title)s", title=row.title),
        "head": _(
            "第 %(n)s 版，%(day)s，评估人：%(who)s", n=row.number, day=day_words(row.assessed_on), who=row.author
        ),
        "parts": [
            [_("处理目的和方式"), row.purpose],
            [_("是否合法、正当、必要"), row.necessity],
            [_("结论"), row.conclusion],
        ],
        "risk_head": [_("风险"), _("等级"), _("措施")],
        "risks": [[one["risk"], one["level"], one["measure"]] for one in row.risks],
        "sign": _("签字：                    日期："),
    }
    content = render_pdf(TEMPLATES / "assessment.typ", data)
    return download(content, f"assessment-{public_id}.pdf", "application/pdf")


@blueprint.route("/admin/privacy/breaches", methods=["GET", "POST"])
@access("privacy.manage")
def breach_admin_list() -> Any:
    """Incidents, and writing one down."""
    uow = current_uow()
    form = BreachForm.submitted()
    places = [(row.path, row.name_zh) for row in uow.rows(served_regions())]
    form.region_path.choices = [("", _("不限")), *places]
    known = {path for path, _name in places}
    done = form.act(
        lambda: kept.open_breach(
            uow,
            title=form.title.data or "",
            what=form.what.data or "",
            starts_at=_instant(form.starts_at.data),
            ends_at=_instant(form.ends_at.data),
            login=form.login.data or "",
            ip=form.ip.data or "",
            region_path=form.region_path.data if form.region_path.data in known else "",
        )
    )
    if done is not None:
        return redirect(url_for("privacy.breach", public_id=done.public_id), 303)
    return page("privacy/breaches.html", form=form, rows=uow.rows(breaches().limit(200)))


def _instant(typed: datetime | None) -> datetime | None:
    """What was typed as local time; the database knows no year beyond what the calendar of people holds."""
    if typed is None or not 2000 <= typed.year <= 2999:
        return None
    return typed.replace(tzinfo=SHANGHAI).astimezone(UTC)


@blueprint.get("/admin/privacy/breaches/<public_id>")
@access("privacy.manage")
def breach(public_id: str) -> Response:
    """The checklist of an incident, and how many people it touches."""
    uow = current_uow()
    row = get_breach(uow.session, public_id)
    return page(
        "privacy/breach.html",
        row=row,
        steps=steps_of(uow.session, row),
        count=affected_count(uow.session, row),
        form=StepForm(),
    )


@blueprint.post("/admin/privacy/breaches/<public_id>/<act>")
@access("privacy.manage")
def breach_step(public_id: str, act: str) -> Any:
    """Tick a step, with the present time."""
    uow = current_uow()
    row = get_breach(uow.session, public_id)
    form = StepForm.submitted()
    if act in {member.value for member in BreachAct}:
        form.act(lambda: kept.take_step(uow, row, BreachAct(act), note=form.note.data or ""))
    return redirect(url_for("privacy.breach", public_id=public_id), 303)


@blueprint.route("/admin/privacy/keys", methods=["GET", "POST"])
@access("privacy.manage")
def key_list() -> Any:
    """How much each data key seals, and sealing everything under the newest one in the background."""
    uow = current_uow()
    form = EmptyForm.submitted()
    done = form.act(lambda: keys.ask_rotation(uow))
    if done is not None:
        flash(_("已开始，在后台进行"), "success")
        return redirect(url_for("privacy.key_list"), 303)
    return page(
        "privacy/keys.html",
        form=form,
        counts=keys.count_by_key(uow),
        newest=keyring().newest,
        job=keys.last_rotation(uow),
    )
