"""Daily digests: what one says, what a person wants of them, and the link that ends them without signing in."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.applications.cards import digest_rows
from jobmatch.applications.forms import DigestForm
from jobmatch.applications.models import Digest
from jobmatch.applications.policies import visible_digests
from jobmatch.applications.queries import person_reading
from jobmatch.applications.services.digests import (
    choose_digest,
    off_path,
    person_of_off_link,
    switch_off,
    wanted_kinds,
)
from jobmatch.applications.states import DigestKind
from jobmatch.applications.views.common import blueprint
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.inbox.queries import quiet_hours
from jobmatch.inbox.services import choose_quiet_hours
from jobmatch.people.models.person import Person
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


def _reader() -> Person:
    found = person_reading(current_uow())
    if found is None:
        raise NotFound
    return found


@blueprint.get("/me/digests/<public_id>")
@access("application.own")
def digest(public_id: str) -> Response:
    """The postings that a digest named, as far as they are still open."""
    uow, person = current_uow(), _reader()
    found: Digest = uow.one(visible_digests(uow.actor, select(Digest).where(Digest.public_id == public_id)))
    rows = digest_rows(uow, person, found.posting_ids)
    return page(
        "applications/digest.html",
        digest=found,
        cards=[(row.card, row.distance) for row in rows],
        gone=len(found.posting_ids) - len(rows),
        off=off_path(person, "all"),
    )


@blueprint.route("/me/digests/choices", methods=["GET", "POST"])
@access("application.own")
def digest_choices() -> Any:
    """What comes with the digest, and in which hours nothing does."""
    uow, person = current_uow(), _reader()
    user_id = uow.actor.user_id or 0
    begin, end = quiet_hours(uow.session, [user_id])[user_id]
    wanted = [kind.value for kind in wanted_kinds(uow, person)]
    form = DigestForm.submitted(data={"kinds": wanted, "quiet_from": begin, "quiet_until": end})

    def choose() -> bool:
        kinds = form.kinds.data or []
        choose_digest(
            uow,
            person,
            wants_postings=DigestKind.POSTINGS.value in kinds,
            wants_results=DigestKind.RESULTS.value in kinds,
        )
        choose_quiet_hours(uow, form.quiet_from.data, form.quiet_until.data)
        return True

    if form.act(choose):
        flash(_("保存好了"), "success")
        return redirect(url_for("applications.digest_choices"), 303)
    return page("applications/digest_choices.html", form=form)


@blueprint.get("/off/<what>/<public_id>/<signature>")
@access(PUBLIC)
def digest_off(what: str, public_id: str, signature: str) -> Response:
    """One button: phones and mail programs open links by themselves, so opening alone changes nothing."""
    person_of_off_link(current_uow(), what, public_id, signature)
    return _private(page("applications/digest_off.html", what=what, is_done=False))


@blueprint.post("/off/<what>/<public_id>/<signature>")
@access(PUBLIC)
def end_digest(what: str, public_id: str, signature: str) -> Response:
    """Digests end here, whoever holds the link; the page says where to switch them on again."""
    switch_off(current_uow(), what, public_id, signature)
    return _private(page("applications/digest_off.html", what=what, is_done=True))


def _private(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
