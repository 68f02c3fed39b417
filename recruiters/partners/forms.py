"""Forms of the partners room: shape and format."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import AmountField, PickOne, VersionedForm
from jobmatch.web.pages import PageForm
from recruiters.employers.forms import check_any_phone
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.partners.states import ContactWay


class BaseFilter(PageForm):
    """Filters of the list; all come by GET."""

    q = StringField(N_("单位名称、拼音首字母或代码"), [at_most(60)], render_kw={"autocomplete": "off"})
    kind = SelectField(
        N_("所有制"),
        choices=lambda: [("", _("全部")), *((kind.value, kind.label) for kind in EmployerKind)],
        validate_choice=False,
    )
    state = SelectField(
        N_("审核状态"),
        choices=lambda: [("", _("全部")), *((state.value, state.label) for state in VettingState)],
        validate_choice=False,
    )
    town = SelectField(N_("乡镇（街道）"), choices=[], validate_choice=False)
    only = SelectField(
        N_("只看"),
        choices=lambda: [
            ("", _("全部")),
            ("agreement", _("签约就业合作企业")),
            ("founded", _("军创企业")),
            ("no_liaison", _("没有联络人")),
            ("overdue", _("约好的联系过期了")),
            ("silent", _("90 天没有联系")),
        ],
        validate_choice=False,
    )


class LiaisonForm(VersionedForm):
    """Who of the bureau answers for an employer, and whom to speak to there."""

    to = SelectField(N_("局里的联络人"), choices=[], validate_choice=False)
    stand_in = SelectField(N_("代办人"), choices=[], validate_choice=False)
    contact_name = StringField(N_("单位联系人"), [at_most(60)])
    contact_post = StringField(N_("职务"), [at_most(60)])
    contact_phone = StringField(N_("联系电话"), [at_most(40), check_any_phone], render_kw={"inputmode": "tel"})

    def offer(self, colleagues: list[tuple[str, str]]) -> None:
        """Show the colleagues of the reader's subtree."""
        self.to.choices = [("", _("请选择")), *colleagues]
        self.stand_in.choices = [("", _("没有")), *colleagues]


class ContactForm(PageForm):
    """What was said, and when to speak again."""

    way = RadioField(
        N_("怎么联系的"),
        choices=lambda: [(way.value, way.label) for way in ContactWay],
        validate_choice=False,
        default=ContactWay.CALL.value,
    )
    done_on = DateField(N_("哪一天"), [Optional()])
    with_whom = StringField(N_("和谁"), [at_most(60)])
    words = TextAreaField(N_("说了什么"), [needed(N_("请写一句说了什么")), at_most(500)], render_kw={"rows": 3})
    next_on = DateField(N_("下次联系"), [Optional()], description=N_("到那天会出现在待办里"))


class AgreementForm(VersionedForm):
    """An agreement of cooperation."""

    paper_number = StringField(N_("协议编号"), [at_most(60)])
    starts_on = DateField(N_("从哪一天起"), [Optional()])
    ends_on = DateField(N_("到哪一天止"), [Optional()])
    pledged_count = AmountField(
        N_("承诺提供岗位（个）"),
        [Optional()],
        description=N_("招用情况从就业台账里数，不用填"),
        render_kw={"class": "w-s"},
    )
    note = StringField(N_("说明"), [at_most(300)])


class BaseForm(VersionedForm):
    """A practice base."""

    name = StringField(N_("基地名称"), [at_most(120)])
    paper_number = StringField(N_("协议编号"), [at_most(60)])
    starts_on = DateField(N_("从哪一天起"), [Optional()])
    ends_on = DateField(N_("到哪一天止"), [Optional()])
    place_count = AmountField(N_("可以接收（人）"), [Optional()], render_kw={"class": "w-s"})
    work = TextAreaField(N_("实习实训的工作"), [at_most(600)], description=N_("一行写一种职业"), render_kw={"rows": 3})
    address = StringField(N_("地点"), [at_most(200)])


class TraineeForm(PageForm):
    """How many came, whose files are not known here."""

    head_count = AmountField(N_("来了几个人"), [Optional()], default=1, render_kw={"class": "w-s"})
    occupation_code = PickOne(N_("做什么工作"))
    came_on = DateField(N_("哪一天来的"), [Optional()])
    note = StringField(N_("说明"), [at_most(200)])


class PersonTraineeForm(PageForm):
    """Where and since when a person practises."""

    base = SelectField(N_("实习实训基地"), choices=[], validate_choice=False)
    came_on = DateField(N_("哪一天来的"), [Optional()])


class LeaveForm(PageForm):
    """The day somebody left."""

    left_on = DateField(N_("哪一天离开"), [Optional()])


class EndForm(PageForm):
    """The last day of an agreement."""

    ended_on = DateField(N_("最后一天"), [Optional()])
