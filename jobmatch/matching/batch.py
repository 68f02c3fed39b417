"""Many people with many postings at once, as a fair needs: scores as one table, and the short reasons of chosen pairs.

Nothing here is shown to an employer; whoever turned recommendations off is nobody here (PIPL article 24).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import CHUNK, pools
from jobmatch.matching.models import MatchChoice, PairFact
from jobmatch.matching.queries import is_personal, settled_postings
from jobmatch.matching.results import SHOWN_FIRST, reason_text
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import sure_occupation
from ml.matching import (
    Eligibility,
    Holdings,
    PersonIndex,
    PostingDocument,
    Profile,
    Ranker,
    ReasonItem,
    reasons,
    score_people,
    score_postings,
)
from recruiters.postings.models import Posting

THREADS = 2
SHORT = 2
"""So many reasons stand beside a booth."""
_FIELDS = tuple(one.name for one in fields(ReasonItem))


@dataclass(frozen=True, slots=True)
class Batch:
    """What scoring needs, read in one unit and computed outside it. Rows of ``scores`` follow ``keys``.

    ``settled`` are pairs that the person dismissed: they score 0.
    """

    ranker: Ranker
    people: Mapping[str, tuple[Profile, Eligibility]]
    postings: tuple[PostingDocument, ...]
    settled: frozenset[tuple[str, str]]
    today: date

    def scores(self) -> tuple[list[str], Any]:
        """Keys of the people, and their scores from 0 to 1 with every posting in the order of ``postings``."""
        index = PersonIndex.build(self.people.values(), today=self.today)
        keys = [index.key(row) for row in range(len(index))]
        table = score_people(self.ranker, index, self.postings, today=self.today, threads=THREADS)
        rows = {key: row for row, key in enumerate(keys)}
        columns = {posting.key: column for column, posting in enumerate(self.postings)}
        for person, posting in self.settled:
            if person in rows and posting in columns:
                table[rows[person], columns[posting]] = 0.0
        return keys, table

    def short_reasons(self, key: str, postings: Sequence[PostingDocument]) -> list[list[dict[str, Any]]]:
        """For one person the stored form of what speaks most for each posting; ``reason_words`` reads it."""
        profile = self.people[key][0]
        held = Holdings(profile)
        return [stored_reasons(profile, posting, held) for posting in postings]


def stored_reasons(profile: Profile, posting: PostingDocument, held: Holdings | None = None) -> list[dict[str, Any]]:
    """The most telling reasons that are met, as plain data; distance has a place of its own on a page."""
    met = [one for one in reasons(profile, posting, held) if one.status == "met" and one.kind in SHOWN_FIRST]
    met.sort(key=lambda one: (not one.must, SHOWN_FIRST.index(one.kind)))
    return [{name: getattr(one, name) for name in _FIELDS} | {"params": dict(one.params)} for one in met[:SHORT]]


def reason_words(session: Session, stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """Stored reasons in the reader's language."""
    return [reason_text(session, ReasonItem(**one)) for one in stored]


def read_batch(
    uow: UnitOfWork,
    person_ids: Sequence[int],
    posting_ids: Sequence[int],
    *,
    others: Iterable[tuple[Profile, Eligibility]] = (),
) -> Batch:
    """Read people and postings for scoring; both are given by a service that may see them.

    People who turned recommendations off are left out. ``others`` have no file (``wish_profile``).
    """
    session = uow.session
    people: dict[str, tuple[Profile, Eligibility]] = {}
    settled: set[tuple[str, str]] = set()
    documents: list[PostingDocument] = []
    refused = set(session.scalars(select(MatchChoice.person_id).where(~MatchChoice.is_personal)))
    wanted = [one for one in person_ids if one not in refused]
    for part in _parts(wanted):
        people.update({one[0].key: one for one in read_people(session, Person.id.in_(part))})
        said = (PairFact.person_id.in_(part), PairFact.kind == FactKind.DISMISSED)
        pairs = select(PairFact.person_id, PairFact.posting_id).where(*said)
        settled |= {(str(person), str(posting)) for person, posting in session.execute(pairs)}
    for part in _parts(posting_ids):
        documents += read_postings(session, Posting.id.in_(part))
    people.update({profile.key: (profile, eligibility) for profile, eligibility in others})
    documents.sort(key=lambda one: int(one.key))
    return Batch(active_ranker(session), people, tuple(documents), frozenset(settled), uow.today)


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def wish_profile(key: str, words: str, *, is_veteran: bool) -> tuple[Profile, Eligibility]:
    """Somebody of whom only a few words are known: what they want to do."""
    named = dict.fromkeys(code for word in words.split()[:4] if (code := sure_occupation(word)))
    profile = Profile(key=key, wanted_words=words, wanted_occupations=tuple(named))
    return profile, Eligibility(is_veteran=is_veteran)


def score_one(
    uow: UnitOfWork, person: tuple[Profile, Eligibility], posting_ids: Iterable[int], *, person_id: int | None = None
) -> dict[int, float]:
    """Scores from 0 to 1 of one person with some open postings, by id, from the pool: a matter of milliseconds.

    Empty for a ``person_id`` who turned recommendations off.
    """
    if person_id is not None and not is_personal(uow.session, person_id):
        return {}
    without = settled_postings(uow.session, person_id) if person_id is not None else frozenset()
    keys = [str(one) for one in posting_ids if one not in without]
    pool = pools(uow.session).postings.get(uow.session)
    found = score_postings(active_ranker(uow.session), pool, *person, keys, today=uow.today)
    return {int(key): score for key, score in found.items()}
