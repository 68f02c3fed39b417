"""Reading the table that a department sent back; touches no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jobmatch.casework.crosscheck.comparing import Answer, Fault, id_head, read_rows
from jobmatch.casework.crosscheck.services.answers import Taken
from jobmatch.casework.crosscheck.states import TOPICS, Topic, Verdict
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import read_table
from jobmatch.core.uploads import Kind, check_upload

MOST_UNPACKED = 80 * 1024 * 1024


@dataclass(slots=True)
class Read:
    """A table as it was read, and what became of its rows."""

    answers: list[Answer]
    faults: list[Fault]
    empty: int
    taken: Taken = field(default_factory=Taken)


def check_file(path: Path, *, largest: int) -> None:
    """Refuse what is no table, before anything opens it. Raises ``Invalid`` on ``table`` with words for the person."""
    content = path.read_bytes() if path.exists() else b""
    try:
        check_upload(path.name, content, (Kind.XLSX, Kind.CSV), most=largest, most_unpacked=MOST_UNPACKED)
    except Invalid as error:
        raise Invalid(fields={"table": error.message}) from None


def read_answer(topic: Topic, path: Path, today: date) -> Read:
    """The rows of the table. Raises ``Invalid`` where a column that is needed is missing."""
    try:
        header, rows = read_table(path)
        column = id_head(header)
        if not column or TOPICS[topic].found not in header:
            missing = TOPICS[topic].found if column else "身份证号"
            raise Invalid(_("表里没有“%(column)s”这一列，请用发出去的那张表", column=missing))
        answers, faults, empty = read_rows(topic, column, rows, today)
    except Invalid as error:
        raise Invalid(fields={"table": error.message}) from None
    return Read(answers, faults, empty)


def summary(read: Read) -> str:
    """What became of the rows, in one sentence."""
    taken = read.taken
    told = [_("%(verdict)s %(n)s 条", verdict=verdict.label, n=taken.verdicts[verdict]) for verdict in Verdict]
    if taken.decided:
        told.append(_("以前已确认 %(n)s 条", n=taken.decided))
    if taken.strangers:
        told.append(_("不在名单里 %(n)s 条，没有存", n=len(taken.strangers)))
    if read.empty:
        told.append(_("没填 %(n)s 条", n=read.empty))
    if read.faults:
        told.append(_("看不懂 %(n)s 行", n=len(read.faults)))
    return _("，").join(told)
