"""Searches that a person keeps, and postings they never want to see again."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.matching.facets import name_of
from jobmatch.matching.forms import FilterForm, SaveSearchForm
from jobmatch.matching.lists import list_dismissed
from jobmatch.matching.models import SavedSearch
from jobmatch.matching.policies import visible_saved_searches
from jobmatch.matching.queries import saved_search_named, saved_searches
from jobmatch.matching.searches import ARGS, MOST_SEARCHES, remove_search, save_search, tell_search
from jobmatch.matching.views.common import blueprint, card, filters, own_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, page_number


def suggested_name(form: FilterForm) -> str:
    """What a search may be called: its conditions in words."""
    uow = current_uow()
    return _("、").join(one.label for one in form.chosen(lambda name, code: name_of(uow, name, code)))[:40]


def _load(public_id: str) -> SavedSearch:
    uow = current_uow()
    found: SavedSearch = uow.one(visible_saved_searches(uow.actor, saved_search_named(public_id)))
    return found


@blueprint.get("/me/searches")
@access("match.own")
def searches() -> Response:
    """The searches that the reader keeps; each leads to its list."""
    uow = current_uow()
    rows = uow.rows(visible_saved_searches(uow.actor, saved_searches()))
    return page(
        "matching/searches.html",
        searches=[{"row": one, "url": url_for("matching.search", **one.args)} for one in rows],
        most=MOST_SEARCHES,
    )


@blueprint.route("/me/searches/new", methods=["GET", "POST"])
@access("match.own")
def keep_search() -> Any:
    """Give the search of the address a name and keep it."""
    form = SaveSearchForm.submitted(data={"name": suggested_name(filters(has_near=True))})
    given = request.form if request.method == "POST" else request.args
    args = {name: given.get(name, "")[:60] for name in ARGS if given.get(name)}
    done = form.act(lambda: save_search(current_uow(), own_person(), name=form.name.data or "", args=args))
    if done is None:
        return page("matching/keep_search.html", form=form, args=args)
    flash(_("保存好了。有新岗位，每天汇总告诉您一次"), "success")
    return redirect(url_for("matching.searches"), 303)


@blueprint.post("/me/searches/<public_id>/tell")
@access("match.own")
def told_search(public_id: str) -> Any:
    """Let new postings come with the digest, or not."""
    is_told = request.form.get("told") == "on"
    tell_search(current_uow(), own_person(), _load(public_id), is_told=is_told)
    flash(_("有新岗位会告诉您") if is_told else _("这个搜索不再提醒"), "success")
    return redirect(url_for("matching.searches"), 303)


@blueprint.post("/me/searches/<public_id>/remove")
@access("match.own")
def drop_search(public_id: str) -> Any:
    """Forget a search; keeping it again takes two presses, so nobody is asked first."""
    found = _load(public_id)
    remove_search(current_uow(), own_person(), found)
    flash(_("删掉了“%(name)s”", name=found.name), "success")
    return redirect(url_for("matching.searches"), 303)


@blueprint.get("/me/jobs/dismissed")
@access("match.own")
def dismissed() -> Response:
    """What the reader never wants to see again, and the way back."""
    found = list_dismissed(current_uow(), own_person(), number=page_number())
    pager = {"number": found.number, "pages": found.pages}
    return page("matching/dismissed.html", found=found, cards=[card(row) for row in found.rows], pager=pager)
