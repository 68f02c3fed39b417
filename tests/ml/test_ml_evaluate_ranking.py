import json
import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from ml_samples import DRIVER, LORRY, VETERAN

from ml.baselines import BASELINES, Corpus, bm25, cse74, horilla, horilla_fair, hybrid, odoo, person_text, tfidf
from ml.documents import Person, PostingDocument, Profile, Requirement
from ml.evaluate import ranking
from ml.evaluate.ranking import evaluate_ranking, even_ndcg, in_order, kappa, ndcg, recall, reciprocal_rank
from ml.records import write_people, write_postings

DAY = date(2026, 11, 20)


def posting(key: str, **values: object) -> PostingDocument:
    return PostingDocument(**{"key": key, "title": "普工", "published_on": DAY} | values)


def corpus(*postings: PostingDocument) -> Corpus:
    return Corpus(postings, today=DAY)


def skill(code: str, level: int = 0) -> Requirement:
    return Requirement("skill", code, True, "", level)


def test_metrics_have_the_values_worked_out_by_hand():
    # Gains 1, 7, 0 at discounts 1, log2(3), 2; the best order is 7, 1, 0.
    assert ndcg([1, 3, 0]) == pytest.approx((1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3)))
    assert ndcg([0] * 10 + [3]) == 0
    assert ndcg([0, 0]) is None
    assert recall([2, 0, 3] + [0] * 17 + [2]) == pytest.approx(2 / 3)
    assert recall([1, 0]) is None
    assert reciprocal_rank([1, 0, 2, 3]) == pytest.approx(1 / 3)
    assert reciprocal_rank([1]) is None


def test_ties_are_broken_against_the_system():
    assert in_order(np.array([0.5, 0.5, 0.9, 0.5]), [3, 0, 1, 2]) == [1, 0, 2, 3]
    assert in_order(np.array([0.1 + 0.2, 0.3]), [2, 1]) == [1, 2]


def test_averaged_ties_are_the_mean_of_all_orders():
    assert even_ndcg(np.array([0.0, 0.0]), [3, 0]) == pytest.approx((ndcg([3, 0]) + ndcg([0, 3])) / 2)
    assert even_ndcg(np.array([2.0, 1.0]), [0, 3]) == pytest.approx(ndcg([0, 3]))
    assert even_ndcg(np.zeros(30), [3] + [0] * 29) == pytest.approx(
        sum(1 / math.log2(n + 1) for n in range(1, 11)) / 30
    )
    assert even_ndcg(np.zeros(2), [0, 0]) is None


def test_kappa_is_that_of_a_textbook_table():
    first = {"p": {"a": 0, "b": 3, "c": 3, "d": 0}}
    second = {"p": {"a": 0, "b": 3, "c": 0, "d": 0, "e": 2}}
    # Observed disagreement 1 of 4; by chance 2/4 * 3/4 + 2/4 * 1/4 = 1/2; 1 - (1/4) / (1/2).
    assert kappa(first, second) == (4, pytest.approx(0.5))
    assert kappa(first, {}) == (0, None)
    assert kappa({"p": {"a": 2}}, {"p": {"a": 2}}) == (1, None)


def test_horilla_misses_a_chinese_phrase_and_its_fair_form_finds_it():
    profile = Profile("p", skills=(("SK002", 4),), past_words="货车司机", wanted_words="wms")
    pool = corpus(
        posting("a", requirements=(skill("SK002"),)),
        posting("b", requirements=(skill("SK005"),)),
        posting("c", requirements=(skill("SK002"), skill("SK005"))),
        posting("d"),
    )
    assert horilla(pool, profile).tolist() == [0, 0, 0, 0]
    assert horilla_fair(pool, profile).tolist() == [1, 0, 0.5, 0]
    english = corpus(posting("a", requirements=(Requirement("skill", "own", True, "WMS"),)))
    assert horilla(english, replace(profile, skills=(), past_words="")).tolist() == [1]


def test_odoo_passes_100_and_a_strong_skill_hides_a_missing_must():
    profile = Profile("p", skills=(("SK002", 5),), education_rank=6)
    one = posting("a", requirements=(skill("SK002", 3),))
    hidden = posting("b", requirements=(skill("SK002", 2), skill("SK005", 2)))
    degree = posting("c", requirements=(Requirement("education", "", True, "大专", 4), skill("SK005", 5)))
    assert odoo(corpus(one, hidden, degree, posting("d")), profile).tolist() == pytest.approx(
        [100 * 100 / 60, 100.0, 50.0, 0.0]
    )
    assert odoo(corpus(posting("a", requirements=(Requirement("licence", "C1", True, ""),))), DRIVER).tolist() == [100]


def test_74cms_hides_another_category_and_knows_no_licence():
    profile = Profile("p", wanted_occupations=("4-02-02-02",), pay_floor_yuan=6000, wanted_regions=("430302",))
    same = {"occupation": "4-02-02-02", "region": "430302000000", "pay_high_yuan": 7000, "employment_type": "full_time"}
    pool = corpus(
        posting("a", **same),
        posting("b", **same, requirements=(Requirement("licence", "A1", True, "A1"),)),
        posting("c", **same | {"occupation": "4-02-02-01", "region": "430381"}),
        posting("d", **same | {"pay_high_yuan": 2000}),
        posting("e", **same | {"occupation": "6-31-01-03"}),
        replace(posting("f", **same), published_on=DAY - timedelta(days=20)),
    )
    scores = cse74(pool, profile)
    assert scores[0] == scores[1] == 30 + 20 + 20 + 10 + 10
    assert scores[2] == scores[0] - 15 - 10
    assert scores[3] == scores[0] - 10
    assert scores[4] < 0
    assert scores[5] == pytest.approx(scores[0] - 7)


def test_lexical_systems_find_words_and_know_no_musts():
    pool = corpus(LORRY, posting("x", title="保洁员", text="打扫卫生"), posting("y", title="", text=""))
    for system in (tfidf, bm25):
        scores = dict(zip(pool.rows, system(pool, DRIVER), strict=True))
        assert scores["j1"] > scores["x"] >= scores["y"] == 0
        assert not system(pool, Profile("nobody")).any()
    assert "货车司机" in person_text(DRIVER)
    assert "B2" not in person_text(DRIVER)


def test_the_fusion_puts_met_musts_first():
    pool = corpus(
        replace(LORRY, requirements=(Requirement("licence", "A1", True, "A1"),)), posting("x", title="保洁员")
    )
    scores = dict(zip(pool.rows, hybrid(pool, DRIVER), strict=True))
    assert scores["x"] > 1 > scores["j1"]


def test_every_system_takes_empty_people_and_postings():
    pool = corpus(posting("a", title=""), replace(posting("b"), published_on=date.min))
    for name, system in BASELINES.items():
        scores = system(pool, Profile("p"))
        assert scores.shape == (2,), name
        assert np.isfinite(scores).all(), name


PEOPLE = [Person(DRIVER, VETERAN), Person(Profile("p2", wanted_words="保洁"), VETERAN), Person(Profile("p3"), VETERAN)]
POSTINGS = [
    replace(LORRY, employer_key="e1"),
    posting("j2", title="保洁员", text="打扫卫生", occupation="4-08-10-01", employer_key="e2"),
    posting("j3", title="软件工程师", text="写程序", occupation="2-02-10-03", employer_key="e3"),
]
GRADES = {"p1": {"j1": 3, "j2": 0, "j3": 0, "gone": 1}, "p2": {"j2": 2, "j3": 0}, "p3": {"j2": 0}, "unknown": {"j1": 1}}


def test_figures_of_a_tiny_set():
    found = evaluate_ranking(PEOPLE, POSTINGS, GRADES, second={"p1": {"j1": 3, "j2": 0}})
    assert found["jobmatch"] == {"ndcg10": 1.0, "recall20": 1.0, "mrr": 1.0}
    assert set(found) == {"jobmatch", *BASELINES, "_vs_jobmatch", "_ties_averaged", "_exposure", "_data"}
    assert found["_data"] == {
        "people": 3,
        "pairs": 6,
        "people_without_grade_1": 1,
        "people_without_grade_2": 1,
        "pairs_of_unknown_postings": 1,
        "pairs_judged_twice": 2,
        "kappa": 1.0,
    }
    assert found["_vs_jobmatch"]["horilla"]["low"] <= found["_vs_jobmatch"]["horilla"]["difference"]
    assert found["_exposure"]["difference"] == 0
    assert found == evaluate_ranking(PEOPLE, POSTINGS[::-1], GRADES, second={"p1": {"j1": 3, "j2": 0}})


def test_a_worse_system_is_behind_by_the_difference_of_its_figure():
    found = evaluate_ranking(PEOPLE, POSTINGS, GRADES)
    for name, gap in found["_vs_jobmatch"].items():
        assert gap["difference"] == pytest.approx(found["jobmatch"]["ndcg10"] - found[name]["ndcg10"], abs=2e-4)
    # All three scores are equal, so the only good posting comes last: 1 / log2(4); and of two, 1 / log2(3).
    assert found["horilla"]["ndcg10"] == pytest.approx((1 / 2 + 1 / math.log2(3)) / 2, abs=1e-4)


def test_unjudged_postings_of_the_whole_pool_count_as_grade_0():
    more = [*POSTINGS, *(posting(f"k{n}", title="保洁员", text="打扫卫生", occupation="4-08-10-01") for n in range(3))]
    judged = evaluate_ranking(PEOPLE, more, GRADES)["bm25"]["mrr"]
    whole = evaluate_ranking(PEOPLE, more, GRADES, whole_pool=True)["bm25"]["mrr"]
    assert judged == 1
    assert whole < 1


def test_nobody_judged_gives_figures_of_nothing():
    found = evaluate_ranking(PEOPLE, POSTINGS, {})
    assert found["jobmatch"]["ndcg10"] is None
    assert found["_vs_jobmatch"]["odoo"]["difference"] is None
    with pytest.raises(ValueError, match="no postings"):
        evaluate_ranking(PEOPLE, [], GRADES)


@pytest.fixture
def files(tmp_path):
    write_people(tmp_path / "people.jsonl", PEOPLE)
    write_postings(tmp_path / "postings.jsonl", POSTINGS)
    rows = [f"{person},{key},{grade}" for person, grades in GRADES.items() for key, grade in grades.items()]
    (tmp_path / "judgements.csv").write_text("\n".join(["person_id,posting_id,grade", *rows]))
    (tmp_path / "second_judge.csv").write_text("person_id,posting_id,grade\np1,j1,2\np1,j2,0\n")
    (tmp_path / "split.csv").write_text("person_id,part\np1,report\np2,tune\np3,tune\n")
    return tmp_path


def test_the_command_prints_json(files, monkeypatch, capsys):
    names = ("people.jsonl", "postings.jsonl", "judgements.csv")
    given = [part for name in names for part in (f"--{name.split('.')[0]}", str(files / name))]
    ranking.main([*given, "--split", str(files / "split.csv"), "--part", "tune", "--pool", "all"])
    assert json.loads(capsys.readouterr().out)["_data"]["people"] == 2
    (files / "model").write_bytes(ranking.Ranker.prior().to_bytes())
    monkeypatch.setattr(ranking, "JUDGED", files)
    ranking.main(["--model", str(files / "model")])
    assert json.loads(capsys.readouterr().out)["_data"]["pairs_judged_twice"] == 2
    with pytest.raises(SystemExit, match="2"):
        ranking.main(["--people", str(files / "nobody.jsonl"), *given[2:]])
    for wrong in (given[:2], [*given, "--part", "tune"]):
        with pytest.raises(SystemExit):
            ranking.main(wrong)


def test_a_page_gets_rows(files, monkeypatch):
    monkeypatch.setattr(ranking, "JUDGED", files)
    ranking._judged_figures.cache_clear()
    try:
        rows = ranking.ranking_table("report")
        with pytest.raises(ValueError, match="nobody is in the part"):
            ranking.ranking_table("other")
    finally:
        ranking._judged_figures.cache_clear()
    assert rows[0]["system"] == "jobmatch"
    assert rows[0]["difference"] is None
    assert [row["ndcg10"] for row in rows[1:]] == sorted((row["ndcg10"] for row in rows[1:]), reverse=True)
    assert set(rows[1]) == {"system", "ndcg10", "recall20", "mrr", "difference", "low", "high"}
