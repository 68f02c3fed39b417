"""How other products would rank the same postings for the same people, written anew from what is publicly known.

Every function takes a corpus and a person and gives one score a posting, higher is better. The lexical ones get all
words that our own ranker has on both sides, so that what is compared is the way of ranking.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ml.columns import FloatArray
from ml.documents import PostingDocument, Profile, Requirement
from ml.features import HARD_KINDS, UNKNOWN_SKILL_LEVEL, coded_wish, occupation_prefixes, strip_region
from ml.index import PostingIndex
from ml.tables import (
    certificates,
    driver_licences,
    find_occupation,
    licence_certificates,
    licence_covers,
    skills,
    specialties,
)
from ml.vocabulary import inverse_frequency, term_weights
from ml.words import tokens

RRF_K = 60  # Cormack, Clarke and Büttcher 2009
TAGGED = ("skill", "certificate", "licence")


class Corpus:
    """Postings that all systems rank, in the order of our own index, with what several of them need computed once."""

    def __init__(self, postings: Iterable[PostingDocument], *, today: date) -> None:
        by_key = {posting.key: posting for posting in postings}
        self.postings = [by_key[key] for key in sorted(by_key, key=str.encode)]
        self.rows = {posting.key: row for row, posting in enumerate(self.postings)}
        self.today = today
        self.index = PostingIndex.build(self.postings, today=today)

    def __len__(self) -> int:
        return len(self.postings)

    @cached_property
    def texts(self) -> list[str]:
        """Title, text, name of the occupation and names of the conditions of each posting."""
        return [
            " ".join(
                (
                    posting.title,
                    posting.text,
                    *_occupation_names([posting.occupation]),
                    *(need.label for need in posting.requirements),
                )
            )
            for posting in self.postings
        ]

    @cached_property
    def tfidf(self) -> tuple[Any, Any]:
        """The vectorizer and the matrix (postings, words) of unit rows."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=tokens)
        # Without a single word anywhere there is nothing to fit; one word more changes no order.
        matrix = vectorizer.fit_transform([*self.texts, "无词"])
        return vectorizer, matrix[:-1]

    @cached_property
    def bm25(self) -> tuple[dict[str, int], Any]:
        """Word to column, and the matrix (postings, words) of BM25 weights."""
        from scipy.sparse import csr_array

        columns: dict[str, int] = {}
        rows: list[int] = []
        places: list[int] = []
        values: list[float] = []
        for row, (posting, text) in enumerate(zip(self.postings, self.texts, strict=True)):
            whole = PostingDocument(posting.key, posting.title, posting.published_on, text=text)
            for word, weight in term_weights(whole).items():
                rows.append(row)
                places.append(columns.setdefault(word, len(columns)))
                values.append(weight)
        matrix = csr_array((values, (rows, places)), shape=(len(self), len(columns)))
        seen = np.bincount(places, minlength=len(columns))
        rarity = np.array([inverse_frequency(len(self), int(count)) for count in seen])
        return columns, matrix.multiply(rarity[None, :]).tocsr()


def person_text(profile: Profile) -> str:
    """All words about a person that a search engine could be given, as a résumé would list them."""
    parts = [profile.wanted_words, *_occupation_names(profile.wanted_occupations), profile.past_words]
    parts += _occupation_names(code for code, *_ in profile.past_occupations)
    parts += [_names()["specialty", code] for code, _ in profile.specialties if ("specialty", code) in _names()]
    parts += [_names()["skill", code] for code, _ in profile.skills if ("skill", code) in _names()]
    parts += [_names()["certificate", code] for code in profile.certificates if ("certificate", code) in _names()]
    parts += [_names()["licence", code] for code in profile.licences if ("licence", code) in _names()]
    return "、".join(part for part in parts if part)


def _occupation_names(codes: Iterable[str]) -> list[str]:
    rows = (find_occupation(code) for code in codes if code)
    return [row.name for row in rows if row is not None]


@lru_cache(maxsize=1)
def _names() -> Mapping[tuple[str, str], str]:
    """Kind and code to the name by which résumés and postings call it."""
    names = {("specialty", specialty.code): specialty.name for specialty in specialties()}
    names |= {("skill", skill.code): skill.name for skill in skills()}
    names |= {("certificate", certificate.code): certificate.name for certificate in certificates()}
    return names | {("licence", licence.code): f"{licence.code} 驾驶证" for licence in driver_licences()}


def tfidf(corpus: Corpus, profile: Profile) -> FloatArray:
    """Cosine of the person's words and the posting's in TF-IDF weights, as scikit-learn computes them."""
    vectorizer, matrix = corpus.tfidf
    return np.asarray((matrix @ vectorizer.transform([person_text(profile)]).T).todense(), dtype=float).ravel()


def bm25(corpus: Corpus, profile: Profile) -> FloatArray:
    """BM25 of the person's words in the postings, with the constants and the weight of titles of our own search."""
    columns, matrix = corpus.bm25
    query = np.zeros(len(columns))
    for word in set(tokens(person_text(profile))):
        if word in columns:
            query[columns[word]] = 1.0
    return np.asarray(matrix @ query, dtype=float)


# 74CMS lets the operator set the seven weights; these are assumed.
CSE74_WEIGHTS: Mapping[str, float] = {
    "category": 30.0,
    "trade": 10.0,
    "wage": 20.0,
    "district": 20.0,
    "nature": 10.0,
    "service_added": 10.0,
    "refreshtime": 10.0,
}
CSE74_FRESHNESS = ((3, 1.0), (7, 0.9), (15, 0.5), (30, 0.3), (90, 0.1))  # days since the last refresh, score


def cse74(corpus: Corpus, profile: Profile) -> FloatArray:
    """The seven weighted scores of 74CMS SE: category, industry, wage, place, nature, paid boost, freshness.

    Known from its published recommendation: postings of another top category than the wish's are not listed; category
    and place give 1 for the lowest of three levels and 0.5 for the middle one; wages give 1 where the ranges overlap
    and 0.5 where they are within 1,000 yuan, which its condition also says of every lower wage; industry and nature
    (full or part time) give 1 when equal; freshness falls in steps. Nothing it scores knows skills, licences, years,
    education or service.

    Assumed: the weights; our major group, small group and occupation for its three levels of categories; the best of
    several wishes, since it keeps a list for each; and, since it demands an occupation and a nature, the occupation
    that words or else civilian work name where nobody chose one, and full time. Our people name no industry and
    nobody pays for a place, so these two are constant.
    """
    wishes = [occupation_prefixes(code) for code in _wished(profile)]
    wishes = wishes or [occupation_prefixes(code) for code, *_ in profile.past_occupations]
    places = [strip_region(code) for code in profile.wanted_regions if code]
    natures = profile.employment_types or ("full_time",)
    scores = np.zeros(len(corpus))
    for row, posting in enumerate(corpus.postings):
        category = _cse74_category(wishes, occupation_prefixes(posting.occupation))
        scores[row] = CSE74_WEIGHTS["category"] * category
        scores[row] += CSE74_WEIGHTS["wage"] * (
            1.0 if (posting.pay_high_yuan or posting.pay_low_yuan or 0) >= (profile.pay_floor_yuan or 0) else 0.5
        )
        scores[row] += CSE74_WEIGHTS["district"] * _cse74_district(places, strip_region(posting.region))
        scores[row] += CSE74_WEIGHTS["nature"] * (posting.employment_type in natures)
        days = (corpus.today - posting.published_on).days
        fresh = next((score for most, score in CSE74_FRESHNESS if days <= most), 0.0)
        scores[row] += CSE74_WEIGHTS["refreshtime"] * fresh
        if category < 0:
            scores[row] -= sum(CSE74_WEIGHTS.values())
    return scores


def _cse74_category(wishes: Sequence[tuple[str, ...]], posting: tuple[str, ...]) -> float:
    """1, 0.5 or 0, and -1 for a posting that would not be listed at all."""
    if not wishes:
        return 0.0
    best = -1.0
    for wish in wishes:
        if wish[:1] and wish[:1] == posting[:1]:
            best = max(best, 1.0 if wish == posting else 0.5 if len(wish) > 2 and wish[:3] == posting[:3] else 0.0)
    return best


def _cse74_district(places: Sequence[str], region: str) -> float:
    if any(len(place) >= 6 and place[:6] == region[:6] for place in places):
        return 1.0
    return 0.5 if any(len(place) >= 4 and place[:4] == region[:4] for place in places) else 0.0


def horilla(corpus: Corpus, profile: Profile) -> FloatArray:
    """Horilla's way: the share of a posting's skills that are among the words of the résumé, cut at white space.

    Chinese is written without spaces, so what is compared with a skill is a whole sentence. A posting that names no
    skill scores 0.
    """
    words = set(person_text(profile).lower().split())
    return _share_of_tags(corpus, words.__contains__)


def horilla_fair(corpus: Corpus, profile: Profile) -> FloatArray:
    """The same share with each skill looked for anywhere in the text of the résumé."""
    text = person_text(profile).lower()
    return _share_of_tags(corpus, text.__contains__)


def _share_of_tags(corpus: Corpus, has: Callable[[str], bool]) -> FloatArray:
    shares = []
    for posting in corpus.postings:
        tags = {_tag(need) for need in posting.requirements if need.kind in TAGGED}
        shares.append(sum(has(tag) for tag in tags) / len(tags) if tags else 0.0)
    return np.array(shares)


def _tag(need: Requirement) -> str:
    return re.sub(r"\s+", "", _names().get((need.kind, need.code), need.label).lower())


def odoo(corpus: Corpus, profile: Profile) -> FloatArray:
    """Odoo's matching score: levels of the matched skills and of the degree over the wanted ones, in percent.

    A level may count up to twice what is wanted, so the score passes 100 and one strong skill hides a missing one.
    Papers are skills of the highest level there, since Odoo keeps them as skills; a level nobody stated is a
    beginner's. The degree counts as its rank of eight. A posting that names no skill has no score.
    """
    held = {("skill", code): 20.0 * (level or UNKNOWN_SKILL_LEVEL) for code, level in profile.skills}
    held |= {("certificate", code): 100.0 for code in profile.certificates}
    scores = np.zeros(len(corpus))
    for row, posting in enumerate(corpus.postings):
        wanted = {(need.kind, need.code): need for need in posting.requirements if need.kind in TAGGED}
        degree = max((12.5 * need.level for need in posting.requirements if need.kind == "education"), default=0.0)
        total = degree
        reached = 12.5 * profile.education_rank if degree > 1 else 0.0
        for kind_and_code, need in wanted.items():
            level = 20.0 * max(need.level, 1) if need.kind == "skill" else 100.0
            total += level
            has_licence = need.kind == "licence" and licence_covers(profile.licences, need.code)
            reached += min(100.0 if has_licence else held.get(kind_and_code, 0.0), 2 * level)
        scores[row] = 100.0 * reached / total if wanted else 0.0
    return scores


def rules(corpus: Corpus, profile: Profile) -> FloatArray:
    """What a careful programmer would write down, each counting the same: 0 to 1.

    Depth of the nearest occupation in the tree of the classification, share of the conditions met, wanted place, pay
    not below the floor, and shift. It shares no code with our features, so that it stays put when they change.
    """
    codes = [*_wished(profile), *(code for code, *_ in profile.past_occupations)]
    served = {code for code, _ in profile.specialties}
    for row in specialties():
        if row.code in served:
            codes += [*row.primary_occupations, *row.secondary_occupations]
    trades = [occupation_prefixes(code) for code in dict.fromkeys(codes)]
    places = [strip_region(code) for code in profile.wanted_regions if code]
    scores = np.zeros(len(corpus))
    for row_number, posting in enumerate(corpus.postings):
        work = set(occupation_prefixes(posting.occupation))
        met = [_meets(profile, need) for need in posting.requirements]
        pay = posting.pay_high_yuan or posting.pay_low_yuan or 0
        scores[row_number] = (
            max((len(work.intersection(trade)) for trade in trades), default=0) / 4
            + (sum(met) / len(met) if met else 0.5)
            + (_cse74_district(places, strip_region(posting.region)) if places else 0.5)
            + (pay >= (profile.pay_floor_yuan or 0))
            + (not profile.shifts or posting.shift in profile.shifts)
        ) / 5
    return scores


def _wished(profile: Profile) -> tuple[str, ...]:
    """The occupations that the person chose; where none, the likeliest one for what they typed."""
    return profile.wanted_occupations or tuple(code for code, _ in coded_wish(profile.wanted_words)[:1])


def _meets(profile: Profile, need: Requirement) -> bool:
    """Whether a condition is met, or may be: education that is not filled in."""
    classes = licence_certificates()
    if need.kind == "education":
        return profile.education_rank == 0 or profile.education_rank >= need.level
    if need.kind in ("licence", "certificate"):
        papers = (*profile.licences, *(classes[code] for code in profile.certificates if code in classes))
        return need.code in profile.certificates or licence_covers(papers, classes.get(need.code, need.code))
    if need.kind == "skill":
        return any(code == need.code for code, _ in profile.skills)
    if need.kind == "years":
        return profile.work_years + profile.service_years >= need.years
    if need.kind == "specialty":
        return any(code == need.code for code, _ in profile.specialties)
    return profile.leadership >= max(need.level, 1)


def hybrid(corpus: Corpus, profile: Profile) -> FloatArray:
    """Reciprocal rank fusion of BM25, TF-IDF and the rules; postings whose musts are met come first.

    Musts here are those of education, licence and certificate, as for our own hard rules.
    """
    fused = np.zeros(len(corpus))
    for system in (bm25, tfidf, rules):
        scores = np.round(system(corpus, profile), 9)
        better = len(scores) - np.searchsorted(np.sort(scores), scores, side="right")
        fused += 1.0 / (RRF_K + 1 + better)
    met = [
        all(_meets(profile, need) for need in posting.requirements if need.must and need.kind in HARD_KINDS)
        for posting in corpus.postings
    ]
    return fused + np.array(met, dtype=float)


BASELINES: Mapping[str, Callable[[Corpus, Profile], FloatArray]] = {
    "cse74": cse74,
    "horilla": horilla,
    "horilla_fair": horilla_fair,
    "odoo": odoo,
    "tfidf": tfidf,
    "bm25": bm25,
    "hybrid": hybrid,
}
