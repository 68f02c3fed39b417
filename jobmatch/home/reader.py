"""What the page head needs to know about the reader: account links, unread messages, where the search box leads,
how many tasks wait, and whom a person turns to."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, url_for

from jobmatch.casework.tasks.queries import open_count
from jobmatch.casework.visits.queries.contacts import helper_of
from jobmatch.core.i18n import gettext as _
from jobmatch.inbox.queries import unread_count
from jobmatch.privacy.queries.notices import notice_due
from jobmatch.web.context import layout_of


def install(app: Flask) -> None:
    """Add the reader's links to every page of ``app``."""

    @app.context_processor
    def _reader() -> dict[str, Any]:
        actor, uow = g.get("actor"), g.get("uow")
        if actor is None or not actor.is_signed_in:
            enter = [{"label": _("登录"), "url": url_for("accounts.sign_in")}]
            return {"account_links": enter, "search_url": ""}
        unread = unread_count(uow.session, actor.user_id) if uow is not None else 0
        waiting = open_count(uow.session, actor, uow.today) if uow is not None else 0
        helper = None
        if uow is not None and actor.can("person.own") and not actor.is_system:
            helper = helper_of(uow.session, actor.user_id, uow.today)
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
            "search_url": url_for("home.find") if actor.can("person.read") else "",
        }
