"""Superiors' forms: keep one, say what each cell shows, look at it filled, take it out."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.queries import choices
from jobmatch.reference.rules import add_months
from jobmatch.reports.indicators import registry
from jobmatch.reports.superiors import queries, services
from jobmatch.reports.superiors.blueprint import blueprint
from jobmatch.reports.superiors.filling import fill_form, last_month
from jobmatch.reports.superiors.forms import BindForm, EditionForm, FillForm, NewForm
from jobmatch.reports.superiors.models import SuperiorForm
from jobmatch.reports.superiors.narrowing import offered
from jobmatch.reports.superiors.policies import visible_forms
from jobmatch.reports.superiors.services import Bound
from jobmatch.reports.superiors.states import BindingKind
from jobmatch.reports.superiors.suggesting import searched, suggested, words_about
from jobmatch.reports.superiors.workbook import Grid, fill_workbook, read_grids
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from jobmatch.web.uploaded import BODY, uploaded

MONTHS = 13


def _one(uow: UnitOfWork, public_id: str) -> SuperiorForm:
    found: SuperiorForm = uow.one(visible_forms(uow.actor, queries.form_named(public_id)))[0]
    return found


def _month(today: date) -> date:
    """The month asked for, ``2026-10``; the one that is over otherwise."""
    try:
        found = date.fromisoformat(f"{request.values.get('month', '')}-01")
    except ValueError:
        return last_month(today)
    return found if date(2000, 1, 1) <= found <= today else last_month(today)


@blueprint.get("/staff/superior-forms")
@access("report.submit")
def forms() -> Response:
    """The forms of the own office, and handing in another."""
    uow = current_uow()
    found = paged(uow, visible_forms(uow.actor, queries.forms()))
    return page("superiors/forms.html", form=NewForm(), found=found)


@blueprint.route("/staff/superior-forms/new", methods=["GET", "POST"])
@access("report.submit", slow=True, upload=BODY)
def new_form() -> Any:
    """Hand a workbook in; it is read in a process of its own, outside any unit."""
    form, runtime, actor = NewForm.submitted(), current_runtime(), g.actor

    def act() -> str:
        with runtime.unit(actor, writing=False) as uow:
            services.check_may_add(uow)
        upload = uploaded("file", services.KINDS)
        read_grids(upload.content)
        with runtime.unit(actor) as uow:
            made = services.add_form(uow, name=form.name.data or "", office=form.office.data or "", upload=upload)
            return made.public_id

    made = form.act_or_say(act)
    if made is None:
        with page_unit():
            return page("superiors/new.html", form=form)
    flash(_("表样存好了，点格子绑指标"), "success")
    return redirect(url_for("superiors.form", public_id=made), 303)


def _chosen(grids: tuple[Grid, ...]) -> tuple[Grid, str]:
    """The sheet and the cell asked for; the first sheet and no cell otherwise."""
    named = {grid.name: grid for grid in grids}
    grid = named.get(request.values.get("sheet", "")) or grids[0]
    cell = request.values.get("cell", "")
    return grid, cell if any(one.address == cell for line in grid.lines for one in line) else ""


def _page(public_id: str, form: PageForm | None = None) -> Response:
    """The grid with what each cell shows; the workbook is read outside the unit that the page is drawn in."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        content = queries.content_of(uow, _one(uow, public_id))
    grids = read_grids(content)
    grid, cell = _chosen(grids)
    with page_unit() as uow:
        found = _one(uow, public_id)
        month = _month(uow.today)
        bound = queries.bindings_of(uow.session, found)
        row, filled = bound.get((grid.name, cell)), fill_form(uow, found, month)
        words = words_about(grid, cell) if cell else ""
        asked = request.args.get("q", "").strip()[:40]
        return page(
            "superiors/form.html",
            form=form,
            found=found,
            grids=grids,
            grid=grid,
            cell=cell,
            words=words,
            asked=asked,
            row=row,
            bound=bound,
            filled=filled,
            month=month,
            months=[add_months(last_month(uow.today), -number) for number in range(MONTHS)],
            names={code: _(one.name) for code, one in registry.ALL.items()},
            offers=(searched(asked) if asked else suggested(words)) if cell else [],
            bind_form=_bind_form(uow, form, found, row),
            edition_form=form if isinstance(form, EditionForm) else EditionForm(),
            fill_form=form if isinstance(form, FillForm) else FillForm(),
        )


def _bind_form(uow: UnitOfWork, form: PageForm | None, found: SuperiorForm, row: Any) -> BindForm:
    data: dict[str, Any] = {"version": found.version, "months_back": 0, "code": request.args.get("code", "")}
    if row is not None:
        detail = row.detail
        data |= {"kind": row.kind.value, "months_back": row.months_back, "place_code": row.place_code}
        data |= {"code": data["code"] or row.code, "token": row.code, "words": detail.get("words", "")}
        data["span"] = detail.get("span", "month")
        data |= dict(zip(("only", "and_only"), detail.get("only", ()), strict=False))
    made = form if isinstance(form, BindForm) else BindForm(data=data)
    made.place_code.show([("", _("本级")), *choices.places(uow, None)])
    for field in (made.only, made.and_only):
        field.show_groups(offered(uow.session), empty=N_("不筛"))
    return made


@blueprint.get("/staff/superior-forms/<public_id>")
@access("report.submit", slow=True)
def form(public_id: str) -> Response:
    """One form, filled for a month."""
    return _page(public_id)


@blueprint.post("/staff/superior-forms/<public_id>/bind")
@access("report.submit", slow=True)
def bind(public_id: str) -> Any:
    """Say what a cell shows."""
    form, sheet, cell = BindForm.submitted(), request.form.get("sheet", ""), request.form.get("cell", "")
    kind = form.kind.data if form.kind.data in set(BindingKind) else BindingKind.FIGURE.value
    is_words = kind == BindingKind.WORDS.value

    def act() -> bool:
        with current_runtime().unit(g.actor) as uow:
            form.place_code.show([("", ""), *choices.places(uow, None)])
            services.bind_cell(
                uow,
                _one(uow, public_id),
                sheet,
                cell,
                Bound(
                    BindingKind(kind),
                    code=((form.token.data if is_words else form.code.data) or "").strip(),
                    place_code=form.place_code.data or "",
                    months_back=form.months_back.data or 0,
                    span=form.span.data or "month",
                    words=form.words.data or "",
                    only=tuple(text for text in (form.only.data, form.and_only.data) if text),
                ),
                version=form.version.data,
            )
        return True

    if form.act_or_say(act) is None:
        return _page(public_id, form)
    flash(_("%(cell)s 绑好了", cell=cell), "success")
    return redirect(url_for("superiors.form", public_id=public_id, sheet=sheet, cell=cell), 303)


@blueprint.post("/staff/superior-forms/<public_id>/unbind")
@access("report.submit")
def unbind(public_id: str) -> Any:
    """A cell shows what the form says again."""
    uow, form = current_uow(), EmptyForm.submitted()
    sheet, cell = request.form.get("sheet", ""), request.form.get("cell", "")
    found = _one(uow, public_id)
    if form.validate():
        services.unbind_cell(uow, found, sheet, cell)
    return redirect(url_for("superiors.form", public_id=public_id, sheet=sheet), 303)


@blueprint.post("/staff/superior-forms/<public_id>/edition")
@access("report.submit", slow=True, upload=BODY)
def edition(public_id: str) -> Any:
    """A new edition of the workbook."""
    form, runtime, actor = EditionForm.submitted(), current_runtime(), g.actor

    def act() -> list[str]:
        with runtime.unit(actor, writing=False) as uow:
            old = queries.content_of(uow, _one(uow, public_id))
        upload = uploaded("file", services.KINDS)
        before, after = read_grids(old), read_grids(upload.content)
        with runtime.unit(actor) as uow:
            return services.replace_edition(uow, _one(uow, public_id), upload=upload, old=before, new=after)

    lost = form.act_or_say(act)
    if lost is None:
        return _page(public_id, form)
    if lost:
        flash(_("换好了。这些格子旁边的字变了，要重新绑：%(cells)s", cells="、".join(lost[:20])), "warn")
    else:
        flash(_("换好了，绑定都还在"), "success")
    return redirect(url_for("superiors.form", public_id=public_id), 303)


@blueprint.post("/staff/superior-forms/<public_id>/drop")
@access("report.submit")
def drop(public_id: str) -> Any:
    """Keep it no longer."""
    uow, form = current_uow(), EmptyForm.submitted()
    found = _one(uow, public_id)
    if not form.validate():
        raise NotFound
    services.drop_form(uow, found)
    flash(_("表样不留了"), "success")
    return redirect(url_for("superiors.forms"), 303)


@blueprint.post("/staff/superior-forms/<public_id>/filled.xlsx")
@access("report.submit", slow=True)
def filled(public_id: str) -> Response:
    """The filled workbook; the trace is written before it goes out."""
    form, runtime, actor = FillForm.submitted(), current_runtime(), g.actor

    def act() -> tuple[str, bytes]:
        with runtime.unit(actor, writing=False) as uow:
            found = _one(uow, public_id)
            month, content = _month(uow.today), queries.content_of(uow, found)
            made, name = fill_form(uow, found, month), found.name
        with runtime.unit(actor) as uow:
            services.record_filled(uow, _one(uow, public_id), reason=form.reason.data or "", people=made.people)
        return f"{name}-{month:%Y-%m}.xlsx", fill_workbook(content, made.values(), made.notes())

    done = form.act_or_say(act)
    if done is None:
        return _page(public_id, form)
    return download(done[1], done[0], XLSX)
