"""Hard rules: what the law excludes, and nothing else.

A missing licence, certificate or school degree excludes nobody: it is a gap that can be closed, so it lowers the
score and is shown with its cure. Only three things exclude: a statutory age limit, a posting reserved for veterans,
and a licence that the law does not yet allow at the person's age. What is unknown (no birth date) excludes nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from ml.documents import Eligibility, PostingDocument, Profile
from ml.features import Holdings
from ml.index import PostingIndex
from ml.people_index import PersonIndex, day_number
from ml.store import Array
from ml.tables import driver_licences


def N_(text: str) -> str:
    """Marks a text for the translation catalog and returns it unchanged."""
    return text


R_RESERVED = "R_RESERVED"
R_AGE = "R_AGE"
R_LICENCE_AGE = "R_LICENCE_AGE"

# In this order; the first rule that applies is the one reported.
RULE_LABELS: Mapping[str, str] = {
    R_RESERVED: N_("退役军人专岗，只面向退役军人"),
    R_AGE: N_("年龄不在法律规定的范围内"),
    R_LICENCE_AGE: N_("还没到可以考这类驾驶证的年龄"),
}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The rule that keeps a pair apart. `label` is a message id."""

    rule: str

    @property
    def label(self) -> str:
        return RULE_LABELS[self.rule]


@lru_cache(maxsize=1)
def licence_ages() -> dict[str, int]:
    """Licence class to least age in years. Source: `driver_licences.csv`."""
    return {row.code: row.min_age for row in driver_licences()}


def age_on(today: date, born: Any) -> Any:
    """Full years on `today` of someone born on the day number `born` (see `day_number`)."""
    return (day_number(today) - born) // 10000


def find_exclusion(
    profile: Profile, eligibility: Eligibility, posting: PostingDocument, *, today: date
) -> Exclusion | None:
    """The first rule that excludes this pair, or None."""
    if posting.reserved_for_veterans and not eligibility.is_veteran:
        return Exclusion(R_RESERVED)
    if eligibility.birth_on is None:
        return None
    age = age_on(today, day_number(eligibility.birth_on))
    if (posting.min_age and age < posting.min_age) or (posting.max_age and age > posting.max_age):
        return Exclusion(R_AGE)
    held = Holdings(profile)
    for need in posting.requirements:
        too_young = need.kind == "licence" and need.must and age < licence_ages().get(need.code, 0)
        if too_young and not held.amount("licence", need.code):
            return Exclusion(R_LICENCE_AGE)
    return None


def excluded_postings(
    index: PostingIndex, profile: Profile, eligibility: Eligibility, *, today: date
) -> dict[str, Array]:
    """Rule to a column of booleans over all postings; a row is marked under its first rule only."""
    reserved = np.asarray(index.column("reserved")) & (not eligibility.is_veteran)
    none = np.zeros(len(index), dtype=bool)
    if eligibility.birth_on is None:
        return {R_RESERVED: reserved, R_AGE: none, R_LICENCE_AGE: none}
    age = age_on(today, day_number(eligibility.birth_on))
    by_age = ((index.column("min_age") > age) | (index.column("max_age") < age)) & ~reserved
    held = Holdings(profile)
    too_young = np.array(
        [
            must and kind == "licence" and age < licence_ages().get(code, 0) and not held.amount(kind, code)
            for kind, code, _, must in index.needs
        ]
        or [False]
    )
    by_licence = none
    if too_young.any():
        by_licence = np.bincount(index.column("need_row"), too_young[index.column("need_id")], len(index)) > 0
        by_licence &= ~reserved & ~by_age
    return {R_RESERVED: reserved, R_AGE: by_age, R_LICENCE_AGE: by_licence}


def excluded_people(index: PersonIndex, posting: PostingDocument, *, today: date) -> dict[str, Array]:
    """Rule to a column of booleans over all people; a row is marked under its first rule only."""
    reserved = ~np.asarray(index.column("is_veteran")) & posting.reserved_for_veterans
    birth = index.column("birth")
    known, age = birth > 0, age_on(today, birth.astype(np.int64))
    by_age = np.zeros(len(index), dtype=bool)
    if posting.min_age:
        by_age |= known & (age < posting.min_age)
    if posting.max_age:
        by_age |= known & (age > posting.max_age)
    by_age &= ~reserved
    by_licence = np.zeros(len(index), dtype=bool)
    for need in posting.requirements:
        if need.kind == "licence" and need.must:
            by_licence |= known & (age < licence_ages().get(need.code, 0)) & ~index.holds_licence(need.code)
    return {R_RESERVED: reserved, R_AGE: by_age, R_LICENCE_AGE: by_licence & ~reserved & ~by_age}
