"""The hall plan as staff draw it: a picture whose booths are links, and forms that need no mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.errors import Conflict, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import visible_own_exhibitors
from jobmatch.fairs.exhibitors.queries import own_exhibitors
from jobmatch.fairs.exhibitors.states import WITH_PLACE
from jobmatch.fairs.halls import papers
from jobmatch.fairs.halls.blueprint import blueprint
from jobmatch.fairs.halls.forms import BoothForm, GiveForm, HallForm, ItemForm, MoveForm, RowsForm
from jobmatch.fairs.halls.models import Booth, Hall, HallItem
from jobmatch.fairs.halls.queries import earlier_fair, place_of, plan_of
from jobmatch.fairs.halls.services import assigning, laying, proposing
from jobmatch.fairs.halls.states import BoothKind, BoothZone, HallItemKind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, worked_fair
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import download, page

BOOTH_PAGE = "fairday.stand"


def _thing(model: type[Any], fair: JobFair, public_id: str) -> Any:
    """A hall, a booth or a thing of this fair. Raises ``NotFound``."""
    found = current_uow().session.scalars(select(model).where(model.public_id == public_id)).one_or_none()
    hall = current_uow().session.get(Hall, found.hall_id) if isinstance(found, HallItem) else found
    if found is None or hall is None or hall.fair_id != fair.id:
        raise NotFound
    return found


def _back(public_id: str) -> Any:
    return redirect(url_for("halls.plan", public_id=public_id), 303)


@blueprint.route("/staff/fairs/<public_id>/halls", methods=["GET", "POST"])
@access("fair.manage")
def plan(public_id: str) -> Any:
    """The plan of all halls; a POST makes a hall, a block of booths or a thing, or takes the solver's work back."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found, press = plan_of(uow.session, fair), request.form.get("press", "")
    forms = {"hall": HallForm, "rows": RowsForm, "item": ItemForm}
    made: dict[str, Any] = {name: form.submitted() if press == name else form() for name, form in forms.items()}
    acts: dict[str, Callable[[], Any]] = {
        "hall": lambda: laying.make_hall(uow, fair, **made["hall"].data),
        "rows": lambda: laying.lay_rows(uow, fair, _named_hall(fair), **_kinds(made["rows"].data)),
        "item": lambda: laying.add_item(uow, fair, _named_hall(fair), **_kinds(made["item"].data, HallItemKind)),
    }
    if press in acts and made[press].act(lambda: acts[press]() or True):
        flash(_("画好了"), "success")
        return _back(public_id)
    earlier = None if found.halls else earlier_fair(uow.session, fair)
    if press == "copy" and earlier is not None:
        flash(_("照着画好了 %(n)s 个展位", n=laying.copy_halls(uow, earlier, fair)), "success")
        return _back(public_id)
    if press == "undo":
        flash(_("撤回了自动排的 %(n)s 个展位", n=proposing.undo_filling(uow, fair)), "success")
        return _back(public_id)
    can_edit = can_edit_fair(uow.actor, fair)
    answer = page("halls/plan.html", fair=fair, plan=found, earlier=earlier, can_edit=can_edit, **made)
    if any(form.errors for form in made.values()):
        answer.status_code = 422
    return answer


def _named_hall(fair: JobFair) -> Hall:
    hall: Hall = _thing(Hall, fair, request.form.get("hall_id", ""))
    return hall


def _kinds(data: dict[str, Any], kind: type[Any] = BoothKind) -> dict[str, Any]:
    """Words of a form as members of their enums."""
    more = {"zone": BoothZone(data["zone"])} if "zone" in data else {}
    return {**data, "kind": kind(data["kind"]), **more}


@blueprint.route("/staff/fairs/<public_id>/halls/proposal", methods=["GET", "POST"])
@access("fair.manage")
def proposal(public_id: str) -> Any:
    """What the solver would do, drawn on the plan; nothing changes until staff take it."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    try:
        if request.method == "POST":
            moves = dict(one.split(":", 1) for one in request.form.getlist("move") if ":" in one)
            moved = proposing.take_suggestion(uow, fair, moves, request.form.get("before", ""))
            flash(_("按建议排好了，%(n)s 家换了或有了展位", n=moved), "success")
            return _back(public_id)
        found = proposing.suggest_booths(uow, fair)
    except Conflict as error:
        flash(error.message, "warning")
        return _back(public_id)
    return page("halls/proposal.html", fair=fair, found=found, plan=found.plan)


@blueprint.route("/staff/fairs/<public_id>/halls/booths/<booth_id>", methods=["GET", "POST"])
@access("fair.manage")
def booth(public_id: str, booth_id: str) -> Any:
    """One booth: change it, give it to somebody, take it away."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    row: Booth = _thing(Booth, fair, booth_id)
    found, press = plan_of(uow.session, fair), request.form.get("press", "")
    form = BoothForm.submitted() if press == "change" else BoothForm(obj=row)
    give = GiveForm.submitted() if press == "give" else GiveForm()
    move, back = MoveForm.submitted() if press == "move" else MoveForm(), assigning.last_place(uow.session, row)
    free = {one.public_id: one for one in found.booths if one.exhibitor_id is None and not one.is_blocked}
    move.target.choices = [(key, f"{one.number} {one.zone.label}") for key, one in sorted(free.items(), key=_number)]
    give.exhibitor.choices = [
        ("", _("空着")),
        *((one.public_id, one.employer.organization.name) for one in _free(found, row)),
    ]

    def act() -> bool:
        if press == "change":
            laying.change_booth(uow, fair, row, **{**form.data, "zone": BoothZone(form.data["zone"])})
        elif press == "give":
            chosen = next((one for one in found.exhibitors.values() if one.public_id == give.exhibitor.data), None)
            assigning.assign_booth(uow, row, chosen)
        elif press in {"move", "back"}:
            target = back if press == "back" else free.get(move.target.data or "")
            if target is None or row.exhibitor_id is None:
                raise Conflict(_("那个展位刚才有了单位，请另选一个"))
            assigning.assign_booth(uow, target, found.exhibitors[row.exhibitor_id])
        else:
            laying.remove(uow, fair, row)
        return True

    done = False
    try:
        if press in {"remove", "back"}:
            done = act()
        elif press in {"change", "give", "move"}:
            done = bool({"give": give, "move": move}.get(press, form).act(act))
    except Conflict as error:
        form.form_errors.append(error.message)
    if done:
        flash(_("改好了"), "success")
        return _back(public_id)
    answer = page(
        "halls/booth.html", fair=fair, booth=row, form=form, give=give, move=move, back=back, owner=found.name_at(row)
    )
    if form.errors or give.errors:
        answer.status_code = 422
    return answer


def _number(item: tuple[str, Booth]) -> str:
    return item[1].number


def _free(found: Any, row: Booth) -> list[Exhibitor]:
    """Exhibitors without a booth, and the one that stands here."""
    here = [found.exhibitors[row.exhibitor_id]] if row.exhibitor_id in found.exhibitors else []
    return [*here, *found.homeless]


@blueprint.get("/employer/fairs/<public_id>/place")
@access("fair.exhibit")
def own_place(public_id: str) -> Response:
    """Where the own booth is: number, hall, power, and the plan with it marked."""
    uow = current_uow()
    query = own_exhibitors().where(JobFair.public_id == public_id, Exhibitor.state.in_(WITH_PLACE))
    exhibitor, fair = uow.one(visible_own_exhibitors(uow.actor, query))
    place = place_of(uow.session, exhibitor.id)
    shown = {"fair": fair, "exhibitor": exhibitor, "place": place, "plan": plan_of(uow.session, fair)}
    return page("halls/own_place.html", fragment="halls/_place.html", **shown)


@blueprint.post("/staff/fairs/<public_id>/halls/items/<item_id>/remove")
@access("fair.manage")
def remove_item(public_id: str, item_id: str) -> Any:
    """Take a wall, an entrance, a desk … away."""
    fair = worked_fair(current_uow(), public_id)
    laying.remove(current_uow(), fair, _thing(HallItem, fair, item_id))
    flash(_("删掉了"), "success")
    return _back(public_id)


@blueprint.get("/staff/fairs/<public_id>/halls/<output>.pdf")
@access("fair.manage")
def paper(public_id: str, output: str) -> Response:
    """The plan for the wall, or the cards for the booths."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    if output not in papers.MAKERS:
        raise NotFound
    name, make = papers.MAKERS[output]
    url = url_for("visitors.fair", public_id=fair.public_id, _external=True)

    def booth_url(exhibitor_id: str) -> str:
        """The booth's own page lies in a room above; without it the fair's page stands in."""
        if BOOTH_PAGE not in current_app.view_functions:
            return url
        return url_for(BOOTH_PAGE, public_id=public_id, exhibitor_id=exhibitor_id, _external=True)

    made = make(uow, fair, plan_of(uow.session, fair), papers.Addresses(url, booth_url))
    return download(made, f"{fair.title} {name}", "application/pdf")
