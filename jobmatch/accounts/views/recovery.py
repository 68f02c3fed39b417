"""Getting back in: the same answers whether an account exists, until a code proves the phone."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask import session as cookie

from jobmatch.accounts import login
from jobmatch.accounts.forms import PhoneChangeCodesForm, PhoneChangeForm, PhoneForm, RecoverPasswordForm
from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.ports import has_gateway
from jobmatch.accounts.services.recovery import change_phone_by_codes, recover_password
from jobmatch.accounts.states import CodePurpose
from jobmatch.accounts.views.public import blueprint, go
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime
from jobmatch.web.pages import page


@blueprint.get("/recover")
@access(PUBLIC)
def recover() -> Response:
    """What is lost decides the way."""
    return page("accounts/recover.html")


@blueprint.get("/recover/second-factor")
@access(PUBLIC)
def recover_factor() -> Response:
    """How a lost second factor is replaced."""
    return page("accounts/recover_factor.html")


@blueprint.route("/recover/password", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def recover_password_phone() -> Response:
    """Ask for the phone and send a code."""
    form = PhoneForm.submitted()
    if form.act(lambda: _ask_recovery(form.phone.data)):
        return go(url_for("accounts.recover_password_code"))
    return page("accounts/recover_password.html", form=form, has_gateway=has_gateway())


def _ask_recovery(phone: str) -> bool:
    shown = login.send_code(phone, CodePurpose.RECOVERY)
    cookie["recover"] = {"phone": clean_phone(phone), "shown": shown}
    return True


@blueprint.route("/recover/password/code", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def recover_password_code() -> Response:
    """Take the code and a new password."""
    asked = cookie.get("recover")
    if not asked:
        return go(url_for("accounts.recover_password_phone"))
    form = RecoverPasswordForm.submitted()
    if form.act(lambda: _set_password(asked["phone"], form.code.data, form.password.data)):
        cookie.pop("recover")
        flash(_("密码换好了，请用新密码登录"), "success")
        return go(url_for("accounts.sign_in_password"))
    return page("accounts/recover_password_code.html", form=form, has_gateway=has_gateway(), **asked)


def _set_password(phone: str, code: str, password: str) -> bool:
    login.require_code(phone, code, CodePurpose.RECOVERY)
    stored = login.new_password_hash(password, phone=phone)
    with current_runtime().unit(login.visitor()) as uow:
        user = recover_password(uow, phone=phone, code=code, password_hash=stored)
    if user is None:
        raise Invalid(_("这个手机号还没有账号，请先注册"))
    return True


@blueprint.route("/recover/phone", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def recover_phone() -> Response:
    """Ask for the old and the new number and send a code to each."""
    form = PhoneChangeForm.submitted()
    if form.act(lambda: _ask_phone_change(form.old_phone.data, form.new_phone.data)):
        return go(url_for("accounts.recover_phone_codes"))
    return page("accounts/recover_phone.html", form=form, has_gateway=has_gateway())


def _ask_phone_change(old: str, new: str) -> bool:
    shown = [login.send_code(phone, CodePurpose.PHONE_CHANGE) for phone in (old, new)]
    cookie["move"] = {"old_phone": clean_phone(old), "new_phone": clean_phone(new), "shown": shown}
    return True


@blueprint.route("/recover/phone/codes", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def recover_phone_codes() -> Response:
    """Take both codes and move the account."""
    asked = cookie.get("move")
    if not asked:
        return go(url_for("accounts.recover_phone"))
    form = PhoneChangeCodesForm.submitted()
    if form.act(lambda: _move_phone(asked, form.code.data, form.new_code.data)):
        cookie.pop("move")
        flash(_("手机号换好了，以后用新手机号登录"), "success")
        return go(url_for("accounts.sign_in"))
    return page("accounts/recover_phone_codes.html", form=form, has_gateway=has_gateway(), **asked)


def _move_phone(asked: dict[str, str], code: str, new_code: str) -> bool:
    old, new = asked["old_phone"], asked["new_phone"]
    login.require_code(old, code, CodePurpose.PHONE_CHANGE)
    try:
        login.require_code(new, new_code, CodePurpose.PHONE_CHANGE)
    except Invalid as error:
        raise Invalid(fields={"new_code": error.fields["code"]}) from None
    with current_runtime().unit(login.visitor()) as uow:
        change_phone_by_codes(uow, old_phone=old, old_code=code, new_phone=new, new_code=new_code)
    return True
