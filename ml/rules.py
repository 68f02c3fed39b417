"""Hard rules: the first stage, which takes a pair out with a reason before anything is scored.

Law excludes: a posting reserved for veterans, a statutory age limit, a licence that the age does not yet allow. A must
of the posting excludes when it is known to be missing: education, licence, certificate. So does a place in another
province than all that the person named, beyond their own limit. What is unknown (no birth date, no education filled
in) excludes nobody, and skills, years and posts held are for the score, since people state them incompletely.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from ml.documents import Eligibility, PostingDocument, Profile
from ml.features import (
    HARD_KINDS,
    Holdings,
    distance_km,
    is_missing,
    is_must,
    need_amount,
    region_degree,
    unit_vectors,
)
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
R_PLACE = "R_PLACE"
R_MUST = {"education": "R_EDUCATION", "licence": "R_LICENCE", "certificate": "R_CERTIFICATE"}
FAR_KM = 60.0  # nearer than this, another province is next door

# In this order; the first rule that applies is the one reported.
RULE_LABELS: Mapping[str, str] = {
    R_RESERVED: N_("退役军人专岗，只面向退役军人"),
    R_AGE: N_("年龄不在法律规定的范围内"),
    R_LICENCE_AGE: N_("还没到可以考这类驾驶证的年龄"),
    R_MUST["education"]: N_("学历达不到岗位的硬要求"),
    R_MUST["licence"]: N_("没有岗位必须的驾驶证"),
    R_MUST["certificate"]: N_("没有岗位必须的证书"),
    R_PLACE: N_("不在想去的省份"),
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
    """Full years on `today` of someone born on the day number `born` (see `day_number`), within 0 to 150."""
    return np.clip((day_number(today) - born) // 10000, 0, 150)


def find_exclusion(
    profile: Profile, eligibility: Eligibility, posting: PostingDocument, *, today: date
) -> Exclusion | None:
    """The first rule that excludes this pair, or None."""
    if posting.reserved_for_veterans and not eligibility.is_veteran:
        return Exclusion(R_RESERVED)
    age = age_on(today, day_number(eligibility.birth_on)) if eligibility.birth_on else None
    if age is not None and (age < (posting.min_age or 0) or age > (posting.max_age or age)):
        return Exclusion(R_AGE)
    held = Holdings(profile)
    lacking = [
        need
        for need in posting.requirements
        if is_must(need)
        and need.kind in HARD_KINDS
        and is_missing(need.kind, held.amount(need.kind, need.code), need_amount(need))
    ]
    if any(need.kind == "licence" and _is_too_young(eligibility, today, need.code) for need in lacking):
        return Exclusion(R_LICENCE_AGE)
    for kind in HARD_KINDS:
        if any(need.kind == kind for need in lacking):
            return Exclusion(R_MUST[kind])
    if profile.wanted_regions and region_degree(profile.wanted_regions, posting.region) == 0:
        km = distance_km(unit_vectors([profile.point]), unit_vectors([posting.point]))[0]
        if not km <= max(profile.max_distance_km or 0.0, FAR_KM):
            return Exclusion(R_PLACE)
    return None


def _first_only(columns: dict[str, Array]) -> dict[str, Array]:
    """Marks each row under its first rule only, in the order of `RULE_LABELS`."""
    found: dict[str, Array] = {}
    seen: Array | None = None
    for rule in RULE_LABELS:
        marked = columns[rule]
        found[rule] = marked if seen is None else marked & ~seen
        seen = marked if seen is None else seen | marked
    return found


def _is_too_young(eligibility: Eligibility, today: date, code: str) -> bool:
    return bool(eligibility.birth_on and age_on(today, day_number(eligibility.birth_on)) < licence_ages().get(code, 0))


def excluded_postings(
    index: PostingIndex,
    profile: Profile,
    eligibility: Eligibility,
    *,
    today: date,
    lacking: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Rule to a column of booleans over all postings; a row is marked under its first rule only.

    lacking: as `Pairs.lacking`, where it is known already.
    """
    none = np.zeros(len(index), dtype=bool)
    lacking = lacking or index.needs_met(profile)[1]
    columns: dict[str, Array] = {R_MUST[kind]: lacking[kind] for kind in HARD_KINDS}
    columns[R_LICENCE_AGE] = _too_young(index, eligibility, today, lacking["licence"])
    columns[R_RESERVED] = none if eligibility.is_veteran else np.asarray(index.column("reserved"))
    columns[R_AGE] = none
    if eligibility.birth_on is not None:
        age = age_on(today, day_number(eligibility.birth_on))
        columns[R_AGE] = (index.column("min_age") > age) | (index.column("max_age") < age)
    columns[R_PLACE] = none
    if profile.wanted_regions:
        elsewhere = np.array([region_degree(profile.wanted_regions, code) == 0 for code in index.regions], dtype=bool)
        if elsewhere.any():
            columns[R_PLACE] = elsewhere[index.column("region")]
            if profile.point:
                km = distance_km(unit_vectors([profile.point]), index.column("place"))
                columns[R_PLACE] = columns[R_PLACE] & ~(km <= max(profile.max_distance_km or 0.0, FAR_KM))
    return _first_only(columns)


def _too_young(index: PostingIndex, eligibility: Eligibility, today: date, lacking: Array) -> Array:
    """Postings that demand a licence which is lacking and which the age does not allow yet."""
    young = np.array(
        [must and kind == "licence" and _is_too_young(eligibility, today, code) for kind, code, _, must in index.needs],
        dtype=bool,
    )
    marked = np.zeros(len(index), dtype=bool)
    if young.any():
        marked[index.column("licence_row")[young[index.column("licence_id")]]] = True
    return marked & lacking


def excluded_people(index: PersonIndex, posting: PostingDocument, *, today: date) -> dict[str, Array]:
    """Rule to a column of booleans over all people; a row is marked under its first rule only."""
    columns = {rule: np.zeros(len(index), dtype=bool) for rule in RULE_LABELS}
    columns[R_RESERVED] = ~np.asarray(index.column("is_veteran")) & posting.reserved_for_veterans
    birth = index.column("birth")
    known, age = birth > 0, age_on(today, birth.astype(np.int64))
    if posting.min_age:
        columns[R_AGE] |= known & (age < posting.min_age)
    if posting.max_age:
        columns[R_AGE] |= known & (age > posting.max_age)
    for need in posting.requirements:
        if not (is_must(need) and need.kind in HARD_KINDS):
            continue
        have, want = index.amount(need.kind, need.code), need_amount(need)
        lacking = have < want
        if need.kind == "education":
            lacking &= have > 0
        columns[R_MUST[need.kind]] |= lacking
        if need.kind == "licence":
            columns[R_LICENCE_AGE] |= lacking & known & (age < licence_ages().get(need.code, 0))
    elsewhere = index.elsewhere(posting.region)
    if elsewhere.any():
        km = distance_km(unit_vectors([posting.point]), index.column("place"))
        limit = np.fmax(index.column("max_km"), FAR_KM)
        columns[R_PLACE] = elsewhere & ~(km <= limit)
    return _first_only(columns)
