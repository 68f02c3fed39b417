"""Forms of providers: shape and format."""

from __future__ import annotations

from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.web.fields import AmountField, DayField, PickOne, VersionedForm
from jobmatch.web.pages import PageForm
from training.courses.catalog.services.providers import ProviderFacts
from training.courses.catalog.states import ProviderCheckResult

_SMALL = {"class": "w-s"}


class FactsForm(VersionedForm):
    """What is written about a provider."""

    licence_number = StringField(N_("办学许可证号或登记证号"), [at_most(60)])
    intro = TextAreaField(N_("介绍"), [at_most(2000)], render_kw={"rows": 3})
    seat_count = AmountField(N_("能同时培训多少人"), render_kw=_SMALL)
    teacher_count = AmountField(N_("专职教师几人"), render_kw=_SMALL)
    has_lodging = BooleanField(N_("有宿舍"))
    has_canteen = BooleanField(N_("有食堂"))
    contact_name = StringField(N_("联系人"), [at_most(60)])
    contact_phone = StringField(N_("联系电话"), [at_most(40)], render_kw={"inputmode": "tel"})

    def facts(self) -> ProviderFacts:
        """The fields as the service takes them."""
        return ProviderFacts(
            licence_number=self.licence_number.data or "",
            intro=self.intro.data or "",
            seat_count=self.seat_count.data,
            teacher_count=self.teacher_count.data,
            has_lodging=bool(self.has_lodging.data),
            has_canteen=bool(self.has_canteen.data),
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
        )


class NewProviderForm(FactsForm):
    """A provider that has no account yet."""

    organization_name = StringField(N_("机构名称"), [needed(N_("请填机构名称")), at_most(120)])
    credit_code = StringField(N_("统一社会信用代码"), [needed(N_("请填 18 位代码")), at_most(40)])
    region_code = SelectField(N_("所在地区"), choices=[], validate_choice=False)


class CourseForm(PageForm):
    """A course it teaches."""

    course_code = PickOne(N_("课程"))
    fee_yuan = AmountField(N_("每人收费（元）"), render_kw=_SMALL)
    note = StringField(N_("说明"), [at_most(200)])


class CheckForm(PageForm):
    """The yearly check."""

    year = AmountField(N_("年度"), render_kw=_SMALL)
    result = RadioField(
        N_("结果"),
        choices=lambda: [(one.value, one.label) for one in ProviderCheckResult],
        validate_choice=False,
    )
    checked_on = DayField(N_("考核日期"))
    note = StringField(N_("说明"), [at_most(400)], description=N_("不合格的写原因，机构会看到"))


class NoteForm(PageForm):
    """Why a provider is suspended or removed."""

    note = StringField(N_("原因"), [at_most(200)], description=N_("机构会看到"))


class PaperForm(PageForm):
    """A paper of the provider."""

    file = FileField(
        N_("文件"),
        description=N_("pdf、docx、xlsx、jpg 或 png，不超过 10 MB"),
        render_kw={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"},
    )
    note = StringField(N_("说明"), [at_most(200)])
