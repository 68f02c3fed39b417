"""The own supports: ask, see where each stands, withdraw, hand in papers."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged
from jobmatch.web.uploaded import BODY
from training.incubation.support import queries
from training.incubation.support.blueprint import blueprint
from training.incubation.support.forms import AskForm
from training.incubation.support.models import VentureSupport
from training.incubation.support.policies import own_supports, visible_policies
from training.incubation.support.services import asking
from training.incubation.support.states import SupportState
from training.incubation.support.views.staff import asked_of, chosen, hand_in, paper_file
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import own_ventures
from training.incubation.ventures.queries import my_ventures
from training.incubation.ventures.states import LIVING_STATES

MOST = 10


def _own(uow: UnitOfWork, public_id: str) -> VentureSupport:
    found: VentureSupport = uow.one(own_supports(uow.actor, queries.named(public_id)))
    return found


@blueprint.get("/my/supports")
@access("person.own")
def mine() -> Response:
    """What was asked for and where it stands."""
    uow = current_uow()
    found = paged(uow, own_supports(uow.actor, queries.ledger()))
    steps = {support.id: queries.next_step(support, uow.today) for support, _name in found.rows}
    return page("supports/mine.html", found=found, steps=steps, kinds=queries.kinds(uow.session))


@blueprint.route("/my/supports/new", methods=["GET", "POST"])
@access("person.own")
def ask() -> Any:
    """Ask for a support of an own venture."""
    uow, form = current_uow(), AskForm.submitted()
    ventures: list[Venture] = list(uow.rows(own_ventures(uow.actor, my_ventures()).limit(MOST)))
    living = [one for one in ventures if one.state in LIVING_STATES]
    if not living:
        return page("supports/no_venture.html")
    form.venture.show([(one.public_id, one.name or one.words[:40]) for one in living])
    only = living[0] if len(living) == 1 else None
    venture = next((one for one in living if one.public_id == form.venture.data), only)
    offered = list(uow.rows(visible_policies(uow.actor, queries.in_force(uow.today, living[0].region_path))))
    made = form.act(lambda: asking.apply_for_support(uow, venture, chosen(form, offered), asked_of(form)))
    if made is None:
        kinds = queries.kinds(uow.session)
        return page(
            "supports/ask_own.html", form=form, offered=offered, kinds=kinds, ventures=living if living[1:] else ()
        )
    flash(_("已申请，把材料也交上"), "success")
    return redirect(url_for("supports.my_support", public_id=made.public_id), 303)


@blueprint.get("/my/supports/<public_id>")
@access("person.own")
def my_support(public_id: str) -> Response:
    """One of the own supports."""
    uow = current_uow()
    support = _own(uow, public_id)
    return page(
        "supports/my_support.html",
        support=support,
        kind=queries.kind_of(uow.session, support.kind_code),
        payments=queries.payments_of(uow.session, support),
        papers=queries.papers_of(uow.session, support),
        step=queries.next_step(support, uow.today),
        may_withdraw=support.state is SupportState.APPLIED,
        is_open=support.state in queries.OPEN_STATES,
    )


@blueprint.post("/my/supports/<public_id>/withdraw")
@access("person.own")
def withdraw(public_id: str) -> Any:
    """Not wanted any more."""
    uow, form = current_uow(), EmptyForm.submitted()
    support = _own(uow, public_id)
    form.act(lambda: asking.withdraw_support(uow, support))
    flash(_("已撤回"), "success")
    return redirect(url_for("supports.mine"), 303)


@blueprint.route("/my/supports/<public_id>/papers/new", methods=["GET", "POST"])
@access("person.own", slow=True, upload=BODY)
def my_new_paper(public_id: str) -> Any:
    """The file is checked outside any unit; it is stored only when it passed."""
    return hand_in(public_id, _own, "people.html", "supports.my_support")


@blueprint.get("/my/supports/<public_id>/papers/<paper_id>")
@access("person.own")
def my_paper(public_id: str, paper_id: str) -> Response:
    """One paper as it was handed in."""
    support = _own(current_uow(), public_id)
    if not paper_id:
        raise NotFound
    return paper_file(support, paper_id)
