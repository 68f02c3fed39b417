"""The answers a needs survey knows."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class WorkWish(LabelledEnum):
    NOW = "now", N_("现在就想找")
    LATER = "later", N_("过一阵再说")
    NO = "no", N_("不找")


class StartUpWish(LabelledEnum):
    NO = "no", N_("没想过")
    THINKING = "thinking", N_("有想法")
    PREPARING = "preparing", N_("正在准备")
    RUNNING = "running", N_("已经在做")


class Need(LabelledEnum):
    """What somebody wants help with."""

    EMPLOYMENT = "employment", N_("介绍工作")
    TRAINING = "training", N_("学技能")
    START_UP = "start_up", N_("办创业的事")
    POLICY = "policy", N_("弄清能享受的政策")
    DIFFICULTY = "difficulty", N_("家里有困难")


class Via(LabelledEnum):
    """How an answer came in."""

    OWN = "own", N_("本人登录填写")
    LINK = "link", N_("扫码或链接")
    CLERK = "clerk", N_("工作人员代填")
