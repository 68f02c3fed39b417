"""Forms of the booths, the counters and the sheets: shape and format. ``press`` is the button."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import SelectField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day.services.sheets import Keyed, Line, LineResult
from jobmatch.fairs.day.services.sign_sheets import SignLine
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.web.fields import WholeField
from jobmatch.web.pages import PageForm

LINES = 20
_TICKET = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "enterkeyhint": "go"}


class BoothForm(PageForm):
    """What is pressed at a booth."""

    press = StringField(validators=[at_most(12)])
    ticket = StringField(N_("扫票，或输入票上的 8 位数字"), [at_most(80)], render_kw=_TICKET)
    posting = StringField(validators=[at_most(20)])
    reason = SelectField(N_("不合适的原因"), choices=[], validate_choice=False)
    note = StringField(N_("记一句"), [at_most(200)])
    row = StringField(validators=[at_most(20)])
    vacancies = WholeField(N_("这场招多少人"))
    words = StringField(N_("现场改的要求"), [at_most(300)])


class VisitForm(PageForm):
    """What somebody presses on the page of the own ticket."""

    press = StringField(validators=[at_most(12)])
    row = StringField(validators=[at_most(20)])


class CounterForm(PageForm):
    """What a desk notes down."""

    press = StringField(validators=[at_most(12)])
    ticket = StringField(
        N_("入场码、手机号，或扫票"), [at_most(80)], render_kw=_TICKET, description=N_("只问政策的可以不填")
    )
    words = StringField(N_("问了什么"), [at_most(200)])
    booth = StringField(N_("展位号"), [at_most(8)], render_kw={"class": "w-s", "autocomplete": "off"})


class AnswerForm(PageForm):
    """What somebody without a phone says at the desk, ticket in hand."""

    press = StringField(validators=[at_most(12)])
    ticket = StringField(N_("入场码，或扫票"), [at_most(80)], render_kw=_TICKET)
    row = StringField(validators=[at_most(20)])


class StandingFilter(PageForm):
    """Which intentions a list shows."""

    standing = SelectField(
        N_("算作"),
        choices=lambda: [
            ("", _("全部")),
            ("counted", _("达成意向")),
            ("one_sided", _("只有一方同意")),
            *((one.value, one.label) for one in IntentionStanding),
        ],
        validate_choice=False,
    )


class SheetForm(PageForm):
    """A sheet of one booth; its lines come as columns ``who``, ``posting`` and ``hire`` with the line's number."""

    booth = SelectField(N_("哪家单位的意向表"), choices=[], validate_choice=False)

    def lines(self) -> list[Line]:
        """The lines as they were keyed."""
        return [Line(one["who"], one["posting"], bool(one["hire"])) for one in sent_lines("who", "posting", "hire")]


class SignSheetForm(PageForm):
    """A sign-in sheet; its lines come as columns ``who``, ``proof``, ``at``, ``kind`` and ``other``."""

    sheet = StringField(
        N_("哪一张表"), [at_most(40)], render_kw={"autocomplete": "off"}, description=N_("例如“东门第 2 张”")
    )

    def lines(self) -> list[SignLine]:
        """The lines as they were keyed."""
        return [
            SignLine(
                one["who"],
                one["proof"],
                one["at"],
                VisitorKind(one["kind"]) if one["kind"] in set(VisitorKind) else VisitorKind.VETERAN,
                bool(one["other"]),
            )
            for one in sent_lines("who", "proof", "at", "kind", "other")
        ]


def sent_lines(*names: str) -> list[dict[str, str]]:
    """The lines of a grid as they were sent: each field is called by its column and the number of its line."""
    return [{name: request.form.get(f"{name}{n}", "")[:80] for name in names} for n in range(LINES)]


def grid_lines(sent: list[dict[str, str]], keyed: list[Keyed]) -> list[dict[str, Any]]:
    """The grid for the next round: what was taken leaves its line empty, all else keeps what was typed."""
    answers = {one.place: one for one in keyed}
    lines = []
    for n, values in enumerate(sent):
        answer = answers.get(n)
        is_done = answer is not None and answer.result is not LineResult.WRONG
        lines.append({"kept": {} if is_done else values, "error": "" if is_done or answer is None else answer.words})
    return lines
