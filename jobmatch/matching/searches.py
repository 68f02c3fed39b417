"""Searches that people come back to, and what is new in them: read once for everybody who asks.

New postings are put into a small index of their own, so that ten thousand searches cost seconds and not the whole pool
each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import read_postings
from jobmatch.matching.facets import place_named, spot_of_region
from jobmatch.matching.models import PairFact, SavedSearch
from jobmatch.matching.policies import can_choose_postings
from jobmatch.matching.queries import is_open_posting
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import Spot
from ml.matching import Filter, Pool, PostingIndex, search
from recruiters.postings.models import Posting

MOST_SEARCHES = 10
"""How many searches one person keeps."""
NAME_LENGTH = 40
ARGS = ("q", "region", "near", "work", "pay", "km", "edu", "shift", "kind", "type", "over", "first", "reserved")
"""Arguments of the list's address that narrow it."""


def filter_of(args: Mapping[str, str], point: Spot) -> Filter:
    """The filter that arguments of the list's address stand for; a distance counts only where ``point`` is known."""
    is_known = point.latitude is not None and point.longitude is not None
    return Filter(
        region=args.get("region", ""),
        occupation=args.get("work", ""),
        pay_at_least=_number(args, "pay"),
        shift=args.get("shift", ""),
        employment_type=args.get("type", ""),
        kind=args.get("kind", ""),
        veterans_first=bool(args.get("first")),
        reserved=bool(args.get("reserved")),
        welcomes_over=_number(args, "over"),
        education_at_most=_number(args, "edu"),
        point=(point.latitude or 0.0, point.longitude or 0.0) if is_known else None,
        within_km=_number(args, "km") if is_known else None,
    )


def _number(args: Mapping[str, str], name: str) -> int | None:
    text = args.get(name, "")
    return int(text) if text.isdecimal() else None


# ---------- what people keep ----------


def save_search(uow: UnitOfWork, person: Person, *, name: str, args: Mapping[str, str]) -> SavedSearch:
    """Keep a search under a name; the same name again replaces it.

    Raises ``Invalid`` without a name or a condition, and ``Conflict`` beyond the number that one person keeps.
    """
    require(can_choose_postings(uow.actor, person))
    kept = {key: args[key].strip() for key in ARGS if args.get(key, "").strip()}
    clean = " ".join(name.split())[:NAME_LENGTH]
    if not clean:
        raise Invalid(fields={"name": _("给这个搜索起个名字")})
    if not kept:
        raise Invalid(fields={"name": _("先写想找什么，或者选一个条件，再保存")})
    mine = (SavedSearch.person_id == person.id,)
    known = uow.session.scalars(select(SavedSearch).where(*mine, SavedSearch.name == clean)).first()
    if known is not None:
        known.args, known.created_at = kept, uow.now
        return known
    if (uow.session.scalar(select(func.count(SavedSearch.id)).where(*mine)) or 0) >= MOST_SEARCHES:
        raise Conflict(_("最多保存 %(n)s 个搜索，先删掉不用的", n=MOST_SEARCHES))
    found = SavedSearch(person_id=person.id, name=clean, args=kept, created_at=uow.now)
    uow.session.add(found)
    uow.session.flush()
    uow.audit("search.save", found)
    return found


def tell_search(uow: UnitOfWork, person: Person, saved: SavedSearch, *, is_told: bool) -> None:
    """Let new postings of a search come with the digest, or not."""
    require(can_choose_postings(uow.actor, person) and saved.person_id == person.id)
    saved.is_told = is_told


def remove_search(uow: UnitOfWork, person: Person, saved: SavedSearch) -> None:
    """Forget a search."""
    require(can_choose_postings(uow.actor, person) and saved.person_id == person.id)
    uow.session.delete(saved)
    uow.audit("search.remove", saved)


# ---------- what is new in them ----------


@dataclass(frozen=True, slots=True)
class NewPosting:
    """An open posting of the last days."""

    posting_id: int
    employer_id: int
    published_at: datetime


@dataclass(slots=True)
class NewPostings:
    """The open postings since a moment in an index of their own; what a search finds in it is kept by its words."""

    by_id: dict[int, NewPosting]
    _pool: Pool[PostingIndex]
    _found: dict[tuple[tuple[str, str], ...], tuple[int, ...]] = field(default_factory=dict)
    _spots: dict[str, Spot] = field(default_factory=dict)

    def matching(self, uow: UnitOfWork, args: Mapping[str, str]) -> tuple[int, ...]:
        """Ids of the new postings that a search finds, the newest first."""
        key = tuple(sorted(args.items()))
        found = self._found.get(key)
        if found is None:
            place = args.get("near") or args.get("region", "")
            if place not in self._spots:
                code = place if not place or place[0].isdecimal() else place_named(uow, place)
                self._spots[place] = spot_of_region(uow, code)
            where = filter_of(args, self._spots[place])
            hits = search(self._pool, args.get("q", ""), where=where, sort="newest", limit=len(self.by_id))
            found = self._found[key] = tuple(int(one) for one in hits.keys)
        return found


def new_postings(uow: UnitOfWork, since: datetime) -> NewPostings:
    """What everybody may see and was published after ``since``; made once for a whole round of digests."""
    is_new = (is_open_posting(), Posting.published_at > since)
    documents = read_postings(uow.session, *is_new)
    ids = [int(one.key) for one in documents]
    columns = (Posting.id, Posting.employer_id, Posting.published_at)
    rows = uow.session.execute(select(*columns).where(Posting.published_at > since)).all()
    named = {row.id: NewPosting(row.id, row.employer_id, row.published_at) for row in rows}
    pool = Pool(PostingIndex.build(documents, today=uow.today))
    return NewPostings({one: named[one] for one in ids if one in named}, pool)


def told_searches(uow: UnitOfWork, person_ids: Sequence[int]) -> dict[int, list[SavedSearch]]:
    """The searches of some people that come with the digest."""
    found: dict[int, list[SavedSearch]] = {}
    query = select(SavedSearch).where(SavedSearch.person_id.in_(person_ids), SavedSearch.is_told)
    for one in uow.session.scalars(query.order_by(SavedSearch.id)):
        found.setdefault(one.person_id, []).append(one)
    return found


def settled_pairs(uow: UnitOfWork, person_ids: Sequence[int], posting_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(person, posting) that need not be told: applied to or dismissed."""
    kinds = (FactKind.APPLIED, FactKind.DISMISSED)
    query = select(PairFact.person_id, PairFact.posting_id).where(
        PairFact.person_id.in_(person_ids), PairFact.kind.in_(kinds)
    )
    wanted = set(posting_ids)
    return {(person, posting) for person, posting in uow.session.execute(query) if posting in wanted}
