"""What staff do about booths in place: links of the phone pages for employers without an account, and the booth of
one that did not come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.accounts.qr import qr_svg
from jobmatch.core.errors import Conflict, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import booth_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services import desks
from jobmatch.fairs.halls.services import giving_up
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair, visible_fairs
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.pages import page


@dataclass(frozen=True, slots=True)
class Handed:
    """What an employer is handed: where its booth is, the six digits for the desk, and the page's address."""

    name: str
    number: str
    sign_code: str
    phone: str
    address: str
    code: Markup


@blueprint.post("/staff/fairs/<public_id>/booths/links")
@access("fair.manage", slow=True)
def booth_links(public_id: str) -> Any:
    """Make links (``booth``: one, else all that have no account), send one to the phone, or take one back.

    A link is shown once and kept nowhere. The text message leaves after the unit, since a gateway may be slow.
    """
    press, booth = request.form.get("press", ""), request.form.get("booth", "")
    back = redirect(url_for("fairday.booths", public_id=public_id), 303)
    if press not in {"make", "send", "revoke"} or (press != "make" and not booth):
        raise NotFound
    try:
        with current_runtime().unit(g.actor) as uow:
            fair, rows = _fair(uow, public_id), []
            for row in _wanted(uow, fair, booth):
                if press == "revoke":
                    desks.revoke_desk_link(uow, fair, row)
                else:
                    rows.append(_handed(uow, fair, row))
            title = fair.title
    except Conflict as error:
        flash(error.message, "error")
        return back
    if press == "revoke":
        flash(_("链接收回了，打不开了"), "success")
        return back
    if press == "send" and _is_sent(title, rows[0]):
        flash(_("已发短信给%(name)s的联系人", name=rows[0].name), "success")
        return back
    if not rows:
        flash(_("同意参会的单位都有账号，登录就能打开自己的展位页"), "info")
        return back
    with page_unit() as uow:
        not_sent = press == "send"
        return page("fairday/links.html", fair=_fair(uow, public_id), rows=rows, not_sent=not_sent)


@blueprint.post("/staff/fairs/<public_id>/booths/absent")
@access("fair.manage")
def booth_absent(public_id: str) -> Any:
    """Give the booth of an absent exhibitor to whoever waits, or take that back."""
    uow, press = current_uow(), request.form.get("press", "")
    fair = _fair(uow, public_id)
    [row] = _wanted(uow, fair, request.form.get("booth", "") or "-")
    try:
        with uow.session.begin_nested():
            if press == "give":
                heir = giving_up.give_up_booth(uow, fair, row)
                name = heir.employer.organization.name if heir else ""
                words = _("展位给了候补第一家：%(name)s", name=name) if heir else _("没有候补的单位，展位空出来了")
            elif press == "keep":
                giving_up.keep_booth(uow, fair, row)
                words = _("撤回了，展位还是它的")
            else:
                raise NotFound
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(words, "success")
    return redirect(url_for("fairday.booths", public_id=public_id), 303)


def _fair(uow: UnitOfWork, public_id: str) -> JobFair:
    found: JobFair = uow.one(visible_fairs(uow.actor, select(JobFair).where(JobFair.public_id == public_id)))
    if not can_work_fair(uow.actor, found):
        raise NotFound
    return found


def _wanted(uow: UnitOfWork, fair: JobFair, booth: str) -> list[Exhibitor]:
    query = queries.handed_links(fair.id)
    query = query.where(Exhibitor.public_id == booth) if booth else queries.without_account(query)
    rows = list(uow.session.scalars(query))
    if booth and not rows:
        raise NotFound
    return rows


def _handed(uow: UnitOfWork, fair: JobFair, row: Exhibitor) -> Handed:
    token = desks.make_desk_link(uow, fair, row)
    address = url_for("fairday.booth_by_link", token=token, _external=True)
    number = queries.booth_numbers(uow.session, [row.id]).get(row.id, "")
    return Handed(row.employer.organization.name, number, row.sign_code, row.contact_phone, address, qr_svg(address))


def _is_sent(title: str, row: Handed) -> bool:
    words = _("%(fair)s：展位手机页 %(address)s 报到码 %(code)s", fair=title, address=row.address, code=row.sign_code)
    return ports.send_code(row.phone, words)
