"""The check-in desk: one field for whatever is scanned or typed, with a network or without; and the poster's page."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Response, flash, g, jsonify, make_response, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts.login import visitor
from jobmatch.accounts.services.throttles import brake, count_try, network_of, release
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day import desk_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.booth_policies import visible_desk_list
from jobmatch.fairs.day.desk_forms import DeskForm, HereForm, SignCodeForm, WalkInForm
from jobmatch.fairs.day.figures import door_count
from jobmatch.fairs.day.services import checking_in, doors
from jobmatch.fairs.day.services.checking_in import MOST, Answer, Scan, WalkIn, settled
from jobmatch.fairs.day.services.readers import is_scanned, plain_text
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.day.words import hit_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import desk_fair, named_fairs, visible_fairs
from jobmatch.fairs.planning.queries import fairs_with_helpers
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.fairs.visitors.tickets import read_ticket
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow, page_unit, visit_key
from jobmatch.web.pages import page

STATIC = Path(__file__).parents[3] / "web" / "static"
LONGEST = 200
"""Characters of one field, whatever a reader typed into it."""
SELF_LIMIT = 12
"""Poster check-ins of one browser in a quarter of an hour: a bus group on one phone, but no list of numbers."""
MISS_LIMIT = 60
"""Wrong codes from one address in a quarter of an hour: a hall shares one address, and some of it mistypes."""


def _fair(public_id: str) -> JobFair:
    """With the day after it: until then what a device kept without a network is taken in."""
    return desk_fair(current_uow(), public_id, is_late=True)


@blueprint.get("/fairs/help")
@access("fair.help")
def helping() -> Any:
    """Where a volunteer lands: the fairs they help at, with the desks of those that run."""
    uow = current_uow()
    if uow.actor.can("fair.manage"):
        return redirect(url_for("planning.fair_list"), 303)
    return page("fairday/helping.html", rows=uow.rows(named_fairs(uow.actor, fairs_with_helpers())))


@blueprint.route("/fairs/help/<public_id>/desk", methods=["GET", "POST"])
@access("fair.help")
def desk(public_id: str) -> Any:
    """The desk. Without script every form posts and the page comes back with the result."""
    uow, fair = current_uow(), _fair(public_id)
    forms = {"scan": DeskForm.submitted(), "walk": WalkInForm.submitted(), "sign": SignCodeForm.submitted()}
    press, hit, desk_name = request.form.get("press", ""), None, forms["scan"].desk.data or ""
    if press == "sign" and is_scanned(forms["sign"].code.data or ""):
        press = "scan"
        forms["scan"].text.data = forms["sign"].code.data
    if press in {"scan", "walk"} and forms[press].validate():
        scan = settled(_scan_of(forms["scan"]) if press == "scan" else _walk_of(forms["walk"]))
        hit, desk_name = hit_of(uow, checking_in.check_in(uow, fair, scan), with_needs=True), scan.desk
        # Empty fields for the next one; a card that nobody was found by leaves what is asked for next.
        left = {"name": scan.card.name, "id_tail": scan.card.tail} if scan.card and hit["kind"] == "bad" else {}
        forms = {"scan": DeskForm(None, data=left), "walk": WalkInForm(None, data=left), "sign": SignCodeForm(None)}
    elif press == "sign" and forms["sign"].validate():
        try:
            name, booth = doors.check_in_by_code(uow, fair, forms["sign"].code.data or "")
            flash(_("%(name)s到了，展位 %(booth)s", name=name, booth=booth or _("还没排")), "success")
            papers = doors.papers_to_see(uow, fair, forms["sign"].code.data or "")
            if papers:
                flash(_("请看一下材料：%(names)s。看过在参会单位的页面打勾", names=papers), "warning")
            return redirect(url_for("fairday.desk", public_id=public_id), 303)
        except Conflict as error:
            forms["sign"].form_errors.append(error.message)
        except Invalid as error:
            forms["sign"].add_errors(error)
    elif press == "count":
        doors.add_count(uow, fair, 10 if request.form.get("many") else 1)
        return redirect(url_for("fairday.desk", public_id=public_id), 303)
    elif press == "uncount":
        doors.undo_count(uow, fair)
        return redirect(url_for("fairday.desk", public_id=public_id), 303)
    if not desk_name and request.method == "GET":
        desk_name = queries.own_desk(uow.session, fair, uow.actor.user_id)
    answer = page(
        "fairday/desk.html",
        fair=fair,
        hit=hit,
        tally=queries.tally(uow.session, fair),
        door_count=door_count(uow.session, fair),
        last_count=doors.last_count(uow, fair),
        practiced=queries.practice_count(uow.session, fair),
        exhibitors=queries.exhibitor_tally(uow.session, fair),
        desk_name=desk_name,
        **forms,
    )
    if any(form.errors for form in forms.values()):
        answer.status_code = 422
    return answer


def _scan_of(form: DeskForm) -> Scan:
    way = CheckInWay.NAME if form.name.data and form.id_tail.data else CheckInWay.TYPED
    return Scan(
        text=form.text.data or "",
        name=form.name.data or "",
        id_tail=(form.id_tail.data or "").strip().upper(),
        way=way,
        desk=form.desk.data or "",
    )


def _walk_of(form: WalkInForm) -> Scan:
    person = WalkIn(
        name=form.name.data or "",
        phone=form.phone.data or "",
        id_tail=form.id_tail.data or "",
        kind=VisitorKind(form.kind.data),
    )
    return Scan(walk_in=person, way=CheckInWay.WALK_IN, desk=form.desk.data or "")


@blueprint.post("/fairs/help/<public_id>/desk/sync")
@access("fair.help")
def desk_sync(public_id: str) -> Any:
    """Scans of the page's script: one at once, or up to ``MOST`` that waited for a network. An answer for each."""
    uow, fair = current_uow(), _fair(public_id)
    body = request.get_json(silent=True)
    rows = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST or not all(isinstance(row, dict) for row in rows):
        raise Invalid(_("这批签到读不了，请刷新页面后再试"))
    scans = [_scan_of_row(row) for row in rows]
    answers = checking_in.check_in_all(uow, fair, scans)
    return jsonify(
        {
            "now": uow.now.isoformat(),
            "tally": queries.tally(uow.session, fair),
            "answers": [
                {
                    "scan_id": scan.scan_id,
                    **hit_of(uow, answer, with_booths=len(scans) == 1, with_needs=len(scans) == 1),
                }
                for scan, answer in zip(scans, answers, strict=True)
            ],
        }
    )


def _scan_of_row(row: dict[str, Any]) -> Scan:
    """A scan as the script sends it; what is not of its shape becomes empty, and is answered as not found."""

    def text(name: str, most: int) -> str:
        value = row.get(name)
        if not isinstance(value, str):
            return ""
        # Halves of characters and control characters, which no store takes, must not hold up the scans beside them.
        return "".join(" " if unicodedata.category(one)[0] == "C" else one for one in value[:most])

    kind, way = text("kind", 40), text("way", 20)
    walk_in = None
    if row.get("walk"):
        walk_in = WalkIn(
            text("name", LONGEST),
            text("phone", LONGEST),
            text("id_tail", LONGEST),
            VisitorKind(kind) if kind in set(VisitorKind) else VisitorKind.OTHER,
        )
    return Scan(
        text=text("text", LONGEST),
        name="" if walk_in else text("name", LONGEST),
        id_tail="" if walk_in else text("id_tail", LONGEST).strip().upper(),
        walk_in=walk_in,
        way=CheckInWay(way) if way in set(CheckInWay) - {CheckInWay.SHEET, CheckInWay.SELF} else CheckInWay.TYPED,
        desk=text("desk", LONGEST),
        scan_id=text("scan_id", 36),
        scanned_at=None if row.get("live") else _instant(text("at", 40)),
    )


def _instant(text: str) -> datetime | None:
    """What the device's clock said; one that says nothing readable counts as the time of arrival."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


@blueprint.get("/fairs/help/<public_id>/desk/list")
@access("fair.help", slow=True)
def desk_list(public_id: str) -> Any:
    """Who is registered, as a device keeps it for hours without a network: marks of tickets, names half hidden."""
    with current_runtime().unit(g.actor) as uow:
        fair = desk_fair(uow, public_id)
        people = uow.rows(visible_desk_list(uow.actor, queries.registered(fair)))
        uow.audit("fair_registration.take_list", fair, rows=len(people))
    return jsonify({**queries.offline_list(fair, people), "now": uow.now.isoformat()})


@blueprint.get("/fairs/help/<public_id>/desk/worker.js")
@access("fair.help")
def desk_worker(public_id: str) -> Any:
    """The script that opens the desk's page where there is no network; its reach is that page alone."""
    answer = _script(public_id, "desk-worker.js")
    answer.headers["Service-Worker-Allowed"] = url_for("fairday.desk", public_id=public_id)
    return answer


@blueprint.get("/fairs/help/<public_id>/desk/reader.js")
@access("fair.help")
def desk_reader(public_id: str) -> Any:
    """The camera's reader, below the desk's address: only there does the worker hand it out without a network."""
    return _script(public_id, "qr-reader.js")


def _script(public_id: str, name: str) -> Response:
    _fair(public_id)
    answer = make_response((STATIC / name).read_bytes())
    answer.mimetype = "text/javascript"
    return answer


@blueprint.route("/fairs/<public_id>/here", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def here(public_id: str) -> Any:
    """What the poster's code opens: people check themselves in by the code or the text of their ticket."""
    g.actor, form = visitor(), HereForm.submitted()
    answer = form.act(lambda: _check_in_here(public_id, form.text.data or ""))
    with page_unit() as uow:
        fair: JobFair = uow.one(visible_fairs(uow.actor, select(JobFair).where(JobFair.public_id == public_id)))
        if answer is None:
            return page("fairday/here.html", fair=fair, form=form)
        return page("fairday/here_done.html", fair=fair, hit=hit_of(uow, answer, with_booths=False))


def _check_in_here(public_id: str, text: str) -> Answer:
    """A code is counted as a miss in a unit of its own before anything is looked up, and taken back once it was right:
    so a refusal, which rolls back, forgets no try. A signed ticket is no guess, and nobody else's misses stop it.

    Raises ``Invalid`` for what is no ticket here, ``Limited``.
    """
    runtime, plain = current_runtime(), plain_text(text)
    if checking_in.PHONE.fullmatch(plain):
        raise Invalid(fields={"text": _("手机号请报给签到台，这里填 8 位入场码")})
    tries: list[int] = []
    if read_ticket(plain) is None:
        with runtime.unit(g.actor) as uow:
            brake(uow, {f"fair-here|{visit_key()}": SELF_LIMIT})
            tries = count_try(uow, f"fair-here-miss|{network_of(uow.actor.ip)}", MISS_LIMIT)
    with runtime.unit(g.actor) as uow:
        fair: JobFair = uow.one(visible_fairs(uow.actor, select(JobFair).where(JobFair.public_id == public_id)))
        answer = checking_in.check_in_self(uow, fair, plain)
        if answer.result not in {ScanResult.OK, ScanResult.REPEATED}:
            # Here nobody asks for names and nobody registers on the spot: that is done at the desk.
            lost = _("没有找到。请看看入场码有没有写错，或者到门口的签到台")
            words = lost if answer.result is ScanResult.UNKNOWN else hit_of(uow, answer)["lines"][0]
            raise Invalid(fields={"text": words})
        release(uow, tries)
        return answer
