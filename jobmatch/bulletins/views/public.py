"""What a station's link opens: its edition of the issue, for everybody."""

from __future__ import annotations

from functools import partial

from flask import Response, request

from jobmatch.bulletins.queries import link_with_code
from jobmatch.bulletins.services.issues import count_click
from jobmatch.bulletins.views.common import blueprint, edition_of
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page


@blueprint.get("/b/<code>")
@access(PUBLIC)
def by_code(code: str) -> Response:
    """The postings of the issue, the nearest first. The opening is counted, not the reader: no cookie, no address."""
    uow = current_uow()
    bulletin, link, station = link_with_code(uow.session, code[:12])
    if request.method == "GET":
        current_runtime().buffer.add(partial(count_click, code=link.code))
    answer = page("bulletins/edition.html", edition=edition_of(uow, bulletin, link, station))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
