"""The own account."""

from __future__ import annotations

from flask import Response, flash, g, request, url_for
from flask import session as cookie

from jobmatch.accounts import login
from jobmatch.accounts.forms import (
    AccountForm,
    ChangePasswordForm,
    ColleagueForm,
    EmailCodeForm,
    EmailForm,
    NewPasswordForm,
)
from jobmatch.accounts.models import Membership, clean_email
from jobmatch.accounts.policies import COLLEAGUES, visible_invitations, visible_own_colleagues, visible_own_sessions
from jobmatch.accounts.qr import qr_svg
from jobmatch.accounts.queries import (
    invitation_named,
    memberships_in_force,
    own_organization,
    own_user,
    sessions,
    usable_memberships,
)
from jobmatch.accounts.queries import invitations as all_invitations
from jobmatch.accounts.services.invitations import invite_colleague, remove_colleague, withdraw_invitation
from jobmatch.accounts.services.second_factor import recovery_codes_left, renew_recovery_codes
from jobmatch.accounts.services.sessions import end_all_sessions, end_session, open_roles, switch_membership
from jobmatch.accounts.services.sign_in import SignedIn
from jobmatch.accounts.services.users import drop_email, keep_email, rename_user
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.accounts.views.choices import chosen
from jobmatch.accounts.views.public import blueprint, go
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.mail import has_mail
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.pages import local_path, page, paged


@blueprint.route("/account", methods=["GET", "POST"])
@access("account.own")
def account() -> Response:
    """Name, language, and the way to everything else about the account."""
    uow = current_uow()
    user = own_user(uow.session, uow.actor)
    form = AccountForm.submitted(obj=user)
    if form.act_on_seen(lambda: rename_user(uow, user, name=form.name.data, locale=form.locale.data or "")):
        flash(_("保存好了"), "success")
        answer = go(url_for("accounts.account"))
        secure = current_runtime().settings.secure_cookies
        answer.set_cookie("locale", user.locale, max_age=31536000, samesite="Lax", httponly=True, secure=secure)
        return answer
    roles = usable_memberships(uow.session, user.id, by_password=True, now=uow.now)
    left = recovery_codes_left(uow, user.id) if user.totp_secret_sealed else 0
    words = _("、").join(m.role.label for m, _place in roles if m.role.value in uow.actor.roles)
    return page("accounts/account.html", form=form, user=user, roles=roles, codes_left=left, role_words=words)


@blueprint.get("/account/sessions", endpoint="sessions")
@access("account.own")
def list_sessions() -> Response:
    uow = current_uow()
    rows = paged(uow, visible_own_sessions(uow.actor, sessions()))
    return page("accounts/sessions.html", paged=rows)


@blueprint.post("/account/sessions/<int:session_id>/end")
@access("account.own")
def end_own_session(session_id: int) -> Response:
    end_session(current_uow(), session_id)
    flash(_("那台设备已经退出"), "success")
    return go(url_for("accounts.sessions"))


@blueprint.post("/account/sessions/end-all")
@access("account.own")
def end_own_sessions() -> Response:
    uow = current_uow()
    end_all_sessions(uow, own_user(uow.session, uow.actor))
    login.leave()
    flash(_("所有设备都退出了，请重新登录"), "success")
    return go(url_for("accounts.sign_in"))


@blueprint.post("/sign-out")
@access("account.own")
def sign_out() -> Response:
    uow = current_uow()
    end_session(uow, uow.actor.session_id or 0)
    login.leave()
    return go(url_for("home.start"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@access("account.own", slow=True)
def change_password() -> Response:
    """Set a new password; people who never had one set their first. Other devices are signed out."""
    with current_runtime().unit(login.visitor(), writing=False) as uow:
        user = own_user(uow.session, uow.actor)
    form = ChangePasswordForm.submitted() if user.password_hash else NewPasswordForm.submitted()
    signed = form.act(lambda: _change_password(form, user.phone or user.public_id))
    if signed:
        target = login.enter(signed, target=url_for("accounts.account"))
        flash(_("密码换好了，别的设备已经退出"), "success")
        return go(target)
    return page("accounts/change_password.html", form=form)


def _change_password(form: NewPasswordForm | ChangePasswordForm, phone: str) -> SignedIn:
    if isinstance(form, ChangePasswordForm) and not login.confirm_password(phone, form.current.data):
        raise Invalid(fields={"current": _("现在的密码不对，请核对后再填")})
    fresh = login.new_password_hash(form.password.data, phone=phone)
    return login.store_password(fresh)


@blueprint.route("/account/email", methods=["GET", "POST"])
@access("account.own", slow=True)
def email() -> Response:
    """Name the address that messages are to be mailed to; a code goes there."""
    form = EmailForm.submitted()
    if form.act(lambda: _ask_email(form.email.data)):
        return go(url_for("accounts.email_code"))
    with page_unit() as uow:
        address = own_user(uow.session, uow.actor).email
    return page("accounts/email.html", form=form, address=address, can_send=_can_mail())


def _can_mail() -> bool:
    return has_mail() or current_runtime().settings.is_demo


def _ask_email(address: str) -> bool:
    if not _can_mail():
        raise Invalid(_("这里还不能发邮件"))
    cookie["email"] = {"address": clean_email(address), "shown": login.send_code(address, CodePurpose.EMAIL)}
    return True


@blueprint.route("/account/email/code", methods=["GET", "POST"])
@access("account.own", slow=True)
def email_code() -> Response:
    """Take the code that went to the address."""
    asked = cookie.get("email")
    if not asked:
        return go(url_for("accounts.email"))
    form = EmailCodeForm.submitted()
    if form.act(lambda: _keep_email(asked["address"], form.code.data)):
        cookie.pop("email")
        flash(_("邮箱绑好了，消息会同时发到邮箱"), "success")
        return go(url_for("accounts.account"))
    return page("accounts/email_code.html", form=form, **asked)


def _keep_email(address: str, code: str) -> bool:
    login.require_code(address, code, CodePurpose.EMAIL)
    with current_runtime().unit(g.actor) as uow:
        keep_email(uow, own_user(uow.session, uow.actor), address, code)
    return True


@blueprint.post("/account/email/drop")
@access("account.own")
def end_email() -> Response:
    """Mail nothing any more."""
    uow = current_uow()
    drop_email(uow, own_user(uow.session, uow.actor))
    flash(_("以后不往邮箱发了"), "success")
    return go(url_for("accounts.email"))


@blueprint.route("/account/recovery-codes", methods=["GET", "POST"])
@access("account.own")
def recovery_codes() -> Response:
    """Recovery codes, right after they were made; a press makes ten new ones."""
    uow = current_uow()
    user = own_user(uow.session, uow.actor)
    if request.method == "POST" and user.totp_secret_sealed:
        login.show_once("recovery_codes", renew_recovery_codes(uow, user))
        return go(url_for("accounts.recovery_codes"))
    codes = login.take_once("recovery_codes")
    left = recovery_codes_left(uow, user.id)
    return page("accounts/recovery_codes.html", codes=codes, left=left, has_factor=bool(user.totp_secret_sealed))


@blueprint.route("/account/role", methods=["GET", "POST"])
@access("account.own")
def switch() -> Response:
    """Choose which role to act in."""
    uow = current_uow()
    target = local_path(request.values.get("next"))
    chosen = request.form.get("membership", "")
    if request.method == "POST" and chosen.isdecimal() and len(chosen) < 10:
        token = switch_membership(uow, int(chosen), second_factor_on=login.second_factor_on())
        uow.session.flush()
        return go(login.enter(SignedIn(token, uow.actor.public_id), target=target))
    roles, current = open_roles(uow)
    return page("accounts/switch.html", roles=roles, current=current, target=target)


@blueprint.route("/account/invitations", methods=["GET", "POST"])
@access("organization.invite")
def invitations() -> Response:
    """Invite colleagues; the link is shown once, to be handed over."""
    uow = current_uow()
    organization = own_organization(uow.session, uow.actor)
    form = ColleagueForm.submitted(roles=COLLEAGUES[organization.kind])
    token = form.act(
        lambda: invite_colleague(
            uow,
            organization,
            name=form.name.data,
            phone=form.phone.data,
            role=chosen(Role, form.role.data, "role"),
        )
    )
    if token:
        login.show_once("invitation", token)
        return go(url_for("accounts.invitations"))
    rows = paged(uow, visible_invitations(uow.actor, all_invitations()))
    return page(
        "accounts/invitations.html",
        form=form,
        paged=rows,
        now=uow.now,
        organization=organization,
        colleagues=uow.rows(visible_own_colleagues(uow.actor, memberships_in_force())),
        **fresh_link(),
    )


@blueprint.post("/account/colleagues/<int:membership_id>/remove")
@access("organization.invite")
def remove(membership_id: int) -> Response:
    """End the role of a colleague; the last manager stays."""
    uow = current_uow()
    query = memberships_in_force().where(Membership.id == membership_id)
    membership, user = uow.one(visible_own_colleagues(uow.actor, query))
    try:
        remove_colleague(uow, own_organization(uow.session, uow.actor), membership)
        flash(_("%(name)s 已移出，不能再代表单位办事", name=user.name), "success")
    except Invalid as error:
        flash(error.message, "error")
    return go(url_for("accounts.invitations"))


def fresh_link() -> dict[str, str]:
    """The link of an invitation that was just made, with its picture; nothing on any later page."""
    token = login.take_once("invitation")
    if not token:
        return {"link": "", "picture": ""}
    link = url_for("accounts.accept", token=token, _external=True)
    return {"link": link, "picture": qr_svg(link)}


@blueprint.post("/account/invitations/<public_id>/withdraw")
@access("organization.invite")
def end_invitation(public_id: str) -> Response:
    uow = current_uow()
    invitation, organization = uow.one(visible_invitations(uow.actor, invitation_named(public_id)))
    withdraw_invitation(uow, invitation, organization)
    flash(_("邀请已收回，链接不能再用"), "success")
    return go(url_for("accounts.invitations"))
