"""The check-in desk: one field for whatever is scanned or typed, with a network or without; and the poster's page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts.services.throttles import brake
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day import desk_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.booth_policies import worked_fairs
from jobmatch.fairs.day.desk_forms import DeskForm, HereForm, SignCodeForm, WalkInForm
from jobmatch.fairs.day.services import checking_in, doors
from jobmatch.fairs.day.services.checking_in import MOST, Scan, WalkIn
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.day.words import hit_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow, visit_key
from jobmatch.web.pages import page

WORKER = Path(__file__).parents[3] / "web" / "static" / "desk-worker.js"
SELF_LIMIT = 12
"""Poster check-ins of one browser in a quarter of an hour: a bus group on one phone, but no list of numbers."""


def _fair(public_id: str) -> JobFair:
    uow = current_uow()
    found: JobFair = uow.one(worked_fairs(uow.actor, select(JobFair).where(JobFair.public_id == public_id)))
    return found


@blueprint.route("/fairs/help/<public_id>/desk", methods=["GET", "POST"])
@access("fair.help")
def desk(public_id: str) -> Any:
    """The desk. Without script every form posts and the page comes back with the result."""
    uow, fair = current_uow(), _fair(public_id)
    forms = {"scan": DeskForm.submitted(), "walk": WalkInForm.submitted(), "sign": SignCodeForm.submitted()}
    press, hit = request.form.get("press", ""), None
    if press == "scan" and forms["scan"].validate():
        hit = hit_of(uow, checking_in.check_in(uow, fair, _scan_of(forms["scan"])))
    elif press == "walk" and forms["walk"].validate():
        hit = hit_of(uow, checking_in.check_in(uow, fair, _walk_of(forms["walk"])))
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
    answer = page(
        "fairday/desk.html",
        fair=fair,
        hit=hit,
        tally=queries.tally(uow.session, fair),
        exhibitors=queries.exhibitor_tally(uow.session, fair),
        desk_name=forms["scan"].desk.data or "",
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
                {"scan_id": scan.scan_id, **hit_of(uow, answer, with_booths=len(scans) == 1)}
                for scan, answer in zip(scans, answers, strict=True)
            ],
        }
    )


def _scan_of_row(row: dict[str, Any]) -> Scan:
    """A scan as the script sends it; what is not of its shape becomes empty, and is answered as not found."""

    def text(name: str, most: int) -> str:
        value = row.get(name)
        return value[:most] if isinstance(value, str) else ""

    kind, way = text("kind", 40), text("way", 20)
    walk_in = None
    if row.get("walk"):
        walk_in = WalkIn(
            text("name", 60),
            text("phone", 40),
            text("id_tail", 8),
            VisitorKind(kind) if kind in set(VisitorKind) else VisitorKind.OTHER,
        )
    return Scan(
        text=text("text", 120),
        name="" if walk_in else text("name", 60),
        id_tail="" if walk_in else text("id_tail", 8).strip().upper(),
        walk_in=walk_in,
        way=CheckInWay(way) if way in set(CheckInWay) else CheckInWay.TYPED,
        desk=text("desk", 40),
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
@access("fair.help")
def desk_list(public_id: str) -> Any:
    """Who is registered, as a device keeps it for hours without a network: marks of tickets, names half hidden."""
    uow, fair = current_uow(), _fair(public_id)
    return jsonify({**queries.offline_list(uow.session, fair), "now": uow.now.isoformat()})


@blueprint.get("/fairs/help/<public_id>/desk/worker.js")
@access("fair.help")
def desk_worker(public_id: str) -> Any:
    """The script that opens the desk's page where there is no network; its reach is that page alone."""
    _fair(public_id)
    answer = make_response(WORKER.read_bytes())
    answer.mimetype = "text/javascript"
    answer.headers["Service-Worker-Allowed"] = url_for("fairday.desk", public_id=public_id)
    return answer


@blueprint.get("/fairs/help/<public_id>/paper")
@access("fair.help")
def paper_list(public_id: str) -> Response:
    """The list to print: everybody by name, with a box to tick and a line to sign."""
    uow, fair = current_uow(), _fair(public_id)
    return page("fairday/paper.html", fair=fair, rows=queries.paper_rows(uow.session, fair))


@blueprint.route("/fairs/<public_id>/here", methods=["GET", "POST"])
@access(PUBLIC)
def here(public_id: str) -> Any:
    """What the poster's code opens: people check themselves in by their code, phone or ticket."""
    uow = current_uow()
    fair: JobFair = uow.one(visible_fairs(uow.actor, select(JobFair).where(JobFair.public_id == public_id)))
    form, answer = HereForm.submitted(), None
    if request.method == "POST" and form.validate():
        brake(uow, {f"fair-here|{visit_key()}": SELF_LIMIT})
        answer = checking_in.check_in_self(uow, fair, form.text.data or "")
        if answer.result in {ScanResult.OK, ScanResult.REPEATED}:
            return page("fairday/here_done.html", fair=fair, answer=answer, hit=hit_of(uow, answer))
        form.add_errors(Invalid(fields={"text": hit_of(uow, answer)["lines"][0]}))
    found = page("fairday/here.html", fair=fair, form=form)
    if form.errors:
        found.status_code = 422
    return found
