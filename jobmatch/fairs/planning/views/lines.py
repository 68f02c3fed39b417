"""What hangs on a fair in lines: money, the parts of places below, broadcasts and volunteers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, url_for
from wtforms import StringField

from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.planning import queries
from jobmatch.fairs.planning.blueprint import blueprint
from jobmatch.fairs.planning.forms import BroadcastForm, HelperForm, MoneyForm, SliceForm
from jobmatch.fairs.planning.models import FairMoney, FairSlice, JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, worked_fair
from jobmatch.fairs.planning.services import lines
from jobmatch.reference.queries import children_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, page

PAGES: dict[str, tuple[str, type[PageForm], Callable[[Any, JobFair], list[Any]]]] = {
    "money": ("planning/money.html", MoneyForm, queries.money_of),
    "slices": ("planning/slices.html", SliceForm, queries.slices_of),
    "broadcasts": ("planning/broadcasts.html", BroadcastForm, queries.broadcasts_of),
    "helpers": ("planning/helpers.html", HelperForm, queries.helpers_of),
}
"""Each list: its page, the form of one line, and who reads the lines. The list shows its form, and errors beside it."""


def _form(name: str, fair: JobFair, line: Any = None) -> Any:
    """The form of a list, filled from the request, else from ``line``."""
    kind, uow = PAGES[name][1], current_uow()
    form: Any = kind.submitted(data={field: getattr(line, field, None) for field in kind()._fields} if line else None)
    if isinstance(form, SliceForm):
        below = children_of(uow.session, fair.region_path.strip("/").split("/")[-1])
        form.region_code.show([(place.code, place.name) for place in below])
    elif isinstance(form, HelperForm):
        known = uow.rows(queries.fair_helpers(uow.actor, uow.now))
        named = [(user.public_id, _("%(name)s，%(place)s", name=user.name, place=at.name)) for user, _m, at in known]
        form.user.choices = [("", _("请选择")), *named]
    return form


def _given(form: Any) -> dict[str, Any]:
    """What was typed, by the names that the services take; a text that was not sent is empty."""
    return {one.name: one.data or "" if isinstance(one, StringField) and not one.data else one.data for one in form}


def _done(name: str, fair: JobFair) -> Any:
    flash(_("已保存"), "success")
    return redirect(url_for(f"planning.{name}", public_id=fair.public_id), 303)


def _page(name: str, fair: JobFair, line_form: Any, tried: Any, line: Any = None) -> Response:
    """``line_form`` is the form that is shown, ``tried`` the one that was sent: its own, or a button's."""
    uow = current_uow()
    rows = PAGES[name][2](uow.session, fair)
    return page(
        PAGES[name][0],
        form=tried,
        line_form=line_form,
        fair=fair,
        line=line,
        rows=rows,
        total=queries.money_sum(rows) if name == "money" else None,
        may_edit=can_edit_fair(uow.actor, fair),
    )


def _edit(name: str, fair: JobFair, save: Callable[..., Any], line: Any = None) -> Any:
    """Show a list with its form, or save what the form says."""
    form = _form(name, fair, line)
    done = form.act(lambda: save(**_given(form)))
    return _page(name, fair, form, form, line) if done is None else _done(name, fair)


def _remove(name: str, fair: JobFair, line: Any) -> Any:
    form = EmptyForm.submitted()
    if form.act(lambda: lines.remove_line(current_uow(), fair, line)) is None:
        return _page(name, fair, _form(name, fair), form)
    return _done(name, fair)


# ---------- money ----------


@blueprint.route("/staff/fairs/<public_id>/money", methods=["GET", "POST"])
@access("fair.manage")
def money(public_id: str) -> Any:
    """The budget, the sponsors, and what was spent."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    return _edit("money", fair, lambda **given: lines.save_money(uow, fair, None, **given))


@blueprint.route("/staff/fairs/<public_id>/money/<int:line_id>", methods=["GET", "POST"])
@access("fair.manage")
def money_line(public_id: str, line_id: int) -> Any:
    """One line of the budget."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    line = lines.find_line(uow, fair, FairMoney, line_id)
    return _edit("money", fair, lambda **given: lines.save_money(uow, fair, line, **given), line)


@blueprint.post("/staff/fairs/<public_id>/money/<int:line_id>/remove")
@access("fair.manage")
def remove_money(public_id: str, line_id: int) -> Any:
    """Take a line away."""
    fair = worked_fair(current_uow(), public_id)
    return _remove("money", fair, lines.find_line(current_uow(), fair, FairMoney, line_id))


# ---------- places ----------


@blueprint.route("/staff/fairs/<public_id>/slices", methods=["GET", "POST"])
@access("fair.manage")
def slices(public_id: str) -> Any:
    """What each place below is asked to bring."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    return _edit("slices", fair, lambda **given: lines.save_slice(uow, fair, **given))


@blueprint.post("/staff/fairs/<public_id>/slices/<int:line_id>/remove")
@access("fair.manage")
def remove_slice(public_id: str, line_id: int) -> Any:
    """Take a place's line away."""
    fair = worked_fair(current_uow(), public_id)
    return _remove("slices", fair, lines.find_line(current_uow(), fair, FairSlice, line_id))


# ---------- broadcasts ----------


@blueprint.route("/staff/fairs/<public_id>/broadcasts", methods=["GET", "POST"])
@access("fair.manage")
def broadcasts(public_id: str) -> Any:
    """The broadcasts of a fair; their figures stand in rows of their own."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    return _edit("broadcasts", fair, lambda **given: lines.save_broadcast(uow, fair, None, **given))


@blueprint.route("/staff/fairs/<public_id>/broadcasts/<broadcast_id>", methods=["GET", "POST"])
@access("fair.manage")
def broadcast(public_id: str, broadcast_id: str) -> Any:
    """One broadcast and its figures."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    row = lines.find_broadcast(uow, fair, broadcast_id)
    return _edit("broadcasts", fair, lambda **given: lines.save_broadcast(uow, fair, row, **given), row)


@blueprint.post("/staff/fairs/<public_id>/broadcasts/<broadcast_id>/remove")
@access("fair.manage")
def remove_broadcast(public_id: str, broadcast_id: str) -> Any:
    """Take a broadcast away."""
    fair = worked_fair(current_uow(), public_id)
    return _remove("broadcasts", fair, lines.find_broadcast(current_uow(), fair, broadcast_id))


# ---------- volunteers ----------


@blueprint.route("/staff/fairs/<public_id>/helpers", methods=["GET", "POST"])
@access("fair.manage")
def helpers(public_id: str) -> Any:
    """Who helps at the desks, on the fair's day only."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    return _edit("helpers", fair, lambda **given: lines.add_helper(uow, fair, **given))


@blueprint.post("/staff/fairs/<public_id>/helpers/<int:line_id>/revoke")
@access("fair.manage")
def revoke_helper(public_id: str, line_id: int) -> Any:
    """The volunteer works for this fair no more."""
    fair = worked_fair(current_uow(), public_id)
    lines.revoke_helper(current_uow(), fair, line_id)
    return _done("helpers", fair)
