"""First pages by role, display choices, health."""

from __future__ import annotations

import hmac

from flask import Response, make_response, redirect, request, url_for

from jobmatch.core import i18n, metrics, ready
from jobmatch.core.errors import NotFound
from jobmatch.home import queries
from jobmatch.home.blueprint import blueprint
from jobmatch.home.employer_day import employer_day
from jobmatch.home.views.staff import board_page, staff_page
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.kept import kept
from jobmatch.web.pages import local_path, page
from recruiters.postings.cards import cards_of
from recruiters.postings.queries import load_full

DISPLAY = {"size": {"big", "normal"}, "theme": {"dark", "light", "auto"}, "locale": set(i18n.LOCALES)}
NEWEST = 5
KEPT_SECONDS = 20.0
"""How old the figures of the first page may be: counting 20,000 postings takes longer than the rest of the page."""


@blueprint.get("/")
@access(PUBLIC)
def start() -> Response:
    """The first page of whoever asks: people go to their postings, the others see what waits for them."""
    uow = current_uow()
    actor = uow.actor
    if actor.can("match.own") and not actor.is_system:
        return make_response(redirect(url_for("matching.recommended"), 303))
    if actor.can("staff.home"):
        return staff_page()
    if actor.can("report.read") and not actor.is_system:
        return board_page()
    if actor.can("posting.write"):
        return page("home/employer.html", queues=queries.employer_queues(uow), day=employer_day(uow), today=uow.today)
    if actor.can("application.handed"):
        return make_response(redirect(url_for("applications.handed"), 303))
    if actor.can("fair.help") and not actor.is_system:
        return make_response(redirect(url_for("fairday.helping"), 303))
    if actor.can("provider.own") and not actor.is_system:
        return make_response(redirect(url_for("classes.provider_list"), 303))
    if actor.can("incubator.own") and not actor.is_system:
        return make_response(redirect(url_for("parks.own_overview"), 303))
    if actor.can("mentor.own") and not actor.is_system:
        return make_response(redirect(url_for("parks.mentoring"), 303))
    if actor.is_signed_in:
        return page("home/other.html", market=queries.market(uow))
    market = kept("home.market", KEPT_SECONDS, lambda: queries.market(uow))
    # Which ones is kept, not what they say: one that was closed meanwhile is gone at once.
    ids = kept("home.newest", KEPT_SECONDS, lambda: queries.newest_ids(uow, NEWEST))
    newest = cards_of(uow.session, uow.rows(load_full(queries.newest_among(uow, ids))))
    return page("home/start.html", market=market, newest=newest)


@blueprint.get("/help")
@access(PUBLIC)
def help_page() -> Response:
    return page("home/help.html", settings=current_runtime().settings)


@blueprint.post("/display")
@access(PUBLIC, slow=True)
def set_display() -> Response:
    """Keep size, theme or language in a cookie, so that the page is right before any script runs."""
    answer = make_response(redirect(local_path(request.form.get("next")) or "/", 303))
    for name, allowed in DISPLAY.items():
        value = request.form.get(name, "")
        if value in allowed:
            secure = current_runtime().settings.secure_cookies
            answer.set_cookie(name, value, max_age=31536000, samesite="Lax", httponly=True, secure=secure)
    return answer


@blueprint.get("/healthz")
@access(PUBLIC, slow=True)
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access(PUBLIC, slow=True)
def readyz() -> Response:
    """Whether this process can answer people; which check does not hold is told to whoever may read the metrics."""
    found = ready.missing(current_runtime())
    words = f"not ready: {', '.join(found)}\n" if found and _may_measure() else "not ready\n"
    answer = Response(words if found else "ready\n", 503 if found else 200, mimetype="text/plain")
    if found:
        answer.headers["Retry-After"] = "5"
    return answer


def _may_measure() -> bool:
    """Whether the request carries the word of ``metrics_token_file``."""
    path = current_runtime().settings.metrics_token_file
    word = path.read_text().strip() if path is not None and path.exists() else ""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return len(word) >= 16 and hmac.compare_digest(word.encode(), given.encode())


@blueprint.get("/metrics")
@access(PUBLIC, slow=True)
def numbers() -> Response:
    """Numbers for Prometheus; without the right word there is no such page."""
    if not _may_measure():
        raise NotFound
    runtime = current_runtime()
    return Response(
        metrics.exposition(runtime.database, runtime.settings.data_dir), mimetype="text/plain; version=0.0.4"
    )
