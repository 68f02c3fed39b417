"""The scores of a class as a workbook: to fill in elsewhere, and read back into the boxes of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, clean_cell, read_lines, write_workbook
from training.courses.classroom.queries import ClassMember

NUMBER, NAME, SCORE, PASSED = "编号", "姓名", "成绩", "合格"
_YES, _NO = ("合格", "是", "√", "passed"), ("不合格", "否", "×", "failed")
SAID = {"": "", **dict.fromkeys(_YES, "yes"), **dict.fromkeys(_NO, "no")}
MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What a workbook says, by the names of the page's boxes, and the lines that say nothing about anybody here."""

    boxes: dict[str, str]
    problems: tuple[str, ...]

    @property
    def count(self) -> int:
        """Of how many people it says something."""
        return len({name.partition("-")[2] for name in self.boxes})


def score_workbook(people: Sequence[ClassMember]) -> bytes:
    """The class with empty or present scores; the number in the first column keeps people of one name apart."""
    words = {True: "合格", False: "不合格", None: ""}
    rows = [
        [one.enrollment.public_id, one.name, one.enrollment.score, words[one.enrollment.is_passed]] for one in people
    ]
    note = _("成绩填 0 到 100 的整数；合格这一列填“合格”或“不合格”。编号不要改。")
    return write_workbook(Sheet(_("考核成绩"), [NUMBER, NAME, SCORE, PASSED], rows, note=note, widths=(20, 14, 8, 10)))


def read_scores(content: bytes, people: Sequence[ClassMember]) -> ScoreSheet:
    """The boxes that a workbook fills, by its numbers, or by names that only one person of the class has.

    Raises ``Invalid`` on ``file`` for what is no table, has no column of scores, or is far too long.
    """
    try:
        lines = [[clean_cell(value) for value in line] for line in read_lines(content)]
    except Exception:
        # Whatever the reader of the format stumbles over, the answer is the same.
        raise Invalid(fields={"file": _("这个文件读不了，请用下载的成绩表填写")}) from None
    start = next((n for n, line in enumerate(lines) if SCORE in line or PASSED in line), None)
    if start is None or len(lines) > MOST_LINES:
        raise Invalid(fields={"file": _("没有找到“成绩”或“合格”这一列，请用下载的成绩表填写")})
    head = lines[start]
    known = {one.enrollment.public_id: one.enrollment.public_id for one in people}
    times = Counter(one.name for one in people)
    known |= {one.name: one.enrollment.public_id for one in people if one.name and times[one.name] == 1}
    boxes: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        row = dict(zip(head, line, strict=False))
        if any(line):
            _read_line(row, number, known, boxes, problems)
    return ScoreSheet(boxes, tuple(problems))


def _read_line(
    row: dict[str, str], number: int, known: dict[str, str], boxes: dict[str, str], problems: list[str]
) -> None:
    name = row.get(NAME, "")
    public_id = known.get(row.get(NUMBER, "")) or known.get(name)
    said = SAID.get(row.get(PASSED, "").replace(" ", ""))
    if public_id is None:
        problems.append(_("第 %(n)s 行：班里没有“%(name)s”，或者有同名的人，请填编号", n=number, name=name[:20]))
    elif said is None:
        problems.append(_("第 %(n)s 行：合格这一列请填“合格”或“不合格”", n=number))
    elif f"score-{public_id}" in boxes:
        problems.append(_("第 %(n)s 行：“%(name)s”前面已经有一行，没有用这一行", n=number, name=name[:20]))
    else:
        boxes |= {f"score-{public_id}": row.get(SCORE, ""), f"passed-{public_id}": said}
