"""What other programs read: an Atom feed of every search, the site map, and what crawlers may visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, url_for
from sqlalchemy import func, select

from jobmatch.core.clock import utcnow
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.matching.facets import place_named, spot_of_region
from jobmatch.matching.results import ListedPosting
from jobmatch.matching.services import search_postings
from jobmatch.matching.views.common import blueprint, filters
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.feeds import XML_HEAD, FeedEntry, atom_feed, cached_answer
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_employers
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions
from training.courses.classes.states import SessionState

FEED_SIZE, FEED_SECONDS, MAP_SECONDS = 50, 600, 3600
PART_SIZE = 50_000
"""The most addresses that one part of a site map may hold."""
MOST_PARTS = 50_000
"""The most parts that an index may name."""
MOST_CLASSES = 1_000
"""Classes that the site map names; a city has some hundreds a year."""
MAP_PAGES = (
    *("home.start", "matching.search", "matching.for_me"),
    *("visitors.fairs", "classes.open_list", "classes.course_list", "parks.incubators", "open_data.index"),
)
"""Pages for everybody that the site map names, beside employers, classes and postings."""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@blueprint.get("/jobs/feed.atom")
@access(PUBLIC)
def feed() -> Response:
    """The newest postings of a search, whose filters stand in the address as on the page."""
    uow = current_uow()
    form = filters(has_near=True)
    code = (place_named(uow, form.place) if form.place else "") or form.region.data
    where = form.where(spot_of_region(uow, code))
    found = search_postings(uow, form.words, where=where, sort="newest", size=FEED_SIZE)
    args: dict[str, Any] = {**form.as_args(), "_external": True}
    here, page = url_for("matching.feed", **args), url_for("matching.search", **args)
    title = _("%(site)s：新岗位", site=current_runtime().settings.site_name)
    content = atom_feed(f"{title} {form.words}".strip(), here, page, [_entry(row) for row in found.rows])
    return cached_answer(content, "application/atom+xml", seconds=FEED_SECONDS)


def _entry(row: ListedPosting) -> FeedEntry:
    card = row.card
    parts = (
        card.pay,
        card.employer,
        card.place,
        _("招 %(n)s 人", n=card.vacancies),
        *(text for text, _tone in card.tags),
    )
    return FeedEntry(
        title=f"{card.title} {card.pay}",
        url=url_for("applications.posting", public_id=card.public_id, _external=True),
        at=card.published_at or utcnow(),
        author=card.employer,
        summary=" · ".join(part for part in parts if part),
    )


@blueprint.get("/sitemap.xml")
@access(PUBLIC)
def sitemap() -> Response:
    """The index of the site map: first the pages, employers and classes, then postings in parts of 50,000."""
    uow = current_uow()
    count = uow.one(visible_public_postings(uow.actor, select(func.count(Posting.id))))
    parts = range(1 + -(-count // PART_SIZE))
    urls = [url_for("matching.sitemap_part", number=number, _external=True) for number in parts]
    body = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in urls)
    content = f'{XML_HEAD}<sitemapindex xmlns="{SITEMAP}">\n{body}</sitemapindex>\n'
    return cached_answer(content, "application/xml", seconds=MAP_SECONDS)


@blueprint.get("/sitemap-<int:number>.xml")
@access(PUBLIC)
def sitemap_part(number: int) -> Response:
    """One part of the site map."""
    if number > MOST_PARTS:
        raise NotFound
    lines = _page_lines() if number == 0 else _posting_lines(number)
    if not lines:
        raise NotFound
    content = f'{XML_HEAD}<urlset xmlns="{SITEMAP}">\n{"".join(lines)}</urlset>\n'
    return cached_answer(content, "application/xml", seconds=MAP_SECONDS)


def _page_lines() -> list[str]:
    uow = current_uow()
    vetted = select(Employer.public_id, Employer.changed_at).where(Employer.vetting == VettingState.VETTED)
    most = PART_SIZE - len(MAP_PAGES) - MOST_CLASSES
    rows = uow.rows(visible_employers(uow.actor, vetted.order_by(Employer.id).limit(most)))
    pages = [url_for(name, _external=True) for name in MAP_PAGES]
    base = url_for("employers.public", public_id="ID", _external=True)
    return [f"<url><loc>{escape(url)}</loc></url>\n" for url in pages] + _lines(base, rows) + _class_lines()


def _class_lines() -> list[str]:
    """Classes that people can still enroll in, or soon can; the soonest first."""
    uow = current_uow()
    ahead = (CourseSession.state == SessionState.APPROVED, CourseSession.sign_up_until >= uow.today)
    query = select(CourseSession.public_id, CourseSession.changed_at).where(*ahead)
    query = query.order_by(CourseSession.starts_on, CourseSession.id).limit(MOST_CLASSES)
    base = url_for("classes.public_session", public_id="ID", _external=True)
    return _lines(base, uow.rows(visible_sessions(uow.actor, query)))


def _posting_lines(number: int) -> list[str]:
    uow = current_uow()
    query = select(Posting.public_id, Posting.changed_at).order_by(Posting.id)
    part = query.limit(PART_SIZE).offset((number - 1) * PART_SIZE)
    base = url_for("applications.posting", public_id="ID", _external=True)
    return _lines(base, uow.rows(visible_public_postings(uow.actor, part)))


def _lines(base: str, rows: Iterable[tuple[str, datetime]]) -> list[str]:
    # The address is built once: building 50,000 of them takes seconds.
    head, tail = (escape(part) for part in base.rsplit("ID", 1))
    return [
        f"<url><loc>{head}{public_id}{tail}</loc><lastmod>{changed_at.date().isoformat()}</lastmod></url>\n"
        for public_id, changed_at in rows
    ]


@blueprint.get("/robots.txt")
@access(PUBLIC)
def robots() -> Response:
    """What crawlers may visit: what everybody sees. A demo is kept out of search engines: its postings are invented."""
    own = ("/me/", "/staff/", "/employer/", "/admin/", "/account", "/messages", "/b/", "/off/")
    closed = ("/",) if current_runtime().settings.is_demo else own
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not current_runtime().settings.is_demo:
        lines.append("Allow: /open-data")
    lines.append(f"Sitemap: {url_for('matching.sitemap', _external=True)}")
    return cached_answer("\n".join(lines) + "\n", "text/plain", seconds=MAP_SECONDS)
