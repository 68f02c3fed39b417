"""Administrators' pages: accounts, stations, sessions, the audit trail."""

from __future__ import annotations

from flask import Response, flash, request, url_for

from jobmatch.accounts import login
from jobmatch.accounts.actions import label_of_action
from jobmatch.accounts.forms import LevelForm, StationContactForm, StationForm
from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.policies import (
    stations_below,
    visible_audit,
    visible_sessions,
    visible_stations,
    visible_users,
)
from jobmatch.accounts.queries import (
    audit_entries,
    memberships_of,
    roles_of,
    sessions_with_users,
    station_named,
    user_named,
    users,
    work_called,
)
from jobmatch.accounts.services.audits import VERIFY, ask_verification
from jobmatch.accounts.services.organizations import add_station, change_station, rename_level
from jobmatch.accounts.services.sessions import end_all_sessions
from jobmatch.accounts.services.users import deactivate_user, end_membership, reactivate_user, reset_by_operator
from jobmatch.accounts.views.choices import station_choices
from jobmatch.accounts.views.public import blueprint, go
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.seals import head
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


@blueprint.get("/admin/users")
@access("system.manage")
def admin_users() -> Response:
    """Accounts, found by a whole phone number or a part of the name."""
    uow = current_uow()
    words = request.args.get("q", "")[:60]
    rows = paged(uow, visible_users(uow.actor, users(words)))
    roles: dict[int, list[str]] = {}
    for user_id, role, place in uow.rows(roles_of([user.id for user in rows.rows])):
        roles.setdefault(user_id, []).append(f"{role.label} {place or ''}".strip())
    return page("accounts/admin_users.html", paged=rows, roles=roles, words=words)


def _user(public_id: str) -> User:
    uow = current_uow()
    return uow.one(visible_users(uow.actor, user_named(public_id)))


@blueprint.get("/admin/users/<public_id>")
@access("system.manage")
def admin_user(public_id: str) -> Response:
    """One account with its roles."""
    uow = current_uow()
    user = _user(public_id)
    roles = memberships_of(uow.session, user.id)
    secret = login.take_once("secret")
    return page("accounts/admin_user.html", user=user, roles=roles, secret=secret, is_own=user.id == uow.actor.user_id)


@blueprint.post("/admin/users/<public_id>/lock")
@access("system.manage")
def lock_user(public_id: str) -> Response:
    deactivate_user(current_uow(), _user(public_id))
    flash(_("账号已停用，对方马上不能再用"), "success")
    return go(url_for("accounts.admin_user", public_id=public_id))


@blueprint.post("/admin/users/<public_id>/unlock")
@access("system.manage")
def unlock_user(public_id: str) -> Response:
    reactivate_user(current_uow(), _user(public_id))
    flash(_("账号已恢复"), "success")
    return go(url_for("accounts.admin_user", public_id=public_id))


@blueprint.post("/admin/users/<public_id>/secret")
@access("system.manage")
def give_secret(public_id: str) -> Response:
    login.show_once("secret", reset_by_operator(current_uow(), _user(public_id)))
    return go(url_for("accounts.admin_user", public_id=public_id))


@blueprint.post("/admin/users/<public_id>/roles/<int:membership_id>/end")
@access("system.manage")
def end_role(public_id: str, membership_id: int) -> Response:
    uow = current_uow()
    user = _user(public_id)
    found = next((m for m, _place in memberships_of(uow.session, user.id) if m.id == membership_id), None)
    if found is None:
        raise NotFound
    end_membership(uow, user, found)
    flash(_("身份已取消"), "success")
    return go(url_for("accounts.admin_user", public_id=public_id))


@blueprint.route("/admin/stations", methods=["GET", "POST"])
@access("system.manage")
def admin_stations() -> Response:
    """The tree of stations, and a form for one more."""
    uow = current_uow()
    form = StationForm.submitted(stations=station_choices(uow))
    if form.act(lambda: _add_station(form)):
        flash(_("服务机构加好了"), "success")
        return go(url_for("accounts.admin_stations"))
    rows = uow.rows(stations_below(uow.actor))
    levels = sorted({station.level for station in rows})
    return page("accounts/admin_stations.html", form=form, rows=rows, levels=levels)


def _add_station(form: StationForm) -> Organization:
    uow = current_uow()
    parent = None
    if form.parent.data:
        parent = uow.one(visible_stations(uow.actor, station_named(form.parent.data)))
    return add_station(
        uow,
        name=form.name.data,
        level=form.level.data,
        region_code=form.region_code.data or "",
        parent=parent,
        phone=form.phone.data or "",
        address=form.address.data or "",
    )


@blueprint.route("/admin/stations/<public_id>", methods=["GET", "POST"])
@access("system.manage")
def admin_station(public_id: str) -> Response:
    """Correct a station."""
    uow = current_uow()
    station = uow.one(visible_stations(uow.actor, station_named(public_id)))
    form = StationContactForm.submitted(obj=station)
    changed = form.act_on_seen(
        lambda: change_station(
            uow, station, name=form.name.data, phone=form.phone.data or "", address=form.address.data or ""
        )
    )
    if changed:
        flash(_("保存好了"), "success")
        return go(url_for("accounts.admin_stations"))
    return page("accounts/admin_station.html", form=form, station=station)


@blueprint.route("/admin/levels", methods=["GET", "POST"])
@access("system.manage")
def admin_level() -> Response:
    """Call a level of the tree by another word."""
    uow = current_uow()
    form = LevelForm.submitted(data={"old": request.args.get("old", "")[:12]})
    if form.act(lambda: rename_level(uow, form.old.data or "", form.new.data)):
        flash(_("层级的叫法改好了"), "success")
        return go(url_for("accounts.admin_stations"))
    return page("accounts/admin_level.html", form=form)


@blueprint.get("/admin/security")
@access("security.manage")
def admin_security() -> Response:
    """Who is signed in where."""
    uow = current_uow()
    rows = paged(uow, visible_sessions(uow.actor, sessions_with_users()))
    return page("accounts/admin_security.html", paged=rows)


@blueprint.post("/admin/security/<public_id>/end-sessions")
@access("security.manage")
def end_user_sessions(public_id: str) -> Response:
    end_all_sessions(current_uow(), _user(public_id))
    flash(_("这个账号的所有设备都退出了"), "success")
    return go(url_for("accounts.admin_security"))


@blueprint.get("/admin/audit")
@access("audit.read")
def audit() -> Response:
    """The audit trail, newest first."""
    uow = current_uow()
    words = request.args.get("q", "")[:80]
    rows = paged(uow, visible_audit(uow.actor, audit_entries(words)))
    checks = uow.rows(visible_audit(uow.actor, work_called(VERIFY)))
    return page(
        "accounts/audit.html",
        paged=rows,
        words=words,
        label_of_action=label_of_action,
        sealed=head(uow.session).seq,
        check=checks[0] if checks else None,
    )


@blueprint.post("/admin/audit/verify")
@access("audit.read")
def verify_audit() -> Response:
    """Walk the whole chain in the background; a press while one waits starts no other."""
    ask_verification(current_uow())
    flash(_("正在核对，做完了结果写在这一页"), "success")
    return go(url_for("accounts.audit"))
