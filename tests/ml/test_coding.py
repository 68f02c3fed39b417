import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ml
from ml import coding_model
from ml.coding import KEPT, occupation_chances, occupation_codes, suggest_occupations
from ml.evaluate.__main__ import main as evaluate
from ml.evaluate.occupations import bare_code, best_codes, occupation_figures, read_titles
from ml.fit_coder import fit_choice, unfitted_coder
from ml.tables import everyday_titles, labelled_titles
from ml.title_parts import title_parts
from ml.words import normalise

NONSENSE = ["", "   ", "！！！", "😀😀😀", "喵呜叽", "asdfgh qwer", "zxcv", "龘靐齉", "\x00\ud800"]


@pytest.mark.parametrize("text", NONSENSE)
def test_words_that_are_not_understood_give_nothing(text):
    assert suggest_occupations(text) == []
    assert occupation_chances([text]).nnz == 0


def test_everyday_titles_lead_to_their_occupation_and_say_why():
    assert [suggest_occupations(text)[0].code for text in ("大货车司机", "保安员")] == ["4-02-02-02", "4-07-05-01"]
    assert suggest_occupations("保安员")[0].source == "name"
    assert suggest_occupations("大货车司机")[0].source == "title"


def test_trades_that_veterans_ask_for_are_found():
    asked = {
        "物流司机": "4-02-02-02",
        "开大车": "4-02-02-02",
        "半挂司机": "4-02-02-02",
        "网管": "4-04-04-01",
        "叉车司机": "6-30-05-01",
        "塔吊司机": "6-30-05-01",
        "电焊工": "6-18-02-04",
        "仓管": "4-02-06-01",
        "辅警": "3-02-02-02",
        "门卫": "4-07-05-01",
        "养老护理": "4-10-01-05",
        "无人机飞手": "4-02-04-06",
    }
    assert {title: suggest_occupations(title)[0].code for title in asked} == asked
    assert suggest_occupations("开大车")[0].source == "title"


def test_everyday_titles_are_codes_that_exist_and_not_labelled_ones():
    labelled = {normalise(row.title) for row in labelled_titles()}
    titles = [normalise(title) for title, _ in everyday_titles()]
    assert len(set(titles)) == len(titles) and not labelled & set(titles)
    assert {code for _, code in everyday_titles()} <= set(occupation_codes())


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("包吃住+高薪急聘保安（北京）", ["保安"]),
        ("某某餐饮店招聘服务员", ["服务员"]),
        ("招聘专员", ["招聘专员"]),
        ("叉车司机/仓管 8k双休", ["叉车司机", "仓管"]),
        ("五险一金", ["五险一金"]),
        ("", [""]),
    ],
)
def test_slogans_places_and_employers_are_kept_apart_from_the_trade(title, parts):
    assert title_parts(title)[1] == parts


def test_width_case_emoji_and_length_change_nothing_or_little():
    plain = suggest_occupations("java开发")
    assert suggest_occupations("ＪＡＶＡ开发") == suggest_occupations("JAVA开发") == plain
    assert suggest_occupations("厨师😀") == suggest_occupations("厨师")
    assert suggest_occupations("厨师" * 5000)[0].code == suggest_occupations("厨师")[0].code


def test_scores_come_best_first_and_sum_to_at_most_one():
    for text in ("工厂机修工", "销售", "天", "6000"):
        scores = [one.score for one in suggest_occupations(text, top=60)]
        assert scores == sorted(scores, reverse=True)
        assert min(scores) > 0 and sum(scores) <= 1
    assert suggest_occupations("销售", top=0) == []


def test_chances_are_those_of_the_suggestions_in_the_order_asked():
    texts = ["大货车司机", "", "保安员", *NONSENSE, "幼儿园教师"]
    table = occupation_chances(texts)
    assert table.shape == (len(texts), len(occupation_codes()))
    assert np.diff(table.indptr).max() <= KEPT
    for i, text in enumerate(texts):
        row = dict(zip(table.indices[table.indptr[i] : table.indptr[i + 1]], table[[i]].data, strict=True))
        for one in suggest_occupations(text):
            assert row[occupation_codes().index(one.code)] == pytest.approx(one.score, abs=1e-6)
    assert occupation_chances([]).shape == (0, len(occupation_codes()))


def test_scores_are_calibrated_on_titles_not_fitted_to():
    rows = [row for row in labelled_titles() if row.split == "dev"]
    table = occupation_chances([row.title for row in rows]).toarray()
    right = np.array([occupation_codes()[i] for i in table.argmax(axis=1)]) == [row.code for row in rows]
    sure = table.max(axis=1)
    assert abs(sure.mean() - right.mean()) < 0.05
    assert right[sure > 0.8].mean() > 0.8 > 0.5 > right[sure < 0.4].mean()


def test_the_file_belongs_to_the_tables_and_to_the_way_words_are_cut():
    assert coding_model.saved_hash() == coding_model.tables_hash(), "run python -m ml.fit_coder"
    saved, fresh = coding_model.load(), unfitted_coder()
    assert saved.space.columns == fresh.space.columns
    np.testing.assert_array_equal(saved.form_codes, fresh.form_codes)
    np.testing.assert_allclose(saved.space.rarity, fresh.space.rarity, rtol=1e-6)
    assert abs(saved.forms - fresh.forms).max() < 0.01
    assert abs(saved.descriptions - fresh.descriptions).max() < 0.01


def test_the_file_is_small_and_holds_numbers_only():
    assert coding_model.FILE.stat().st_size < 6e6
    with np.load(coding_model.FILE, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iuf" for name in arrays)


def test_saving_and_loading_keep_the_answers(tmp_path):
    coder = coding_model.load()
    coding_model.save(coder, tmp_path / "again.npz", "0")
    again = coding_model.load(tmp_path / "again.npz")
    rows = coding_model.rows_of(coder.space, ["保安员", "网管"])
    np.testing.assert_allclose(
        again.chances(rows, again.told(rows))[1], coder.chances(rows, coder.told(rows))[1], atol=1e-6
    )


def test_the_choice_is_fitted_to_what_tells_candidates_apart():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 5, 2)).astype(np.float32)
    chosen = np.tile(np.arange(5), (300, 1))
    found = fit_choice(chosen, values, values[:, :, 0].argmax(axis=1))
    assert found[0] > 5 * abs(found[1])


def test_coding_starts_without_the_learning_library():
    code = (
        "import sys; from ml.coding import suggest_occupations; suggest_occupations('保安');"
        "sys.exit('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(ml.__file__).parents[1], check=False).returncode == 0


def _evaluate(monkeypatch, capsys, path):
    monkeypatch.setattr(sys, "argv", ["evaluate", "occupations", "--titles", str(path)])
    evaluate()
    return json.loads(capsys.readouterr().out)


def test_figures_of_a_file_count_each_label_at_the_levels_it_reaches(monkeypatch, capsys, tmp_path):
    path = tmp_path / "titles.csv"
    lines = ["job_name,expected_code,more", "保安员,4-07-05-01,x", "喵呜叽,4-07-05-01,x", "急招大货车司机,4-00-00-00,x"]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    found = _evaluate(monkeypatch, capsys, path)
    assert (found["rows"], found["top1"], found["leaf"]) == (3, 1 / 3, {"top1": 0.5, "top5": 0.5, "rows": 2})
    assert {level: found["by_level"][level]["rows"] for level in "1234"} == {"1": 3, "2": 2, "3": 2, "4": 2}
    assert found["by_level"]["1"]["top1"] == 2 / 3
    assert found["without_verbatim_aliases"]["rows"] == 2


def test_codes_of_the_other_edition_are_the_same_occupation(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text("job_name,expected_code\n社工,2-07-10-01\n", encoding="utf-8")
    assert read_titles(path) == [("社工", "2-07-11-01")]


def test_a_code_of_neither_edition_is_counted_as_missed(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text("job_name,expected_code\n保安员,4-07-05-01\n保安员,9-99-99-99\n", encoding="utf-8")
    figures = occupation_figures(read_titles(path))
    assert (figures["top1"], figures["rows"], figures["unknown_codes"]) == (0.5, 2, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title,code\na,b\n", "no column expected_code and no column job_name"),
        (b"job_name,expected_code\n", "no rows"),
        (b"\xff\xfe\x00", "decode"),
        (None, "No such file"),
    ],
)
def test_a_bad_file_is_named_in_one_line(monkeypatch, capsys, tmp_path, content, said):
    path = tmp_path / "titles.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as end:
        _evaluate(monkeypatch, capsys, path)
    error = capsys.readouterr().err
    assert end.value.code == 2
    assert said in error and error.count("\n") == 1


def test_codes_are_compared_without_their_padding():
    assert [bare_code(code) for code in ("4-02-00-00", "8-00-00-00", "4-02-02-02")] == ["4-02", "8", "4-02-02-02"]
    assert best_codes(["保安员", ""])[0][0] == "4-07-05-01"
    assert best_codes([""]) == [[]]
