"""Forms of the privacy room: shape and format; services decide."""

from __future__ import annotations

from wtforms import DateField, DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.privacy.services.merge import Choice
from jobmatch.privacy.words import column_label
from jobmatch.web.pages import PageForm

FIELDS: tuple[tuple[str, str], ...] = (
    ("name", N_("姓名")),
    ("phone", N_("手机号")),
    ("id_number", N_("身份证号")),
    ("birth_on", N_("出生日期")),
    ("kind_code", N_("人员类别")),
    ("service_record", N_("服役经历和安置方式")),
    ("living_region_code", N_("户籍地、安置地或现居住地")),
    ("employment_spell", N_("就业台账里的一条")),
    ("other", N_("别的")),
)


def field_labels() -> list[tuple[str, str]]:
    """What somebody may say is wrong, in the reader's language."""
    return [(value, _(label)) for value, label in FIELDS]


class CorrectForm(PageForm):
    """What is wrong, and how it should read."""

    field = RadioField(N_("哪一项不对？"), [needed(N_("请选哪一项不对"))], choices=field_labels)
    words = TextAreaField(N_("现在写的是什么，应该是什么"), [at_most(1000)])


class AnswerForm(PageForm):
    """Staff's answer to a request."""

    decision = RadioField(
        N_("怎么办理"),
        [needed(N_("请选一项"))],
        choices=lambda: [("yes", _("同意，照办")), ("no", _("不同意"))],
    )
    answer = StringField(N_("答复"), [at_most(500)])


class ReasonForm(PageForm):
    """Why somebody wants to see what is locked away."""

    reason = StringField(N_("为什么要看"), [at_most(200)])


class MergeForm(PageForm):
    """Which values stay where two files become one; the fields to choose are added by ``merge_form``."""

    reason = StringField(N_("怎么认定是同一个人"), [at_most(200)])
    versions = StringField("")


class EmployerMergeForm(PageForm):
    """Why two records are one employer."""

    reason = StringField(N_("怎么认定是同一家"), [at_most(200)])
    versions = StringField("")


def merge_form(choices: list[Choice]) -> type[MergeForm]:
    """The form with a choice for each thing in which two files differ; the page puts the options side by side."""
    fields = {
        f"pick_{choice.name}": RadioField(
            column_label(choice.name), choices=lambda: [("target", ""), ("source", "")], default=choice.preferred
        )
        for choice in choices
        if not choice.is_same
    }
    return type("ChosenMergeForm", (MergeForm,), fields)


class NoticeForm(PageForm):
    """A new version of the privacy notice."""

    body = TextAreaField(N_("全文"), render_kw={"rows": 20})
    changes = StringField(N_("和上一版有什么不同"), [at_most(300)])
    valid_from = DateField(N_("从哪天起生效"), [Optional()])


class AssessmentForm(PageForm):
    """An impact assessment."""

    title = StringField(N_("评估什么"), [at_most(120)])
    purpose = TextAreaField(N_("处理目的和方式"))
    necessity = TextAreaField(N_("是否合法、正当、必要"))
    risks = TextAreaField(N_("风险和措施"), description=N_("一行一个：风险｜高、中或低｜措施"))
    conclusion = TextAreaField(N_("结论"))
    author = StringField(N_("评估人"), [at_most(60)])
    assessed_on = DateField(N_("评估日期"), [Optional()])


class BreachForm(PageForm):
    """An incident, and what narrows down whom it touches."""

    title = StringField(N_("叫什么"), [at_most(120)])
    what = TextAreaField(N_("发生了什么，怎么发现的"))
    starts_at = DateTimeLocalField(N_("从什么时候"), [Optional()])
    ends_at = DateTimeLocalField(N_("到什么时候"), [Optional()])
    login = StringField(N_("哪个账号（手机号或账号名）"), [at_most(60)])
    ip = StringField(N_("哪个网络地址"), [at_most(45)])
    region_path = SelectField(N_("哪个地区的人"), validate_choice=False)


class StepForm(PageForm):
    """A step of the checklist that was done."""

    note = StringField(N_("怎么做的"), [at_most(300)])
