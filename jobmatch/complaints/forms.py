"""Forms of the complaints room: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import VersionedForm
from jobmatch.web.pages import PageForm


class ComplaintForm(PageForm):
    """What happened; whoever reports may stay unknown."""

    kind = RadioField(N_("是哪种情况"), [needed(N_("请选一种情况"))], choices=[], validate_choice=False)
    words = TextAreaField(
        N_("什么时候、谁、怎么了"),
        [needed(N_("请写清楚什么时候、谁、怎么了，6 到 2000 个字")), at_most(2000)],
        description=N_("例如：11 月 3 日面试时，人事要我先交 300 元服装费"),
        render_kw={"rows": 6},
    )
    files = MultipleFileField(
        N_("照片、截图或 PDF"),
        description=N_("最多 3 个，一共不超过 10 MB；照片里的拍摄地点和时间会去掉"),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
    )
    phone = StringField(
        N_("电话"),
        [at_most(40)],
        description=N_("只有承办人能看，用来核实和告诉您结果；不留也办"),
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    is_anonymous = BooleanField(N_("匿名：不和我的账号连在一起"))
    accept_masked = BooleanField(N_("用系统改好的文字保存"))


class LookUpForm(PageForm):
    """The number and the code of an anonymous report."""

    number = StringField(
        N_("编号"), [needed(N_("请填编号")), at_most(30)], render_kw={"autocomplete": "off", "inputmode": "numeric"}
    )
    code = StringField(
        N_("查询码"),
        [needed(N_("请填查询码")), at_most(20)],
        render_kw={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"},
    )


class StepForm(VersionedForm):
    """One step of the office; which one says the button."""

    told = TextAreaField(
        N_("告诉举报人的话"), [at_most(1000)], description=N_("查明和转办时要写"), render_kw={"rows": 3}
    )
    reason_code = SelectField(N_("不予受理的原因"), choices=[], validate_choice=False)
    referred_to = StringField(N_("转给哪个部门"), [at_most(80)])
    note = TextAreaField(N_("内部备注"), [at_most(1000)], description=N_("举报人和单位都看不到"), render_kw={"rows": 2})

    def offer(self, reasons: list[tuple[str, str]]) -> None:
        """Show the coded reasons."""
        self.reason_code.choices = [("", _("请选择")), *reasons]


class AssignForm(PageForm):
    """Who handles it."""

    to = SelectField(N_("承办人"), choices=[], validate_choice=False)

    def offer(self, colleagues: list[tuple[str, str]]) -> None:
        """Show the colleagues of the reader's subtree."""
        self.to.choices = [("", _("请选择")), *colleagues]


class AskForm(PageForm):
    """What the employer is to explain."""

    question = TextAreaField(
        N_("请单位说明什么"),
        [at_most(1000)],
        description=N_("用自己的话写，不要写出是谁、哪天反映的"),
        render_kw={"rows": 3},
    )


class RevealForm(PageForm):
    """Why somebody looks at who reported."""

    reason = StringField(N_("为什么要看"), [at_most(100)], description=N_("例如：电话核实情况。每次查看都有记录"))


class StatementForm(PageForm):
    """The employer's side."""

    words = TextAreaField(N_("情况说明"), [at_most(2000)], render_kw={"rows": 6})


class PeriodForm(PageForm):
    """From when to when; comes by GET."""

    since = DateField(N_("从"), [Optional()])
    until = DateField(N_("到"), [Optional()])


def choices_of(kinds: list[Any], *, english: bool) -> list[tuple[str, str]]:
    """Kinds as the choices of a form: what it is called and what it takes."""
    found = []
    for kind in kinds:
        name = (english and kind.name_en) or kind.name_zh
        hint = (english and kind.hint_en) or kind.hint
        found.append((kind.code, _("%(name)s：%(hint)s", name=name, hint=hint) if hint else name))
    return found
