"""Forms of the demand room: shape and format."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, DateField, FieldList, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import EmploymentType
from jobmatch.web.fields import AmountField
from jobmatch.web.pages import PageForm
from recruiters.demand.models import DemandAnswer
from recruiters.demand.services.forms import Filled
from recruiters.demand.services.rounds import MOST_LINES, LineInput
from recruiters.employers.forms import NumberField, check_code

BLANKS = 2
"""Empty lines that stand ready below those that are filled."""
DAYS = (30, 60, 90)


class RoundForm(PageForm):
    """A new round."""

    quarter = SelectField(N_("季度"), choices=[], validate_choice=False)
    opens_on = DateField(N_("从哪天开始"), [Optional()])
    closes_on = DateField(N_("到哪天结束"), [Optional()], description=N_("一般给两周"))


class LineForm(Form):
    """One kind of work."""

    words = StringField(N_("什么工作"), [at_most(60)], render_kw={"autocomplete": "off"})
    now_count = AmountField(N_("现在缺几人"))
    next_count = AmountField(N_("下季度要几人"))
    pay_low_yuan = AmountField(N_("月工资从（元）"))
    pay_high_yuan = AmountField(N_("到（元）"))
    is_trainable = BooleanField(N_("没做过的培训以后也要"))
    note = StringField(N_("说明"), [at_most(120)], render_kw={"autocomplete": "off"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text = _(field.label.text)


class AnswerForm(PageForm):
    """What an employer needs."""

    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)
    by = StringField(N_("谁填的"), [at_most(60)], render_kw={"autocomplete": "name"})
    note = TextAreaField(N_("还想说什么"), [at_most(300)])

    @classmethod
    def of(cls, answer: DemandAnswer) -> AnswerForm:
        """The form with what was answered before, and blank lines below."""
        names = ("words", "now_count", "next_count", "pay_low_yuan", "pay_high_yuan", "is_trainable", "note")
        lines = [{name: getattr(line, name) for name in names} for line in answer.lines]
        given = {"lines": lines, "by": answer.answered_by, "note": answer.note}
        form: AnswerForm = cls.submitted(data=given)
        more = BLANKS if request.method == "GET" or cls.asks_for_more() else 0
        for _n in range(min(more, MOST_LINES - len(form.lines.entries))):
            form.lines.append_entry()
        return form

    @staticmethod
    def asks_for_more() -> bool:
        """Whether the press asks for more lines and not to keep the answer."""
        return request.form.get("press") == "more"

    @property
    def said(self) -> list[LineInput]:
        """The lines as the service takes them; none where nobody is needed."""
        if request.form.get("press") == "nobody":
            return []
        return [
            LineInput(
                words=entry.form.words.data or "",
                now_count=entry.form.now_count.data or 0,
                next_count=entry.form.next_count.data or 0,
                pay_low_yuan=entry.form.pay_low_yuan.data,
                pay_high_yuan=entry.form.pay_high_yuan.data,
                is_trainable=bool(entry.form.is_trainable.data),
                note=entry.form.note.data or "",
            )
            for entry in self.lines.entries
        ]


class CollectForm(PageForm):
    """One posting as an employer writes it on a phone."""

    employer_name = StringField(N_("单位全称"), [needed(N_("请写单位全称")), at_most(120)])
    credit_code = StringField(
        N_("统一社会信用代码"),
        [needed(N_("请填 18 位代码，营业执照上有")), check_code],
        render_kw={"autocomplete": "off"},
    )
    filled_by = StringField(N_("填表人"), [needed(N_("请写您的姓名")), at_most(60)], render_kw={"autocomplete": "name"})
    title = StringField(N_("岗位名称"), [needed(N_("请填岗位名称")), at_most(80)])
    vacancy_count = NumberField(N_("招几个人"), [needed(N_("请填招几个人"))])
    duties = TextAreaField(N_("具体做什么"), [needed(N_("请写具体做什么")), at_most(4000)])
    requirement_text = TextAreaField(
        N_("有什么要求"), [at_most(4000)], description=N_("不要写性别、婚育、户籍，写了不能发布")
    )
    place = StringField(
        N_("工作地点"),
        [needed(N_("请写到县或乡镇")), at_most(60)],
        description=N_("写到县或乡镇，例如湖南省湘潭市韶山市"),
    )
    address = StringField(N_("详细地址"), [needed(N_("请写门牌或园区")), at_most(200)])
    pay = StringField(
        N_("工资"),
        [needed(N_("请写工资")), at_most(80)],
        description=N_("例如“固定 4000-5000 元/月，应发”或“底薪 3000+提成，综合 5000-8000 元/月，到手”"),
    )
    work_time = StringField(N_("上班时间"), [at_most(120)], description=N_("例如“白班，做六休一”"))
    welfare = StringField(N_("食宿和社保"), [at_most(200)], description=N_("例如“包吃，不包住，五险”"))
    employment_type = SelectField(
        N_("用工形式"),
        choices=lambda: [("", _("请选择")), *((one.value, one.label) for one in EmploymentType)],
        validate_choice=False,
    )
    days = SelectField(
        N_("招到什么时候"),
        choices=lambda: [(str(n), _("%(n)s 天以内", n=n)) for n in DAYS],
        default="30",
    )
    agrees = BooleanField(N_("我代表单位填写，内容属实，同意审核后发布"), [InputRequired(N_("要单位同意才能发布"))])

    @property
    def filled(self) -> Filled:
        """What was filled in, as the service takes it."""
        kind = next((one for one in EmploymentType if one.value == self.employment_type.data), None)
        texts = ("employer_name", "credit_code", "filled_by", "title", "duties", "requirement_text", "place")
        more = ("address", "pay", "work_time", "welfare")
        return Filled(
            **{name: (self[name].data or "").strip() for name in (*texts, *more)},
            vacancy_count=self.vacancy_count.data,
            employment_type=kind,
            days=int(self.days.data),
        )
