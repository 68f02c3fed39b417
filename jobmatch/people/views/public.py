"""Signing up: the account and the file in one go."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from jobmatch.accounts import ports
from jobmatch.accounts.login import require_code, send_code, sign_in_as, visitor
from jobmatch.accounts.states import CodePurpose
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.people.forms import SignUpForm
from jobmatch.people.queries import choices
from jobmatch.people.services import sign_up
from jobmatch.people.views.blueprint import blueprint
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime
from jobmatch.web.pages import page


@blueprint.route("/sign-up/person", methods=["GET", "POST"], endpoint="sign_up")
@access(PUBLIC, slow=True)
def sign_up_page() -> Any:
    """Who, where, which phone; the code proves the phone. Each step that may be slow has a unit of its own."""
    actor = visitor()
    if actor.is_signed_in:
        return redirect(url_for("people.profile" if actor.can("person.own") else "home.start"), 303)
    form = SignUpForm.submitted()
    with current_runtime().unit(actor, writing=False) as uow:
        groups = choices.kind_groups(uow)
        form.region_code.show([*choices.places(uow), ("", _("别的地方，我来写"))])
        place = choices.chosen_place(uow, form.region_code.data, form.place.data or "")
    shown = ""
    if request.method == "POST":
        try:
            if "send" in request.form:
                sign_up.check_sign_up_phone(form.phone.data or "")
                shown = send_code(form.phone.data or "", CodePurpose.SIGN_UP)
            elif (user_id := _open(form, place)) is not None:
                return redirect(sign_in_as(user_id, by_password=False, target=url_for("people.welcome")), 303)
        except Invalid as error:
            form.add_errors(error)
    is_sent = "send" in request.form and not form.has_errors
    return page(
        "people/sign_up.html",
        form=form,
        groups=groups,
        shown_code=shown,
        is_sent=is_sent,
        can_send=bool(shown) or ports.has_gateway() or current_runtime().settings.is_demo,
        asks_phone=True,
    )


def _open(form: Any, place: str) -> int | None:
    """Check everything but the code first, so that a code is not tried in vain; returns the new account's id."""
    facts = {
        "name": form.name.data or "",
        "phone": form.phone.data or "",
        "kinds": form.kinds.data or [],
        "region_code": place,
        "birth_on": form.birth_on.data,
        "agreed": form.agreed.data,
    }
    is_valid = form.validate()
    with current_runtime().unit(visitor(), writing=False) as uow:
        sign_up.check_sign_up(uow, **facts)
    if not is_valid:
        return None
    require_code(facts["phone"], form.code.data or "", CodePurpose.SIGN_UP)
    with current_runtime().unit(visitor()) as uow:
        person = sign_up.sign_up(uow, code=form.code.data or "", **facts)
        return person.user_id
