"""What staff do with accounts: codes at the window, invitations, help with lost factors and changed phones."""

from __future__ import annotations

from flask import Response, flash, url_for

from jobmatch.accounts import login
from jobmatch.accounts.forms import ApproveForm, StaffInviteForm, WindowCodeForm, WindowPhoneForm
from jobmatch.accounts.models import AssistedRecovery, Organization, User
from jobmatch.accounts.policies import (
    invitable_roles,
    visible_colleagues,
    visible_invitations,
    visible_recoveries,
    visible_stations,
)
from jobmatch.accounts.qr import qr_svg
from jobmatch.accounts.queries import (
    colleagues,
    find_user_by_phone,
    invitation_named,
    invitations,
    open_recoveries,
    recovery_named,
    station_named,
)
from jobmatch.accounts.services.codes import IssuedCode, issue_window_code
from jobmatch.accounts.services.invitations import invite_staff, withdraw_invitation
from jobmatch.accounts.services.recovery import approve_factor_reset, change_phone_at_window
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.accounts.views.account import fresh_link
from jobmatch.accounts.views.choices import chosen, station_choices
from jobmatch.accounts.views.public import blueprint, go
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


@blueprint.route("/staff/accounts/codes", methods=["GET", "POST"])
@access("code.issue")
def staff_people_codes() -> Response:
    """Look an account up by phone and hand out a code; it is shown on the next page only."""
    form = WindowCodeForm.submitted()
    issued = form.act(lambda: _issue(form))
    if issued:
        login.show_once("code", {"code": issued.code, "token": issued.token, "phone": form.phone.data})
        return go(url_for("accounts.staff_code_shown"))
    return page("accounts/staff_codes.html", form=form)


def _issue(form: WindowCodeForm) -> IssuedCode:
    uow = current_uow()
    user = _user_of(form.phone.data)
    purpose = chosen(CodePurpose, form.purpose.data, "purpose")
    return issue_window_code(uow, user, purpose=purpose, evidence=form.evidence.data or "")


def _user_of(phone: str) -> User:
    user = find_user_by_phone(current_uow().session, phone)
    if user is None:
        raise Invalid(fields={"phone": _("没有这个手机号的账号，请核对，或者先帮对方登记")})
    return user


@blueprint.get("/staff/accounts/codes/shown")
@access("code.issue")
def staff_code_shown() -> Response:
    """The code to read out and the picture to scan."""
    shown = login.take_once("code")
    if not shown:
        return go(url_for("accounts.staff_people_codes"))
    token = shown["token"]
    link = url_for("accounts.sign_in_once", token=token, _external=True) if token else ""
    return page("accounts/staff_code_shown.html", picture=qr_svg(link) if link else "", **shown)


@blueprint.get("/staff/accounts")
@access("staff.invite")
def staff_colleagues() -> Response:
    """Who works at the stations of the own subtree."""
    uow = current_uow()
    rows = paged(uow, visible_colleagues(uow.actor, colleagues()))
    return page("accounts/colleagues.html", paged=rows)


@blueprint.route("/staff/accounts/invitations", methods=["GET", "POST"])
@access("staff.invite")
def staff_invitations() -> Response:
    """Invite staff and helpers into stations of the own subtree."""
    uow = current_uow()
    form = StaffInviteForm.submitted(roles=invitable_roles(uow.actor), stations=station_choices(uow))
    token = form.act(lambda: _invite(form))
    if token:
        login.show_once("invitation", token)
        return go(url_for("accounts.staff_invitations"))
    rows = paged(uow, visible_invitations(uow.actor, invitations()))
    return page("accounts/staff_invitations.html", form=form, paged=rows, now=uow.now, **fresh_link())


def _invite(form: StaffInviteForm) -> str:
    uow = current_uow()
    role = chosen(Role, form.role.data, "role")
    station: Organization | None = None
    if form.organization.data:
        station = uow.one(visible_stations(uow.actor, station_named(form.organization.data)))
    if role not in invitable_roles(uow.actor):
        raise Invalid(fields={"role": _("请选一项")})
    return invite_staff(uow, role=role, organization=station, name=form.name.data, phone=form.phone.data)


@blueprint.post("/staff/accounts/invitations/<public_id>/withdraw")
@access("staff.invite")
def end_staff_invitation(public_id: str) -> Response:
    uow = current_uow()
    invitation, organization = uow.one(visible_invitations(uow.actor, invitation_named(public_id)))
    withdraw_invitation(uow, invitation, organization)
    flash(_("邀请已收回，链接不能再用"), "success")
    return go(url_for("accounts.staff_invitations"))


@blueprint.get("/staff/accounts/recoveries")
@access("recovery.assist")
def recoveries() -> Response:
    """Requests to take a second factor away; two different staff members decide."""
    uow = current_uow()
    rows = paged(uow, visible_recoveries(uow.actor, open_recoveries()))
    return page("accounts/recoveries.html", paged=rows)


@blueprint.route("/staff/accounts/recoveries/<public_id>", methods=["GET", "POST"])
@access("recovery.assist")
def recovery(public_id: str) -> Response:
    """Say that the person was recognised."""
    uow = current_uow()
    row, user = uow.one(visible_recoveries(uow.actor, recovery_named(public_id)))
    form = ApproveForm.submitted()
    approved = form.act(lambda: approve_factor_reset(uow, row, evidence=form.evidence.data or ""))
    if approved:
        is_done = approved.done_at is not None
        flash(
            _("已取消第二道验证，对方下次登录时重新设置") if is_done else _("记下了，还要另一位工作人员确认"), "success"
        )
        return go(url_for("accounts.recoveries"))
    is_mine = row.first_by_id is not None and row.first_by_id == uow.actor.user_id
    return page("accounts/recovery.html", form=form, row=row, user=user, is_mine=is_mine)


@blueprint.route("/staff/accounts/phone", methods=["GET", "POST"])
@access("recovery.assist")
def window_phone() -> Response:
    """Change a phone because the card was seen at the window."""
    form = WindowPhoneForm.submitted()
    row = form.act(lambda: _change_phone(form))
    if row:
        return page("accounts/window_phone_done.html", number=row.public_id)
    return page("accounts/window_phone.html", form=form)


def _change_phone(form: WindowPhoneForm) -> AssistedRecovery:
    user = _user_of(form.phone.data)
    return change_phone_at_window(current_uow(), user, new_phone=form.new_phone.data, evidence=form.evidence.data or "")
