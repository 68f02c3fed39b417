"""Tokens of machines that send postings: made, shown once, stopped."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.accounts.login import show_once, take_once
from jobmatch.core.i18n import gettext as _
from jobmatch.exchange import feeds
from jobmatch.exchange.forms import TokenForm
from jobmatch.exchange.models import PartnerToken, PostingSource
from jobmatch.exchange.policies import visible_posting_sources
from jobmatch.exchange.posting_columns import COLUMNS
from jobmatch.exchange.queries import partner_tokens
from jobmatch.exchange.views.blueprint import blueprint
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.queries import employers


@blueprint.route("/staff/feeds", methods=["GET", "POST"])
@access("import.run")
def staff_feeds() -> Any:
    """Tokens of the office and of employers in its subtree."""
    actor = current_uow().actor
    return _feeds("exchange.staff_feeds", "staff.html", actor.organization_id, actor.region_path)


@blueprint.route("/employer/feeds", methods=["GET", "POST"])
@access("employer.own")
def employer_feeds() -> Any:
    """Tokens of the own employer."""
    uow = current_uow()
    employer = uow.one(visible_own_employers(uow.actor, employers()))
    return _feeds("exchange.employer_feeds", "employer.html", employer.organization_id, employer.region_path)


def _feeds(endpoint: str, layout: str, organization_id: int | None, region_path: str) -> Response:
    uow = current_uow()
    form = TokenForm.submitted()
    made = form.act(
        lambda: feeds.make_token(
            uow,
            source=form.source.data or "",
            name=form.name.data or "",
            organization_id=organization_id,
            region_path=region_path,
        )
    )
    if made is not None:
        show_once("partner_token", made[1])
        return redirect(url_for(endpoint), 303)  # type: ignore[return-value]
    return page(
        "exchange/feeds.html",
        form=form,
        found=paged(uow, visible_posting_sources(uow.actor, partner_tokens())),
        fresh=take_once("partner_token"),
        page_layout=layout,
        endpoint=endpoint,
        columns=COLUMNS,
        address=url_for("exchange_api.receive", _external=True),
        most=feeds.MOST_POSTINGS,
        calls=feeds.MOST_CALLS,
    )


@blueprint.post("/staff/feeds/<public_id>/revoke")
@access("import.run")
def staff_revoke(public_id: str) -> Any:
    """Stop a token."""
    return _revoke(public_id, "exchange.staff_feeds")


@blueprint.post("/employer/feeds/<public_id>/revoke")
@access("employer.own")
def employer_revoke(public_id: str) -> Any:
    """Stop a token of the own employer."""
    return _revoke(public_id, "exchange.employer_feeds")


def _revoke(public_id: str, endpoint: str) -> Any:
    uow = current_uow()
    query = select(PartnerToken).join(PostingSource, PostingSource.id == PartnerToken.source_id)
    token = uow.one(visible_posting_sources(uow.actor, query.where(PartnerToken.public_id == public_id)))
    feeds.revoke_token(uow, token)
    flash(_("密钥已停用"), "success")
    return redirect(url_for(endpoint), 303)
