"""Words that must not be stored: unit numbers, cover names, garrisons and equipment models.

A person's own text about the service may carry them without any ill intent, so it is read before it is kept and a
version without them is offered. Rule: 保守国家秘密法; ``不应采集：部队番号与装备`` of the record's field list.
"""

from __future__ import annotations

import re
import unicodedata

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class SecretKind(LabelledEnum):
    UNIT = "unit", N_("部队番号")
    COVER_NAME = "cover_name", N_("部队代号")
    GARRISON = "garrison", N_("部队驻地")
    EQUIPMENT = "equipment", N_("装备型号")


REPLACEMENTS = {
    SecretKind.UNIT: "某部",
    SecretKind.COVER_NAME: "某部",
    SecretKind.GARRISON: "某地",
    SecretKind.EQUIPMENT: "某型装备",
}

_NUMERAL = "〇零一二三四五六七八九十百千"
_LEVEL = (
    "集团军|舰队|基地|支队|大队|中队|方面军|野战军|"
    "军(?![医事衔龄人官士转队属地用区训])|师(?![傅范生资长])|旅(?![游行客店途馆])|"
    "团(?![队结购建和体员圆])|营(?![业销养运利救])|连(?![续接任年同锁带忙夜])|艇(?!员)|舰(?!员)"
)
_PLACE_END = r"[^，。；：、！？,.;:!?\s某]"
_CHAIN = rf"(?:第?\s*(?:\d{{1,4}}|[{_NUMERAL}]{{1,6}})\s*(?:{_LEVEL}))*"
_UNITS = r"\s*(?:号|路|街|吨|趟|车|次|公斤|斤|件|箱|人|年|个|天|小时|万|元|点|千|米|台|辆|%)"

_PATTERNS: tuple[tuple[SecretKind, re.Pattern[str]], ...] = (
    (SecretKind.UNIT, re.compile(r"(?:中国人民解放军|解放军|武警)?第?\s{0,8}\d{3,6}\s{0,8}部队")),
    (SecretKind.UNIT, re.compile(rf"第\s{{0,8}}[\d{_NUMERAL}]{{1,6}}\s*(?:{_LEVEL}){_CHAIN}")),
    (SecretKind.UNIT, re.compile(rf"(?<![\d.年月])(?:\d{{1,4}}|[{_NUMERAL}]{{2,6}})\s*(?:{_LEVEL}){_CHAIN}")),
    (SecretKind.COVER_NAME, re.compile(r"(?:部队)?代号\s*(?:[:：]|是|为|叫)?\s*(?!某)[^，。；、,.;\s]{1,12}")),
    (SecretKind.COVER_NAME, re.compile(r"\d{2,6}\s*(?:号)?信箱")),
    (
        SecretKind.GARRISON,
        re.compile(rf"(?:驻地|驻守|驻扎|驻防|驻训|驻军)(?:在|于|是|为|:|：)?+\s*+(?P<hide>{_PLACE_END}{{1,12}})"),
    ),
    (
        SecretKind.GARRISON,
        re.compile(rf"驻(?![地守扎防训军])(?P<hide>{_PLACE_END}{{1,8}}?)(?=某?(?:部|团|旅|师|营|连|站))"),
    ),
    (
        SecretKind.EQUIPMENT,
        re.compile(rf"(?:东风|巨浪|红旗|长剑|鹰击|霹雳|海红旗|空警)\s*[-—－]?\s*\d{{1,3}}[A-Za-z]?(?!\d|{_UNITS})"),
    ),
    (SecretKind.EQUIPMENT, re.compile(r"(?:歼轰|歼|轰|运|直|武直|强|教)\s*[-—－]\s*\d{1,3}[A-Za-z]?")),
    (SecretKind.EQUIPMENT, re.compile(r"\d{2,3}[A-Za-z]?式?\s*(?:主战坦克|坦克|步战车|装甲车|自行火炮|榴弹炮|火箭炮)")),
    (SecretKind.EQUIPMENT, re.compile(r"\d{3}[A-Za-z]?\s*型\s*(?:驱逐舰|护卫舰|登陆舰|补给舰|潜艇|核潜艇|导弹艇)")),
    (SecretKind.EQUIPMENT, re.compile(r"\b[A-Za-z]{1,4}\s*[-—－]\s*\d{1,4}[A-Za-z]?\s*(?=导弹|战机|雷达|直升机|坦克)")),
)


def _readable(text: str) -> str:
    """The text with full-width digits and letters as plain ones, character by character (positions stay)."""
    return "".join(plain if len(plain := unicodedata.normalize("NFKC", c)) == 1 else c for c in text)


def find_secret_words(text: str) -> list[tuple[int, int, SecretKind]]:
    """Places of ``text`` that must not be stored: (start, end, kind), in order and without overlap."""
    plain = _readable(text)
    found: list[tuple[int, int, SecretKind]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            start, end = match.span("hide") if "hide" in pattern.groupindex else match.span()
            found.append((start, end, kind))
    kept: list[tuple[int, int, SecretKind]] = []
    for start, end, kind in sorted(found, key=lambda part: (part[0], -part[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, kind))
    return kept


def mask(text: str) -> str:
    """``text`` with every such place replaced by a word that tells nothing; masking twice changes nothing."""
    while places := find_secret_words(text):
        for start, end, kind in reversed(places):
            text = text[:start] + REPLACEMENTS[kind] + text[end:]
    return text
