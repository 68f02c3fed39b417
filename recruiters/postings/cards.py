"""A posting in a list: words and tags that search, recommendations and employers' pages show alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import EmploymentType
from jobmatch.reference.queries import region_label
from recruiters.postings.ages import hoped_words, welcome_words
from recruiters.postings.models import Posting
from recruiters.postings.states import Housing, MealPlan, PayKind, PayUnit, PostingKind, PostingState, SocialInsurance


@dataclass(frozen=True, slots=True)
class PostingCard:
    """What a list shows of a posting. ``tags`` are (text, tone of ``ui.tag``); ``place`` is county and township."""

    public_id: str
    title: str
    pay: str
    pay_note: str
    employer: str
    employer_public_id: str
    place: str
    vacancies: int
    tags: tuple[tuple[str, str], ...]
    published_at: datetime | None
    valid_through: date | None
    state: PostingState


def posting_card(session: Session, posting: Posting) -> PostingCard:
    """The card of a posting read with ``queries.load_full``; names come from cached code tables, so no SQL is run."""
    return PostingCard(
        public_id=posting.public_id,
        title=posting.title,
        pay=pay_words(posting),
        pay_note=pay_note(posting),
        employer=posting.employer.organization.name,
        employer_public_id=posting.employer.public_id,
        place=region_label(session, posting.region_code),
        vacancies=posting.vacancy_count,
        tags=tuple(posting_tags(posting)),
        published_at=posting.published_at,
        valid_through=posting.valid_through,
        state=posting.state,
    )


def cards_of(session: Session, postings: Iterable[Posting]) -> list[PostingCard]:
    """The cards of several postings read with ``queries.load_full``, in their order."""
    return [posting_card(session, posting) for posting in postings]


def pay_words(posting: Posting) -> str:
    """The pay range such as ``6000–8000 元/月``; ``工资未写明`` where an imported posting has none."""
    low, high = posting.pay_low_yuan, posting.pay_high_yuan
    if low is None and high is None:
        return _("工资未写明")
    unit = (posting.pay_unit or PayUnit.MONTH).label
    amount = str(low or high) if low == high or None in (low, high) else f"{low}–{high}"
    return f"{amount} {unit}"


def pay_note(posting: Posting) -> str:
    """How the range is meant: ``综合收入，其中固定 3500 元，应发``."""
    parts = []
    if posting.pay_kind is PayKind.COMPOSITE:
        parts.append(_("综合收入"))
        if posting.pay_base_yuan is not None:
            parts.append(_("其中固定 %(n)s 元", n=posting.pay_base_yuan))
    if posting.pay_basis is not None:
        parts.append(posting.pay_basis.label)
    return _("，").join(parts)


_TYPE_TONES = {
    EmploymentType.DISPATCH: "warn",
    EmploymentType.OUTSOURCED: "warn",
    EmploymentType.PART_TIME: "info",
    EmploymentType.INTERNSHIP: "info",
    EmploymentType.PUBLIC_POST: "info",
}


def posting_tags(posting: Posting) -> list[tuple[str, str]]:
    """Tags in order of weight: veterans first, then who signs the contract, the kind of work, and what is provided."""
    tags: list[tuple[str, str]] = []
    if posting.is_reserved:
        tags.append((_("退役军人专岗"), "honour"))
    elif posting.is_veterans_first:
        tags.append((_("退役军人优先"), "honour"))
    if posting.employer.is_agency:
        tags.append((_("中介发布"), "warn"))
    if posting.employment_type in _TYPE_TONES:
        tags.append((posting.employment_type.label, _TYPE_TONES[posting.employment_type]))
    if posting.kind is not PostingKind.REGULAR:
        tags.append((posting.kind.label, "info"))
    if posting.social_insurance in {SocialInsurance.FIVE_AND_FUND, SocialInsurance.FIVE}:
        tags.append((posting.social_insurance.label, ""))
    tags += [(text, "") for text in (welcome_words(posting), hoped_words(posting)) if text]
    tags += [(text, "") for text in _board(posting)]
    if posting.source_name:
        tags.append((_("转自%(source)s", source=posting.source_name), ""))
    return tags


def _board(posting: Posting) -> list[str]:
    meals, housing = posting.meals, posting.housing
    if meals is MealPlan.INCLUDED and housing is Housing.INCLUDED:
        return [_("包吃住")]
    words = [meals.label] if meals in {MealPlan.INCLUDED, MealPlan.ALLOWANCE} else []
    return words + ([housing.label] if housing in {Housing.INCLUDED, Housing.ALLOWANCE} else [])
