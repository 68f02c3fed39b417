"""The door to people and postings. Outsiders import from here and from `ml.reference`, nothing else."""

from ml.counting import PeopleCount, count_people
from ml.courses import (
    CourseCounter,
    CourseGain,
    CourseOpening,
    certificates_for,
    course_gains,
    opened_by_courses,
    opened_postings,
    with_course,
    without_course,
)
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
from ml.evaluate.ranking import ranking_table
from ml.explain import Explanation, ReasonItem, explain, reasons
from ml.exposure import Attention, person_lift, posting_lift, spread
from ml.facts import GAINS, PairFact, evaluate
from ml.features import FEATURES, Holdings, strip_region
from ml.fitting import Fit, fit_ranker
from ml.gaps import Demand, Gap, find_gaps, sum_gaps, with_need
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
    best_postings,
    match_pair,
    rank_people,
    rank_postings,
    score_people,
    score_postings,
    search,
)
from ml.records import write_people, write_postings
from ml.rules import RULE_LABELS, Exclusion, find_exclusion
from ml.synthetic import synthetic_people, synthetic_postings

__all__ = [
    "BANDS",
    "FEATURES",
    "GAINS",
    "KNOTS",
    "REQUIREMENT_KINDS",
    "RULE_LABELS",
    "SORTS",
    "Attention",
    "Correction",
    "CourseCounter",
    "CourseGain",
    "CourseOpening",
    "Demand",
    "Eligibility",
    "Exclusion",
    "Explanation",
    "Filter",
    "Fit",
    "Gap",
    "Holdings",
    "Links",
    "Match",
    "PairFact",
    "PeopleCount",
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
    "best_postings",
    "certificates_for",
    "correct_links",
    "count_people",
    "course_gains",
    "evaluate",
    "explain",
    "find_exclusion",
    "find_gaps",
    "fit_ranker",
    "match_pair",
    "opened_by_courses",
    "opened_postings",
    "person_lift",
    "posting_lift",
    "rank_people",
    "rank_postings",
    "ranking_table",
    "reasons",
    "score_people",
    "score_postings",
    "search",
    "shown",
    "spread",
    "strip_region",
    "sum_gaps",
    "synthetic_people",
    "synthetic_postings",
    "table_links",
    "trades_of",
    "with_course",
    "with_need",
    "without_course",
    "write_people",
    "write_postings",
]
