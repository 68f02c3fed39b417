from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_samples import CERTIFICATES, DRIVER, LORRY, TODAY, VETERAN, eligibilities, postings, profiles

from ml.matching import (
    FEATURES,
    KNOTS,
    Eligibility,
    PersonIndex,
    Pool,
    PostingDocument,
    PostingIndex,
    Profile,
    Ranker,
    Requirement,
    match_pair,
    rank_people,
    rank_postings,
    shown,
)
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()
few = settings(max_examples=60, deadline=None)


def score(profile, posting):
    return match_pair(PRIOR, profile, Eligibility(), posting, today=TODAY).score


@few
@given(profiles, eligibilities, st.lists(postings, max_size=3))
def test_scores_lie_between_0_and_100_and_features_between_0_and_1(profile, eligibility, documents):
    index = PostingIndex.build(documents, today=TODAY)
    matrix = index.pairs(profile, today=TODAY).matrix()
    assert np.isfinite(matrix).all()
    assert ((matrix >= 0) & (matrix <= 1 + 1e-9)).all()
    ranking = rank_postings(PRIOR, Pool(index), profile, eligibility, today=TODAY)
    assert all(0 <= match.score <= 100 for match in ranking.matches)
    assert ranking.considered + sum(ranking.excluded.values()) == len({one.key for one in documents})
    assert len(ranking.matches) == ranking.considered


@few
@given(profiles, eligibilities, postings)
def test_both_directions_give_a_pair_the_same_score_reasons_and_exclusion(profile, eligibility, posting):
    there = rank_postings(PRIOR, Pool(PostingIndex.build([posting], today=TODAY)), profile, eligibility, today=TODAY)
    people = PersonIndex.build([(profile, eligibility)], today=TODAY)
    back = rank_people(PRIOR, Pool(people), posting, today=TODAY)
    assert there.excluded == back.excluded
    for one, other in zip(there.matches, back.matches, strict=True):
        assert one.raw == pytest.approx(other.raw, abs=1e-4)
        assert one.explanation == other.explanation
    forward = PostingIndex.build([posting], today=TODAY).pairs(profile, today=TODAY)
    backward = people.pairs(posting, today=TODAY)
    np.testing.assert_allclose(forward.matrix(), backward.matrix(), atol=1e-5)
    np.testing.assert_allclose(PRIOR.raw(forward), PRIOR.raw(backward), atol=1e-4)


@few
@given(profiles, eligibilities, st.lists(postings, min_size=1, max_size=3), st.integers(0, 10_000))
def test_contributions_add_up_to_the_raw_score_and_the_shown_one_rises_with_it(profile, eligibility, documents, seed):
    draw = np.random.default_rng(seed)
    curves = tuple(tuple(np.sort(draw.normal(size=len(KNOTS[name]))).tolist()) for name in FEATURES)
    for ranker in (PRIOR, Ranker(curves, float(draw.normal()))):
        index = PostingIndex.build(documents, today=TODAY)
        raw = ranker.raw(index.pairs(profile, today=TODAY))
        matches = rank_postings(ranker, Pool(index), profile, eligibility, today=TODAY, nearly=9)
        for match in (*matches.matches, *matches.nearly):
            assert sum(match.contributions.values()) == pytest.approx(match.raw, abs=1e-6)
            assert raw[int(index.rows([match.key])[0])] == pytest.approx(match.raw, abs=1e-6)
            assert match.score == round(float(shown(match.raw)), 1)
        assert [one.raw for one in matches.matches] == sorted((one.raw for one in matches.matches), reverse=True)


@few
@given(profiles, eligibilities, postings)
def test_the_column_rules_agree_with_the_rule_for_one_pair(profile, eligibility, posting):
    ranking = rank_postings(PRIOR, Pool(PostingIndex.build([posting], today=TODAY)), profile, eligibility, today=TODAY)
    found = match_pair(PRIOR, profile, eligibility, posting, today=TODAY).explanation.excluded
    assert dict(ranking.excluded) == ({found.rule: 1} if found else {})


@few
@given(profiles, eligibilities, eligibilities, postings)
def test_age_sex_and_status_never_change_a_score(profile, one, other, posting):
    first = match_pair(PRIOR, profile, one, posting, today=TODAY)
    second = match_pair(PRIOR, profile, other, posting, today=TODAY)
    assert first.score == second.score
    assert first.explanation.items == second.explanation.items


@few
@given(profiles, postings, st.sampled_from(CERTIFICATES))
def test_one_more_certificate_never_lowers_the_score(profile, posting, code):
    assert score(replace(profile, certificates=(*profile.certificates, code)), posting) >= score(profile, posting)


@few
@given(profiles, postings)
def test_meeting_any_requirement_never_lowers_the_score(profile, posting):
    before = score(profile, posting)
    for need in posting.requirements:
        better = {
            "education": {"education_rank": 8},
            "licence": {"licences": (*profile.licences, need.code)},
            "certificate": {"certificates": (*profile.certificates, need.code)},
            "skill": {"skills": (*profile.skills, (need.code, 5))},
            "years": {"work_years": profile.work_years + need.years},
            "specialty": {"specialties": (*profile.specialties, (need.code, 3.0))},
            "leadership": {"leadership": 2},
        }[need.kind]
        assert score(replace(profile, **better), posting) >= before


@few
@given(profiles, profiles, postings, st.integers(0, 10_000))
def test_a_missing_licence_certificate_or_degree_is_never_outweighed(one, other, posting, seed):
    draw = np.random.default_rng(seed)
    curves = tuple(tuple(np.sort(draw.normal(size=len(KNOTS[name]))).tolist()) for name in FEATURES)
    index = PostingIndex.build([posting], today=TODAY)
    admissible = FEATURES.index("admissible")
    for ranker in (PRIOR, Ranker(curves, 0.0)):
        sides = [index.pairs(profile, today=TODAY) for profile in (one, other)]
        marks = [pairs.matrix()[0, admissible] for pairs in sides]
        raw = [float(ranker.raw(pairs)[0]) for pairs in sides]
        if marks[0] != marks[1]:
            assert (raw[0] < raw[1]) == (marks[0] < marks[1])


def test_no_nice_to_have_outweighs_a_missing_must_skill():
    must = Requirement("skill", "SK015", True, "电焊", level=3)
    nice = tuple(Requirement("skill", code, False, code, level=3) for code in ("SK001", "SK002", "SK075"))
    wanted = replace(LORRY, requirements=(must, *nice, Requirement("years", "", False, "10 年", years=10)))
    plain = Profile(key="p", skills=(("SK015", 3),))
    strong = Profile(key="p", skills=(("SK001", 5), ("SK002", 5), ("SK075", 5)), work_years=30.0, leadership=2)
    assert score(plain, wanted) > score(strong, wanted)


def test_a_soft_trait_is_never_a_must():
    trait = replace(LORRY, requirements=(Requirement("skill", "SK104", True, "责任心"),))
    wish = replace(LORRY, requirements=(Requirement("skill", "SK104", False, "责任心"),))
    assert score(DRIVER, trait) == score(DRIVER, wish)


def test_a_posting_that_states_conditions_which_are_met_is_above_one_that_leaves_them_out():
    able = replace(DRIVER, skills=(("SK005", 5),))
    assert score(able, LORRY) > score(able, replace(LORRY, requirements=()))


def test_work_in_the_service_counts_less_as_the_years_pass_and_later_work_more():
    lorry = replace(LORRY, requirements=())
    scores = [score(replace(DRIVER, years_since_service=float(years)), lorry) for years in (0, 5, 10, 20)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    guard = replace(LORRY, requirements=(), occupation="4-07-05-01", title="保安", text="")
    fresh = replace(DRIVER, wanted_occupations=(), wanted_words="", years_since_service=0.0)
    settled = replace(fresh, years_since_service=15.0, past_occupations=(("4-07-05-01", 10.0, 0.0),))
    assert score(fresh, lorry) > score(fresh, guard)
    assert score(settled, guard) > score(settled, lorry)


def test_nothing_known_about_a_person_or_posting_still_gives_a_score():
    bare = PostingDocument(key="j", title="", published_on=TODAY)
    assert 0 <= score(Profile(key="p"), bare) <= 100


def test_empty_pools_give_empty_rankings():
    nobody, nothing = PersonIndex.build([], today=TODAY), PostingIndex.build([], today=TODAY)
    assert rank_postings(PRIOR, Pool(nothing), DRIVER, VETERAN, today=TODAY).matches == ()
    assert rank_people(PRIOR, Pool(nobody), LORRY, today=TODAY).matches == ()


def test_a_reserved_posting_is_for_veterans_only():
    reserved = replace(LORRY, reserved_for_veterans=True)
    pool = Pool(PostingIndex.build([reserved], today=TODAY))
    assert rank_postings(PRIOR, pool, DRIVER, VETERAN, today=TODAY).considered == 1
    dependant = Eligibility(is_dependant=True)
    ranking = rank_postings(PRIOR, pool, DRIVER, dependant, today=TODAY)
    assert (ranking.matches, ranking.excluded) == ((), {"R_RESERVED": 1})


def test_a_statutory_age_limit_excludes_from_the_birthday_on():
    limited = replace(LORRY, max_age=35)
    pool = Pool(PostingIndex.build([limited], today=TODAY))
    for born, excluded in ((date(1990, 11, 21), True), (date(1990, 11, 22), False)):
        # Someone born on this day in 1990 turns 36 today; born one day later, tomorrow.
        ranking = rank_postings(PRIOR, pool, DRIVER, Eligibility(birth_on=born), today=TODAY)
        assert bool(ranking.excluded["R_AGE"]) is excluded
    assert rank_postings(PRIOR, pool, DRIVER, Eligibility(), today=TODAY).considered == 1


def test_someone_too_young_for_the_licence_is_excluded_unless_they_hold_it():
    young = Eligibility(birth_on=TODAY - timedelta(days=19 * 366))
    pool = Pool(PostingIndex.build([LORRY], today=TODAY))
    without = rank_postings(PRIOR, pool, replace(DRIVER, licences=()), young, today=TODAY)
    assert without.excluded == {"R_LICENCE_AGE": 1}
    assert rank_postings(PRIOR, pool, DRIVER, young, today=TODAY).considered == 1


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"licences": ()}, "R_LICENCE"),
        ({"certificates": ()}, "R_CERTIFICATE"),
        ({"education_rank": 3}, "R_EDUCATION"),
        ({"wanted_regions": ("11",)}, "R_PLACE"),
    ],
)
def test_a_missing_must_excludes_with_its_reason(changed, rule):
    needs = (*LORRY.requirements[:2], Requirement("education", "", True, "高中", level=4))
    pool = Pool(PostingIndex.build([replace(LORRY, requirements=needs)], today=TODAY))
    able = replace(DRIVER, point=None)
    assert rank_postings(PRIOR, pool, able, VETERAN, today=TODAY).considered == 1
    ranking = rank_postings(PRIOR, pool, replace(able, **changed), VETERAN, today=TODAY)
    assert (ranking.matches, ranking.excluded) == ((), {rule: 1})


def test_education_that_nobody_filled_in_and_a_place_over_the_border_exclude_nothing():
    needs = (Requirement("education", "", True, "本科", level=6),)
    pool = Pool(PostingIndex.build([replace(LORRY, requirements=needs, region="430302")], today=TODAY))
    unknown = replace(DRIVER, education_rank=0, wanted_regions=("36",))
    assert rank_postings(PRIOR, pool, unknown, VETERAN, today=TODAY).considered == 1
    far = replace(unknown, point=(31.0, 121.0))
    assert rank_postings(PRIOR, pool, far, VETERAN, today=TODAY).excluded == {"R_PLACE": 1}


def test_what_one_licence_or_certificate_keeps_out_is_named_as_nearly_fitting():
    pool = Pool(PostingIndex.build([LORRY], today=TODAY))
    ranking = rank_postings(PRIOR, pool, replace(DRIVER, certificates=()), VETERAN, today=TODAY, nearly=5)
    assert ranking.matches == ()
    assert [match.key for match in ranking.nearly] == ["j1"]
    assert ranking.nearly[0].explanation.excluded.rule == "R_CERTIFICATE"
    assert [item.kind for item in ranking.nearly[0].explanation.gaps if item.must] == ["certificate"]
    both = rank_postings(PRIOR, pool, replace(DRIVER, licences=(), certificates=()), VETERAN, today=TODAY, nearly=5)
    assert both.nearly == ()


def test_an_empty_profile_is_told_so():
    lines = match_pair(PRIOR, Profile(key="p"), Eligibility(), LORRY, today=TODAY).explanation.items
    assert "简历还没有填技能" in [line.text for line in lines]


def test_the_best_come_first_and_only_as_many_as_asked():
    pool = Pool(PostingIndex.build(synthetic_postings(300, today=TODAY), today=TODAY))
    profile, eligibility = synthetic_people(1, today=TODAY)[0]
    every = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=300)
    some = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=10)
    assert some.matches == every.matches[:10]
    assert [match.score for match in every.matches] == sorted((match.score for match in every.matches), reverse=True)
    seen = frozenset(match.key for match in some.matches)
    later = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=10, exclude_keys=seen)
    assert later.matches == every.matches[10:20]
    assert rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=0).matches == ()


def test_scoring_few_rows_first_finds_the_same_best_as_scoring_all(monkeypatch):
    draw = np.random.default_rng(7)
    pool = Pool(PostingIndex.build(synthetic_postings(600, today=TODAY), today=TODAY))
    curves = tuple(tuple(np.sort(draw.normal(size=len(KNOTS[name]))).tolist()) for name in FEATURES)
    for ranker in (PRIOR, Ranker(curves, 0.0)):
        for profile, eligibility in synthetic_people(12, today=TODAY):
            whole = rank_postings(ranker, pool, profile, eligibility, today=TODAY, top=15)
            with monkeypatch.context() as patch:
                patch.setattr("ml.ranking.FIRST_SCORED", 4)
                patch.setattr("ml.ranking.FIRST_SCORED_TIMES", 1)
                few_first = rank_postings(ranker, pool, profile, eligibility, today=TODAY, top=15)
            assert few_first == whole


@few
@given(profiles, eligibilities, st.lists(postings, min_size=1, max_size=3), st.integers(0, 10_000))
def test_no_score_exceeds_its_bound(profile, eligibility, documents, seed):
    draw = np.random.default_rng(seed)
    curves = tuple(tuple(np.sort(draw.normal(size=len(KNOTS[name]))).tolist()) for name in FEATURES)
    index = PostingIndex.build(documents, today=TODAY)
    for ranker in (PRIOR, Ranker(curves, 0.0)):
        pairs = index.pairs(profile, today=TODAY)
        assert (ranker.raw(pairs) <= ranker.bounds(pairs) + 1e-9).all()
