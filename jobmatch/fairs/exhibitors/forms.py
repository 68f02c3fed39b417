"""Forms about employers at fairs: shape and format."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.fairs.exhibitors.services.attending import Coming
from jobmatch.fairs.exhibitors.states import InvitationReply
from jobmatch.web.fields import Measured, PickOne, Picks, VersionedForm, WholeField
from jobmatch.web.pages import PageForm
from recruiters.employers.states import EmployerKind


class ComingForm(PageForm):
    """Who comes to the booth."""

    attendees = StringField(N_("谁来"), [at_most(120)], description=N_("姓名、职务"))
    attendee_count = WholeField(N_("来几个人"), render_kw={"class": "w-s"})
    car = StringField(N_("车牌"), [at_most(40)], description=N_("开车来的填，方便进场停车"))
    needs_power = BooleanField(N_("展位要用电"))

    def coming(self) -> Coming:
        """What was filled in."""
        return Coming(
            attendees=self.attendees.data or "",
            attendee_count=self.attendee_count.data,
            car=self.car.data or "",
            needs_power=bool(self.needs_power.data),
        )


class ReplyForm(ComingForm):
    """Coming or not (回执)."""

    reply = RadioField(N_("您单位参会吗"), choices=[], validate_choice=False)
    note = StringField(N_("还想说明什么"), [at_most(200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reply.choices = [(one.value, one.label) for one in InvitationReply if one is not InvitationReply.NONE]


class ContactForm(VersionedForm, ComingForm):
    """Who comes, whom to phone, and what the booth needs."""

    contact_name = StringField(N_("联系人"), [at_most(60)])
    contact_phone = StringField(N_("联系电话"), [at_most(40)], render_kw={"inputmode": "tel", "autocomplete": "tel"})
    needs = StringField(N_("其他需要"), [at_most(200)], description=N_("例如：两把椅子、放得下一台样机"))


class SignUpForm(ContactForm):
    """Which postings an employer brings, and who comes."""

    postings = Measured(N_("带哪些岗位"))
    will_write = BooleanField(N_("还要加只在这场招的岗位，报上名再写"))


class EnterForm(ContactForm):
    """An employer that phoned or came, which the office signs up."""

    name = StringField(N_("单位名称"), [needed(N_("请填单位名称")), at_most(120)], description=N_("和营业执照上的一样"))
    credit_code = StringField(N_("统一社会信用代码"), [needed(N_("请填统一社会信用代码")), at_most(30)])
    place = PickOne(N_("所在地"))


class FairPostingForm(PageForm):
    """The head-count for this fair and what was changed on the spot."""

    vacancies = WholeField(N_("这场招多少人"))
    words = StringField(N_("现场改的要求"), [at_most(300)])


class FairOnlyForm(PageForm):
    """How a posting for one fair alone begins: a title, or a whole advertisement to read."""

    title = StringField(N_("招什么人"), [at_most(80)])
    advertisement = TextAreaField(N_("已有招聘广告？整段贴进来"), [at_most(6000)])


class InviteFilter(PageForm):
    """Which employers to look for; comes by GET."""

    q = StringField(N_("单位名称"), [at_most(40)])
    industry = PickOne(N_("行业"))
    place = PickOne(N_("所在地"))
    kind = SelectField(N_("所有制"), validate_choice=False)
    founded = BooleanField(N_("军创企业"))
    hiring = BooleanField(N_("有在招岗位"))
    came_last = BooleanField(N_("上一场来过"))

    def offer(self, industries: list[tuple[str, str]], places: list[tuple[str, str]], anything: str) -> None:
        """Show the choices, each after one for everything."""
        self.industry.choices = [("", anything), *industries]
        self.place.choices = [("", anything), *places]
        self.kind.choices = [("", anything), *((one.value, one.label) for one in EmployerKind)]


class InviteForm(PageForm):
    """Whom to invite: public ids of employers that were ticked."""

    employers = Picks(N_("单位"))
    anyway = BooleanField(N_("停订的也邀请"))


class DecisionForm(PageForm):
    """Why not, where the answer is no."""

    reason_code = SelectField(N_("没有同意的原因"), choices=[], validate_choice=False)
    note = StringField(N_("告诉单位的话"), [at_most(200)])


class WaiveForm(PageForm):
    """Why an absence does not count."""

    note = TextAreaField(N_("为什么不算"), [at_most(200)], render_kw={"rows": 2})
