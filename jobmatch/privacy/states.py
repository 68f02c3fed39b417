"""Requests of people about their data, and the steps after a breach."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class RequestKind(LabelledEnum):
    ACCESS = "access", N_("查阅、复制个人信息")
    CORRECT = "correct", N_("更正个人信息")
    ERASE = "erase", N_("注销档案")


class RequestState(LabelledEnum):
    OPEN = "open", N_("办理中")
    DONE = "done", N_("已办结")
    REFUSED = "refused", N_("没有同意")
    WITHDRAWN = "withdrawn", N_("已撤回")


class BreachAct(LabelledEnum):
    """The checklist after a breach (PIPL article 57, 网络数据安全管理条例 article 11), in its order."""

    STOP = "stop", N_("止住泄露：停用账号、关闭入口、换密钥")
    EVIDENCE = "evidence", N_("保全证据：导出操作记录和服务器日志")
    SCOPE = "scope", N_("查清范围：哪些人、哪些信息、多长时间")
    AUTHORITY = "authority", N_("报告主管部门（网信、公安、上级退役军人事务部门）")
    PEOPLE = "people", N_("通知受影响的人：泄露了什么、可能的危害、怎么防范")
    REPAIR = "repair", N_("补漏洞并复核")
    REVIEW = "review", N_("总结：原因、责任、改进，更新影响评估")
