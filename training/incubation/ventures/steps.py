"""The way of a venture as a row of steps for a page; no database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobmatch.core.i18n import N_, day_words
from jobmatch.core.i18n import gettext as _
from training.incubation.ventures.models import Venture, VentureMove
from training.incubation.ventures.states import VentureState

_WAY = (VentureState.INTENTION, VentureState.PREPARING, VentureState.REGISTERED, VentureState.OPERATING)
_NEXT = {
    VentureState.INTENTION: N_("接到服务站的电话，说说想做什么、缺什么"),
    VentureState.PREPARING: N_("上创业培训班，看能享受的政策，准备好就去登记"),
    VentureState.REGISTERED: N_("开张以后告诉服务站，用了人记得在季报里写"),
    VentureState.OPERATING: N_("每季度报一次情况，没有变化点一下就行"),
    VentureState.SUSPENDED: N_("有困难打电话给服务站；恢复经营了也说一声"),
}


def steps_of(venture: Venture, moves: Sequence[VentureMove]) -> list[dict[str, Any]]:
    """Steps with the day on which each was reached, for ``ui.flow``; the one it stands at says what to do next."""
    reached = {move.after: move.happened_on for move in moves}
    now = VentureState.OPERATING if venture.state is VentureState.SUSPENDED else venture.state
    place = _WAY.index(now) if now in _WAY else len(_WAY)
    steps = []
    for number, state in enumerate(_WAY):
        is_now = number == place
        title = venture.state.label if is_now else state.label
        text = _(_NEXT[venture.state]) if is_now else ""
        day = reached.get(state.value)
        kind = "now" if is_now else "done" if number < place else "next"
        steps.append({"title": title, "text": text, "when": day_words(day) if day else "", "state": kind})
    return steps
