"""Pages of lists that use a profile, and what such a page says about the profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select

from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import ngettext
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.attention import spread_postings
from jobmatch.matching.crosswalk import office_links, service_trades
from jobmatch.matching.documents import profile_of, read_postings
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import pools
from jobmatch.matching.models import PairFact
from jobmatch.matching.policies import can_choose_postings, can_match_person
from jobmatch.matching.queries import settled_postings
from jobmatch.matching.results import LeftOut, NearMiss, Phrase, PostingPage, Recommendation, need_name
from jobmatch.matching.services import (
    PAGE_SIZE,
    TOP,
    card_rows,
    count_postings,
    fits_among,
    listed,
    listed_rows,
    open_rows,
    rank_for,
    rank_keys,
    search_postings,
)
from jobmatch.matching.spots import home_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.reference.models import MilitarySpecialty, Occupation
from jobmatch.reference.queries import choices, names, region_label, spot_of
from ml.matching import Eligibility, Filter, Match, Pool, PostingIndex, Profile, ReasonItem, rank_postings
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

T = TypeVar("T")
ABILITIES = ("skills", "certificates", "licences", "specialties", "past_occupations")
"""Fields of a profile that say what somebody can do."""


def list_recommended(
    uow: UnitOfWork, person: Person, *, where: Filter, number: int
) -> tuple[PostingPage, list[Phrase]]:
    """One page of the best postings for a person, at most ``TOP`` in all, and what it stands on."""
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    without, home = settled_postings(uow.session, person.id), home_of(uow.session, person)
    ranking = rank_keys(uow, profile, eligibility, TOP, where, without)
    keys = [int(match.key) for match in ranking.matches]
    there = open_rows(uow, select(Posting.id, Posting.employer_id), keys)
    matches = spread_postings(uow, ranking.matches, there, salt=profile.key)[:TOP]
    part, number, pages = page_of(matches, number)
    # Near misses stand below the first page only: they are not part of the list.
    almost = ranking.nearly if number == 1 else ()
    rows = card_rows(uow, [int(match.key) for match in (*part, *almost)])
    fits = fits_among(uow, (*part, *almost), rows, home)
    cards = listed_rows(uow, rows, [one.posting_id for one in fits], fits, home, person)
    by_id = {card.posting_id: card for card in cards}
    page = PostingPage(
        rows=tuple(card for match in part if (card := by_id.get(int(match.key)))),
        total=len(matches),
        all_count=ranking.considered,
        number=number,
        pages=pages,
        nearly=tuple(
            NearMiss(card, need_name(uow.session, item.kind, item.code))
            for match in almost
            if (card := by_id.get(int(match.key))) and (item := lacking(match)) is not None
        ),
        left_out=tuple(left_out(ranking.excluded)),
        is_unknown=not any(getattr(profile, name) for name in ABILITIES),
    )
    return page, by_line(uow, profile, person.living_region_code)


def lacking(match: Match) -> ReasonItem | None:
    """The licence or certificate that keeps a near miss out."""
    kinds = {"licence", "certificate"}
    return next((item for item in match.explanation.gaps if item.must and item.kind in kinds), None)


def left_out(excluded: Mapping[str, int]) -> Iterator[LeftOut]:
    """What each hard rule took out, in words, most first."""
    words: dict[str, tuple[Callable[[int], str], str]] = {
        "R_RESERVED": (lambda n: ngettext("%(n)s 个只面向退役军人", "%(n)s 个只面向退役军人", n), "kinds"),
        "R_AGE": (lambda n: ngettext("%(n)s 个有法定年龄限制", "%(n)s 个有法定年龄限制", n), "basics"),
        "R_LICENCE_AGE": (
            lambda n: ngettext("%(n)s 个要的驾驶证还没到年龄", "%(n)s 个要的驾驶证还没到年龄", n),
            "basics",
        ),
        "R_EDUCATION": (lambda n: ngettext("%(n)s 个需要更高学历", "%(n)s 个需要更高学历", n), "education"),
        "R_LICENCE": (lambda n: ngettext("%(n)s 个需要您还没有的驾驶证", "%(n)s 个需要您还没有的驾驶证", n), "papers"),
        "R_CERTIFICATE": (lambda n: ngettext("%(n)s 个需要您还没有的证书", "%(n)s 个需要您还没有的证书", n), "papers"),
        "R_PLACE": (lambda n: ngettext("%(n)s 个不在想去的省份", "%(n)s 个不在想去的省份", n), "intention"),
    }
    for rule, count in sorted(excluded.items(), key=lambda one: (-one[1], one[0])):
        say, part = words[rule]
        yield LeftOut(count, say(count), part)


def list_for_visitor(
    uow: UnitOfWork, *, specialty: str, licence: str, region: str, number: int
) -> tuple[PostingPage, list[Phrase]]:
    """One page of the best postings for three facts that somebody typed, and what it stands on; nothing is stored.

    Only postings that one of the facts speaks for are listed. Whoever says what they did in the service is taken for a
    veteran; postings for veterans only show to nobody else.
    """
    where = spot_of(uow.session, region)
    specialties = ((specialty, 0.0),) if specialty else ()
    profile = Profile(
        key="visitor",
        specialties=specialties,
        service_trades=service_trades(uow.session)(specialties),
        licences=(licence,) if licence else (),
        wanted_regions=(region,) if region else (),
    )
    ranked, _ = rank_for(uow, profile, Eligibility(is_veteran=bool(specialty)), where, TOP, None, frozenset())
    fitting = [one for one in ranked if one.reasons]
    part, number, pages = page_of(fitting, number)
    rows = listed(uow, [one.posting_id for one in part], part, where, None)
    return PostingPage(rows, len(fitting), len(fitting), number, pages), by_line(uow, profile, region)


def specialty_choices(uow: UnitOfWork) -> list[tuple[str, str]]:
    """(code, name) of the military specialties."""
    return choices(uow.session, MilitarySpecialty)


def civil_trades(uow: UnitOfWork, specialty: str) -> list[tuple[str, str, int]]:
    """(occupation code, name, open postings) of the civilian occupations that a specialty leads to."""
    codes = [code for code, _weight in office_links(uow.session).get(specialty, ())]
    known = names(uow.session, Occupation)
    counted = [(code, known[code], count_postings(uow, "", Filter(occupation=code))) for code in codes if code in known]
    return [one for one in counted if one[2]]


def page_of(things: Sequence[T], number: int, size: int = PAGE_SIZE) -> tuple[Sequence[T], int, int]:
    """The part of a list that one page shows, the number of that page, and how many there are."""
    pages = max(1, -(-len(things) // size))
    number = min(number, pages)
    return things[(number - 1) * size : number * size], number, pages


def list_in_order(
    uow: UnitOfWork, person: Person, *, words: str, where: Filter, sort: str, number: int
) -> tuple[PostingPage, list[Phrase]]:
    """One page in an order that does not depend on the person, with how each posting shown fits them."""
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    home = home_of(uow.session, person)

    def fits(ids: Sequence[int]) -> list[Recommendation]:
        pool = Pool(PostingIndex.build(read_postings(uow.session, Posting.id.in_(ids)), today=uow.today))
        ranking = rank_postings(active_ranker(uow.session), pool, profile, eligibility, today=uow.today)
        return fits_among(uow, ranking.matches, open_rows(uow, select(Posting), ids), home)

    found = search_postings(uow, words, where=where, sort=sort, point=home, page=number, person=person, fits=fits)
    return found, by_line(uow, profile, person.living_region_code)


def list_saved(uow: UnitOfWork, person: Person, *, number: int) -> PostingPage:
    """One page of what a person saved, the latest first; postings that ended are left out."""
    return _list_chosen(uow, person, FactKind.SAVED, number)


def list_dismissed(uow: UnitOfWork, person: Person, *, number: int) -> PostingPage:
    """One page of what a person never wants to see again, the latest first, as far as it is still open."""
    return _list_chosen(uow, person, FactKind.DISMISSED, number)


def _list_chosen(uow: UnitOfWork, person: Person, kind: FactKind, number: int) -> PostingPage:
    require(can_choose_postings(uow.actor, person))
    chosen = (PairFact.person_id == person.id, PairFact.kind == kind)
    query = select(PairFact.posting_id).where(*chosen).order_by(PairFact.last_at.desc(), PairFact.id.desc())
    ids = list(uow.session.scalars(query))
    still = set(uow.rows(visible_public_postings(uow.actor, select(Posting.id).where(Posting.id.in_(ids)))))
    open_ids = [one for one in ids if one in still]
    part, number, pages = page_of(open_ids, number)
    rows = listed(uow, part, (), home_of(uow.session, person), person)
    return PostingPage(rows, len(open_ids), len(ids), number, pages)


def by_line(uow: UnitOfWork, profile: Profile, place: str | None) -> list[Phrase]:
    """What recommendations for this profile stand on, in at most three phrases: licence, what they did, where."""
    phrases = [Phrase(need_name(uow.session, "licence", code), "papers") for code in profile.licences[:1]]
    if profile.specialties:
        code, years = max(profile.specialties, key=lambda one: one[1])
        name = names(uow.session, MilitarySpecialty).get(code, "")
        phrases.append(Phrase(_years_at(name, years), "service"))
    elif profile.past_occupations:
        code, years, _ago = max(profile.past_occupations, key=lambda one: one[1])
        name = names(uow.session, Occupation).get(code, "")
        phrases.append(Phrase(_years_at(name, years), "work"))
    elif profile.wanted_occupations:
        phrases.append(Phrase(names(uow.session, Occupation).get(profile.wanted_occupations[0], ""), "intention"))
    town = region_label(uow.session, (place or "")[:9], depth=1)
    if town:
        phrases.append(Phrase(_("%(place)s附近", place=town), "basics"))
    return [phrase for phrase in phrases if phrase]


def _years_at(name: str, years: float) -> str:
    return _("%(name)s %(years)s 年", name=name, years=f"{years:g}") if years and name else name


def count_gain(uow: UnitOfWork, person: Person) -> tuple[int, int]:
    """(things not filled in yet, open postings whose conditions could all be met once they are).

    A counterfactual over the index: education, licences, certificates and skills that the person has not stated are
    taken as the best there are, everything else stays.
    """
    require(can_match_person(uow.actor, person))
    profile, _ = profile_of(uow.session, person)
    pool = pools(uow.session).postings.get(uow.session)
    codes: dict[str, set[str]] = {"licence": set(), "certificate": set(), "skill": set()}
    for part in pool.parts:
        for kind, code, *_rest in part.index.needs:
            if kind in codes:
                codes[kind].add(code)
    best: dict[str, Any] = {
        "education_rank": 8,
        "licences": tuple(sorted(codes["licence"])),
        "certificates": tuple(sorted(codes["certificate"])),
        "skills": tuple((code, 5) for code in sorted(codes["skill"])),
    }
    missing = {name: value for name, value in best.items() if not getattr(profile, name)}
    if not missing:
        return 0, 0
    more, gain = replace(profile, **missing), 0
    for part in pool.parts:
        before, after = part.index.missing_count(profile), part.index.missing_count(more)
        gain += int(((before > 0) & (after <= 0) & part.alive).sum())
    return len(missing), gain
