"""Code tables, places, dated rules and holidays, as staff read and keep them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.db import Base
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.reference import queries, services
from jobmatch.reference.forms import ROW_FORMS, DatedRuleForm, HolidaysForm, NewPlaceForm, PlaceForm, PostingRuleForm
from jobmatch.reference.models import DatedRule, Holiday, PostingRule, Reason, Region
from jobmatch.reference.patterns import try_pattern
from jobmatch.reference.policies import can_edit_region
from jobmatch.reference.services import EDITABLE, FIXED_RULES
from jobmatch.reference.states import DayKind, ReasonKind, RegionLevel, Severity
from jobmatch.reference.tables import NAMES, TABLES, rows_of, summaries
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged

blueprint = Blueprint("reference", __name__, template_folder="../templates", url_prefix="/staff/reference")


def _model(table: str, allowed: Any = NAMES) -> Any:
    """The model behind the name in the address. Raises ``NotFound``."""
    model = TABLES.get(table)
    if model is None or model not in allowed:
        raise NotFound
    return model


def _listed(model: type[Base], within: str | None = None) -> Response:
    return make_response(redirect(url_for("reference.table", table=model.__tablename__, within=within), 303))


@blueprint.context_processor
def _labels() -> dict[str, Any]:
    """Labels of stored values."""
    return {
        "levels": {level.value: level.label for level in RegionLevel},
        "kinds": {kind.value: kind.label for kind in DayKind},
        "uses": {use.value: use.label for use in (*ReasonKind, *Severity)},
    }


@blueprint.get("")
@access("reference.edit")
def tables() -> Response:
    return page("reference/tables.html", summaries=summaries(current_uow()))


@blueprint.get("/<table>")
@access("reference.edit")
def table(table: str) -> Response:
    uow, model = current_uow(), _model(table)
    words, within = request.args.get("q", "").strip()[:40], ""
    place = None
    if model is Region and not words:
        place = queries.find_region(uow.session, request.args.get("within"))
        within = place.code if place else ""
    shown = paged(uow, rows_of(model, words=words, within=within), size=50)
    return page(
        "reference/table.html",
        table=table,
        name=_(NAMES[model]),
        shown=shown,
        words=words,
        place=place,
        line=queries.lineage(uow.session, within)[:-1],
        can_add=model in EDITABLE,
        can_add_place=place is not None and can_edit_region(uow.actor, place.path),
        fixed=FIXED_RULES,
    )


@blueprint.route("/<table>/new", methods=["GET", "POST"], endpoint="new_row")
@blueprint.route("/<table>/<code>", methods=["GET", "POST"], endpoint="row")
@access("reference.edit")
def row(table: str, code: str | None = None) -> Response:
    uow, model = current_uow(), _model(table, EDITABLE)
    found = uow.one(select(model).where(model.code == code)) if code else None
    kind = ReasonKind.APPLICATION_REJECT_GROUP
    groups = {"groups": queries.choices(uow.session, Reason, kind=kind)} if model is Reason else {}
    form = ROW_FORMS[model].submitted(obj=found, data={"seen": services.fingerprint(found)}, **groups)
    saved = form.act(
        lambda: services.save_local_row(uow, model, code=code, seen=form.seen.data or None, **form.values())
    )
    if saved is not None:
        flash(_("已保存：%(name)s", name=saved.name_zh), "success")
        return _listed(model)
    return page("reference/row.html", form=form, table=table, name=_(NAMES[model]), row=found, code=code)


@blueprint.post("/posting_rule/try")
@access("reference.edit", slow=True)
def try_rule() -> Response:
    """Show what a pattern finds in a sample and keep what was typed; outside any unit, since patterns may be slow."""
    form = PostingRuleForm(request.form)
    found: list[tuple[str, int | None]] | None = None
    try:
        found = try_pattern(form.pattern.data or "", form.sample.data or "")
    except ValueError as error:
        form.pattern.errors = [str(error)]
    code = request.form.get("code") or None
    return page(
        "reference/row.html",
        form=form,
        table=PostingRule.__tablename__,
        name=_(NAMES[PostingRule]),
        row=None,
        code=code,
        found=found,
    )


@blueprint.route("/region/<parent_code>/new", methods=["GET", "POST"])
@access("reference.edit")
def new_place(parent_code: str) -> Response:
    uow = current_uow()
    parent = queries.region(uow.session, parent_code)
    form = NewPlaceForm.submitted(data={"level": "village" if parent.level == "township" else "township"})
    saved = form.act(
        lambda: services.add_region(
            uow,
            code=form.code.data,
            name=form.name.data,
            level=form.level.data,
            parent_code=parent.code,
            latitude=form.latitude.data,
            longitude=form.longitude.data,
        )
    )
    if saved is not None:
        flash(_("已添加：%(name)s", name=saved.name_zh), "success")
        return _listed(Region, within=parent.code)
    return page("reference/place.html", form=form, parent=parent, region=None)


@blueprint.route("/region/<code>", methods=["GET", "POST"])
@access("reference.edit")
def place(code: str) -> Response:
    uow = current_uow()
    region: Region = uow.one(select(Region).where(Region.code == queries.trim_region_code(code)))
    own = {} if region.is_point_inherited else {"latitude": region.latitude, "longitude": region.longitude}
    form = PlaceForm.submitted(data={"name": region.name_zh, **own})
    saved = form.act(
        lambda: services.save_region(
            uow, region, name=form.name.data, latitude=form.latitude.data, longitude=form.longitude.data
        )
    )
    if saved is not None:
        flash(_("已保存：%(name)s", name=saved.name_zh), "success")
        return _listed(Region, within=saved.parent_code)
    may_edit = can_edit_region(uow.actor, region.path)
    return page("reference/place.html", form=form, parent=None, region=region, may_edit=may_edit)


@blueprint.route("/dated_rule/<code>", methods=["GET", "POST"])
@access("reference.edit")
def dated_rule(code: str) -> Response:
    uow = current_uow()
    history = uow.rows(select(DatedRule).where(DatedRule.code == code).order_by(DatedRule.valid_from.desc()))
    if not history or code in FIXED_RULES:
        raise NotFound
    form = DatedRuleForm.submitted(data={"value": history[0].value, "valid_from": uow.today})
    saved = form.act(
        lambda: services.save_dated_rule(
            uow,
            code=code,
            value=form.value.data,
            valid_from=form.valid_from.data,
            source=form.source.data,
            source_on=form.source_on.data,
        )
    )
    if saved is not None:
        flash(_("已保存：%(name)s", name=saved.name_zh), "success")
        return make_response(redirect(url_for("reference.dated_rule", code=code), 303))
    return page("reference/dated_rule.html", form=form, history=history)


@blueprint.route("/holiday/import", methods=["GET", "POST"])
@access("reference.edit")
def holidays() -> Response:
    uow = current_uow()
    form = HolidaysForm.submitted()
    count = form.act(lambda: services.import_holidays(uow, form.days(), source=form.source.data))
    if count is not None:
        flash(_("已保存 %(n)s 天", n=count), "success")
        return _listed(Holiday)
    years = [uow.today.year, uow.today.year + 1]
    missing = [year for year in years if not queries.calendar_is_known(uow.session, year)]
    return page("reference/holidays.html", form=form, missing=missing)
