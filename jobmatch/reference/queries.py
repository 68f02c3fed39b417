"""Reading code tables, places, dated rules and the calendar.

Code tables are small and change rarely, so each process keeps them per database for a minute; the services that change
them call ``clear_caches``. Other processes see a change within that minute.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.reference import models as m
from jobmatch.reference.models import CodeMixin, DatedRule, Holiday, PostingRule
from jobmatch.reference.patterns import compile_rule
from jobmatch.reference.states import Precision, Severity
from ml.reference import likeliest_occupations, suggest_occupations

V = TypeVar("V")
SECONDS = 60.0
SURE = 0.8
"""From this probability on a suggestion stands without anybody's word: of 632 labelled titles kept back, 218 reached it
and 206 of them had the right code."""
_caches: WeakKeyDictionary[Any, dict[Any, tuple[float, Any]]] = WeakKeyDictionary()

KIND_COLUMN: dict[type[CodeMixin], str] = {
    m.Reason: "kind",
    m.Certificate: "kind",
    m.Skill: "category",
    m.Rank: "group",
    m.ServiceObjectKind: "group",
    m.Industry: "parent_code",
    m.Occupation: "parent_code",
}
"""What ``choices(…, kind=…)`` narrows by."""


CHANGED = "reference_changed"
"""Mark of a session that wrote to a code table or a rule."""


def clear_caches() -> None:
    """Forget every cached table of this process."""
    _caches.clear()


def cached(session: Session, key: Any, load: Callable[[], V]) -> V:
    """What ``load`` gave at most a minute ago for the database of ``session``.

    A session that changed a table itself reads the table: what may yet be rolled back is kept for nobody else.
    """
    if session.info.get(CHANGED):
        return load()
    kept = _caches.setdefault(session.get_bind().engine.pool, {})
    found = kept.get(key)
    now = time.monotonic()
    if found is None or now - found[0] > SECONDS:
        found = kept[key] = (now, load())
    value: V = found[1]
    return value


# ---------- names ----------


@dataclass(frozen=True, slots=True)
class _Name:
    code: str
    zh: str
    en: str
    kind: str
    is_offered: bool


def _names(session: Session, model: type[CodeMixin]) -> list[_Name]:
    def load() -> list[_Name]:
        kind = getattr(model, KIND_COLUMN[model]) if model in KIND_COLUMN else model.code
        offered = m.EmploymentStatusKind.is_selectable if model is m.EmploymentStatusKind else model.is_active
        query = select(model.code, model.name_zh, model.name_en, kind, model.is_active & offered)
        rows = session.execute(query.order_by(model.sort_order, model.code))
        return [_Name(code, zh, en, kind or "", bool(is_offered)) for code, zh, en, kind, is_offered in rows]

    return cached(session, ("names", model), load)


def names(session: Session, model: type[CodeMixin] | type[m.Region]) -> dict[str, str]:
    """Names of all rows of a code table by code, in the reader's language where the table has it."""
    if issubclass(model, m.Region):
        return {code: place.name for code, place in _atlas(session).by_code.items()}
    english = current_locale() == "en"
    rows = _names(session, model)
    return cached(session, ("labels", model, english), lambda: {r.code: (english and r.en) or r.zh for r in rows})


def choices(session: Session, model: type[CodeMixin], *, kind: str | None = None) -> list[tuple[str, str]]:
    """(code, label) of the rows a form may offer, in their order; ``kind`` narrows by the table's ``KIND_COLUMN``."""
    labels = names(session, model)
    rows = _names(session, model)
    return [(row.code, labels[row.code]) for row in rows if row.is_offered and (kind is None or row.kind == kind)]


def search_occupations(session: Session, words: str, limit: int = 10) -> list[tuple[str, str]]:
    """(code, name) of the occupations nearest to what somebody typed, best first; groups are left out."""
    known = names(session, m.Occupation)
    leaf = m.Occupation.is_active & (m.Occupation.level == 4)
    real = cached(session, "occupations", lambda: set(session.scalars(select(m.Occupation.code).where(leaf))))
    exact = [code for code, name in known.items() if name == words.strip()]
    near = [row.code for row in suggest_occupations(words, top=limit * 2)]
    found = [code for code in dict.fromkeys([*exact, *near]) if code in real]
    return [(code, known[code]) for code in found[:limit]]


@lru_cache(maxsize=20_000)
def sure_occupation(words: str) -> str:
    """Code of the one occupation that ``words`` name beyond doubt, empty where there is doubt or only a group fits."""
    return sure_occupations([words])[words]


def sure_occupations(texts: Iterable[str]) -> dict[str, str]:
    """``sure_occupation`` of each text: for many at once, which is much cheaper."""
    words = list(dict.fromkeys(texts))
    likely = likeliest_occupations(words)
    return {
        text: code if score >= SURE and not code.endswith("-00") else ""
        for text, (code, score) in zip(words, likely, strict=True)
    }


# ---------- places ----------


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tree with the point that stands for it (degrees; its parent's where ``is_point_inherited``)."""

    code: str
    name: str
    level: str
    parent_code: str | None
    path: str
    latitude: float | None
    longitude: float | None
    is_point_inherited: bool
    is_official: bool


@dataclass(frozen=True, slots=True)
class _Atlas:
    by_code: dict[str, Place]
    children: dict[str, list[Place]]
    forms: dict[str, list[tuple[Place, bool]]]


_SUFFIX = re.compile(
    r"(维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|街道|省|市|区|县|旗|盟|镇|乡)$"
)
_PEOPLES = re.compile(
    r"(?:(?:土家|苗|侗|布依|藏|羌|彝|哈尼|壮|傣|景颇|傈僳|白|回|朝鲜|黎|瑶|仫佬|毛南|畲|满|达斡尔|鄂温克|拉祜|佤|布朗|纳西|独龙"
    r"|怒|普米|水|仡佬|东乡|保安|撒拉|裕固|土|蒙古|各)族|蒙古|哈萨克|柯尔克孜|锡伯|塔吉克)+$"
)
_NOT_PLACE = re.compile(r"[东西南北中]?[路街]|大[道街]|[大中小]学|学院|医院|银行|公司|集团|保险|酒店")
_BETWEEN = re.compile(r"[\s,，、·/>_-]*(?:市辖区|省直辖县级行政区划)?[\s,，、·/>_-]*")


def _stem(name: str) -> str:
    """The short everyday form: 湖南 for 湖南省, 芜湖 for 芜湖市; the name itself where too little would be left."""
    short = _SUFFIX.sub("", name)
    if short != name and name.endswith(("自治州", "自治县", "自治旗")):
        short = _PEOPLES.sub("", short)
    return short if len(short) >= 2 else name


def _is_filler(place: Place) -> bool:
    """市辖区 and 省直辖县级行政区划 are steps of the code, not places that people name."""
    return place.name in {"市辖区", "县"} or "直辖" in place.name


def _atlas(session: Session) -> _Atlas:
    def load() -> _Atlas:
        columns = (
            m.Region.code,
            m.Region.name_zh,
            m.Region.level,
            m.Region.parent_code,
            m.Region.path,
            m.Region.latitude,
            m.Region.longitude,
            m.Region.is_point_inherited,
            m.Region.is_official,
        )
        atlas = _Atlas({}, {}, {})
        for row in session.execute(select(*columns).order_by(func.length(m.Region.code), m.Region.code)):
            place = Place(*row)
            atlas.by_code[place.code] = place
            atlas.children.setdefault(place.parent_code or "", []).append(place)
            if not _is_filler(place):
                short = _stem(place.name)
                middle = f"{short}州" if place.name.endswith("自治州") else short
                for form in dict.fromkeys((place.name, short, middle)):
                    atlas.forms.setdefault(form, []).append((place, form == place.name))
        return atlas

    return cached(session, "atlas", load)


def course_kind(session: Session, code: str) -> str:
    """The kind of a course of the catalogue; empty for one that is not there."""
    kinds = cached(session, "course_kinds", lambda: dict(session.execute(select(m.Course.code, m.Course.kind)).all()))
    return str(kinds.get(code, ""))


def trim_region_code(code: str) -> str:
    """A code as the tree writes it: zeros that only fill up to 6 or 12 digits are cut off (430000 → 43)."""
    for length in (2, 4, 6, 9):
        if len(code) > length and len(code) in (6, 9, 12) and not code[length:].strip("0"):
            return code[:length]
    return code


def find_region(session: Session, code: str | None) -> Place | None:
    """The place with this code (filled up with zeros or not), or None."""
    return _atlas(session).by_code.get(trim_region_code(code or ""))


def region(session: Session, code: str | None) -> Place:
    """The place with this code. Raises ``NotFound``."""
    found = find_region(session, code)
    if found is None:
        raise NotFound
    return found


def lineage(session: Session, code: str | None) -> list[Place]:
    """The place and the places above it, from the province down; empty for an unknown code."""
    found = find_region(session, code)
    atlas = _atlas(session)
    return [atlas.by_code[part] for part in found.path.strip("/").split("/")] if found else []


def region_label(session: Session, code: str | None, *, depth: int = 2) -> str:
    """The last ``depth`` names of a place's line, such as 芜湖市弋江区; empty for an unknown code."""
    named = [place.name for place in lineage(session, code) if not _is_filler(place)]
    return "".join(named[-depth:])


def place_seen_from(session: Session, code: str | None, path: str) -> str:
    """A place as somebody who answers for ``path`` calls it: without the places that both lie in.

    城关镇 for their own county's town, 白河县城关镇 for the neighbor's; empty for an unknown code.
    """
    shared = path.strip("/").split("/")
    named = [place for place in lineage(session, code) if not _is_filler(place)]
    return "".join(place.name for place in named if place.code not in shared) or "".join(p.name for p in named[-1:])


def children_of(session: Session, code: str | None) -> list[Place]:
    """The places right below ``code``, by code; the provinces for None."""
    return list(_atlas(session).children.get(trim_region_code(code or ""), []))


def find_region_by_name(session: Session, text: str, *, within: str | None = None) -> Place | None:
    """The deepest place that the beginning of an address names: 芜湖弋江区文津西路 → 340209.

    Levels may be left out and names may be short. ``within`` is a code the place must lie in. A name that several
    places bear is not guessed: the answer then is the place above them, or None.
    """
    atlas = _atlas(session)
    here = find_region(session, within)
    scope = here
    rest = text.strip()
    moved = True
    while moved:
        moved = False
        rest = rest[_BETWEEN.match(rest).end() :]  # type: ignore[union-attr]
        for length in range(min(len(rest), 15), 1, -1):
            after = rest[length:]
            hits = [
                (place, is_full)
                for place, is_full in atlas.forms.get(rest[:length], ())
                if _fits(place, scope, is_full=is_full) and (is_full or not _NOT_PLACE.match(after))
            ]
            if not hits:
                continue
            top = min(len(place.code) for place, _full in hits)
            highest = [place for place, _full in hits if len(place.code) == top]
            if len(highest) == 1:
                scope = here = highest[0]
                rest = after
                moved = True
            break
    return None if within and here is not None and here.code == trim_region_code(within) else here


def _fits(place: Place, scope: Place | None, *, is_full: bool) -> bool:
    """Whether a name may mean ``place`` here; below nothing, counties and smaller need their full name."""
    if scope is None:
        return (is_full and len(place.code) <= 6) or len(place.code) <= 4
    return place.path.startswith(scope.path) and place.code != scope.code


# ---------- dated rules ----------


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One active line of the legal check, ready to run; ``message`` is in the reader's language."""

    code: str
    name: str
    pattern: re.Pattern[str]
    severity: Severity
    message: str
    basis: str


def posting_rules(session: Session) -> list[RuleLine]:
    """The active lines of the legal check in their order."""
    english = current_locale() == "en"

    def load() -> list[RuleLine]:
        rows = session.scalars(select(PostingRule).where(PostingRule.is_active).order_by(*_order(PostingRule)))
        return [
            RuleLine(
                row.code,
                (english and row.name_en) or row.name_zh,
                compile_rule(row.pattern),
                Severity(row.severity),
                (english and row.message_en) or row.message_zh,
                row.basis,
            )
            for row in rows
        ]

    return cached(session, ("posting_rules", english), load)


def _order(model: type[CodeMixin]) -> tuple[Any, Any]:
    return model.sort_order, model.code


def rule_value(session: Session, code: str, on: date) -> Any:
    """What the dated rule ``code`` says on a day. Raises ``LookupError`` where no such rule is in force."""

    def load() -> list[tuple[str, Any, date, date | None]]:
        query = select(DatedRule.code, DatedRule.value, DatedRule.valid_from, DatedRule.valid_to)
        return [tuple(row) for row in session.execute(query)]

    for name, value, valid_from, valid_to in cached(session, "dated_rules", load):
        if name == code and valid_from <= on and (valid_to is None or on <= valid_to):
            return value
    raise LookupError(f"no rule {code} on {on}")


# ---------- working days ----------


def _holidays(session: Session) -> dict[date, str]:
    def load() -> dict[date, str]:
        return dict(session.execute(select(Holiday.day, Holiday.kind)).all())

    return cached(session, "holidays", load)


def calendar_is_known(session: Session, year: int) -> bool:
    """Whether the State Council's notice for ``year`` has been entered."""

    def load() -> set[int]:
        return {day.year for day in _holidays(session)}

    return year in cached(session, "known_years", load)


def is_working_day(session: Session, day: date) -> bool:
    """Whether offices work on ``day``: weekends and holidays are free, adjusted days are not.

    In a year whose notice has not been entered only weekends are free: ask ``calendar_is_known``.
    """
    kind = _holidays(session).get(day)
    return kind == "work" if kind else day.weekday() < 5


def add_working_days(session: Session, day: date, n: int) -> tuple[date, bool]:
    """The ``n``-th working day after ``day``, and whether it is an estimate (a year without its notice is touched)."""
    estimated = False
    while n > 0:
        day += timedelta(days=1)
        estimated = estimated or not calendar_is_known(session, day.year)
        n -= is_working_day(session, day)
    return day, estimated


def working_days_between(session: Session, start: date, end: date) -> int:
    """Working days after ``start`` up to ``end``; 0 on the day itself."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(session, day) for day in days)


# ---------- distances ----------


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody or something is: degrees, the place it lies in, and whether the point is its own."""

    latitude: float | None
    longitude: float | None
    region_code: str | None = None
    is_exact: bool = False


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance of two points in degrees, in kilometers (haversine, radius 6371.0 km)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


def spot_of(session: Session, code: str | None) -> Spot:
    """The point that stands for a place."""
    found = find_region(session, code)
    return Spot(found.latitude, found.longitude, found.code) if found else Spot(None, None)


def _precision(session: Session, spot: Spot) -> Precision:
    if spot.is_exact:
        return Precision.EXACT
    known = [place for place in lineage(session, spot.region_code) if not place.is_point_inherited]
    level = known[-1].level if known else ""
    return {"village": Precision.VILLAGE, "township": Precision.TOWNSHIP}.get(level, Precision.COUNTY)


def distance_precision(session: Session, a: Spot, b: Spot) -> Precision:
    """How well the distance of two spots is known: as well as the one known less well."""
    order = list(Precision)
    return max(_precision(session, a), _precision(session, b), key=order.index)


def distance_text(session: Session, a: Spot, b: Spot) -> str:
    """同乡镇, 同县, 6 公里 or 约 30 公里; empty where a point is missing.

    Two points of their own are measured. Otherwise a shared township or county is all that is known, and beyond it the
    distance of the centers is given as an estimate.
    """
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return ""
    precision = distance_precision(session, a, b)
    if precision is not Precision.EXACT:
        shared = [
            one.level
            for one, other in zip(*(lineage(session, s.region_code) for s in (a, b)), strict=False)
            if one == other
        ]
        if "township" in shared:
            return _("同乡镇")
        if "county" in shared:
            return _("同县")
    km = distance_km(a.latitude, a.longitude, b.latitude, b.longitude)
    if precision is Precision.EXACT:
        return _("不到 1 公里") if km < 1 else _("%(n)s 公里", n=round(km))
    return _("约 %(n)s 公里", n=max(1, round(km))) if km >= 1 else _("同市")
