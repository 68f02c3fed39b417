"""The office's pages: the start pages by level, the big screen, the search box, and what is needed less often."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import is_small
from jobmatch.home import findings, queries
from jobmatch.home.blueprint import blueprint
from jobmatch.home.boards import MINUTE, Board, board_of, returnees_of
from jobmatch.home.clerk import calls_of, clerk_day
from jobmatch.home.policies import can_read_lists, level_of, place_asked
from jobmatch.home.screen import screen_of
from jobmatch.home.states import Level
from jobmatch.home.todo import first_things
from jobmatch.reference.queries import find_region, lineage
from jobmatch.reports.figures.trends import trend_chart, trend_finding, trend_points
from jobmatch.reports.indicators.rates import Cell
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.formats import clock
from jobmatch.web.kept import kept
from jobmatch.web.pages import page

TRADES = 6
PLACE_CALLS = 6


def staff_page() -> Response:
    """The start page of the office: the clerk's who calls people, else the board of the places below."""
    uow = current_uow()
    path = _asked()
    level = level_of(path, has_staff_below=queries.has_staff_below(uow, path))
    if level is not Level.CLERK or path != uow.actor.region_path:
        return board_page()
    day, queues = clerk_day(uow), queries.staff_queues(uow)
    return page(
        "home/clerk.html",
        today=uow.today,
        day=day,
        queues=queues,
        things=first_things(uow, queues, day.tasks),
        ages=charts.hbars(day.ages, unit=_(" 人")),
        ages_finding=findings.ages_finding(day.ages),
        standing=charts.hbars(day.standing, unit=_(" 人")),
        standing_finding=findings.standing_finding(day.standing),
        running_out=charts.columns(day.running_out, unit=_("人")),
        running_out_finding=findings.running_out_finding(day.running_out),
    )


def _asked() -> str:
    """The place asked for by its path, never above the reader's own; a path that is no place is the own one."""
    uow = current_uow()
    known = find_region(uow.session, request.args.get("path", "").strip("/").split("/")[-1])
    return place_asked(uow.actor, known.path if known else "")


def board_page() -> Response:
    """The board of a place: what to do first for whoever works there, figures for whoever reads."""
    uow = current_uow()
    path, sort = _asked(), request.args.get("sort", "rate")
    works_here = uow.actor.can("staff.home") and path == uow.actor.region_path
    queues = queries.staff_queues(uow) if works_here else None
    board = board_of(uow, path)
    return page(
        "home/board.html",
        today=uow.today,
        board=board,
        places=board.sorted(sort),
        sort=sort,
        title=board_title(path),
        crumbs=_crumbs(path),
        things=first_things(uow, queues) if queues else None,
        opens=can_read_lists(uow.actor),
        **_words(board),
        **_charts(board),
    )


def _words(board: Board) -> dict[str, Any]:
    returnees = returnees_of(current_uow(), board.path)
    return {
        "words": findings.tile_words(board),
        "returnees": returnees,
        "returnees_percent": returnees.told(exact=board.is_exact),
        "returnees_words": findings.returnees_words(returnees, exact=board.is_exact),
        "places_finding": findings.places_finding(board),
    }


def board_title(path: str) -> str:
    """What the places right below are called."""
    titles = {0: _("各省"), 2: _("各市"), 4: _("各县（市、区）"), 6: _("各乡镇（街道）")}
    return titles.get(len(path.strip("/").split("/")[-1]), _("各村（社区）"))


def _crumbs(path: str) -> list[tuple[str, str]]:
    """The way from the reader's own area down to ``path``; the last step has no address."""
    uow = current_uow()
    steps = [one for one in lineage(uow.session, path.strip("/").split("/")[-1]) if uow.actor.reaches(one.path)]
    return [(one.name, "" if one.path == path else url_for("home.start", path=one.path)) for one in steps]


def _charts(board: Board) -> dict[str, Any]:
    """What is drawn, with its findings; counted once a minute."""
    uow = current_uow()
    points = trend_points(list(board.trend), exact=board.is_exact)
    key = (board.path, uow.today, uow.actor.can("report.read"))
    steps = kept(("funnel", *key), MINUTE, lambda: queries.funnel_this_year(uow, board.path))
    trades = kept(("trades", *key), MINUTE, lambda: queries.vacancies_by_trade(uow, board.path, TRADES))
    if not board.is_exact:
        # Of what was filled somebody could be told; what is still open is public.
        trades = [(name, total - filled, 0) for name, total, filled in trades]
    finding = findings.funnel_finding(steps, exact=board.is_exact)
    is_open = board.is_exact or not any(is_small(count) for _name, count in steps)
    return {
        "trend": trend_chart(points),
        "sparks": {
            "rate": charts.spark([value for _day, value in points if value is not None]),
            "seeking": charts.spark([one.cells.get(Cell.SEEKING, 0) for one in board.trend] if board.is_exact else []),
        },
        "trend_finding": trend_finding(points),
        "funnel": charts.funnel(steps if is_open else []),
        "funnel_finding": finding,
        "trades": charts.hbars(
            [(name, total) for name, total, _filled in trades],
            parts=[filled for _name, _total, filled in trades] if board.is_exact else (),
            keys=(_("已录用"), _("岗位数")) if board.is_exact else (),
        ),
        "trades_finding": findings.trades_finding(trades),
    }


@blueprint.get("/staff/place-people")
@access("case.work")
def place_people() -> Response:
    """Whom of a place nobody has talked to for longest; htmx opens it below the row of the place."""
    uow = current_uow()
    path = _asked()
    calls = calls_of(uow, PLACE_CALLS, path=path)
    name = "".join(name for name, _url in _crumbs(path)[-1:])
    title = (
        _("%(place)s最久没联系的 %(n)s 人", place=name, n=len(calls)) if calls else _("%(place)s要联系的人", place=name)
    )
    return page("home/place_people.html", fragment="home/_place_people.html", title=title, calls=calls, path=path)


@blueprint.get("/staff/screen")
@access("report.read")
def screen() -> Response:
    """The big screen of a place; htmx asks for its inner part once a minute, and for nothing else."""
    uow = current_uow()
    path = _asked()
    shown = screen_of(uow, path)
    points = trend_points(list(shown.board.trend), exact=False)
    return page(
        "home/screen.html",
        fragment="home/_screen.html",
        shown=shown,
        board=shown.board,
        path=path,
        title=board_title(path),
        at=clock(shown.board.at),
        trend=trend_chart(points),
        trend_finding=trend_finding(points),
        **_words(shown.board),
    )


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
