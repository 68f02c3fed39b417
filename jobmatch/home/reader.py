"""What the page head needs to know about the reader: account links, unread messages, where the search box leads,
how many tasks wait, and whom a person turns to."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Flask, g, url_for

from jobmatch.casework.stations.queries import hours_text
from jobmatch.casework.tasks.queries import open_count
from jobmatch.casework.visits.queries.contacts import helper_of
from jobmatch.core.actors import Actor
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.queries import unread_count
from jobmatch.privacy.queries.notices import notice_due
from jobmatch.web.context import layout_of
from jobmatch.web.edge import current_runtime


def install(app: Flask) -> None:
    """Add the reader's links to every page of ``app``."""

    @app.context_processor
    def _reader() -> dict[str, Any]:
        actor: Actor | None = g.get("actor")
        if actor is None or not actor.is_signed_in:
            enter = [{"label": _("登录"), "url": url_for("accounts.sign_in")}]
            return {"account_links": enter, "search_url": ""}
        with _unit(actor) as uow:
            return _head(actor, uow)


def _unit(actor: Actor) -> AbstractContextManager[UnitOfWork | None]:
    """The unit of the request; a slow view has none, so a short one; none where an error is told."""
    if "uow" in g:
        return nullcontext(g.uow)
    return nullcontext(None) if g.get("is_error") else current_runtime().unit(actor, writing=False)


def _head(actor: Actor, uow: UnitOfWork | None) -> dict[str, Any]:
    unread = unread_count(uow.session, actor.user_id) if uow is not None else 0
    waiting = open_count(uow.session, actor, uow.today) if uow is not None else 0
    helper, hours = None, ""
    if uow is not None and actor.user_id is not None and actor.can("person.own"):
        helper = helper_of(uow.session, actor.user_id, uow.today)
        hours = hours_text(uow.session, helper.station_id, uow.today) if helper and helper.station_id else ""
    messages = {"label": _("消息 %(n)s", n=unread) if unread else _("消息"), "url": url_for("inbox.messages")}
    links: list[dict[str, Any]] = [
        {"label": _("账号"), "url": url_for("accounts.account")},
        {"label": _("退出"), "url": url_for("accounts.sign_out"), "post": True},
    ]
    return {
        "account_links": links if layout_of(actor) == "people" else [messages, *links],
        "notice_due": notice_due(uow) if uow is not None else None,
        "badges": {"inbox.messages": unread, "tasks.staff_list": waiting},
        "helper": helper,
        "helper_hours": hours,
        "search_url": url_for("home.find") if actor.can("person.read") else "",
    }
