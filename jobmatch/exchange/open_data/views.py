"""Open data: a page that says what there is, the sets as CSV and JSON, and a feed of what is new."""

from __future__ import annotations

import json

from flask import Blueprint, Response, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import write_csv
from jobmatch.exchange.open_data.sets import LICENSE, SETS, document, editions, get_set, rows_of
from jobmatch.web import charts
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.feeds import FeedEntry, atom_feed, cached_answer
from jobmatch.web.pages import page

SECONDS, SHOWN, CHARTED, MOST_ENTRIES = 3600, 5, 6, 50
blueprint = Blueprint("open_data", __name__, template_folder="templates")


@blueprint.get("/open-data")
@access(PUBLIC)
def index() -> Response:
    """The sets with the meaning of their columns, how they may be used, and the head-count of the last months."""
    uow = current_uow()
    rows = {one.name: rows_of(uow, one) for one in SETS}
    whole = [row for row in rows["postings"] if not row["region_code"] and row["region"] == _("合计")]
    heads = [
        (_("%(n)s 月", n=int(row["month"][5:])), row["heads"])
        for row in whole
        if row["occupation"] == _("合计") and row["heads"]
    ]
    return page(
        "open_data/index.html",
        sets=SETS,
        rows={name: found[:SHOWN] for name, found in rows.items()},
        counts={name: len(found) for name, found in rows.items()},
        license=LICENSE,
        chart=charts.columns(heads[:CHARTED][::-1], unit=_("人")) if len(heads) > 1 else None,
    )


@blueprint.get("/open-data/<name>.csv")
@access(PUBLIC)
def as_csv(name: str) -> Response:
    """A set as a table; what is not given out stays empty."""
    one = get_set(name)
    lines = [[row[column.name] for column in one.columns] for row in rows_of(current_uow(), one)]
    content = write_csv([column.name for column in one.columns], lines)
    answer = cached_answer(content, "text/csv", seconds=SECONDS)
    answer.headers["Content-Disposition"] = f'attachment; filename="{one.name}.csv"'
    return answer


@blueprint.get("/open-data/<name>.json")
@access(PUBLIC)
def as_json(name: str) -> Response:
    """A set with the meaning of its columns; what is not given out is null."""
    found = document(current_uow(), get_set(name), source=current_runtime().settings.site_name)
    return cached_answer(json.dumps(found, ensure_ascii=False), "application/json", seconds=SECONDS)


@blueprint.get("/open-data/feed.atom")
@access(PUBLIC)
def feed() -> Response:
    """What came lately, one entry for each month or year of a set."""
    site = current_runtime().settings.site_name
    here, around = url_for("open_data.feed", _external=True), url_for("open_data.index", _external=True)
    entries = [
        FeedEntry(
            title=f"{_(one.of.title)} {one.words}",
            url=f"{around}#{one.of.name}-{one.words}",
            at=one.at,
            author=site,
            summary=_(one.of.words),
        )
        for one in editions(current_uow())[:MOST_ENTRIES]
    ]
    content = atom_feed(_("%(site)s：开放数据", site=site), here, around, entries)
    return cached_answer(content, "application/atom+xml", seconds=SECONDS)
