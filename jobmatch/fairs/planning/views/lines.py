"""What hangs on a fair in lines: money, the parts of places below, broadcasts and volunteers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.planning import queries
from jobmatch.fairs.planning.blueprint import blueprint
from jobmatch.fairs.planning.forms import BroadcastForm, HelperForm, MoneyForm, SliceForm
from jobmatch.fairs.planning.models import FairBroadcast, FairMoney, FairSlice, JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, worked_fair
from jobmatch.fairs.planning.services import lines
from jobmatch.fairs.planning.states import MoneyKind
from jobmatch.reference.queries import children_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


def _saved(endpoint: str, public_id: str) -> Any:
    flash(_("已保存"), "success")
    return redirect(url_for(endpoint, public_id=public_id), 303)


def _remove(fair: JobFair, line: Any, endpoint: str, again: Callable[[Any], Response]) -> Any:
    uow, form = current_uow(), EmptyForm.submitted()

    def take_away() -> bool:
        lines.remove_line(uow, fair, line)
        return True

    return _saved(endpoint, fair.public_id) if form.act(take_away) else again(form)


# ---------- money ----------


def _money_page(fair: JobFair, form: Any, line: FairMoney | None = None) -> Response:
    uow = current_uow()
    rows = queries.money_of(uow.session, fair)
    return page(
        "planning/money.html",
        form=form,
        fair=fair,
        line=line,
        rows=rows,
        total=queries.money_sum(rows),
        may_edit=can_edit_fair(uow.actor, fair),
    )


def _save_money(fair: JobFair, line: FairMoney | None, form: MoneyForm) -> FairMoney | None:
    uow = current_uow()
    kind = MoneyKind(form.kind.data) if form.kind.data in set(MoneyKind) else MoneyKind.COST
    return form.act(
        lambda: lines.save_money(
            uow,
            fair,
            line,
            kind=kind,
            label=form.label.data or "",
            party=form.party.data or "",
            planned_yuan=form.planned_yuan.data,
            spent_yuan=form.spent_yuan.data,
        )
    )


@blueprint.route("/staff/fairs/<public_id>/money", methods=["GET", "POST"])
@access("fair.manage")
def money(public_id: str) -> Any:
    """The budget, the sponsors, and what was spent."""
    fair, form = worked_fair(current_uow(), public_id), MoneyForm.submitted()
    if _save_money(fair, None, form) is None:
        return _money_page(fair, form)
    return _saved("planning.money", public_id)


@blueprint.route("/staff/fairs/<public_id>/money/<int:line_id>", methods=["GET", "POST"])
@access("fair.manage")
def money_line(public_id: str, line_id: int) -> Any:
    """One line of the budget."""
    fair = worked_fair(current_uow(), public_id)
    line = lines.find_line(current_uow(), fair, FairMoney, line_id)
    form = MoneyForm.submitted(data={**_values(line, MoneyForm), "kind": line.kind.value})
    if _save_money(fair, line, form) is None:
        return _money_page(fair, form, line)
    return _saved("planning.money", public_id)


@blueprint.post("/staff/fairs/<public_id>/money/<int:line_id>/remove")
@access("fair.manage")
def remove_money(public_id: str, line_id: int) -> Any:
    """Take a line away."""
    fair = worked_fair(current_uow(), public_id)
    line = lines.find_line(current_uow(), fair, FairMoney, line_id)
    return _remove(fair, line, "planning.money", lambda form: _money_page(fair, form, line))


def _values(row: Any, form: Any) -> dict[str, Any]:
    return {name: getattr(row, name, None) for name in form()._fields}


# ---------- places ----------


def _slices_page(fair: JobFair, form: Any = None) -> Response:
    uow = current_uow()
    shown = form if isinstance(form, SliceForm) else _slice_form(fair)
    return page(
        "planning/slices.html",
        form=form,
        slice_form=shown,
        fair=fair,
        rows=queries.slices_of(uow.session, fair),
        may_edit=can_edit_fair(uow.actor, fair),
    )


def _slice_form(fair: JobFair) -> SliceForm:
    form: SliceForm = SliceForm.submitted()
    below = children_of(current_uow().session, fair.region_path.strip("/").split("/")[-1])
    form.region_code.show([(place.code, place.name) for place in below])
    return form


@blueprint.route("/staff/fairs/<public_id>/slices", methods=["GET", "POST"])
@access("fair.manage")
def slices(public_id: str) -> Any:
    """What each place below is asked to bring."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    form = _slice_form(fair)
    done = form.act(
        lambda: lines.save_slice(
            uow,
            fair,
            region_code=form.region_code.data or "",
            people_target=form.people_target.data,
            employer_target=form.employer_target.data,
        )
    )
    return _slices_page(fair, form) if done is None else _saved("planning.slices", public_id)


@blueprint.post("/staff/fairs/<public_id>/slices/<int:line_id>/remove")
@access("fair.manage")
def remove_slice(public_id: str, line_id: int) -> Any:
    """Take a place's line away."""
    fair = worked_fair(current_uow(), public_id)
    line = lines.find_line(current_uow(), fair, FairSlice, line_id)
    return _remove(fair, line, "planning.slices", lambda form: _slices_page(fair, form))


# ---------- broadcasts ----------


def _broadcast_page(fair: JobFair, form: Any, row: FairBroadcast | None = None) -> Response:
    uow = current_uow()
    return page(
        "planning/broadcasts.html",
        form=form,
        fair=fair,
        row=row,
        rows=queries.broadcasts_of(uow.session, fair),
        may_edit=can_edit_fair(uow.actor, fair),
    )


def _save_broadcast(fair: JobFair, row: FairBroadcast | None, form: BroadcastForm) -> FairBroadcast | None:
    uow = current_uow()
    return form.act(
        lambda: lines.save_broadcast(
            uow,
            fair,
            row,
            title=form.title.data or "",
            starts_at=form.starts_at.data,
            host_name=form.host_name.data or "",
            platform=form.platform.data or "",
            url=form.url.data or "",
            **{name: form[name].data for name in lines.COUNTS},
        )
    )


@blueprint.route("/staff/fairs/<public_id>/broadcasts", methods=["GET", "POST"])
@access("fair.manage")
def broadcasts(public_id: str) -> Any:
    """The broadcasts of a fair; their figures stand in rows of their own."""
    fair, form = worked_fair(current_uow(), public_id), BroadcastForm.submitted()
    if _save_broadcast(fair, None, form) is None:
        return _broadcast_page(fair, form)
    return _saved("planning.broadcasts", public_id)


@blueprint.route("/staff/fairs/<public_id>/broadcasts/<broadcast_id>", methods=["GET", "POST"])
@access("fair.manage")
def broadcast(public_id: str, broadcast_id: str) -> Any:
    """One broadcast and its figures."""
    fair = worked_fair(current_uow(), public_id)
    row = lines.find_broadcast(current_uow(), fair, broadcast_id)
    form = BroadcastForm.submitted(data=_values(row, BroadcastForm))
    if _save_broadcast(fair, row, form) is None:
        return _broadcast_page(fair, form, row)
    return _saved("planning.broadcasts", public_id)


@blueprint.post("/staff/fairs/<public_id>/broadcasts/<broadcast_id>/remove")
@access("fair.manage")
def remove_broadcast(public_id: str, broadcast_id: str) -> Any:
    """Take a broadcast away."""
    fair = worked_fair(current_uow(), public_id)
    row = lines.find_broadcast(current_uow(), fair, broadcast_id)
    return _remove(fair, row, "planning.broadcasts", lambda form: _broadcast_page(fair, form, row))


# ---------- volunteers ----------


@blueprint.route("/staff/fairs/<public_id>/helpers", methods=["GET", "POST"])
@access("fair.manage")
def helpers(public_id: str) -> Any:
    """Who helps at the desks, on the fair's day only."""
    uow, fair, form = current_uow(), worked_fair(current_uow(), public_id), HelperForm.submitted()
    form.user.choices = [
        ("", _("请选择")),
        *(
            (user.public_id, _("%(name)s，%(place)s", name=user.name, place=office.name))
            for user, _m, office in _known()
        ),
    ]
    done = form.act(lambda: lines.add_helper(uow, fair, user=form.user.data or "", desk=form.desk.data or ""))
    if done is not None:
        return _saved("planning.helpers", public_id)
    return page(
        "planning/helpers.html",
        form=form,
        fair=fair,
        rows=queries.helpers_of(uow.session, fair),
        may_edit=can_edit_fair(uow.actor, fair),
    )


def _known() -> list[Any]:
    uow = current_uow()
    return list(uow.rows(queries.fair_helpers(uow.actor, uow.now)))


@blueprint.post("/staff/fairs/<public_id>/helpers/<int:line_id>/revoke")
@access("fair.manage")
def revoke_helper(public_id: str, line_id: int) -> Any:
    """The volunteer works for this fair no more."""
    lines.revoke_helper(current_uow(), worked_fair(current_uow(), public_id), line_id)
    return _saved("planning.helpers", public_id)
