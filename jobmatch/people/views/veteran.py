"""The own file: overview, who I am, who may see me."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.cards import mask_id_number
from jobmatch.people.forms import (
    BasicsForm,
    IdentityForm,
    KindsForm,
    OpenForm,
    SearchStateForm,
    SignUpForm,
)
from jobmatch.people.models.person import Person
from jobmatch.people.queries import choices, files
from jobmatch.people.queries.people import blocked_organizations, card, current_kinds
from jobmatch.people.queries.proxies import proxy_lines
from jobmatch.people.queries.verification import appeals_of, verification_history
from jobmatch.people.services import grants, people, resume, sign_up
from jobmatch.people.services.people import KindClaim
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.common import FIRST_PAGE, find_unclaimed, go_on, own_file, question
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


@blueprint.get("/me")
@access("person.own")
def profile() -> Any:
    """What is in the résumé, what is missing, and what each missing part would bring."""
    try:
        person = own_file()
    except NotFound:
        return redirect(url_for("people.claim" if find_unclaimed() else "people.start"), 303)
    found = files.parts(current_uow(), person)
    counted = [part for part in found if not part.is_optional]
    missing = files.missing_count(found)
    return page(
        "people/profile.html",
        person=person,
        parts=found,
        urls={key: url_for(endpoint) for key, endpoint in FIRST_PAGE.items()},
        missing=missing,
        percent=round(100 * (len(counted) - missing) / len(counted)),
        state_form=SearchStateForm(data={"state": person.search_state}),
        spell=files.spell_line(current_uow(), person),
        proxies=proxy_lines(current_uow().session, person, current_uow().today),
    )


@blueprint.route("/me/start", methods=["GET", "POST"])
@access("person.own")
def start() -> Any:
    """The file of somebody who has an account but no file yet."""
    uow = current_uow()
    if find_unclaimed():
        return redirect(url_for("people.claim"), 303)
    form = SignUpForm.submitted()
    del form.phone, form.code
    form.region_code.show([*choices.places(uow), ("", _("别的地方，我来写"))])
    done = form.act(
        lambda: sign_up.open_own_file(
            uow,
            name=form.name.data or "",
            kinds=form.kinds.data or [],
            region_code=choices.chosen_place(uow, form.region_code.data, form.place.data or ""),
            birth_on=form.birth_on.data,
            agreed=form.agreed.data,
        )
    )
    if done is not None:
        return redirect(url_for("people.profile"), 303)
    return page("people/sign_up.html", form=form, groups=choices.kind_groups(uow), asks_phone=False)


@blueprint.get("/me/welcome")
@access("person.own")
def welcome() -> Response:
    """After signing up: what is next."""
    uow, person = current_uow(), own_file()
    return page("people/welcome.html", person=person, station=files.station_line(uow, person))


@blueprint.route("/me/basics", methods=["GET", "POST"])
@access("person.own")
def basics() -> Any:
    uow, person = current_uow(), own_file()
    form = BasicsForm.submitted(data=basics_data(person))
    form.region_code.show(choices.places(uow, person.living_region_code))
    done = form.act(lambda: save_basics(person, form))
    if done:
        return go_on(person, "basics")
    return question("people/basics.html", form, person, "basics", is_serving=files.is_serving(uow, person))


def basics_data(person: Person) -> dict[str, Any]:
    """The stored facts as the form shows them."""
    uow = current_uow()
    return {
        "name": person.name,
        "birth_on": person.birth_on,
        "region_code": person.living_region_code,
        "registered_place": choices.place_name(uow, person.registered_region_code),
        "resettled_place": choices.place_name(uow, person.resettled_region_code),
        "about": person.about,
        "version": person.version,
    }


def save_basics(person: Person, form: Any, phone: str | None = None) -> Person:
    """Hand a form of basic facts to its service."""
    uow = current_uow()
    picked = choices.picked_point(uow, form.origin.data or "") or (form.latitude.data, form.longitude.data)
    return people.save_basics(
        uow,
        person,
        name=form.name.data or "",
        birth_on=form.birth_on.data,
        region_code=choices.chosen_place(uow, form.region_code.data, form.place.data or ""),
        registered_region_code=choices.place_code(uow, form.registered_place.data or ""),
        resettled_region_code=choices.place_code(uow, form.resettled_place.data or ""),
        latitude=picked[0],
        longitude=picked[1],
        about=form.about.data or "",
        phone=phone,
        accept_masked=form.accept_masked.data,
        version=form.version.data,
    )


@blueprint.route("/me/kinds", methods=["GET", "POST"])
@access("person.own")
def kinds() -> Any:
    """Which kinds of service objects somebody belongs to; what was dated before keeps its dates."""
    uow, person = current_uow(), own_file()
    held = {kind.kind_code: kind for kind in current_kinds(person, uow.today)}
    form = KindsForm.submitted(data={"kinds": list(held), "version": person.version})
    done = form.act(
        lambda: people.save_kinds(
            uow,
            person,
            claims=[
                KindClaim(code, held[code].valid_from, held[code].valid_to, held[code].proof)
                if code in held
                else KindClaim(code, uow.today)
                for code in form.kinds.data or []
            ],
            version=form.version.data,
        )
    )
    if done:
        return go_on(person, "basics")
    return question("people/kinds.html", form, person, "basics", groups=choices.kind_groups(uow))


@blueprint.post("/me/search-state")
@access("person.own")
def search_state() -> Any:
    person = own_file()
    form = SearchStateForm.submitted()
    if form.act(lambda: resume.set_search_state(current_uow(), person, form.state.data)) is None:
        return question("people/search_state.html", form, person, "")
    flash(_("已更新：%(state)s", state=person.search_state.label), "success")
    return redirect(url_for("people.profile"), 303)


@blueprint.route("/me/verification", methods=["GET", "POST"])
@access("person.own")
def verification() -> Any:
    """How verification goes, which papers to bring, and the identity number in advance."""
    uow, person = current_uow(), own_file()
    form = IdentityForm.submitted(data={"version": person.version})
    done = form.act(
        lambda: people.save_identity(uow, person, id_number=form.id_number.data or "", version=form.version.data)
    )
    if done:
        return go_on(person, "verification")
    codes = [kind.kind_code for kind in current_kinds(person, uow.today)]
    return question(
        "people/verification.html",
        form,
        person,
        "verification",
        proofs=choices.proofs(uow, codes),
        appeals=appeals_of(uow.session, person.id),
        history=verification_history(uow.session, person.id),
        id_number=mask_id_number(person.id_number),
        station=files.station_line(uow, person),
    )


@blueprint.get("/me/privacy")
@access("person.own")
def privacy() -> Response:
    """Who may see me, and what others see."""
    uow, person = current_uow(), own_file()
    return page(
        "people/privacy.html",
        person=person,
        card=card(uow, person),
        watchers=files.watchers(uow, person),
        blocked=blocked_organizations(uow.session, person.id),
    )


@blueprint.post("/me/privacy/open")
@access("person.own")
def set_open() -> Any:
    person = own_file()
    form = OpenForm.submitted()
    done = form.act(lambda: resume.set_open_to_employers(current_uow(), person, form.is_open.data))
    if done:
        flash(_("已公开，单位看不到姓名和电话") if person.is_open_to_employers else _("已停止公开"), "success")
    return redirect(url_for("people.privacy"), 303)


@blueprint.route("/me/privacy/<public_id>/hide", methods=["GET", "POST"])
@access("person.own")
def hide(public_id: str) -> Any:
    """Stop one organization from seeing the file, after asking."""
    uow, person = current_uow(), own_file()
    watchers = files.watchers(uow, person)
    watcher = next((one for one in watchers if one.organization.public_id == public_id), None)
    if watcher is None:
        raise NotFound
    form = EmptyForm.submitted()
    done = form.act(lambda: grants.hide_from(uow, person, organization_id=watcher.organization.id))
    if done is None:
        return page("people/hide.html", form=form, watcher=watcher)
    flash(_("%(name)s 以后看不到您的简历了", name=watcher.organization.name), "success")
    return redirect(url_for("people.privacy"), 303)
