"""What the pages share: the blueprint, the filter form, and postings as the card macro wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.matching.counting import count_for_posting
from jobmatch.matching.facets import facets, name_of
from jobmatch.matching.forms import FilterForm
from jobmatch.matching.results import ListedPosting, NearMiss, PostingPage, first_and_gap, spaced
from jobmatch.matching.services import NOWHERE, count_postings
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.queries import Spot
from jobmatch.web.edge import current_uow
from jobmatch.web.formats import with_args
from jobmatch.web.pages import page
from recruiters.postings.models import Posting
from recruiters.postings.values import picked_needs

blueprint = Blueprint("matching", "jobmatch.matching", template_folder="templates")

SORTS = {"fit": N_("最合适"), "near": N_("离家近"), "pay": N_("工资高"), "new": N_("新发布")}
ORDER = {"near": "distance", "pay": "pay", "new": "newest"}
"""What a sort of the address means to ``search_postings``; without words and sort the newest come first."""


PART_PAGES = {
    "basics": "people.basics",
    "education": "people.education",
    "intention": "people.intention",
    "kinds": "people.kinds",
    "papers": "people.papers",
    "service": "people.specialties",
    "work": "people.work",
}
"""Where a person corrects what a list stands on."""


def own_person() -> Person:
    """The reader's own row. Raises ``NotFound`` where there is none yet."""
    uow = current_uow()
    found: Person = uow.one(visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id)))
    return found


def count_page(posting: Posting, *, layout: str, back_url: str) -> Response:
    """How many people meet a posting as its form stands, or as it is stored; a sentence for htmx."""
    sent = request.values
    found = count_for_posting(current_uow(), posting, picked_needs(sent) if "education" in sent else None)
    return page(
        "matching/count.html",
        fragment="matching/_count.html",
        posting=posting,
        found=found,
        layout=layout,
        back_url=back_url,
    )


def filters(*, has_near: bool = False) -> FilterForm:
    """The filters of the address, with the places and trades that open postings have."""
    found = facets(current_uow())
    return FilterForm(request.args, regions=found.regions, trades=found.occupations, has_near=has_near)


def list_page(
    template: str,
    found: PostingPage,
    form: FilterForm,
    *,
    sorts: Iterable[str],
    sort: str,
    point: Spot,
    **context: Any,
) -> Response:
    """A page with filters, sorting and cards, or its fragment for htmx."""
    uow = current_uow()
    chosen = list(form.chosen(lambda name, code: name_of(uow, name, code)))
    return page(
        template,
        fragment="matching/_found.html",
        filters=form,
        found=found,
        cards=[card(row) for row in found.rows],
        pager={"number": found.number, "pages": found.pages},
        nearly=[near_card(one) for one in found.nearly],
        left_out=[{"text": one.text, "url": url_for(PART_PAGES[one.part])} for one in found.left_out],
        left_out_count=sum(one.count for one in found.left_out),
        sort=sort,
        has_home=point.latitude is not None,
        seg=[
            {"label": _(SORTS[name]), "url": with_args(request, sort=name, page=None), "current": name == sort}
            for name in sorts
        ],
        chosen=[{"label": one.label, "url": with_args(request, page=None, **{one.name: None})} for one in chosen],
        looser=_looser(form, point) if not found.total and chosen else [],
        **context,
    )


def _looser(form: FilterForm, point: Spot) -> list[dict[str, Any]]:
    """For an empty list: what each filter costs, as far as taking it off helps."""
    uow = current_uow()
    found = []
    for one in form.chosen(lambda name, code: name_of(uow, name, code)):
        less = form.without(one.name)
        # Without the place that was typed there is nothing left to count distances from.
        count = count_postings(uow, less.words, less.where(NOWHERE if one.name == "near" else point))
        if count:
            url = with_args(request, page=None, **{one.name: None})
            found.append({"label": one.label, "count": count, "url": url})
    return found


def near_card(one: NearMiss) -> dict[str, Any]:
    """A near miss as ``ui.jobcard`` reads it: what is missing, how to mend it, and nothing else for or against."""
    shown = card(one.row)
    way = {
        "text": spaced(_("还差%(name)s，考取后可投。", name=one.lacks)),
        "gap": True,
        "url": shown["url"],
        "action": _("和我的情况对一对"),
    }
    return {**shown, "good": False, "word": "", "total": 0, "reasons": [way]}


def card(row: ListedPosting) -> dict[str, Any]:
    """A posting as ``ui.jobcard`` reads it."""
    fit = row.fit
    invited = [(_("单位邀请您投递"), "info")] if row.is_invited else []
    return {
        "public_id": row.card.public_id,
        "title": row.card.title,
        "url": url_for("applications.posting", public_id=row.card.public_id),
        "pay": row.card.pay,
        "employer": row.card.employer,
        "place": row.card.place,
        "distance": row.distance,
        "tags": [*invited, *row.card.tags],
        "is_saved": row.is_saved,
        "good": fit.is_good if fit else False,
        "word": fit.word if fit else "",
        "met": fit.met if fit else 0,
        "total": fit.total if fit else 0,
        "reasons": [
            {"text": one.text, "gap": not one.is_met} for one in (first_and_gap(fit.reasons, fit.gaps) if fit else ())
        ],
    }
