"""The live board of a fair and the screens of its booths: behind signed links, refreshed every five seconds."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request, url_for
from markupsafe import Markup

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.fairs.day import board_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.booth_queries import booth_numbers, desk_of, fair_postings
from jobmatch.fairs.day.services.screens import read_screen_token, screen_token
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import desk_fair
from jobmatch.fairs.planning.queries import get_fair
from jobmatch.web import charts
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.formats import clock, moment
from jobmatch.web.pages import download, page

DOOR = Path(__file__).parents[1] / "templates" / "fairday" / "door.typ"
FRESH_SECONDS = 3.0
MOST_NAMES = 90
CELL_W, CELL_H, GAP = 110, 92, 8


@blueprint.get("/fairs/board/<token>")
@access(PUBLIC)
def board(token: str) -> Response:
    """The board; htmx asks for its inner part only. Both come from a picture that is three seconds old at most."""
    public_id = read_screen_token("board", token)
    if public_id is None:
        raise NotFound
    fair, inner = _fresh(public_id)
    if request.headers.get("HX-Request") == "true":
        # The clock stands in the head of the page, which a refresh leaves alone but for this.
        moment = Markup('<time id="clock" hx-swap-oob="true">{}</time>').format(clock(fair["at"]))
        answer = make_response(inner + moment)
    else:
        answer = page("fairday/board.html", fair=fair, inner=inner, token=token)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "HX-Request"
    return answer


def _fresh(public_id: str) -> tuple[dict[str, Any], Markup]:
    """Heading and inner part of a board, at most three seconds old; each process keeps its own."""
    kept: dict[Any, tuple[float, dict[str, Any], Markup]] = current_app.extensions.setdefault("fair_boards", {})
    key, now = (public_id, current_locale()), time.monotonic()
    found = kept.get(key)
    if found is None or now - found[0] >= FRESH_SECONDS:
        uow = current_uow()
        fair = get_fair(uow.session, public_id)
        if len(kept) > 50:
            kept.clear()
        inner = Markup(render_template("fairday/_board.html", **_drawn(fair)))  # noqa: S704 - escaped by the template
        head = {
            "title": fair.title,
            "opens_at": fair.opens_at,
            "closes_at": fair.closes_at,
            "place": fair.place,
            "at": uow.now,
        }
        found = kept[key] = (now, head, inner)
    return found[1], found[2]


def _drawn(fair: JobFair) -> dict[str, Any]:
    uow = current_uow()
    found = queries.board_of(uow.session, fair, uow.now)
    return {
        "fair": fair,
        "board": found,
        "now": uow.now,
        "plan": _plan(found),
        "chart": charts.columns([(clock(at), value) for at, value in found.columns], unit=_("人")),
        "qr": _qr(url_for("fairday.here", public_id=fair.public_id, _external=True)),
        "log": [(clock(line.at), _log_words(line)) for line in found.log],
    }


@lru_cache(maxsize=64)
def _qr(address: str) -> Markup:
    """The code of an address that stays the same all day."""
    return qr_svg(address)


def _log_words(line: queries.LogLine) -> str:
    who = f"{line.number} {line.name}".strip()
    if line.kind == "resume":
        return _("%(who)s 收到第 %(n)s 份简历", who=who, n=line.count)
    if line.kind == "intention":
        return _("%(who)s 达成意向 %(n)s 人次", who=who, n=line.count)
    return _("%(who)s 新增 %(n)s 个岗位", who=who, n=line.count)


def _plan(found: queries.Board) -> dict[str, Any]:
    """The booths as the plan's drawing wants them; halls stand below each other, empty rows and columns shrink away."""
    placed = [line for line in found.booths if line.number]
    rows = {key: n for n, key in enumerate(sorted({(line.place[0], line.place[1]) for line in placed}))}
    cols = {key: n for n, key in enumerate(sorted({line.place[2] for line in placed}))}
    drawn = [
        {
            "x": GAP + cols[line.place[2]] * CELL_W,
            "y": GAP + rows[line.place[0], line.place[1]] * CELL_H,
            "w": CELL_W - GAP,
            "h": CELL_H - GAP,
            "no": line.number,
            "name": line.name[:8] if len(placed) <= MOST_NAMES else "",
            "text": line.words,
            "state": line.look,
        }
        for line in placed
    ]
    return {"booths": drawn, "width": GAP + CELL_W * max(len(cols), 1), "height": GAP + CELL_H * max(len(rows), 1)}


@blueprint.get("/fairs/screen/<token>")
@access(PUBLIC)
def booth_screen(token: str) -> Response:
    """The screen of one booth: whose turn it is, who waits, the postings, and a code to take a number."""
    public_id, session = read_screen_token("booth", token), current_uow().session
    exhibitor = session.scalars(queries.screen_of(public_id or "")).one_or_none()
    if public_id is None or exhibitor is None:
        raise NotFound
    fair = session.get_one(JobFair, exhibitor.fair_id)
    take = url_for("fairday.stand", public_id=fair.public_id, exhibitor_id=exhibitor.public_id, _external=True)
    answer = page(
        "fairday/screen.html",
        fragment="fairday/_screen.html",
        fair=fair,
        exhibitor=exhibitor,
        token=token,
        now=current_uow().now,
        number=booth_numbers(session, [exhibitor.id]).get(exhibitor.id, ""),
        desk=desk_of(session, exhibitor.id),
        called=session.scalars(queries.called_numbers(exhibitor.id).limit(3)).all(),
        postings=session.scalars(fair_postings(exhibitor.id)).all(),
        qr=qr_svg(take),
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Vary"] = "HX-Request"
    return answer


@blueprint.get("/staff/fairs/<public_id>/screens")
@access("fair.manage")
def screens(public_id: str) -> Response:
    """The links of the board and of every booth's screen, for whoever sets the screens up."""
    uow, fair = current_uow(), desk_fair(current_uow(), public_id)
    lines = [line for line in queries.booth_lines(uow.session, fair) if line.exhibitor_id is not None]
    links = [
        (line, url_for("fairday.booth_screen", token=screen_token("booth", line.public_id), _external=True))
        for line in lines
    ]
    address = url_for("fairday.board", token=screen_token("board", fair.public_id), _external=True)
    return page("fairday/screens.html", fair=fair, address=address, links=links, qr=qr_svg(address))


@blueprint.get("/staff/fairs/<public_id>/door.pdf")
@access("fair.manage", slow=True)
def door(public_id: str) -> Response:
    """The poster for the door, with the code by which people check themselves in."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        fair: JobFair = desk_fair(uow, public_id)
    address = url_for("fairday.here", public_id=public_id, _external=True)
    data = {
        "title": fair.title,
        "when": "　".join(filter(None, (f"{moment(fair.opens_at)}–{clock(fair.closes_at)}", fair.place))),
        "head": _("扫一扫，签到"),
        "steps": [_("打开微信，扫上面的码"), _("输入 8 位入场码，按“签到”"), _("看到“签到成功”就可以进场")],
        "help": _("没报名、没带手机的，请到签到台：报姓名、手机号，或者刷身份证"),
        "address": address,
    }
    return download(render_pdf(DOOR, data, files={"qr": qr_svg_bytes(address)}), _("签到海报.pdf"), "application/pdf")
