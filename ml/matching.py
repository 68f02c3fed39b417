"""The door to people and postings. Outsiders import from here and from `ml.reference`, nothing else."""

from ml.documents import (
    REQUIREMENT_KINDS,
    Eligibility,
    Person,
    Point,
    PostingDocument,
    Profile,
    Requirement,
)
from ml.explain import Explanation, ReasonItem, explain
from ml.facts import GAINS, PairFact, evaluate
from ml.features import FEATURES, strip_region
from ml.fitting import fit_ranker
from ml.index import PostingIndex
from ml.people_index import PersonIndex
from ml.pool import Pool
from ml.ranker import BANDS, Ranker, band
from ml.ranking import (
    SORTS,
    Filter,
    Match,
    Ranking,
    SearchResult,
    match_pair,
    rank_people,
    rank_postings,
    search,
)
from ml.rules import RULE_LABELS, Exclusion, find_exclusion

__all__ = [
    "BANDS",
    "FEATURES",
    "GAINS",
    "REQUIREMENT_KINDS",
    "RULE_LABELS",
    "SORTS",
    "Eligibility",
    "Exclusion",
    "Explanation",
    "Filter",
    "Match",
    "PairFact",
    "Person",
    "PersonIndex",
    "Point",
    "Pool",
    "PostingDocument",
    "PostingIndex",
    "Profile",
    "Ranker",
    "Ranking",
    "ReasonItem",
    "Requirement",
    "SearchResult",
    "band",
    "evaluate",
    "explain",
    "find_exclusion",
    "fit_ranker",
    "match_pair",
    "rank_people",
    "rank_postings",
    "search",
    "strip_region",
]
