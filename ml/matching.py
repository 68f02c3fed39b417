"""The door to people and postings. Outsiders import from here and from `ml.reference`, nothing else."""

from ml.crosswalk import Correction, Links, Response, correct_links, table_links, trades_of
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
from ml.fitting import Fit, fit_ranker
from ml.index import PostingIndex
from ml.people_index import PersonIndex
from ml.pool import Pool
from ml.ranker import BANDS, KNOTS, Ranker, band, shown
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
    "KNOTS",
    "REQUIREMENT_KINDS",
    "RULE_LABELS",
    "SORTS",
    "Correction",
    "Eligibility",
    "Exclusion",
    "Explanation",
    "Filter",
    "Fit",
    "Links",
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
    "Response",
    "SearchResult",
    "band",
    "correct_links",
    "evaluate",
    "explain",
    "find_exclusion",
    "fit_ranker",
    "match_pair",
    "rank_people",
    "rank_postings",
    "search",
    "shown",
    "strip_region",
    "table_links",
    "trades_of",
]
