"""What every template may use: words, formats, addresses, keys, and the reader's display choices."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user

from jobmatch.core import i18n
from jobmatch.core.actors import Actor
from jobmatch.core.ids import new_public_id
from jobmatch.core.settings import Settings
from jobmatch.web import formats
from jobmatch.web.access import PUBLIC
from jobmatch.web.assets import static_url
from jobmatch.web.edge import visit_key
from jobmatch.web.room import MenuItem

DEMO_PHONE = "0000-1234567"
DEMO_OPERATOR = "安禾县退役军人事务局（演示）"
DEMO_HOURS = i18n.N_("周一到周五 8:30–12:00、14:30–17:30")
FILTERS = (
    "ago",
    "clock",
    "counted",
    "day",
    "days_between",
    "distance",
    "form_errors",
    "label_cells",
    "moment",
    "number",
    "pay",
    "percent",
    "phone_masked",
    "share",
    "waited",
    "with_args",
    "year_month",
)


def form_key() -> str:
    """A one-time key for a form; it also names the visit, so that strangers' keys do not meet."""
    if not current_user.is_authenticated:
        visit_key()
    return new_public_id()


def layout_of(actor: Actor | None) -> str:
    """Which of the three layouts an actor lives in."""
    if actor is None or not actor.is_signed_in:
        return "people"
    if actor.can("employer.read") or actor.can("provider.own") or actor.can("incubator.own"):
        return "employer"
    return "people" if actor.can("person.own") else "staff"


def _is_here(item: MenuItem, here: str) -> bool:
    return here == item.endpoint or here in item.also


def menu_for(layout: str, items: tuple[MenuItem, ...], **where: Any) -> list[dict[str, Any]]:
    """The menu of ``layout`` for the present actor, in order, with the current entry marked.

    ``where`` fills in the addresses: the entries of the layout ``person`` are pages about one person.
    """
    actor = g.get("actor")
    here = request.endpoint or ""
    if actor is None:
        return []
    return [
        {
            "label": i18n.gettext(item.label),
            "url": url_for(item.endpoint, **where),
            "icon": item.icon,
            "endpoint": item.endpoint,
            "current": _is_here(item, here)
            or (bool(item.holds) and any(_is_here(one, here) for one in items if one.layout == item.holds)),
        }
        for item in sorted(items, key=lambda item: item.order)
        if item.layout == layout
        and (item.permission == PUBLIC or actor.can(item.permission))
        and not (item.unless and actor.can(item.unless))
    ]


def install(app: Flask, settings: Settings, menu: tuple[MenuItem, ...]) -> None:
    """Give the templates of ``app`` their globals and filters."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=i18n.gettext,
        static_url=static_url,
        form_key=form_key,
        site_name=settings.site_name,
        station_phone=settings.station_phone or (DEMO_PHONE if settings.is_demo else ""),
        station_hours=settings.station_hours or (DEMO_HOURS if settings.is_demo else ""),
        operator_name=settings.operator_name or (DEMO_OPERATOR if settings.is_demo else ""),
        menu_links=lambda layout, **where: menu_for(layout, menu, **where),
        is_demo=settings.is_demo,
    )
    app.jinja_env.filters.update({name: getattr(formats, name) for name in FILTERS})

    @app.context_processor
    def _reader() -> dict[str, Any]:
        actor = g.get("actor")
        layout = layout_of(actor)
        size, theme = request.cookies.get("size", ""), request.cookies.get("theme", "")
        return {
            "locale": i18n.current_locale(),
            "ui_size": size if size == "big" else "",
            "ui_theme": theme if theme in {"dark", "light"} else "",
            "actor": actor,
            "account_label": getattr(actor, "label", ""),
            "layout": f"{layout}.html",
            "menu": menu_for(layout, menu),
        }
