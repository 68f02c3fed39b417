"""Forms of accounts: shape and format; services decide."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from jobmatch.accounts.fields import at_most, code_field, email_field, name_field, needed, password_field, phone_field
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import VersionedForm
from jobmatch.web.pages import PageForm


class PhoneForm(PageForm):
    """The phone a code goes to."""

    phone = phone_field()


class PasswordSignInForm(PageForm):
    """Phone or account name, and the password."""

    phone = StringField(
        N_("手机号"),
        [needed(N_("请填写手机号")), at_most(60)],
        render_kw={"inputmode": "text", "autocomplete": "username"},
    )
    password = password_field()


class EmailForm(PageForm):
    """The address that messages are to be mailed to."""

    email = email_field(description=N_("发一个 6 位验证码过去，填回来才算数"))


class EmailCodeForm(PageForm):
    """The code that came by e-mail."""

    code = code_field()


class RecoveryCodeForm(PageForm):
    """One of the codes that were written down."""

    code = StringField(N_("备用码"), [needed(N_("请填写一个备用码")), at_most(40)], render_kw={"autocomplete": "off"})


class NewPasswordForm(PageForm):
    """A new password, shown while it is typed on demand instead of being typed twice."""

    password = password_field(N_("新密码"), is_new=True)


class ChangePasswordForm(PageForm):
    """The present password and a new one."""

    current = password_field(N_("现在的密码"))
    password = password_field(N_("新密码"), is_new=True)


class RecoverPasswordForm(PageForm):
    """Code and new password."""

    code = code_field()
    password = password_field(N_("新密码"), is_new=True)


class AcceptForm(PageForm):
    """The code that proves the phone an invitation was made for, and a password."""

    code = code_field()
    password = password_field(is_new=True)


class PhoneChangeForm(PageForm):
    """Old and new number."""

    old_phone = phone_field(N_("原来的手机号"))
    new_phone = phone_field(N_("新手机号"))


class PhoneChangeCodesForm(PageForm):
    """The codes that came to both numbers."""

    code = code_field(N_("原手机号收到的验证码"))
    new_code = code_field(N_("新手机号收到的验证码"))


class ProviderSignUpForm(PageForm):
    """A training provider and who answers for it."""

    phone = phone_field(description=N_("以后用它登录"))
    code = code_field()
    name = name_field(N_("您的姓名"))
    organization_name = name_field(N_("机构名称"), longest=120, autocomplete="organization")
    credit_code = StringField(
        N_("统一社会信用代码"),
        [needed(N_("请填写 18 位代码，在营业执照上")), at_most(40)],
        render_kw={"autocomplete": "off"},
    )
    region_code = SelectField(N_("所在地区"), validate_choice=False)
    password = password_field(N_("设一个密码"), is_new=True, description=N_("至少 12 个字符，可以用一句话"))

    def __init__(self, *args: Any, regions: list[SelectChoice] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region_code.choices = [SelectChoice(value="", label=_("请选择")), *(regions or [])]


class AccountForm(VersionedForm):
    """Name and language."""

    name = name_field()
    locale = RadioField(N_("语言"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = [SelectChoice(value="zh", label="中文"), SelectChoice(value="en", label="English")]


class InviteForm(PageForm):
    """Who is invited."""

    name = name_field()
    phone = phone_field()


class ColleagueForm(InviteForm):
    """Who is invited into the own organization, and as what."""

    role = RadioField(N_("让对方做什么"), validate_choice=False)

    HINTS = {
        Role.EMPLOYER_MEMBER: N_("什么都可以办，也能邀请和移出同事"),
        Role.EMPLOYER_RECRUITER: N_("发布岗位、处理投递"),
        Role.EMPLOYER_READER: N_("只看交给他的投递，看不到电话"),
    }

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(
                value=role.value,
                label=_("%(role)s：%(hint)s", role=role.label, hint=_(self.HINTS[role]))
                if role in self.HINTS
                else role.label,
            )
            for role in roles
        ]
        if not self.role.data:
            self.role.data = roles[0].value


class StaffInviteForm(InviteForm):
    """Who is invited, as what and where."""

    role = SelectField(N_("身份"), validate_choice=False)
    organization = SelectField(N_("服务机构"), validate_choice=False)

    def __init__(self, *args: Any, roles: tuple[Role, ...], stations: list[SelectChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(value=role.value, label=role.label) for role in roles]
        self.organization.choices = [SelectChoice(value="", label=_("不属于服务机构")), *stations]


EVIDENCE = (
    N_("居民身份证"),
    N_("优待证"),
    N_("退役证"),
    N_("军人家属证明"),
    N_("介绍信和工作证"),
)


class WindowCodeForm(PageForm):
    """Whose code, for what, and what was seen."""

    phone = phone_field(N_("对方的手机号"))
    purpose = RadioField(N_("用来做什么"), validate_choice=False, default=CodePurpose.SIGN_IN.value)
    evidence = RadioField(N_("看过哪种证件"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = (CodePurpose.SIGN_IN, CodePurpose.RECOVERY, CodePurpose.PHONE_CHANGE)
        self.purpose.choices = [SelectChoice(value=p.value, label=p.label) for p in purposes]
        self.evidence.choices = [SelectChoice(value=text, label=_(text)) for text in EVIDENCE]


class WindowPhoneForm(PageForm):
    """A phone changed at the window."""

    phone = phone_field(N_("原来的手机号"))
    new_phone = phone_field(N_("新手机号"))
    evidence = StringField(
        N_("看过的证件"),
        [needed(N_("请写明看过的证件，例如优待证尾号")), at_most(200)],
        description=N_("例如：优待证，尾号 0513"),
        render_kw={"autocomplete": "off"},
    )


class ApproveForm(PageForm):
    """How the person was recognised."""

    evidence = StringField(
        N_("怎样认出本人"),
        [needed(N_("请写明怎样认出本人，例如看过工作证")), at_most(200)],
        render_kw={"autocomplete": "off"},
    )


class StationForm(PageForm):
    """A station of the tree."""

    name = name_field(N_("机构名称"), longest=120, autocomplete="off")
    level = name_field(N_("层级"), longest=12, autocomplete="off", description=N_("例如：省级、市级、县级、乡镇、村"))
    region_code = StringField(
        N_("区划代码"),
        [needed(N_("请填写区划代码")), at_most(12)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    parent = SelectField(N_("上级机构"), validate_choice=False)
    phone = StringField(N_("电话"), [at_most(40)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    address = StringField(N_("地址"), [at_most(200)], render_kw={"autocomplete": "off"})

    def __init__(self, *args: Any, stations: list[SelectChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent.choices = [SelectChoice(value="", label=_("没有上级")), *stations]


class StationContactForm(VersionedForm):
    """Name and contact of a station."""

    name = name_field(N_("机构名称"), longest=120, autocomplete="off")
    phone = StringField(N_("电话"), [at_most(40)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    address = StringField(N_("地址"), [at_most(200)], render_kw={"autocomplete": "off"})


class LevelForm(PageForm):
    """Another word for a level of the tree."""

    old = HiddenField()
    new = name_field(N_("新的叫法"), longest=12, autocomplete="off")
