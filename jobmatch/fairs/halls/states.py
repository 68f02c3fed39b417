"""Kinds of things in a hall and of booths."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class HallItemKind(LabelledEnum):
    """What stands in a hall besides booths."""

    WALL = "wall", N_("墙")
    PILLAR = "pillar", N_("柱子")
    ENTRANCE = "entrance", N_("入口")
    EXIT = "exit", N_("出口")
    CHECK_IN = "check_in", N_("签到处")
    SERVICE = "service", N_("服务台")
    POLICY = "policy", N_("政策咨询台")
    TRAINING = "training", N_("培训报名台")
    START_UP = "start_up", N_("创业服务台")
    FIRST_AID = "first_aid", N_("医疗点")
    WATER = "water", N_("饮水处")
    TOILET = "toilet", N_("卫生间")
    RAMP = "ramp", N_("无障碍通道")
    SCREEN = "screen", N_("大屏")


class BoothKind(LabelledEnum):
    """The size a booth is let in."""

    STANDARD = "standard", N_("标准展位")
    DOUBLE = "double", N_("双倍展位")
    CORNER = "corner", N_("转角展位")
    DESK = "desk", N_("一桌两椅")


class BoothZone(LabelledEnum):
    """The part of the hall a booth belongs to; the solver keeps like with like."""

    GENERAL = "general", N_("综合区")
    STATE_OWNED = "state_owned", N_("国有企业专区")
    VETERAN_FOUNDED = "veteran_founded", N_("军创企业专区")
    SECURITY = "security", N_("安保物业专区")
    MAKING = "making", N_("制造业专区")
    SERVICES = "services", N_("服务业专区")
    FAMILIES = "families", N_("军属专区")
