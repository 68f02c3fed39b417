"""Which numbers of people may not be written, so that none below five can be reckoned back from the others.

Numbers that add up are looked at together (security.md R16): where one of them is left out, its sum and its fellows
would tell it, so a second one is left out with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jobmatch.fairs.outcomes.words import FEW, Few, Held

SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("visitors", ("veterans", "families", "others")),
    ("visitors", ("served", "others")),
    ("served", ("veterans", "families")),
    ("visitors", ("verified", "declared")),
    ("outcomes", ("same_employer", "other_employer", "in_progress", "not_started", "unverified")),
    ("intention_people", ("same_employer", "other_employer", "in_progress", "not_started", "unverified")),
    ("started", ("same_employer",)),
    ("verified", ("same_employer", "other_employer")),
)
"""Which numbers of the reports are sums of which; one with a part that a report does not have is no sum there."""


def written(values: Mapping[str, int], sums: Sequence[tuple[str, Sequence[str]]] = SUMS) -> dict[str, int]:
    """The numbers as readers of aggregates may read them: ``Few`` for small ones, ``Held`` for what goes with them."""
    hidden = {name for name, value in values.items() if 0 < value < FEW}
    known = [(total, [total, *parts]) for total, parts in sums if values.keys() >= {total, *parts}]
    is_settled = False
    while not is_settled:
        is_settled = True
        for total, members in known:
            out = [name for name in members if name in hidden]
            if out and _told(values, total, out) and len(out) < len(members):
                hidden.add(_next(values, total, [name for name in members if name not in hidden]))
                is_settled = False
    return {name: _as(value) if name in hidden else value for name, value in values.items()}


def written_parts(parts: Sequence[int]) -> list[int]:
    """The same for a column of numbers whose sum is known elsewhere."""
    values = {str(n): value for n, value in enumerate(parts)}
    names = list(values)
    found = written({**values, "sum": sum(parts)}, [("sum", names)])
    return [found[name] for name in names]


def _as(value: int) -> int:
    return Few(value) if 0 < value < FEW else Held(value)


def _told(values: Mapping[str, int], total: str, out: Sequence[str]) -> bool:
    """Whether the members that are left out follow from those that are written, and from being small."""
    if len(out) == 1:
        return True
    if total in out or any(not 0 < values[name] < FEW for name in out):
        return False
    together = sum(values[name] for name in out)
    return together in {len(out), len(out) * (FEW - 1)}


def _next(values: Mapping[str, int], total: str, left: Sequence[str]) -> str:
    """What is left out next: the smallest part that is not zero, else a zero, else the sum itself."""
    return min(left, key=lambda name: (name == total, values[name] == 0, values[name]))
