"""Words that must not be stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.people.secrecy import SecretKind, find_secret_words, mask

SECRET = [
    ("在66336部队开车", SecretKind.UNIT, "在某部开车"),
    ("６６３３６部队汽车班长", SecretKind.UNIT, "某部汽车班长"),
    ("第38集团军三营二连班长", SecretKind.UNIT, "某部班长"),
    ("3营2连当过排长", SecretKind.UNIT, "某部当过排长"),
    ("一二七师侦察兵", SecretKind.UNIT, "某部侦察兵"),
    ("驻守西藏阿里，开车 12 年", SecretKind.GARRISON, "驻守某地，开车 12 年"),
    ("驻地在新疆喀什", SecretKind.GARRISON, "驻地在某地"),
    ("驻疆某部通信站", SecretKind.GARRISON, "驻某地某部通信站"),
    ("代号雪豹突击队", SecretKind.COVER_NAME, "某部"),
    ("寄北京5100信箱", SecretKind.COVER_NAME, "寄北京某部"),
    ("驾驶东风-41", SecretKind.EQUIPMENT, "驾驶某型装备"),
    ("99A坦克驾驶员", SecretKind.EQUIPMENT, "某型装备驾驶员"),
    ("运-20 机务", SecretKind.EQUIPMENT, "某型装备 机务"),
]
HARMLESS = [
    "陆军某运输团 12 年，车管班长",
    "带过 3 班，两年连续立功",
    "团结同志，一团和气",
    "运20吨货，跑了 3 趟",
    "第一军医大学毕业",
    "管过12个连队的给养",
    "2019年连任先进",
    "第三营业部经理",
    "跟过一个师傅学修车",
    "十年旅游大巴驾驶",
    "开东风 5 吨车送货",
    "服役期间驾驶大型货车，安全行驶 30 万公里",
]


@pytest.mark.parametrize(("text", "kind", "kept"), SECRET)
def test_a_secret_word_is_found_and_hidden(text: str, kind: SecretKind, kept: str) -> None:
    assert find_secret_words(text)[0][2] is kind
    assert mask(text) == kept


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_words_stay(text: str) -> None:
    assert find_secret_words(text) == []
    assert mask(text) == text


PIECES = st.sampled_from(
    [text for text, _kind, _kept in SECRET]
    + HARMLESS
    + [
        "驻",
        "第",
        "3",
        "三",
        "团",
        "部队",
        "代号",
        "地",
        "-",
        "运",
        "某部",
        "某地",
        "信箱",
        "，",
        " ",
        "东风",
        "守",
        "号",
    ]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join))
def test_masked_text_holds_nothing_secret_and_masking_again_changes_nothing(text: str) -> None:
    kept = mask(text)
    assert find_secret_words(kept) == []
    assert mask(kept) == kept


@given(st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join))
def test_places_are_in_order_inside_the_text_and_apart(text: str) -> None:
    end = 0
    for start, stop, _kind in find_secret_words(text):
        assert end <= start < stop <= len(text)
        end = stop


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.integers(10_000, 99_999))
def test_a_unit_number_never_survives(text: str, number: int) -> None:
    assert f"{number}部队" not in mask(f"{text}，{number}部队，{text}")
