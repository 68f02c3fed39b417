"""Pages of an employer: people recommended for an own posting, and inviting them."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.matching import inviting
from jobmatch.matching.looks import remember_cards
from jobmatch.matching.policies import visible_open_people
from jobmatch.matching.results import RecommendedPerson, first_and_gap
from jobmatch.matching.services import recommend_people
from jobmatch.matching.views.common import blueprint, count_page
from jobmatch.people.models.person import Person
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page, paged
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_own_postings
from recruiters.postings.queries import posting_by_id

SHOWN = 20


def _own_posting(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_own_postings(uow.actor, posting_by_id(public_id)))
    return found


@blueprint.get("/employer/postings/<public_id>/people")
@access("match.people")
def people(public_id: str) -> Response:
    """Masked cards of people who fit an own posting and let employers find them."""
    posting = _own_posting(public_id)
    found = recommend_people(current_uow(), posting, top=SHOWN)
    actor, shown = current_uow().actor, [one.card.public_id for one in found]
    current_runtime().buffer.add(lambda uow: remember_cards(uow, actor, shown))
    return page(
        "matching/people.html",
        posting=posting,
        people=[_card(one) for one in found],
        a_day=inviting.INVITATIONS_A_DAY,
    )


@blueprint.route("/employer/postings/<public_id>/count", methods=["GET", "POST"])
@access("posting.write")
def posting_count(public_id: str) -> Response:
    """现在有几人符合: nothing is saved; without script the form's own button posts here."""
    back = url_for("postings.edit", public_id=public_id, part="needs")
    return count_page(_own_posting(public_id), layout="employer.html", back_url=back)


def _card(one: RecommendedPerson) -> dict[str, Any]:
    """A person as ``ui.cand`` reads them."""
    card = one.card
    years = _("服役 %(n)s 年", n=f"{card.service_years:g}") if card.service_years else ""
    licences = _("驾驶证 %(codes)s", codes=_("、").join(card.licences)) if card.licences else ""
    facts = (card.age, card.place, card.education, years, card.leadership, licences, *card.specialties[:2])
    tags = [(card.group, "honour")] if card.group else []
    return {
        "public_id": card.public_id,
        "name": card.name,
        "tags": [*tags, (_("已核验"), "ok") if card.is_verified else (_("待核验"), "")],
        "facts": [fact for fact in facts if fact],
        "word": one.word,
        "met": one.met,
        "total": one.total,
        "reasons": [{"text": r.text, "gap": not r.is_met} for r in first_and_gap(one.reasons, one.gaps)],
        "is_invited": one.is_invited,
        "can_be_told": one.can_be_told,
    }


@blueprint.post("/employer/postings/<public_id>/people/<person_id>/invite")
@access("match.people")
def invite(public_id: str, person_id: str) -> Any:
    """Ask a person to apply."""
    uow, posting = current_uow(), _own_posting(public_id)
    person = uow.one(visible_open_people(uow.actor, select(Person).where(Person.public_id == person_id)))
    is_told = inviting.invite_person(uow, posting, person)
    flash(
        _("已邀请，对方回答后您会收到消息") if is_told else _("已经邀请过这位了"), "success" if is_told else "message"
    )
    return redirect(url_for("matching.people", public_id=public_id), 303)


@blueprint.get("/employer/invitations")
@access("match.people")
def invitations() -> Response:
    """Who was invited and what they said, the newest first; a phone stands only where the person agreed to it."""
    uow = current_uow()
    found = paged(uow, visible_own_postings(uow.actor, inviting.invitations()))
    lines = inviting.invited_people(uow, found.rows)
    actor, shown = uow.actor, [line.card.public_id for line in lines]
    current_runtime().buffer.add(lambda unit: remember_cards(unit, actor, shown))
    return page("matching/invitations.html", found=found, lines=lines)
