"""Judges a résumé reader on the synthetic files in `tests/people/resumes` or a set beside it (rules: README.md).

`judge(read)` takes any function from a path to a dict with the keys of `expected.jsonl`; `python -m
tests.people.judge_resumes` judges the command `jobmatch resume read FILE --json`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESUMES = Path(__file__).parent / "resumes"
SETS = {"first": RESUMES, "second": RESUMES.with_name("resumes_second"), "third": RESUMES.with_name("resumes_third")}
SCALARS = ("name", "phone", "education")
LISTS = ("schools", "employers", "dates", "certificates")
FIELDS = SCALARS + LISTS
REFUSED_EXIT = 3

LEVELS = {
    "硕士": "硕士",
    "本科": "本科",
    "中专": "中专",
    "中等": "中专",
    "职业高中": "中专",
    "技工": "技校",
    "技校": "技校",
    "专科": "大专",
    "大专": "大专",
    "高中": "高中",
    "初中": "初中",
}
"""Words of the code table to words of the judged set; the first that fits counts."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LICENCE = re.compile(r"驾驶证|驾照|准驾")
_LICENCE_CLASS = re.compile(r"[ABC][1-6]")
_FORCES = re.compile(r"部队|某部|解放军|武警|服役")


@dataclass
class Share:
    """Items right, missed and invented; the share is right / (right + missed + invented)."""

    right: int = 0
    missed: int = 0
    invented: int = 0

    @property
    def value(self) -> float:
        total = self.right + self.missed + self.invented
        return self.right / total if total else 1.0

    def add(self, other: Share) -> None:
        self.right += other.right
        self.missed += other.missed
        self.invented += other.invented


@dataclass
class Figures:
    """What `judge` found: shares per field, per layout and field, refusals, and one line for every fault."""

    fields: dict[str, Share] = field(default_factory=dict)
    layouts: dict[str, dict[str, Share]] = field(default_factory=dict)
    refusals: Share = field(default_factory=Share)
    faults: list[str] = field(default_factory=list)

    @property
    def overall(self) -> Share:
        return total(self.fields.values())

    def as_dict(self) -> dict[str, Any]:
        """The shares as plain numbers between 0 and 1."""
        return {
            "overall": self.overall.value,
            "fields": {name: share.value for name, share in self.fields.items()},
            "layouts": {
                layout: {"overall": total(shares.values()).value, **{name: s.value for name, s in shares.items()}}
                for layout, shares in self.layouts.items()
            },
            "refusals": self.refusals.value,
            "faults": self.faults,
        }

    def table(self) -> str:
        """A text table, one line a layout, percent right per field."""
        lines = [_row("layout", [*FIELDS, "overall"])]
        for layout, shares in [*self.layouts.items(), ("all", self.fields)]:
            both = [*(shares[name] for name in FIELDS), total(shares.values())]
            lines.append(_row(layout, [f"{share.value:.1%}" for share in both]))
        found = self.refusals
        lines.append(f"refused {found.right} of {found.right + found.missed}; résumés refused: {found.invented}")
        return "\n".join(lines)


def total(shares: Iterable[Share]) -> Share:
    result = Share()
    for share in shares:
        result.add(share)
    return result


def _row(head: str, cells: Iterable[str]) -> str:
    return f"{head:14}" + "".join(f"{cell:>13}" for cell in cells)


def expected(folder: Path = RESUMES, part: str = "all") -> list[dict[str, Any]]:
    """The lines of `expected.jsonl`, one a file; `part` "odd" or "even" keeps half of the résumés and all refusals."""
    with (folder / "expected.jsonl").open(encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines]
    return [truth for truth in truths if part == "all" or truth["refuse"] or _half(truth["file"]) == part]


def _half(name: str) -> str:
    return ("even", "odd")[int(name.rpartition(".")[0].rpartition("-")[2]) % 2]


def judge(read: Callable[[Path], dict[str, Any]], folder: Path = RESUMES, part: str = "all") -> Figures:
    """Read every file of `folder` (or of a `part` of it) with `read` and compare with `expected.jsonl`.

    `read` returns the keys of `expected.jsonl` (a missing key counts as empty) or, where it refuses the file, a dict
    with a true value under "refused". What it raises is not caught: a reader must answer for every file.
    """
    figures = Figures({name: Share() for name in FIELDS})
    for truth in expected(folder, part):
        answer = read(folder / truth["file"])
        refused = bool(answer.get("refused"))
        if truth["refuse"]:
            # A refusal that still hands out fields has invented a person.
            right = refused and not any(answer.get(name) for name in FIELDS)
            figures.refusals.add(Share(right=int(right), missed=int(not right)))
            if not right:
                figures.faults.append(f"{truth['file']}: not refused")
            continue
        if refused:
            figures.refusals.invented += 1
            figures.faults.append(f"{truth['file']}: refused ({answer['refused']})")
            answer = {}
        layout = figures.layouts.setdefault(truth["layout"], {name: Share() for name in FIELDS})
        for name in FIELDS:
            share, fault = compare(name, truth, answer)
            figures.fields[name].add(share)
            layout[name].add(share)
            if fault:
                figures.faults.append(f"{truth['file']}: {name}: {fault}")
    return figures


def compare(name: str, truth: dict[str, Any], answer: dict[str, Any]) -> tuple[Share, str]:
    """Compare one field; returns the counts and, where something is wrong, words for it."""
    if name in SCALARS:
        want, got = _scalar(name, truth[name]), _scalar(name, answer.get(name))
        if want == got:
            return Share(right=int(bool(want))), ""
        # A wrong value is one mistake: the place for it held one answer.
        return Share(missed=int(bool(want)), invented=int(not want)), f"{want!r} expected, {got!r} read"
    either_way = list(_items(name, truth.get("either_way", {}).get(name, [])))
    missing = list(_items(name, truth[name]))
    right, invented = 0, []
    for item in _items(name, answer.get(name) or []):
        match = next((other for other in missing if item & other), None)
        if match is not None:
            missing.remove(match)
            right += 1
        elif not any(item & other for other in either_way):
            invented.append(item)
    share = Share(right, len(missing), len(invented))
    words = [f"missed {_words(missing)}"] if missing else []
    words += [f"invented {_words(invented)}"] if invented else []
    return share, "; ".join(words)


def _scalar(name: str, value: object) -> str:
    text = plain(value)
    if name == "phone":
        return re.sub(r"\D", "", text).removeprefix("86") if text else ""
    return text


def plain(value: object) -> str:
    """Full width to half width, capitals, and nothing but letters, digits and characters."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", str(value or "")).upper())


def _items(name: str, values: Iterable[Any]) -> Iterator[frozenset[Hashable]]:
    """Each value as the set of its spellings, without repetition; two items are the same if they share a spelling."""
    seen: set[frozenset[Hashable]] = set()
    for value in values:
        for item in _dates(value) if name == "dates" else _names(name, value):
            if item not in seen:
                seen.add(item)
                yield item


def _dates(value: Any) -> Iterator[frozenset[Hashable]]:
    start, end = value
    # A graduation printed without a start is no period; time in the forces or at work always has one.
    if start:
        yield frozenset([(str(start), str(end) if end else None)])


def _names(name: str, value: object) -> Iterator[frozenset[Hashable]]:
    text = unicodedata.normalize("NFKC", str(value or "")).upper()
    if name == "employers" and _FORCES.search(text):
        return
    classes = _LICENCE_CLASS.findall(text) if name == "certificates" and _LICENCE.search(text) else []
    if classes:
        # "B2驾驶证", "驾照：B2" and "机动车驾驶证B2" are one document; A1A2 are two classes.
        yield from (frozenset([f"驾驶证{letter}"]) for letter in classes)
        return
    spellings = {plain(text), plain(_BRACKETS.sub("", text))} - {""}
    if spellings:
        yield frozenset(spellings)


def _words(items: Iterable[frozenset[Hashable]]) -> str:
    return ", ".join(str(max(item, key=lambda spelling: len(str(spelling)))) for item in items)


def adapt(output: dict[str, Any]) -> dict[str, Any]:
    """Turn what `jobmatch resume read FILE --json` prints into the keys of `expected.jsonl`.

    "education" is one of 初中 高中 中专 技校 大专 本科 硕士; "dates" are [start, end] of every spell of work, study and
    service as "YYYY-MM" or "YYYY", end null = until now; or {"refused": words}. Only renaming and regrouping is done:
    nothing is corrected, dropped or looked up.
    """
    if "refused" in output:
        return output

    def value(name: str) -> Any:
        return (output.get(name) or {}).get("value")

    def values(name: str) -> list[dict[str, Any]]:
        return [one["value"] for one in output.get(name) or []]

    def spell(start: str, end: str, *, is_current: bool = False) -> list[str | None]:
        return [start, None if is_current else end or None]

    studies, work = values("education"), values("work")
    dates = [spell(one["from"], one["to"]) for one in studies if one["from"]]
    dates += [spell(one["from"], one["to"], is_current=one["is_current"]) for one in work if one["from"]]
    served = values("service")
    if len(served) > 1:
        dates += [spell(one["from"], one["to"], is_current=one["is_current"]) for one in served]
    elif value("enlisted"):
        dates.append(spell(value("enlisted"), value("discharged") or ""))
    level = (value("education_level") or {}).get("level", "")
    return {
        "name": value("name") or "",
        "phone": value("phone") or "",
        "education": next((word for printed, word in LEVELS.items() if printed in level), level),
        "schools": [one["school"] for one in studies if one["school"]],
        "employers": [one["employer"] for one in work if one["employer"]],
        "dates": dates,
        "certificates": [one["words"] for one in values("certificates")]
        + [f"驾驶证 {one['code']}" for one in values("licences")],
    }


def read_by_command(path: Path) -> dict[str, Any]:
    """Run the command on one file; exit status 3 is a refusal, any other but 0 raises CalledProcessError."""
    program = "import sys; from jobmatch.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "resume", "read", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode not in (0, REFUSED_EXIT):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return adapt(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description="Judge `jobmatch resume read` on the synthetic résumés.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--faults", action="store_true", help="list every fault under the table")
    parser.add_argument("--set", choices=SETS, default="first", help="which folder of résumés is judged")
    parser.add_argument(
        "--part",
        choices=("odd", "even", "all"),
        default="all",
        help="half of the résumés by their number: the reader is mended on the odd ones and reported on the even ones",
    )
    options = parser.parse_args()
    figures = judge(read_by_command, SETS[options.set], options.part)
    if options.json:
        print(json.dumps(figures.as_dict(), ensure_ascii=False, indent=1))
        return
    print(figures.table())
    if options.faults:
        print("\n".join(figures.faults))


if __name__ == "__main__":
    main()
