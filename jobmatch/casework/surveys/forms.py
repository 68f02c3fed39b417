"""Forms of the survey room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from jobmatch.casework.surveys.services import Said
from jobmatch.casework.surveys.states import Need, StartUpWish, WorkWish
from jobmatch.core.i18n import N_
from jobmatch.web.fields import Picks
from jobmatch.web.pages import PageForm


def _labels(kind: Any) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(member.value, member.label) for member in kind]


class AnswerForm(PageForm):
    """The five questions; everything may stay open, but not all of it."""

    work_wish = RadioField(N_("现在想找工作吗？"), choices=_labels(WorkWish), validate_choice=False)
    wanted_words = StringField(N_("想做什么工作"), [Length(max=120)], description=N_("例如货车司机、保安、电工"))
    certificate_codes = Picks(N_("想学什么、考什么证？"), description=N_("可以选几项，县里按大家选的开班"))
    start_up = RadioField(N_("想过自己创业吗？"), choices=_labels(StartUpWish), validate_choice=False)
    start_up_words = StringField(N_("想做哪一行"), [Length(max=120)])
    needs = SelectMultipleField(N_("希望我们帮什么？"), choices=_labels(Need), validate_choice=False)
    hobbies = TextAreaField(N_("爱好和特长"), [Length(max=200)], description=N_("例如篮球、书法、会修家电、带过民兵"))
    accept_masked = BooleanField(N_("用系统改好的文字保存"))

    @property
    def said(self) -> Said:
        """The answers as the service takes them."""
        return Said(
            hobbies=self.hobbies.data or "",
            work_wish=self.work_wish.data or "",
            wanted_words=self.wanted_words.data or "",
            certificate_codes=self.certificate_codes.data or [],
            start_up=self.start_up.data or "",
            start_up_words=self.start_up_words.data or "",
            needs=self.needs.data or [],
        )


class LinkAnswerForm(AnswerForm):
    """The same for somebody who came by the link."""

    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "name"})
    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "tel"})


class SurveyForm(PageForm):
    """A new round."""

    title = StringField(N_("名称"), [Length(max=80)], description=N_("例如 2026 年秋季需求摸底"))
    opens_on = DateField(N_("开始日期"), [Optional()])
    closes_on = DateField(N_("结束日期"), [Optional()])


class LayForm(PageForm):
    """Whose answer this is."""

    person = RadioField(N_("是谁的答卷？"), choices=[], validate_choice=False)
