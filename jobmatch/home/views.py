"""First pages by role, display choices, health."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from sqlalchemy import text

from jobmatch.core import i18n
from jobmatch.core.errors import Unavailable
from jobmatch.core.i18n import gettext as _
from jobmatch.home import queries
from jobmatch.home.employer_day import employer_day
from jobmatch.reports.figures.queries import place_lines
from jobmatch.reports.figures.trends import trend_chart, trend_finding, trend_of, trend_points
from jobmatch.reports.indicators.policies import can_read_people_behind
from jobmatch.reports.indicators.rates import NEW_RETURNEES, REGISTERED_SEEKERS
from jobmatch.web import charts
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import local_path, page
from recruiters.postings.cards import cards_of
from recruiters.postings.queries import load_full

blueprint = Blueprint("home", __name__, template_folder="templates")
DISPLAY = {"size": {"big", "normal"}, "theme": {"dark", "light", "auto"}, "locale": set(i18n.LOCALES)}
NEWEST = 5
TREND_MONTHS = 12
TREND_STEP = 2


@blueprint.get("/")
@access(PUBLIC)
def start() -> Response:
    """The first page of whoever asks: people go to their postings, the others see what waits for them."""
    uow = current_uow()
    actor = uow.actor
    if actor.can("match.own") and not actor.is_system:
        return make_response(redirect(url_for("matching.recommended"), 303))
    if actor.can("staff.home"):
        return page("home/staff.html", **_staff_page())
    if actor.can("report.read") and not actor.is_system:
        return make_response(redirect(url_for("figures.rates"), 303))
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
    newest = cards_of(uow.session, uow.rows(load_full(queries.newest_postings(uow, NEWEST))))
    return page("home/start.html", market=queries.market(uow), newest=newest)


def _staff_page() -> dict[str, Any]:
    uow = current_uow()
    steps, trades = queries.funnel_this_year(uow), queries.vacancies_by_trade(uow, 6)
    trend = trend_of(uow, REGISTERED_SEEKERS, TREND_MONTHS, step=TREND_STEP)
    points, sort = trend_points(trend, exact=True), request.args.get("sort", "rate")
    return {
        "today": uow.today,
        "queues": queries.staff_queues(uow),
        "now": trend[-1],
        "others": trend_of(uow, NEW_RETURNEES, 1)[0],
        "trend": trend_chart(points),
        "trend_finding": trend_finding(points),
        "places": place_lines(uow, REGISTERED_SEEKERS, uow.today, path=uow.actor.region_path, sort=sort),
        "sort": sort,
        "opens_lists": can_read_people_behind(uow.actor),
        "funnel": charts.funnel(steps),
        "funnel_finding": funnel_finding(steps),
        "trades": charts.hbars(
            [(name, total) for name, total, _filled in trades],
            parts=[filled for _name, _total, filled in trades],
            keys=(_("已录用"), _("岗位数")),
        ),
        "trades_finding": trades_finding(trades),
    }


def funnel_finding(steps: list[tuple[str, int]]) -> str:
    """Where most is lost on the way from applying to starting, in words."""
    if steps[0][1] < 10:
        return _("今年的投递还不多，看不出哪一步掉得最多")
    earlier, later = max(pairwise(steps), key=lambda pair: pair[0][1] - pair[1][1])
    share = later[1] / earlier[1]
    return _(
        "%(earlier)s到%(later)s掉得最多，10 份里只有 %(n)s 份走到下一步",
        earlier=earlier[0],
        later=later[0],
        n=round(share * 10),
    )


def trades_finding(trades: list[tuple[str, int, int]]) -> str:
    """Which trade has most open head-count, in words."""
    if not trades:
        return _("现在没有在招的岗位")
    name, total, filled = max(trades, key=lambda trade: trade[1] - trade[2])
    return _("%(name)s缺人最多，还差 %(n)s 人", name=name, n=total - filled)


@blueprint.get("/staff/find")
@access("person.read")
def find() -> Response:
    """The search box of the office: straight to the list that has it, or a choice where several have."""
    words = request.args.get("q", "").strip()[:60]
    if not words:
        return make_response(redirect(url_for("people.staff_list"), 303))
    people, employers, postings = queries.counts_of_words(current_uow(), words)
    lists = [
        (_("人员"), url_for("people.staff_list", q=words), people),
        (_("单位"), url_for("partners.base_list", q=words), employers),
        (_("岗位"), url_for("postings.staff_list", q=words), postings),
    ]
    found = [entry for entry in lists if entry[2]]
    if len(found) == 1:
        return make_response(redirect(found[0][1], 303))
    return page("home/find.html", words=words, found=found)


@blueprint.get("/staff/more")
@access("account.own")
def more() -> Response:
    """The office's pages for less frequent work."""
    return page("home/more.html")


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
    """Whether this process can answer people: the database answers and stands at the newest schema."""
    from jobmatch.core.migrate import is_current

    database = current_runtime().database
    with database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if not is_current(database):
        raise Unavailable
    return Response("ready\n", mimetype="text/plain")
