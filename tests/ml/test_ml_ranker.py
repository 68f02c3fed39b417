import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from ml_samples import DRIVER, LORRY, TODAY, VETERAN

from ml.evaluate.occupations import is_right
from ml.matching import FEATURES, PairFact, Ranker, evaluate, fit_ranker, match_pair
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()


def synthetic_facts(liked, *, people=60, shown=20, seed=5):
    """Facts in which people apply for what `liked` says, with some noise."""
    draw = random.Random(seed)
    pool = synthetic_postings(150, today=TODAY)
    return [
        PairFact(profile, posting, "hired" if liked(profile, posting) else "shown", TODAY)
        for profile, _ in synthetic_people(people, today=TODAY)
        for posting in draw.sample(pool, shown)
    ]


def likes_pay(profile, posting):
    return (posting.pay_low_yuan or 0) >= (profile.pay_floor_yuan or 5000)


def test_a_fitted_ranker_is_better_than_the_prior_on_what_the_facts_show():
    facts = synthetic_facts(likes_pay)
    fitted = fit_ranker(facts, today=TODAY)
    assert fitted.card["kind"] == "fitted"
    assert fitted.card["fitted"]["ndcg_at_10"] > fitted.card["prior"]["ndcg_at_10"]
    assert evaluate(fitted, facts)["ndcg_at_10"] > evaluate(PRIOR, facts)["ndcg_at_10"]
    weight = dict(zip(FEATURES, fitted.weights, strict=True))
    assert weight["pay"] == max(weight.values())
    assert min(fitted.weights) >= 0
    assert fitted.card["rows"] == len(facts)
    assert fitted.card["weights"] == weight


def test_with_few_facts_the_prior_stays():
    fitted = fit_ranker(synthetic_facts(likes_pay, people=4), today=TODAY)
    assert fitted == PRIOR
    assert fitted.card["reason"] == "too few facts"
    assert fit_ranker([], today=TODAY) == PRIOR


def test_the_prior_stays_when_fitting_does_not_help_on_held_out_people():
    def contrary(profile, posting):
        # People whose key says they are held out like the opposite of all others.
        from ml.fitting import HELD_OUT_SHARE, _share

        return likes_pay(profile, posting) is (_share(profile.key) >= HELD_OUT_SHARE)

    fitted = fit_ranker(synthetic_facts(contrary), today=TODAY)
    assert fitted == PRIOR
    assert fitted.card["reason"] == "not better on held-out facts"
    assert fitted.card["fitted"]["ndcg_at_10"] < fitted.card["prior"]["ndcg_at_10"]


def test_facts_of_one_outcome_only_teach_nothing():
    for outcome in (True, False):
        assert fit_ranker(synthetic_facts(lambda *_, same=outcome: same), today=TODAY).card["kind"] == "prior"


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
    flat = Ranker((0.0,) * len(FEATURES), 0.0)
    tied = [replace(fact, posting=replace(LORRY, key=fact.posting.key)) for fact in right]
    assert evaluate(flat, tied)["ndcg_at_10"] < 1
    assert evaluate(PRIOR, [])["persons"] == 0


def test_a_ranker_survives_being_stored():
    fitted = fit_ranker(synthetic_facts(likes_pay), today=TODAY)
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


@pytest.mark.parametrize("weights", [(1.0,), (-0.1,) * len(FEATURES), (float("nan"),) * len(FEATURES)])
def test_weights_that_could_lower_a_score_for_having_more_are_refused(weights):
    with pytest.raises(ValueError):
        Ranker(weights, 0.0)


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
