import json
import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from ml_samples import DRIVER, LORRY, TODAY, VETERAN
from sklearn.utils.estimator_checks import parametrize_with_checks

from ml.additive import MonotoneAdditiveClassifier
from ml.evaluate.occupations import is_right
from ml.facts import pair_rows
from ml.matching import FEATURES, KNOTS, PairFact, Ranker, evaluate, fit_ranker, match_pair
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()


def synthetic_facts(liked, *, people=60, shown=20, seed=5):
    """Facts over 20 days in which people apply for what `liked` says."""
    draw = random.Random(seed)
    pool = synthetic_postings(150, today=TODAY)
    return [
        PairFact(profile, posting, "hired" if liked(profile, posting, day) else "shown", TODAY - timedelta(days=day))
        for profile, _ in synthetic_people(people, today=TODAY)
        for day, posting in enumerate(draw.sample(pool, shown))
    ]


def likes_pay(profile, posting, _day=0):
    return (posting.pay_low_yuan or 0) >= (profile.pay_floor_yuan or 5000)


def test_a_fitted_ranker_is_better_than_the_rules_on_later_facts():
    facts = synthetic_facts(likes_pay)
    fit = fit_ranker(facts, today=TODAY)
    figures = fit.ranker.card["figures"]
    assert (fit.passed, fit.ranker.card["kind"], fit.ranker.card["fallen"]) == (True, "fitted", [])
    assert figures["fitted"]["ndcg_at_10"] > figures["rules"]["ndcg_at_10"]
    assert evaluate(fit.ranker, facts)["ndcg_at_10"] > evaluate(PRIOR, facts)["ndcg_at_10"]
    rise = {name: curve[-1] - curve[0] for name, curve in zip(FEATURES, fit.ranker.curves, strict=True)}
    assert rise["pay"] == max(rise[name] for name in FEATURES if name not in ("admissible", "musts"))
    assert fit.ranker.card["rows"] == len(facts)
    first, border, last = fit.ranker.card["window"]
    assert first < border < last == TODAY.isoformat()


def test_with_few_facts_the_rules_stay():
    for facts in (synthetic_facts(likes_pay, people=4), []):
        fit = fit_ranker(facts, today=TODAY)
        assert (fit.ranker, fit.passed, fit.ranker.card["reason"]) == (PRIOR, False, "too few facts")


def test_a_model_that_falls_on_later_facts_does_not_pass():
    fit = fit_ranker(synthetic_facts(lambda *pair: likes_pay(*pair) is (pair[2] >= 5)), today=TODAY)
    assert not fit.passed
    assert fit.ranker.card["fallen"]
    assert fit.ranker.card["figures"]["fitted"]["ndcg_at_10"] < fit.ranker.card["figures"]["rules"]["ndcg_at_10"]


def test_a_model_below_the_present_one_does_not_pass():
    facts = synthetic_facts(likes_pay)
    good = fit_ranker(facts, today=TODAY).ranker
    weak = fit_ranker(facts[: len(facts) // 4], today=TODAY, present=good)
    fallen = [gate for gate in weak.ranker.card["fallen"] if gate.endswith(":present")]
    assert weak.passed is not bool(fallen)
    assert "present" in weak.ranker.card["figures"]


def test_repeated_clicks_teach_no_more_than_one():
    facts = synthetic_facts(likes_pay, people=20)
    clicks = [replace(fact, outcome="opened") for fact in facts if fact.outcome == "hired"] * 50
    assert fit_ranker([*facts, *clicks], today=TODAY).ranker == fit_ranker(facts, today=TODAY).ranker


def test_what_was_passed_over_far_down_the_list_says_less_and_what_was_chosen_there_more():
    far, near = (pair_rows([PairFact(DRIVER, LORRY, "shown", TODAY, place)]).weight[0] for place in (25, 1))
    assert far == pytest.approx(0.2)
    assert near == 1
    chosen, first = (pair_rows([PairFact(DRIVER, LORRY, "applied", TODAY, place)]).weight[0] for place in (9, 1))
    assert (chosen, first) == (pytest.approx(3.0), 1)
    assert pair_rows([PairFact(DRIVER, LORRY, "refused", TODAY, 25)]).weight[0] == 1


def test_facts_of_one_outcome_only_teach_nothing():
    for outcome in (True, False):
        assert fit_ranker(synthetic_facts(lambda *_, same=outcome: same), today=TODAY).ranker.card["kind"] == "prior"


def test_a_refusal_outweighs_an_application_and_a_hire_outweighs_a_refusal():
    def recall(*outcomes):
        facts = [PairFact(DRIVER, LORRY, what, TODAY + timedelta(days=day)) for day, what in enumerate(outcomes)]
        return evaluate(PRIOR, facts)["persons"]

    assert recall("shown", "opened", "applied") == 1
    assert recall("applied", "refused") == recall("refused", "opened") == 0
    assert recall("refused", "hired") == recall("hired", "shown") == 1


def test_an_unknown_outcome_is_refused():
    with pytest.raises(ValueError, match="unknown outcome"):
        evaluate(PRIOR, [PairFact(DRIVER, LORRY, "liked", TODAY)])


def test_evaluation_ranks_each_person_alone_and_ties_earn_nothing():
    near, far = LORRY, replace(LORRY, key="j2", occupation="2-01-01-00", title="研究人员", text="")
    right = [PairFact(DRIVER, near, "hired", TODAY), PairFact(DRIVER, far, "shown", TODAY)]
    wrong = [PairFact(DRIVER, near, "shown", TODAY), PairFact(DRIVER, far, "hired", TODAY)]
    assert evaluate(PRIOR, right) == {"persons": 1, "pairs": 2, "ndcg_at_10": 1.0, "recall_at_50": 1.0}
    assert evaluate(PRIOR, wrong)["ndcg_at_10"] == pytest.approx(0.6309, abs=1e-4)
    flat = Ranker(tuple((0.0,) * len(KNOTS[name]) for name in FEATURES), 0.0)
    tied = [replace(fact, posting=replace(LORRY, key=fact.posting.key)) for fact in right]
    assert evaluate(flat, tied)["ndcg_at_10"] < 1
    assert evaluate(PRIOR, [])["persons"] == 0


def test_a_ranker_survives_being_stored():
    fitted = fit_ranker(synthetic_facts(likes_pay), today=TODAY).ranker
    again = Ranker.from_bytes(fitted.to_bytes())
    assert again == fitted
    assert again.card == fitted.card
    one = match_pair(fitted, DRIVER, VETERAN, LORRY, today=TODAY)
    assert one == match_pair(again, DRIVER, VETERAN, LORRY, today=TODAY)


def _damaged():
    good = json.loads(PRIOR.to_bytes())
    yield b""
    yield b"\x80\x04pickle"
    yield b"[]"
    yield b'{"sha256": "x"}'
    yield json.dumps(good | {"sha256": "0" * 64}).encode()
    good["body"]["intercept"] = 3.0
    yield json.dumps(good).encode()


@pytest.mark.parametrize("data", list(_damaged()))
def test_a_damaged_ranker_is_refused(data):
    with pytest.raises(ValueError):
        Ranker.from_bytes(data)


FLAT = [(0.0,) * len(KNOTS[name]) for name in FEATURES]


@pytest.mark.parametrize(
    "curves",
    [[(1.0,)], [tuple(-float(place) for place in range(len(one))) for one in FLAT], [(float("nan"), 1.0), *FLAT[1:]]],
)
def test_curves_that_could_lower_a_score_for_having_more_are_refused(curves):
    with pytest.raises(ValueError):
        Ranker(tuple(curves), 0.0)


@parametrize_with_checks([MonotoneAdditiveClassifier()])
def test_the_estimator_keeps_the_rules_of_scikit_learn(estimator, check):
    check(estimator)


def test_the_estimator_never_falls_even_where_the_truth_does():
    draw = np.random.default_rng(3)
    rows = draw.uniform(size=(400, 3))
    target = rows[:, 0] - rows[:, 1] + draw.normal(scale=0.2, size=400) > 0
    model = MonotoneAdditiveClassifier(knots=[(0, 0.3, 1)] * 3).fit(rows, target)
    assert all((np.diff(curve) >= 0).all() for curve in model.curves_)
    assert model.curves_[0][-1] > 1
    assert model.curves_[1][-1] == 0
    assert model.score(rows, target) > 0.6


@pytest.mark.parametrize(
    ("found", "label", "right"),
    [
        ("4-02-02-02", "4-02-02-02", True),
        ("4-02-02-02", "4-02-02-01", False),
        ("4-02-02-02", "4-02-00-00", True),
        ("4-03-02-02", "4-02-00-00", False),
        ("4-02-00-00", "4-02-00-00", True),
    ],
)
def test_a_label_at_group_level_is_met_by_its_members(found, label, right):
    assert is_right(found, label) is right
