"""What tables and columns are called where people read their own data or compare two files."""

from __future__ import annotations

from collections.abc import Mapping

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _

TABLES: Mapping[str, str] = {
    "person": N_("个人情况"),
    "person_kind": N_("人员类别"),
    "service_record": N_("服役经历"),
    "service_specialty": N_("部队专业"),
    "person_skill": N_("技能"),
    "person_certificate": N_("证书"),
    "person_licence": N_("驾驶证"),
    "work_history": N_("工作经历"),
    "job_intention": N_("求职意向"),
    "grant": N_("对单位的授权"),
    "consent": N_("同意和撤回"),
    "employment_spell": N_("就业台账"),
    "application": N_("投递"),
    "application_move": N_("投递的经过"),
    "pair_fact": N_("看过、收藏、投递的岗位"),
    "match_choice": N_("推荐设置"),
    "task": N_("服务站待办"),
    "rights_request": N_("个人信息请求"),
    "merge": N_("合并档案"),
    "user": N_("账号"),
    "membership": N_("身份"),
    "sign_in_session": N_("登录设备"),
    "assisted_recovery": N_("窗口协助"),
    "message": N_("消息"),
    "delivery": N_("发送记录"),
    "preference": N_("通知设置"),
}
COLUMNS: Mapping[str, str] = {
    "about": N_("自我介绍"),
    "answer": N_("答复"),
    "at": N_("时间"),
    "birth_on": N_("出生日期"),
    "body": N_("内容"),
    "branch_code": N_("军兵种"),
    "certificate_code": N_("证书"),
    "contact_time": N_("方便接电话的时间"),
    "count": N_("次数"),
    "created_at": N_("建立时间"),
    "changed_at": N_("修改时间"),
    "device": N_("设备"),
    "discharged_on": N_("退役日期"),
    "due_on": N_("期限"),
    "duties": N_("做的事"),
    "education_code": N_("学历"),
    "employer_name": N_("单位"),
    "ended_on": N_("结束日期"),
    "enlisted_on": N_("入伍日期"),
    "evidence": N_("证明"),
    "field": N_("哪一项"),
    "fields": N_("能看到的内容"),
    "honours": N_("立功受奖"),
    "id_number": N_("身份证号"),
    "ip": N_("网络地址"),
    "is_given": N_("是否同意"),
    "is_open_to_employers": N_("向单位公开"),
    "is_personal": N_("按简历推荐"),
    "is_verified": N_("已核验"),
    "kind": N_("种类"),
    "kind_code": N_("人员类别"),
    "last_sign_in_at": N_("最近登录"),
    "leadership": N_("带兵经历"),
    "level": N_("等级"),
    "licence_code": N_("驾驶证"),
    "living": N_("现居住地和责任站"),
    "education": N_("学历和专业"),
    "living_region_code": N_("现居住地"),
    "major": N_("专业"),
    "name": N_("姓名"),
    "note": N_("备注"),
    "notice": N_("同意的内容"),
    "occupation_code": N_("职业"),
    "organization": N_("单位或机构"),
    "pay_floor_yuan": N_("最低月薪（元）"),
    "phone": N_("手机号"),
    "posts_held": N_("部队职务"),
    "proof": N_("证明材料"),
    "public_id": N_("编号"),
    "purpose": N_("用途"),
    "rank_code": N_("军衔"),
    "registered_region_code": N_("户籍地"),
    "resettled_region_code": N_("安置地"),
    "resettlement_code": N_("安置方式"),
    "role": N_("角色"),
    "search_state": N_("求职状态"),
    "sex": N_("性别"),
    "skill_code": N_("技能"),
    "specialty_code": N_("部队专业"),
    "started_on": N_("开始日期"),
    "state": N_("状态"),
    "status_code": N_("就业情况"),
    "title": N_("名称"),
    "user_id": N_("登录账号"),
    "valid_from": N_("从"),
    "valid_to": N_("到"),
    "valid_until": N_("有效期到"),
    "verification": N_("身份核验"),
    "words": N_("本人的话"),
    "years": N_("年数"),
}


def table_label(table: str) -> str:
    """The Chinese or English name of a table; one without a label keeps its own name."""
    return _(TABLES[table]) if table in TABLES else table


def column_label(column: str) -> str:
    """The name of a column as people read it; one without a label keeps its own name."""
    return _(COLUMNS[column]) if column in COLUMNS else column
