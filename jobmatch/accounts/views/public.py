"""Signing in and up: slow edges, each step of which opens a unit of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from jobmatch.accounts import login, passwords
from jobmatch.accounts.fields import CodeForm
from jobmatch.accounts.forms import (
    AcceptForm,
    NewPasswordForm,
    PasswordSignInForm,
    PhoneForm,
    ProviderSignUpForm,
    RecoveryCodeForm,
)
from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.ports import has_gateway
from jobmatch.accounts.qr import qr_svg
from jobmatch.accounts.queries import find_open_invitation, find_user_by_phone, get_organization_name
from jobmatch.accounts.services import second_factor as factors
from jobmatch.accounts.services import sign_in as signing
from jobmatch.accounts.services.codes import wrong_code
from jobmatch.accounts.services.invitations import accept_invitation, gone
from jobmatch.accounts.services.recovery import ask_factor_reset
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.services.sign_up import sign_up_provider_member
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.accounts.views.choices import region_choices
from jobmatch.core.clock import utcnow
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime
from jobmatch.web.pages import local_path, page

blueprint = Blueprint("accounts", __name__, template_folder="../templates")


def go(target: str) -> Response:
    """A redirect after a form."""
    return make_response(redirect(target, 303))


def _unit(*, writing: bool = True) -> AbstractContextManager[UnitOfWork]:
    return current_runtime().unit(login.visitor(), writing=writing)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_in() -> Response:
    """Ask for the phone and send a code; the answer is the same whether it has an account or not."""
    target = local_path(request.values.get("next"))
    if current_user.is_authenticated:
        return go(target or url_for("home.start"))
    form = PhoneForm.submitted()
    if form.act(lambda: _ask_code(form.phone.data, target)):
        return go(url_for("accounts.sign_in_code"))
    return page("accounts/sign_in.html", form=form, target=target, has_gateway=has_gateway())


def _ask_code(phone: str, target: str) -> bool:
    shown = login.send_code(phone, CodePurpose.SIGN_IN)
    cookie["asked"] = {"phone": clean_phone(phone), "shown": shown}
    cookie["next"] = target
    return True


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_in_code() -> Response:
    """Take the code."""
    asked = cookie.get("asked")
    if current_user.is_authenticated or not asked:
        return go(url_for("accounts.sign_in"))
    form = CodeForm.submitted()
    result = form.act(lambda: _enter_code(asked["phone"], form.code.data))
    if isinstance(result, signing.SignedIn):
        return go(login.enter(result))
    if result == "password":
        flash(_("这个账号的身份要用密码登录"), "info")
        return go(url_for("accounts.sign_in_password"))
    if result == "unknown":
        return page("accounts/no_account.html", phone=asked["phone"])
    return page("accounts/code.html", form=form, has_gateway=has_gateway(), **asked)


def _enter_code(phone: str, code: str) -> signing.SignedIn | str:
    with _unit() as uow:
        result = signing.sign_in_with_code(uow, phone, code, device=login.known_device())
    if result == "wrong":
        raise wrong_code()
    return result


@blueprint.route("/sign-in/once/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_in_once(token: str) -> Response:
    """The link of a receipt: it signs in on a press, because programs that preview links open them too."""
    if request.method == "GET":
        return page("accounts/once.html")
    with _unit() as uow:
        result = signing.sign_in_with_link(uow, token)
    if isinstance(result, signing.SignedIn):
        return go(login.enter(result))
    answer = page("accounts/once.html", is_over=True)
    answer.status_code = 422
    return answer


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_in_password() -> Response:
    """Phone and password, for staff, employers and providers."""
    target = local_path(request.values.get("next")) or cookie.get("next", "")
    if current_user.is_authenticated:
        return go(target or url_for("home.start"))
    form = PasswordSignInForm.submitted()
    signed = form.act(lambda: _enter_password(form.phone.data, form.password.data))
    if signed:
        return go(login.enter(signed, target=target))
    return page("accounts/password.html", form=form, target=target)


def _enter_password(name: str, password: str) -> signing.SignedIn:
    with _unit() as uow:
        tried = signing.begin_password_sign_in(uow, name, device=login.known_device())
    is_right = passwords.verify(tried.stored, password)
    stale = is_right and passwords.needs_rehash(tried.stored)
    new_hash = passwords.hash_password(password) if stale else ""
    with _unit() as uow:
        signed = signing.finish_password_sign_in(
            uow, tried, is_right=is_right, new_hash=new_hash, second_factor_on=login.second_factor_on()
        )
    if signed is None:
        raise Invalid(fields={"password": _("手机号或密码不对，请核对后再填")})
    return signed


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def second_factor() -> Response:
    """The second factor of a sign-in that waits: a code of the authenticator, set up here the first time."""
    token = cookie.get("pending", "")
    with _unit(writing=False) as uow:
        found = signing.find_pending(uow, token)
        asks = found is not None and login.second_factor_on() and signing.waits_for_factor(uow, *found)
    if found is None:
        return go(url_for("accounts.sign_in_password"))
    if not asks:
        return go(url_for("accounts.new_password"))
    user = found[1]
    form = CodeForm.submitted()
    result = form.act(lambda: _enter_factor(token, form.code.data))
    if result:
        return _after_factor(result)
    if user.totp_secret_sealed is not None:
        return page("accounts/second_factor.html", form=form)
    uri = factors.enrolment_uri(user, token, current_runtime().settings.site_name)
    secret = factors.enrolment_secret(user, token)
    return page("accounts/enrol.html", form=form, picture=qr_svg(uri), secret=secret)


def _enter_factor(token: str, code: str) -> factors.FactorResult:
    with _unit() as uow:
        result = factors.confirm_second_factor(uow, token, code)
    if result is None:
        raise Invalid(_("登录超过 10 分钟没有完成，请重新登录"))
    if not result.is_right:
        raise wrong_code()
    return result


def _after_factor(result: factors.FactorResult) -> Response:
    if result.recovery_codes:
        login.show_once("recovery_codes", result.recovery_codes)
    target = login.enter(result.signed_in) if result.signed_in else url_for("accounts.new_password")
    if result.recovery_codes and result.signed_in:
        return go(url_for("accounts.recovery_codes"))
    return go(target)


@blueprint.route("/sign-in/recovery-code", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_in_recovery_code() -> Response:
    """A recovery code in place of the authenticator."""
    token = cookie.get("pending", "")
    form = RecoveryCodeForm.submitted()
    result = form.act(lambda: _enter_recovery_code(token, form.code.data))
    if result:
        return _after_factor(result)
    return page("accounts/recovery_code.html", form=form)


def _enter_recovery_code(token: str, code: str) -> factors.FactorResult:
    with _unit() as uow:
        result = factors.use_recovery_code(uow, token, code)
    if result is None:
        raise Invalid(_("登录超过 10 分钟没有完成，请重新登录"))
    if not result.is_right:
        raise Invalid(fields={"code": _("这个备用码不对或者用过了，请换一个")})
    return result


@blueprint.post("/sign-in/help")
@access(PUBLIC, slow=True)
def ask_factor_help() -> Response:
    """Ask two staff members to take a lost second factor away."""
    with _unit() as uow:
        row = ask_factor_reset(uow, cookie.get("pending", ""))
    if row is None:
        return go(url_for("accounts.sign_in_password"))
    return page("accounts/help_asked.html", number=row.public_id)


@blueprint.route("/sign-in/new-password", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def new_password() -> Response:
    """Replace a one-time secret by an own password before anything else opens."""
    token = cookie.get("pending", "")
    with _unit(writing=False) as uow:
        found = signing.find_pending(uow, token)
    if found is None:
        return go(url_for("accounts.sign_in_password"))
    form = NewPasswordForm.submitted()
    phone = found[1].phone or found[1].public_id
    signed = form.act(lambda: _replace_password(token, phone, form.password.data))
    if signed:
        target = login.enter(signed)
        return go(url_for("accounts.recovery_codes") if "once" in cookie else target)
    return page("accounts/new_password.html", form=form)


def _replace_password(token: str, phone: str, password: str) -> signing.SignedIn:
    stored = login.new_password_hash(password, phone=phone)
    with _unit() as uow:
        signed = signing.replace_password(uow, token, password_hash=stored, second_factor_on=login.second_factor_on())
    if signed is None:
        raise Invalid(_("登录超过 10 分钟没有完成，请重新登录"))
    return signed


@blueprint.get("/sign-up")
@access(PUBLIC)
def sign_up() -> Response:
    """Who somebody is decides which questions follow."""
    return page("accounts/sign_up.html")


@blueprint.route("/sign-up/provider", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_up_provider() -> Response:
    """A training provider signs up; staff of the region look at it before it may offer courses."""
    with _unit(writing=False) as uow:
        regions = region_choices(uow)
    form = ProviderSignUpForm.submitted(regions=regions)
    if "send" in request.form:
        shown = _send_if_phone(form)
        return page("accounts/sign_up_provider.html", form=form, is_sent=not form.has_errors, shown=shown)
    user_id = form.act(lambda: _make_provider(form))
    if user_id:
        flash(_("登记好了，服务站会在 3 个工作日内审核，结果发到站内消息"), "success")
        return go(url_for("accounts.sign_in_password"))
    return page("accounts/sign_up_provider.html", form=form, is_sent=False, shown="")


def _send_if_phone(form: ProviderSignUpForm) -> str:
    """Send a code where the phone is right; the other fields are not looked at yet."""
    if not form.phone.validate(form):
        return ""
    return login.send_code(form.phone.data, CodePurpose.SIGN_UP)


def _make_provider(form: ProviderSignUpForm) -> int:
    phone, code = form.phone.data, form.code.data
    login.require_code(phone, code, CodePurpose.SIGN_UP)
    words = [form.name.data, form.organization_name.data]
    stored = login.new_password_hash(form.password.data, phone=phone, role=Role.PROVIDER_MEMBER, context=words)
    with _unit() as uow:
        user, _organization = sign_up_provider_member(
            uow,
            name=form.name.data,
            phone=phone,
            code=code,
            password_hash=stored,
            organization_name=form.organization_name.data,
            credit_code=form.credit_code.data or "",
            region_code=form.region_code.data or "",
        )
        return user.id


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def accept(token: str) -> Response:
    """Take up an invitation: prove the phone and set a password, or press once where its account is signed in."""
    with _unit(writing=False) as uow:
        invitation = find_open_invitation(uow.session, token_hash(token), utcnow())
        if invitation is None:
            raise gone()
        user = find_user_by_phone(uow.session, invitation.phone)
        place = get_organization_name(uow.session, invitation.organization_id)
    is_here = user is not None and login.visitor().user_id == user.id
    asks_code = not is_here and (has_gateway() or current_runtime().settings.is_demo)
    must_sign_in = user is not None and not is_here and not asks_code
    has_password = is_here and user is not None and bool(user.password_hash)
    form, shown = _accept_form(asks_code=asks_code, asks_password=not (has_password or must_sign_in)), ""
    is_asking = asks_code and "send" in request.form
    if is_asking:
        shown = login.send_code(invitation.phone, CodePurpose.SIGN_UP)
    elif form.act(lambda: _accept(token, form, invitation.phone, invitation.role)):
        flash(_("已经加入，请登录"), "success")
        target = url_for("accounts.switch") if current_user.is_authenticated else url_for("accounts.sign_in_password")
        return go(target)
    return page(
        "accounts/accept.html",
        form=form,
        invitation=invitation,
        place=place,
        must_sign_in=must_sign_in,
        is_sent=is_asking,
        shown=shown,
    )


def _accept_form(*, asks_code: bool, asks_password: bool) -> AcceptForm:
    """Code and password, without what is not asked: the page is the same whether the phone has an account."""
    form: AcceptForm = AcceptForm.submitted()
    if not asks_code:
        del form.code
    if not asks_password:
        del form.password
    return form


def _accept(token: str, form: AcceptForm, phone: str, role: Role) -> int:
    code = form.code.data if "code" in form else None
    stored = ""
    if code is not None:
        login.require_code(phone, code, CodePurpose.SIGN_UP)
    if "password" in form:
        stored = login.new_password_hash(form.password.data, phone=phone, role=role)
    with _unit() as uow:
        return accept_invitation(uow, token, password_hash=stored, code=code).id
