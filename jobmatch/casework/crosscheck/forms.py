"""Forms of the room: shape and format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, FileField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from jobmatch.accounts.fields import needed
from jobmatch.casework.crosscheck.states import ASKED_ANSWERS, Population, Topic
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from jobmatch.web.pages import PageForm

HEARD = (EvidenceKind.PLEDGE, EvidenceKind.FAMILY, EvidenceKind.STATION_CHECK, EvidenceKind.EMPLOYER_CONFIRMED)
SEEN = (EvidenceKind.SOCIAL_INSURANCE, EvidenceKind.CONTRACT, EvidenceKind.LICENCE, EvidenceKind.PLATFORM_RECORD)


def _of(*members: Any) -> Any:
    return lambda: [(member.value, member.label) for member in members]


class StillThereForm(PageForm):
    """The one question of a person: a press on a choice sends it."""

    answer = RadioField(N_("您还在这里上班吗？"), [needed(N_("请选一项"))], choices=_of(*ASKED_ANSWERS))
    left_on = DateField(N_("哪天离开的"), [Optional()])
    reason_code = SelectField(N_("为什么离开"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, reasons: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason_code.choices = [("", _("请选择")), *reasons]


class HeardForm(PageForm):
    """What staff heard on the phone or saw."""

    answer = RadioField(N_("现在的情况"), [needed(N_("请选一项"))], choices=_of(*ASKED_ANSWERS))
    evidence = RadioField(N_("谁说的，或者看了什么"), choices=_of(*HEARD, *SEEN), default=EvidenceKind.PLEDGE.value)
    way = RadioField(
        N_("怎么核实的"),
        choices=_of(ConfirmationWay.PHONE, ConfirmationWay.VISIT, ConfirmationWay.PAPER),
        default=ConfirmationWay.PHONE.value,
    )
    said_by = StringField(N_("说的人"), [Length(max=60)], description=N_("例如：本人，母亲，单位人事张主任"))


class WrongForm(PageForm):
    """What a person finds wrong about the register."""

    words = StringField(N_("哪里不对？"), [Length(max=80)], description=N_("例如：我 5 月就换单位了"))


class ListForm(PageForm):
    """A new list to another department."""

    topic = RadioField(N_("核对什么"), [needed(N_("请选一项"))], choices=_of(*Topic))
    population = SelectField(N_("哪些人"), choices=_of(*Population), description=N_("只放用得着的人"))
    purpose = StringField(N_("用途"), [Length(max=200)], description=N_("例如：核实 2026 年就业台账"))
    department = StringField(N_("发给哪个部门"), [Length(max=80)], description=N_("空着就按核对的内容填"))
    letter_number = StringField(N_("发函文号"), [Length(max=60)])
    letter_on = DateField(N_("发函日期"), [Optional()])


class PlainForm(PageForm):
    """The list without a password."""

    reason = StringField(N_("为什么不能用加密文件"), [Length(max=200)], description=N_("会记入日志"))
    typed = StringField(N_("请照着输入：明文导出"), [Length(max=20)], render_kw={"autocomplete": "off"})


class AnswerForm(PageForm):
    """The table that a department sent back."""

    table = FileField(
        N_("回函的表"),
        description=N_("xlsx 或 csv，最大 10 MB；加密的压缩包请先解开"),
        render_kw={"accept": ".xlsx,.csv"},
    )
    answer_number = StringField(N_("回函文号"), [Length(max=60)])
    answered_on = DateField(N_("回函日期"), [Optional()])


class DecideForm(PageForm):
    """What becomes of one proposal."""

    decision = RadioField(
        N_("怎么处理"), [needed(N_("请选一项"))], choices=lambda: [("accept", _("采纳")), ("refuse", _("不采纳"))]
    )
    note = StringField(N_("为什么不采纳"), [Length(max=200)])
