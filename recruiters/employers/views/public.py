"""Signing up as an employer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from jobmatch.accounts import ports
from jobmatch.accounts.login import new_password_hash, require_code, send_code, sign_in_as, visitor
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime
from jobmatch.web.pages import page
from recruiters.employers import choices
from recruiters.employers.blueprint import blueprint
from recruiters.employers.forms import SignUpForm
from recruiters.employers.services import employers as services


@blueprint.route("/sign-up/employer", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_up() -> Any:
    """Organization and account in one go; the code proves the phone. Each slow step has a unit of its own."""
    actor = visitor()
    if actor.is_signed_in:
        return redirect(url_for("employers.profile" if actor.can("employer.own") else "home.start"), 303)
    form = SignUpForm.submitted()
    with current_runtime().unit(actor, writing=False) as uow:
        form.region_code.choices = [("", _("请选择")), *choices.places(uow)]
        place = choices.chosen_place(uow, form.region_code.data, form.place.data)
    is_asking, shown = "send" in request.form, ""
    if is_asking and form.phone.validate(form):
        shown = send_code(form.phone.data, CodePurpose.SIGN_UP)
    elif not is_asking:
        user_id = form.act(lambda: _register(form, place))
        if user_id:
            flash(_("单位账号开好了。把单位资料填完，就可以提交审核"), "success")
            return redirect(sign_in_as(user_id, by_password=True, target=url_for("employers.profile")), 303)
    return page(
        "employers/sign_up.html",
        form=form,
        is_sent=is_asking and not form.has_errors,
        shown_code=shown,
        can_send=bool(shown) or ports.has_gateway(),
    )


def _register(form: SignUpForm, place: str) -> int:
    phone, code = form.phone.data or "", form.code.data or ""
    if not place:
        raise Invalid(fields={"region_code": _("请选单位所在的地区")})
    require_code(phone, code, CodePurpose.SIGN_UP)
    words = [form.name.data or "", form.organization_name.data or ""]
    stored = new_password_hash(form.password.data or "", phone=phone, role=Role.EMPLOYER_MEMBER, context=words)
    with current_runtime().unit(visitor()) as uow:
        return services.sign_up_employer(
            uow,
            name=form.name.data or "",
            phone=phone,
            code=code,
            password_hash=stored,
            organization_name=form.organization_name.data or "",
            credit_code=form.credit_code.data or "",
            region_code=place,
        )
