"""Pages for everybody: the list of open postings, and a first recommended list without an account."""

from __future__ import annotations

from flask import Response, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.matching.facets import facets, spot_of_region
from jobmatch.matching.forms import ForMeForm
from jobmatch.matching.lists import civil_trades, list_for_visitor, specialty_choices
from jobmatch.matching.services import search_postings
from jobmatch.matching.views.common import ORDER, blueprint, card, filters, list_page
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, page_number


@blueprint.get("/jobs")
@access(PUBLIC)
def search() -> Response:
    """Open postings by words and filters; the order depends on nothing about the reader."""
    uow = current_uow()
    form = filters()
    point = spot_of_region(uow, form.region.data)
    words = form.words
    sorts = ["new", "pay"] if point.latitude is None else ["new", "pay", "near"]
    sort = form.sort.data if form.sort.data in sorts else ("" if words else "new")
    found = search_postings(
        uow, words, where=form.where(point), sort=ORDER.get(sort, "relevance"), point=point, page=page_number()
    )
    return list_page("matching/search.html", found, form, sorts=sorts, sort=sort, point=point, titled=True)


@blueprint.get("/jobs/for-me")
@access(PUBLIC)
def for_me() -> Response:
    """Three facts, asked and forgotten: the postings that fit them best."""
    uow = current_uow()
    form = ForMeForm(request.args, specialties=specialty_choices(uow), regions=facets(uow).regions)
    if not form.is_answered:
        return page("matching/for_me.html", form=form)
    facts = {"specialty": form.specialty.data, "licence": form.licence.data, "region": form.region.data}
    found, line = list_for_visitor(uow, **facts, number=page_number())
    return page(
        "matching/for_me_list.html",
        fragment="matching/_for_me_found.html",
        form=form,
        found=found,
        line=line,
        trades=[
            {"label": _("%(name)s %(n)s 条岗位", name=name, n=count), "url": url_for("matching.search", work=code)}
            for code, name, count in civil_trades(uow, form.specialty.data)
        ],
        cards=[card(row) for row in found.rows],
        pager={"number": found.number, "pages": found.pages},
    )


@blueprint.get("/jobs/openings")
@access(PUBLIC)
def openings() -> Response:
    """A fragment for the question about work in the forces: what a specialty leads to that is open now."""
    found = civil_trades(current_uow(), request.args.get("specialty", "")[:20])
    return page("matching/_openings.html", trades=found, total=sum(count for _code, _name, count in found))
