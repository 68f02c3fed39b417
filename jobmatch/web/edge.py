"""The edge: one request is one unit of work, checked for access, safe to repeat, with strict headers."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from jobmatch.core import i18n
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid, NotAllowed
from jobmatch.core.replay import claim_key, digest, settle_key
from jobmatch.core.replica import MOST_BEHIND
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.access import PUBLIC, Access

log = logging.getLogger(__name__)
FRESH = "fresh"
"""Cookie of a browser that has just written, where a replica is read."""
SAFE = {"GET", "HEAD", "OPTIONS"}
NOT_CONTENT = {"csrf_token", "form_key"}


class _Abandon(Exception):
    """An answer of 400 or above: the unit is rolled back and the answer still goes out."""

    def __init__(self, response: Response) -> None:
        self.response = response


class Edge(Flask):
    """Flask with the unit of work around every view."""

    runtime: Runtime
    netted: frozenset[str] = frozenset()
    """Permissions whose pages the second net of the database lies under."""

    def preprocess_request(self) -> Any:
        """Let a view that takes files have a larger body, before the check of the form's token reads it."""
        mark: Access | None = getattr(self.view_functions.get(request.endpoint or ""), "access", None)
        if mark is not None and mark.upload:
            request.max_content_length = mark.upload
        return super().preprocess_request()

    def dispatch_request(self) -> Any:
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        view = self.view_functions[request.endpoint or ""]
        mark: Access = getattr(view, "access", Access("nobody"))
        writing = request.method not in SAFE
        if mark.slow:
            if mark.permission != PUBLIC:
                with self.runtime.unit(Actor(), writing=False) as uow:
                    g.uow = uow
                    refused = self._admit(uow, mark)
                g.pop("uow")
                if refused:
                    return refused
            return super().dispatch_request()
        try:
            with self.runtime.unit(Actor(), writing=writing, fresh=needs_fresh()) as uow:
                g.uow = uow
                refused = self._admit(uow, mark)
                response = refused or self._answer(uow, writing)
                if writing and response.status_code >= 400:
                    raise _Abandon(response)
        except _Abandon as abandoned:
            response = abandoned.response
        finally:
            g.pop("uow", None)
        return response

    def process_response(self, response: Response) -> Response:
        """Let a browser that may have written read the primary for as long as a replica may lag."""
        if self.runtime.database.replica and request.method not in SAFE:
            secure = bool(self.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(FRESH, "1", max_age=int(MOST_BEHIND), httponly=True, secure=secure, samesite="Lax")
        return super().process_response(response)

    def _admit(self, uow: UnitOfWork, mark: Access) -> Response | None:
        """Set the actor; return a redirect to sign-in, or raise where the role table says no."""
        actor: Actor = current_user.actor if current_user.is_authenticated else anonymous_actor()
        g.actor = replace(actor, reads_beyond=mark.permission not in self.netted)
        uow.bind_to(g.actor)
        if mark.permission == PUBLIC or actor.can(mark.permission):
            return None
        if not actor.is_signed_in:
            if wants_json():
                raise NotAllowed(i18n.gettext("请先登录"))
            target = request.full_path.rstrip("?") if request.method == "GET" else ""
            return self.make_response(redirect(url_for("accounts.sign_in", next=target or None), 303))
        self.audit_refusal(actor, mark.permission)
        raise NotAllowed

    def audit_refusal(self, actor: Actor, permission: str) -> None:
        """Leave a trace of a refused act of a signed-in actor, in a unit of its own since this one rolls back."""
        endpoint = request.endpoint or ""

        def write(uow: UnitOfWork) -> None:
            uow.actor = actor
            uow.audit("access.refused", result="refused", reason=permission, endpoint=endpoint)

        self.runtime.buffer.add(write)

    def _answer(self, uow: UnitOfWork, writing: bool) -> Response:
        view = super().dispatch_request
        return self._behind_key(uow, view) if writing else self.make_response(view())

    def write_once(self, act: Callable[[UnitOfWork], Response]) -> Response:
        """For slow views: ``act`` in a writing unit of its own, behind the one-time key of the form as anywhere."""
        with self.runtime.unit(g.actor) as uow:
            return self._behind_key(uow, lambda: act(uow))

    def _behind_key(self, uow: UnitOfWork, view: Callable[[], Any]) -> Response:
        """The answer of ``view``, or where this very form was answered before, where that led to."""
        key = request.form.get("form_key", "")[:64]
        if not key:
            return self.make_response(view())
        actor_key = f"user:{uow.actor.user_id}" if uow.actor.is_signed_in else f"visit:{visit_key()}"
        fields = ((n, v) for n, v in request.form.items(multi=True) if n not in NOT_CONTENT)
        answered = claim_key(uow, actor_key, key, digest(request.path, fields))
        if answered is not None:
            if answered.location:
                return self.make_response(redirect(answered.location, 303))
            raise Invalid(i18n.gettext("这张表已经提交过了，不用再交一次"))
        response = self.make_response(view())
        if response.status_code < 400:
            settle_key(uow, actor_key, key, status=response.status_code, location=response.headers.get("Location", ""))
        return response


def needs_fresh() -> bool:
    """Whether this reader must see what is true now: everybody but a visitor who has written nothing just now."""
    return "_user_id" in cookie or FRESH in request.cookies or "Authorization" in request.headers


def anonymous_actor() -> Actor:
    """Somebody who has not signed in."""
    return Actor(ip=request.remote_addr or "", locale=i18n.current_locale())


def visit_key() -> str:
    """A random name for this browser session, so that form keys of strangers do not meet."""
    if "visit" not in cookie:
        cookie["visit"] = secrets.token_urlsafe(16)
    return str(cookie["visit"])


def current_uow() -> UnitOfWork:
    """The unit of work of this request."""
    return g.uow


@contextmanager
def page_unit() -> Iterator[UnitOfWork]:
    """A short reading unit for the page that a slow view shows; the page head reads through it as everywhere."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        g.uow = uow
        try:
            yield uow
        finally:
            g.pop("uow", None)


def write_once(act: Callable[[UnitOfWork], Any]) -> Response:
    """For slow views: ``act`` in a writing unit of its own; the same form sent again leads to where it led before."""
    return current_app.write_once(act)  # type: ignore[attr-defined]


def current_runtime() -> Runtime:
    """The ground this process stands on."""
    return current_app.runtime  # type: ignore[attr-defined]


def wants_json() -> bool:
    """Whether the asker is a machine."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best in {"application/json", "application/problem+json"} and "text/html" not in request.headers.get(
        "Accept", ""
    )
