"""Pages for everybody: the list of open postings, and a first recommended list without an account."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.matching.facets import facets, name_of, place_named, spot_of_region
from jobmatch.matching.forms import FilterForm, ForMeForm
from jobmatch.matching.lists import civil_trades, list_for_visitor, specialty_choices
from jobmatch.matching.results import PostingPage
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
    form = filters(has_near=True)
    typed = place_named(uow, form.place) if form.place else ""
    code = typed or form.region.data
    point, words = spot_of_region(uow, code), form.words
    sorts = ["new", "pay"] if point.latitude is None else ["new", "pay", "near"]
    sort = form.sort.data if form.sort.data in sorts else ("" if words else "new")
    found = search_postings(
        uow,
        words,
        where=form.where(point),
        sort=ORDER.get(sort, "relevance"),
        point=point,
        page=page_number(),
        origin=name_of(uow, "region", code) if code else "",
    )
    return list_page(
        "matching/search.html",
        found,
        form,
        sorts=sorts,
        sort=sort,
        point=point,
        titled=True,
        place_note=_place_note(form, is_known=bool(typed), has_point=point.latitude is not None),
        seo=_seo(form, found),
        search_args=form.as_args(),
    )


def _place_note(form: FilterForm, *, is_known: bool, has_point: bool) -> str:
    """Why distances do not count, where the reader asked for them."""
    if form.place and not is_known:
        return _("没有找到“%(place)s”，请写乡镇、街道或县的全名", place=form.place)
    if form.km.data and not has_point:
        return _("写上从哪里算，才能按远近找")
    return ""


def _seo(form: FilterForm, found: PostingPage) -> dict[str, Any]:
    """What search engines are told: one address for each list worth keeping, nothing about all the narrower ones."""
    kept = {"q": form.words, "region": form.region.data, "work": form.work.data}
    kept = {name: value for name, value in kept.items() if value}
    args: dict[str, Any] = kept | ({"page": found.number} if found.number > 1 else {})
    is_narrow = set(form.as_args()) - set(kept) - {"sort"}
    return {
        "canonical": url_for("matching.search", _external=True, **args),
        "is_kept": not is_narrow and found.total > 0,
        "feed": url_for("matching.feed", **dict[str, Any](form.as_args())),
    }


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
