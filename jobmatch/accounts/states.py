"""States and kinds of accounts."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class OrganizationKind(LabelledEnum):
    STATION = "station", N_("服务机构")
    EMPLOYER = "employer", N_("用人单位")
    PROVIDER = "provider", N_("承训机构")
    INCUBATOR = "incubator", N_("孵化基地")
    VENTURE = "venture", N_("创业项目")


class OrganizationState(LabelledEnum):
    """Whether an organization may act in public; stations are active from the start."""

    PENDING = "pending", N_("待审核")
    ACTIVE = "active", N_("已通过")
    REFUSED = "refused", N_("未通过")
    SUSPENDED = "suspended", N_("已暂停")


class Role(LabelledEnum):
    """Every role of the house; what each may do stands in ``roles.py``."""

    VETERAN = "veteran", N_("退役军人")
    DEPENDANT = "dependant", N_("军人家属")
    EMPLOYER_MEMBER = "employer_member", N_("用人单位管理员")
    EMPLOYER_RECRUITER = "employer_recruiter", N_("用人单位招聘员")
    EMPLOYER_READER = "employer_reader", N_("用人部门")
    PROVIDER_MEMBER = "provider_member", N_("承训机构经办人")
    INCUBATOR_OPERATOR = "incubator_operator", N_("孵化基地运营人")
    MENTOR = "mentor", N_("创业导师")
    FAIR_HELPER = "fair_helper", N_("招聘会协助人员")
    STATION_STAFF = "station_staff", N_("服务站工作人员")
    SUPERIOR_READER = "superior_reader", N_("上级查看人员")
    SYSTEM_ADMIN = "system_admin", N_("系统管理员")
    SECURITY_ADMIN = "security_admin", N_("安全管理员")
    AUDIT_ADMIN = "audit_admin", N_("审计管理员")


PERSON_ROLES = frozenset({Role.VETERAN, Role.DEPENDANT})
STAFF_ROLES = frozenset(
    {Role.STATION_STAFF, Role.SUPERIOR_READER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
)
EMPLOYER_ROLES = (Role.EMPLOYER_MEMBER, Role.EMPLOYER_RECRUITER, Role.EMPLOYER_READER)
"""Roles in an employer: who manages it, who recruits, and the department that reads what it is handed."""
PASSWORD_ROLES = STAFF_ROLES | {*EMPLOYER_ROLES, Role.PROVIDER_MEMBER, Role.INCUBATOR_OPERATOR, Role.MENTOR}
"""Roles that only a sign-in with a password opens; a one-time code opens the others."""
SECOND_FACTOR_ROLES = STAFF_ROLES | {Role.PROVIDER_MEMBER}
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""Three posts that nobody holds two of."""


class CodePurpose(LabelledEnum):
    """What a one-time code was made for; a code made for one act opens no other."""

    SIGN_IN = "sign_in", N_("登录")
    SIGN_UP = "sign_up", N_("注册")
    RECOVERY = "recovery", N_("找回密码")
    PHONE_CHANGE = "phone_change", N_("更换手机号")
    POSTING_FORM = "posting_form", N_("填岗位征集表")
    EMAIL = "email", N_("绑定邮箱")


class AssistKind(LabelledEnum):
    """Help that needs two staff members, or one and the person's card."""

    SECOND_FACTOR = "second_factor", N_("重设第二道验证")
    PHONE = "phone", N_("更换手机号")
