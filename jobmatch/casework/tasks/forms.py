"""Forms of tasks: filters, an outcome, a colleague, and moving many people at once."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from jobmatch.accounts.fields import needed
from jobmatch.casework.tasks.queries import NOBODY
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import seen_number
from jobmatch.web.pages import PageForm


def _kinds() -> list[tuple[str, str]]:
    return [("", _("全部")), *((kind.value, kind.label) for kind in TaskKind)]


def _states() -> list[tuple[str, str]]:
    return [(state.value, state.label) for state in TaskState]


class TaskFilter(PageForm):
    """Filters of the list; all come by GET."""

    q = StringField(N_("姓名或事项"), [Length(max=40)])
    kind = SelectField(N_("种类"), choices=_kinds, validate_choice=False)
    state = SelectField(N_("状态"), choices=_states, validate_choice=False)
    scope = HiddenField()


class SettleForm(PageForm):
    """How a task ended."""

    outcome = StringField(N_("办得怎么样"), [needed(N_("请写一句办得怎么样")), Length(max=200)])
    result = RadioField(
        N_("结果"),
        choices=lambda: [("done", _("办好了")), ("dropped", _("不用办了"))],
        default="done",
        validate_choice=False,
    )


class ColleagueField(SelectField):
    """A colleague by public id; the view gives the list, the service knows who is on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"choices": [], "validate_choice": False, **kwargs})

    def show(self, colleagues: list[tuple[str, str]], *, empty: str = N_("请选择")) -> None:
        """Offer colleagues (public id, name) after an empty choice."""
        self.choices = [("", _(empty)), *colleagues]


class AssignForm(PageForm):
    """Who takes a task over; nobody means whoever is responsible for the person."""

    to = ColleagueField(N_("交给"))


class OwnerForm(PageForm):
    """Who is responsible for one person; with a day it is only a stand-in until then."""

    to = ColleagueField(N_("责任人"))
    until = DateField(N_("临时代管到哪一天"), [Optional()], description=N_("不填就是换责任人；填了到期自动交回"))


class TransferForm(PageForm):
    """Whose people, of which station, go to whom."""

    path = SelectField(N_("服务站"), choices=[], validate_choice=False)
    owner = ColleagueField(N_("现在的责任人"))
    to = ColleagueField(N_("交给"))
    until = DateField(N_("临时代管到哪一天"), [Optional()], description=N_("不填就是换责任人；填了到期自动交回"))
    expected = HiddenField(filters=[seen_number])

    def offer(self, stations: list[tuple[str, str]], colleagues: list[tuple[str, str]]) -> None:
        """Show the stations and colleagues of the reader's subtree."""
        self.path.choices = [("", _("全部")), *stations]
        self.owner.choices = [("", _("全部")), (NOBODY, _("没有责任人")), *colleagues]
        self.to.show(colleagues)
