"""Flask-Login over the session table: who is signed in, and the steps of signing in that pages share.

Sign-in views are slow edges: each step here opens a unit of its own, so that hashing never waits inside one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask, Response, after_this_request, g, request, url_for
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import DBAPIError

from jobmatch.accounts import passwords, ports
from jobmatch.accounts.models import Membership, SignInSession, User
from jobmatch.accounts.queries import build_actor, find_user_by_phone, signed_in
from jobmatch.accounts.services.codes import request_code, try_code, wrong_code
from jobmatch.accounts.services.sessions import SEEN_EVERY, is_alive, token_hash, touch_session
from jobmatch.accounts.services.sign_in import SignedIn, begin_password_sign_in, change_own_password, open_session
from jobmatch.accounts.services.throttles import KnownDevice, release
from jobmatch.accounts.services.users import password_rules
from jobmatch.accounts.states import PASSWORD_ROLES, SECOND_FACTOR_ROLES, CodePurpose, Role
from jobmatch.core import mail
from jobmatch.core.actors import Actor
from jobmatch.core.errors import AppError
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.edge import anonymous_actor, current_runtime
from jobmatch.web.pages import local_path

DEVICE_COOKIE = "device"
DEVICE_SECONDS = 365 * 24 * 3600
DEVICE_USERS = 5


class Account(UserMixin):
    """What Flask-Login carries for a signed-in browser; its id is the session's token, so a session can be ended."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    """Connect Flask-Login and the way to phones with ``app``."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(load_account)
    ports.configure(app.runtime.settings)  # type: ignore[attr-defined]
    mail.configure(app.runtime.settings)  # type: ignore[attr-defined]


def load_account(token: str) -> Account | None:
    """The account behind a session's token, read anew for every request, so that changed rights count at once."""
    uow = g.get("uow")
    if uow is not None:
        return _read_account(uow, token)
    try:
        with current_runtime().unit(Actor(), writing=False) as own:
            return _read_account(own, token)
    except (AppError, DBAPIError):
        # Pages without a unit, such as that of an error, are shown to a stranger where the database is away.
        return None


def _read_account(uow: UnitOfWork, token: str) -> Account | None:
    found = uow.session.execute(signed_in(token_hash(token))).one_or_none()
    if found is None:
        return None
    row, user, membership, organization = found
    if row.is_pending or not is_alive(row, membership, uow.now) or not _is_strong_enough(row, membership):
        return None
    _note_seen(row, uow.now)
    ip, device = request.remote_addr or "", row.device
    return Account(token, build_actor(user, membership, organization, session_id=row.id, ip=ip, device=device))


def _is_strong_enough(row: SignInSession, membership: Membership | None) -> bool:
    """Whether the session began the way its role asks for."""
    if membership is None:
        return True
    if membership.role in PASSWORD_ROLES and not row.by_password:
        return False
    needs_factor = second_factor_on() and membership.role in SECOND_FACTOR_ROLES
    return not needs_factor or row.second_factor_at is not None


def _note_seen(row: SignInSession, now: datetime) -> None:
    if now - row.last_seen_at > SEEN_EVERY:
        current_runtime().buffer.add(partial(touch_session, session_id=row.id, seen_at=now))


def second_factor_on() -> bool:
    """Whether sign-in asks for a second factor: always, except in the demo county."""
    return not current_runtime().settings.is_demo


def visitor() -> Actor:
    """The actor of a view that opens its own units: the signed-in one, or a stranger with address and browser."""
    actor = current_user.actor if current_user.is_authenticated else anonymous_actor()
    return replace(actor, device=actor.device or _describe_browser(request.user_agent.string))


def _describe_browser(agent: str) -> str:
    browsers = (("MicroMessenger", _("微信")), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
    systems = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"))
    desktops = (("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
    named = [next((name for mark, name in group if mark in agent), "") for group in (browsers, systems + desktops)]
    return " · ".join(name for name in named if name) or _("浏览器")


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_runtime().keys.cookie, salt="device")


def known_device() -> KnownDevice | None:
    """What the browser's device cookie says, if it is ours."""
    try:
        value = _serializer().loads(request.cookies.get(DEVICE_COOKIE, ""))
        return KnownDevice(str(value["n"]), frozenset(value["u"]))
    except (BadData, KeyError, TypeError):
        return None


def _remember_device(user_id: str) -> None:
    known = known_device()
    name = known.name if known else secrets.token_urlsafe(12)
    users = [user_id, *sorted((known.users if known else frozenset()) - {user_id})][:DEVICE_USERS]
    value = _serializer().dumps({"n": name, "u": users})
    secure = current_runtime().settings.secure_cookies

    @after_this_request
    def _set(answer: Response) -> Response:
        answer.set_cookie(
            DEVICE_COOKIE, str(value), max_age=DEVICE_SECONDS, secure=secure, httponly=True, samesite="Lax"
        )
        return answer


def enter(signed: SignedIn, *, target: str = "") -> str:
    """Put a right answer into the browser's cookie and return where to go next.

    Everything that a stranger may have left in the cookie is dropped.
    """
    target = local_path(target or cookie.get("next", ""))
    once = cookie.get("once")
    cookie.clear()
    cookie.permanent = True
    if once:
        cookie["once"] = once
    if signed.is_pending:
        cookie["pending"] = signed.token
        cookie["next"] = target
        return url_for("accounts.second_factor")
    account = load_account(signed.token)
    if account is None:
        return url_for("accounts.sign_in")
    login_user(account)
    _remember_device(signed.user_id)
    if not signed.has_role and signed.choice_count > 1:
        return url_for("accounts.switch", next=target or None)
    return target or url_for("home.start")


def leave() -> None:
    """Forget the session in this browser, and have the browser forget the pages it kept (ASVS 14.3.1).

    Its storage stays: visits and scans that were typed without a network wait there until they are sent.
    """
    logout_user()
    cookie.clear()

    @after_this_request
    def _empty(answer: Response) -> Response:
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


def sign_in_as(user_id: int, *, by_password: bool, target: str = "") -> str:
    """Sign in somebody who proved who they are in this very request, such as by signing up; returns where to go."""
    with current_runtime().unit(visitor()) as uow:
        signed = open_session(uow, uow.session.get_one(User, user_id), by_password=by_password)
    return enter(signed, target=target)


def send_code(contact: str, purpose: CodePurpose) -> str:
    """Make and send a code in a unit of its own; returns it only where the page shows it, in the demo county.

    Raises ``Limited``.
    """
    shown = current_runtime().settings.is_demo
    with current_runtime().unit(visitor()) as uow:
        issued = request_code(uow, contact, purpose, shown=shown)
    return issued.code if issued and shown else ""


def require_code(contact: str, code: str, purpose: CodePurpose) -> None:
    """Check a code in a unit of its own that counts a wrong one, before a service uses it up.

    Raises ``Invalid`` on ``code`` where it is wrong, ``Limited`` after too many tries.
    """
    with current_runtime().unit(visitor()) as uow:
        is_right = try_code(uow, contact, code, purpose, device=known_device())
    if not is_right:
        raise wrong_code()


def new_password_hash(password: str, *, phone: str = "", role: Role | None = None, context: Iterable[str] = ()) -> str:
    """Check a new password and hash it outside of any unit. ``phone`` finds the account it will belong to, if any.

    Raises ``Invalid`` on ``password``. Call it only once the phone is proven to be the asker's own.
    """
    with current_runtime().unit(visitor(), writing=False) as uow:
        user = find_user_by_phone(uow.session, phone)
        minimum, words = password_rules(uow, user, role=role)
    known = [*words, *context, phone, current_runtime().settings.site_name]
    return passwords.choose(password, minimum=minimum, context=known)


def confirm_password(phone: str, password: str) -> bool:
    """Whether ``password`` is the present one; a wrong one is counted. Raises ``Limited``."""
    with current_runtime().unit(visitor()) as uow:
        tried = begin_password_sign_in(uow, phone, device=known_device())
    is_right = passwords.verify(tried.stored, password)
    if is_right:
        with current_runtime().unit(visitor()) as uow:
            release(uow, tried.attempts)
    return is_right


def store_password(password_hash: str) -> SignedIn:
    """Store a new password of the signed-in user in a unit of its own."""
    with current_runtime().unit(visitor()) as uow:
        return change_own_password(uow, password_hash=password_hash)


def show_once(name: str, value: Any) -> None:
    """Keep something for the next page only, such as a link that is stored nowhere."""
    cookie["once"] = {name: value}


def take_once(name: str) -> Any:
    """What ``show_once`` kept, if this is the next page."""
    kept = cookie.pop("once", None) or {}
    return kept.get(name)
