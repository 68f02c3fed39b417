"""Making issues and handing them on: the proposal, the order, the release, every output of every station, counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.bulletins import outputs
from jobmatch.bulletins.editions import Edition, issue_name
from jobmatch.bulletins.models import Bulletin
from jobmatch.bulletins.policies import can_edit_bulletin, is_office, visible_bulletins
from jobmatch.bulletins.queries import (
    bulletin_named,
    bulletins,
    get_link,
    issue_of_week,
    picked_postings,
    station_counts,
    totals,
    week_of,
)
from jobmatch.bulletins.services import issues
from jobmatch.bulletins.states import BulletinState
from jobmatch.bulletins.views.common import blueprint, edition_of
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged
from recruiters.postings.cards import posting_card

MAKERS: dict[str, tuple[str, str, Callable[[Edition], Any]]] = {
    "wechat.html": ("公众号.html", "text/html", outputs.wechat_html),
    "picture.png": ("长图.png", "image/png", outputs.long_picture),
    "board.pdf": ("公告栏A3.pdf", "application/pdf", outputs.board_pdf),
    "group.txt": ("群发.txt", "text/plain", outputs.group_text),
    "speaker.txt": ("广播.txt", "text/plain", outputs.speaker_text),
}
"""Each output by the end of its address: how the file is called, what it is, and who makes it."""


def _load(public_id: str) -> Bulletin:
    uow = current_uow()
    found: Bulletin = uow.one(visible_bulletins(uow.actor, bulletin_named(public_id)))
    return found


def _back(bulletin: Bulletin) -> Any:
    return redirect(url_for("bulletins.issue", public_id=bulletin.public_id), 303)


@blueprint.get("/staff/bulletins")
@access("posting.review")
def issue_list() -> Response:
    """All issues with their figures, and the button for this week's."""
    uow = current_uow()
    found = paged(uow, visible_bulletins(uow.actor, bulletins()))
    path = uow.actor.region_path
    week = week_of(uow.today)
    return page(
        "bulletins/issues.html",
        found=found,
        names={row.id: issue_name(uow, row) for row in found.rows},
        totals=totals(uow.session, [row.id for row in found.rows]),
        can_make=is_office(path) and issue_of_week(uow.session, path, week) is None,
    )


@blueprint.post("/staff/bulletins")
@access("posting.review")
def make_issue() -> Any:
    """Propose this week's issue now."""
    uow = current_uow()
    return _back(issues.make_issue(uow, uow.actor.region_path))


@blueprint.get("/staff/bulletins/<public_id>")
@access("posting.review")
def issue(public_id: str) -> Response:
    """A draft: what is proposed, to pick and order. An issue that is out: every station's edition and how it did."""
    uow, bulletin = current_uow(), _load(public_id)
    if bulletin.state is BulletinState.RELEASED:
        counts = station_counts(uow.session, bulletin)
        return page(
            "bulletins/released.html",
            bulletin=bulletin,
            name=issue_name(uow, bulletin),
            counts=counts,
            total=totals(uow.session, [bulletin.id])[bulletin.id],
            size=len(picked_postings(uow, bulletin)),
        )
    rows = picked_postings(uow, bulletin, all_proposed=True)
    picked = [posting for item, posting in rows if item.is_picked]
    return page(
        "bulletins/draft.html",
        bulletin=bulletin,
        name=issue_name(uow, bulletin),
        rows=[(item, posting_card(uow.session, posting)) for item, posting in rows],
        picked=len(picked),
        heads=sum(posting.vacancy_count - posting.filled_count for posting in picked),
        towns=len({posting.region_code for posting in picked}),
        can_edit=can_edit_bulletin(uow.actor, bulletin.region_path),
    )


@blueprint.post("/staff/bulletins/<public_id>/items")
@access("posting.review")
def arrange(public_id: str) -> Any:
    """Keep what is picked and its order; with ``release`` the issue goes out."""
    uow, bulletin = current_uow(), _load(public_id)
    places = {
        name.removeprefix("place-"): int(text)
        for name, text in request.form.items()
        if name.startswith("place-") and text.strip().isdecimal() and len(text.strip()) < 4
    }
    try:
        with uow.session.begin_nested():
            count = issues.arrange_issue(uow, bulletin, picked=request.form.getlist("picked"), places=places)
            if "release" in request.form:
                issues.release_issue(uow, bulletin)
    except Invalid as error:
        flash(error.message, "warning")
        return _back(bulletin)
    if bulletin.state is BulletinState.RELEASED:
        flash(_("第 %(n)s 期发布了，各站的链接和版面都在下面", n=bulletin.number), "success")
    else:
        flash(_("保存好了，选了 %(n)s 个岗位", n=count), "success")
    return _back(bulletin)


@blueprint.post("/staff/bulletins/<public_id>/again")
@access("posting.review")
def propose_again(public_id: str) -> Any:
    """A new proposal from what is open now."""
    bulletin = _load(public_id)
    issues.propose_again(current_uow(), bulletin)
    flash(_("按现在在招的岗位重新拟好了"), "success")
    return _back(bulletin)


@blueprint.get("/staff/bulletins/<public_id>/<station_id>")
@access("posting.review")
def edition(public_id: str, station_id: str) -> Response:
    """One station's edition: the texts to copy, the picture, and what to download."""
    uow, bulletin = current_uow(), _load(public_id)
    link, station = get_link(uow.session, bulletin, station_id)
    made = edition_of(uow, bulletin, link, station)
    return page(
        "bulletins/hand_on.html",
        bulletin=bulletin,
        station=station,
        edition=made,
        group=outputs.group_text(made),
        speaker=outputs.speaker_text(made),
        # The file for articles carries styles of its own, which this site's pages may not; here it is shown in ours.
        has_picture=outputs.has_pictures(),
    )


@blueprint.get("/staff/bulletins/<public_id>/<station_id>/<output>")
@access("posting.review", slow=True)
def print_edition(public_id: str, station_id: str, output: str) -> Response:
    """One output as a file; made outside any unit, since pictures and pages take a second."""
    if output not in MAKERS:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        bulletin = uow.one(visible_bulletins(uow.actor, bulletin_named(public_id)))
        link, station = get_link(uow.session, bulletin, station_id)
        made = edition_of(uow, bulletin, link, station)
    name, mimetype, make = MAKERS[output]
    content = make(made)
    if content is None:
        raise NotFound(_("这台机器没有中文字体，做不了图片，请用文字版"))
    data = content if isinstance(content, bytes) else content.encode()
    return download(data, f"{made.name} {made.station} {name}", mimetype)
