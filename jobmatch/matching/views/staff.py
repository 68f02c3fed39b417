"""Pages of the office: how good the ranking model is, and where the specialties of the service lead."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import JobState
from jobmatch.matching import fitting, office, quality
from jobmatch.matching.forms import CorrectionForm
from jobmatch.matching.queries import is_rules_only, model_named
from jobmatch.matching.states import Strength
from jobmatch.matching.views.common import blueprint, count_page
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.formats import moment, number
from jobmatch.web.pages import page, paged
from recruiters.postings.policies import visible_office_postings
from recruiters.postings.queries import posting_by_id

MOST_WORDS = 40


# ---------- the model ----------


@blueprint.get("/staff/model")
@access("model.read")
def model_quality() -> Response:
    """What the ranker is, its versions with their figures, and what each thing can add."""
    uow = current_uow()
    if request.headers.get("HX-Request") == "true":
        return page("matching/_fit_state.html", fit=_fit_state())
    shown = paged(uow, quality.version_rows())
    versions = [quality.version_of(row) for row in shown.rows]
    return page(
        "matching/model.html",
        pager=shown,
        versions=versions,
        active=next((one for one in versions if one.is_active), None),
        is_rules_only=is_rules_only(uow.session),
        fit=_fit_state(),
        curves=_curve_bars(quality.curve_table(uow)),
        judged=quality.quality_table(),
        can_manage=uow.actor.can("system.manage"),
        choices=_version_choices(versions),
    )


def _fit_state() -> dict[str, Any] | None:
    """The newest fit as the page shows it; ``is_live`` while it waits or runs."""
    job = quality.last_fit(current_uow())
    if job is None:
        return None
    is_live = job.state in (JobState.QUEUED, JobState.RUNNING)
    return {
        "label": job.state.label,
        "is_live": is_live,
        "is_failed": job.state is JobState.FAILED,
        "done": job.done_count,
        "total": job.total_count,
        "at": job.finished_at or job.created_at,
    }


def _curve_bars(rows: list[tuple[str, float, float]]) -> charts.Bars:
    longest = max((value for _label, value, _rules in rows), default=0.0) or 1.0
    bars = [
        charts.Bar(label, round(100 * value / longest, 2), number(value, 2), _("手工 %(n)s", n=number(rules, 2)))
        for label, value, rules in rows
    ]
    return charts.Bars(tuple(bars))


def _version_choices(versions: list[quality.Version]) -> list[tuple[str, str]]:
    fitted = [(one.public_id, _("%(day)s 的版本", day=moment(one.fitted_at))) for one in versions]
    return [(quality.RULES, _("手工规则")), *fitted]


@blueprint.get("/staff/model/compare")
@access("model.read")
def compare_models() -> Response:
    """For a sample of people: how the first ten postings differ between two versions, and why."""
    uow = current_uow()
    versions = [quality.version_of(row) for row in paged(uow, quality.version_rows()).rows]
    in_use = next((one.public_id for one in versions if one.is_active), quality.RULES)
    first = request.args.get("first", quality.RULES)[:16]
    second = request.args.get("second", in_use)[:16]
    choices = _version_choices(versions)
    found = quality.compare(uow, first, second)
    biggest = max((abs(value) for _label, value in found.causes), default=0.0) or 1.0
    bars = [
        charts.Bar(label, round(100 * abs(value) / biggest, 2), f"{value:+.2f}") for label, value in found.causes[:10]
    ]
    return page(
        "matching/compare.html",
        found=found,
        causes=charts.Bars(tuple(bars)),
        choices=choices,
        first=first,
        second=second,
        labels=dict(choices),
        first_places=quality.FIRST,
    )


def _to_model() -> Any:
    return redirect(url_for("matching.model_quality"), 303)


@blueprint.post("/staff/model/fit")
@access("system.manage")
def fit_model() -> Any:
    if fitting.ask_for_fit(current_uow()):
        flash(_("开始拟合，好了会列在下面"), "success")
    else:
        flash(_("已经在拟合，请等它完成"), "info")
    return _to_model()


@blueprint.post("/staff/model/rules")
@access("system.manage")
def switch_rules() -> Any:
    """Rules only, or back to the version that was in use."""
    is_on = request.form.get("rules") == "on"
    model = fitting.set_rules_only(current_uow(), is_on=is_on)
    if is_on:
        flash(_("现在只用手工规则，新拟合的版本不会自动启用"), "success")
    elif model is not None:
        flash(_("已恢复使用模型"), "success")
    else:
        flash(_("已恢复。还没有可用的版本，先用手工规则"), "success")
    return _to_model()


@blueprint.post("/staff/model/<public_id>/promote")
@access("system.manage")
def promote_model(public_id: str) -> Any:
    uow = current_uow()
    fitting.promote_ranker(uow, uow.one(model_named(public_id)))
    flash(_("已启用这个版本"), "success")
    return _to_model()


# ---------- specialties ----------


@blueprint.get("/staff/crosswalk")
@access("reference.edit")
def crosswalk() -> Response:
    """Every specialty with the civilian occupations it leads to."""
    words = request.args.get("q", "").strip()[:MOST_WORDS]
    return page("matching/crosswalk.html", rows=office.list_specialties(current_uow(), words), words=words)


@blueprint.route("/staff/crosswalk/<code>", methods=["GET", "POST"])
@access("reference.edit")
def crosswalk_row(code: str) -> Any:
    """One specialty: its occupations, and a form to add one or to change a strength."""
    uow = current_uow()
    found = office.specialty_trades(uow, code)
    form = CorrectionForm.submitted(data=_asked(found))
    form.offer(uow.session)
    if "find" not in request.form:
        saved = form.act(
            lambda: office.correct_trade(
                uow,
                code,
                form.occupation.data or "",
                strength=Strength(form.strength.data),
                note=form.note.data or "",
            )
        )
        if saved is not None:
            flash(_("已保存，推荐马上按新的算，人才库几分钟内更新"), "success")
            return redirect(url_for("matching.crosswalk_row", code=code), 303)
    return page("matching/crosswalk_row.html", form=form, row=found)


def _asked(found: office.SpecialtyTrades) -> dict[str, str]:
    """What the form starts with: the occupation whose strength somebody wants to change."""
    wanted = request.args.get("occupation", "")
    trade = next((one for one in found.trades if one.occupation == wanted), None)
    return {"occupation": wanted, "strength": trade.strength.value, "note": trade.note} if trade else {}


@blueprint.post("/staff/crosswalk/<code>/<occupation>/undo")
@access("reference.edit")
def undo_crosswalk(code: str, occupation: str) -> Any:
    office.undo_correction(current_uow(), code, occupation)
    flash(_("已撤销，恢复原来的对应"), "success")
    return redirect(url_for("matching.crosswalk_row", code=code), 303)


# ---------- postings that the office writes ----------


@blueprint.route("/staff/postings/<public_id>/count", methods=["GET", "POST"])
@access("posting.review")
def staff_posting_count(public_id: str) -> Response:
    """现在有几人符合, for a posting that the office imported or entered."""
    uow = current_uow()
    posting = uow.one(visible_office_postings(uow.actor, posting_by_id(public_id)))
    back = url_for("postings.staff_edit", public_id=public_id, part="needs")
    return count_page(posting, layout="staff.html", back_url=back)
