"""Forms of the booths, the counters and the sheets: shape and format. ``press`` is the button."""

from __future__ import annotations

from wtforms import SelectField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.day.services.sheets import Line
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.web.fields import WholeField
from jobmatch.web.pages import PageForm

LINES = 12
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
        N_("报名编号、手机号，或扫票"), [at_most(80)], render_kw=_TICKET, description=N_("只问政策的可以不填")
    )
    words = StringField(N_("问了什么"), [at_most(200)])
    booth = StringField(N_("展位号"), [at_most(8)], render_kw={"class": "w-s", "autocomplete": "off"})


class AnswerForm(PageForm):
    """What somebody without a phone says at the desk, ticket in hand."""

    press = StringField(validators=[at_most(12)])
    ticket = StringField(N_("报名编号，或扫票"), [at_most(80)], render_kw=_TICKET)
    row = StringField(validators=[at_most(20)])


class StandingFilter(PageForm):
    """Which intentions a list shows."""

    standing = SelectField(
        N_("算作"),
        choices=lambda: [("", _("全部")), *((one.value, one.label) for one in IntentionStanding)],
        validate_choice=False,
    )


class SheetForm(PageForm):
    """A sheet of one booth; its lines come as columns ``who``, ``posting`` and ``hire`` with the line's number."""

    booth = SelectField(N_("哪家单位的意向表"), choices=[], validate_choice=False)

    def lines(self, sent: dict[str, str]) -> list[Line]:
        """The lines as they were keyed."""
        return [
            Line(sent.get(f"who{n}", "")[:80], sent.get(f"posting{n}", "")[:20], f"hire{n}" in sent)
            for n in range(LINES)
        ]
