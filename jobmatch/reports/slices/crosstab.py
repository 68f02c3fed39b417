"""How people of a population spread over two dimensions, with small cells hidden: for whoever gets the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.small import SMALL
from jobmatch.core.suppression import Mask, suppressed, with_sums
from jobmatch.reports.indicators.base import Figure, Scope
from jobmatch.reports.slices.dimensions import Dimension
from jobmatch.reports.slices.slicing import expression, framed

MOST_ROWS, MOST_COLUMNS = 40, 12
"""More rows and columns nobody reads on one page; the smallest are put together in 其余."""
OTHERS = "+"
HIDDEN = "×"


@dataclass(frozen=True, slots=True)
class Crosstab:
    """Counts of ``figure`` by two dimensions. ``counts`` has the sums at its ends; ``mask`` says what is hidden."""

    figure: Figure
    down: Dimension
    across: Dimension
    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    counts: tuple[tuple[int, ...], ...]
    mask: Mask

    @property
    def whole(self) -> int:
        """The sum of all."""
        return self.counts[-1][-1] if self.counts else 0

    @property
    def is_hidden(self) -> bool:
        """Whether nothing but the sum of all may be shown; below five not even that."""
        return self.mask.is_whole

    def shown(self, row: int, column: int) -> int | None:
        """A count, or a sum behind the last row or column; none where it is hidden."""
        return None if self.mask.hides(row, column) else self.counts[row][column]

    @property
    def hidden_count(self) -> int:
        """How many counts and sums are hidden."""
        return len(self.mask.hidden)


def crosstab(scope: Scope, figure: Figure, down: Dimension, across: Dimension) -> Crosstab:
    """People of ``figure`` by ``down`` and ``across``; one statement."""
    behind = figure.rows(scope).subquery()
    values = [expression(one, scope, is_posting=False) for one in (down, across)]
    valued = framed(behind, values, behind.c.amount, is_posting=False).subquery()
    counting = select(valued.c.row0, valued.c.row1, func.sum(valued.c.amount)).group_by(valued.c.row0, valued.c.row1)
    found: dict[tuple[str, str], int] = {}
    for value, beside, count in scope.uow.rows(scope.counts(counting)):
        key = (down.row_of(scope, value), across.row_of(scope, beside))
        found[key] = found.get(key, 0) + int(count or 0)
    found, rows = _laid_out(scope, down, found, 0, MOST_ROWS)
    found, columns = _laid_out(scope, across, found, 1, MOST_COLUMNS)
    table = [[found.get((row, column), 0) for column, _label in columns] for row, _name in rows]
    counts = tuple(tuple(row) for row in with_sums(table))
    return Crosstab(figure, down, across, rows, columns, counts, suppressed(table))


def _laid_out(
    scope: Scope, dimension: Dimension, found: Mapping[tuple[str, str], int], place: int, most: int
) -> tuple[dict[tuple[str, str], int], tuple[tuple[str, str], ...]]:
    """Rows or columns in their order with their words; beyond ``most`` the smallest go together."""
    sums: dict[str, int] = {}
    for key, count in found.items():
        sums[key[place]] = sums.get(key[place], 0) + count
    words = dimension.words(scope.uow.session)
    labels = {key: dimension.label(words, scope, key) for key, count in sums.items() if count}
    order = sorted(labels, key=lambda key: dimension.rank(key, labels[key]))
    kept = set(order) if len(order) <= most else set(sorted(order, key=lambda key: -sums[key])[: most - 1])
    folded: dict[tuple[str, str], int] = {}
    for key, count in found.items():
        own = key[place] if key[place] in kept else OTHERS
        moved = (own, key[1]) if place == 0 else (key[0], own)
        folded[moved] = folded.get(moved, 0) + count
    lines = [(key, labels[key]) for key in order if key in kept]
    if len(kept) < len(order):
        lines.append((OTHERS, _("其余 %(n)s 项", n=len(order) - len(kept))))
    return folded, tuple(lines)


def rule_words() -> str:
    """The rule of hiding, as it is printed below the table."""
    return _(
        "1 到 %(n)s 人的数用 × 隐去；为了不能从合计推算出来，旁边的数也一起隐去，每个隐去的数至少还有 %(k)s 种可能。",
        n=SMALL - 1,
        k=SMALL,
    )


def crosstab_workbook(found: Crosstab, place: str, period: str) -> bytes:
    """The table as a workbook: what the page shows and nothing more."""

    def cell(row: int, column: int) -> object:
        count = found.shown(row, column)
        return HIDDEN if count is None else count

    end = len(found.columns)
    head = [f"{_(found.down.name)}＼{_(found.across.name)}", *(label for _key, label in found.columns), _("合计")]
    lines = [[label, *(cell(n, c) for c in range(end + 1))] for n, (_key, label) in enumerate(found.rows)]
    if found.is_hidden:
        head, lines = [_("合计")], [[_("人数太少，不显示")]]
    elif found.rows:
        lines.append([_("合计"), *(cell(len(found.rows), c) for c in range(end + 1))])
    note = f"{_(found.figure.name)}，{place}，{period}。{_(found.figure.formula)}。{rule_words()}"
    return write_workbook(Sheet(_("交叉表"), head, lines, note=note, widths=(28,)))
