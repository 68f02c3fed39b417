"""转给用人部门 by link: making and taking back for the recruiter, and the page that the department reads."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.accounts.qr import qr_svg
from jobmatch.accounts.services.throttles import brake_unknown_link
from jobmatch.applications import hand_links
from jobmatch.applications.views.common import blueprint, load_application
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page

COOKIE = "handed"


@blueprint.post("/employer/applications/<public_id>/hand-link")
@access("application.handle")
def make_hand_link(public_id: str) -> Response | Redirect:
    """A link for a department without an account: shown once, kept nowhere."""
    found = load_application(public_id)
    try:
        token = hand_links.make_hand_link(current_uow(), found)
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for("applications.received_one", public_id=public_id), 303)
    address = url_for("applications.by_hand_link", token=token, _external=True)
    return page("applications/hand_link.html", application=found, address=address, code=qr_svg(address))


@blueprint.post("/employer/applications/<public_id>/hand-link/<link_id>/revoke")
@access("application.handle")
def revoke_hand_link(public_id: str, link_id: str) -> Redirect:
    hand_links.revoke_hand_link(current_uow(), load_application(public_id), link_id)
    flash(_("链接收回了，谁也打不开了"), "success")
    return redirect(url_for("applications.received_one", public_id=public_id), 303)


@blueprint.route("/h/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def by_hand_link(token: str) -> Any:
    """The page of the department. Reading asks; the first press takes the link into this browser."""
    if request.method == "POST" and EmptyForm.submitted().act(lambda: True):
        return _claim(token)
    return _show(token, request.cookies.get(COOKIE, "")[:80])


def _claim(token: str) -> Any:
    actor = anonymous_actor()
    with current_runtime().unit(actor) as uow:
        brake_unknown_link(uow, token, lambda: hand_links.find_hand_link(uow, token))
    with current_runtime().unit(actor) as uow:
        browser = hand_links.claim_hand_link(uow, token)
    answer = redirect(url_for("applications.by_hand_link", token=token), 303)
    if browser is not None:
        path = url_for("applications.by_hand_link", token=token)
        days = hand_links.LINK_DAYS * 24 * 3600
        secure = current_runtime().settings.secure_cookies
        answer.set_cookie(COOKIE, browser, max_age=days, path=path, httponly=True, samesite="Lax", secure=secure)
    return answer


def _show(token: str, browser: str) -> Response:
    runtime, actor = current_runtime(), anonymous_actor()
    with runtime.unit(actor, writing=False) as uow:
        found = hand_links.read_hand_link(uow, token, browser) if browser else None
        handed = found[0] if found else hand_links.find_hand_link(uow, token)
        is_taken = found is None and handed.link.opened_at is not None
        answer = page(
            "applications/by_hand_link.html",
            form=EmptyForm.submitted(),
            application=handed.application,
            until=handed.link.expires_at,
            sheet=found[1] if found else None,
            is_taken=is_taken,
        )
    if found is not None:
        # Only the owner of the link is logged: a stranger's cookie makes reading write nothing.
        with runtime.unit(actor) as uow:
            hand_links.log_opening(uow, token)
    answer.status_code = 410 if is_taken else 200
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
