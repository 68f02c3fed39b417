"""Forms of the mobilisation and of the buses: shape and format."""

from __future__ import annotations

from wtforms import IntegerField, StringField, TimeField
from wtforms.validators import Optional

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.web.fields import PickOne
from jobmatch.web.pages import PageForm


class WholeField(IntegerField):
    """A whole number, with words of our own for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        if text and not (text.isdecimal() and len(text) < 8):
            raise ValueError(N_("请只填数字"))
        self.data = int(text) if text else None


class ClockField(TimeField):
    """A time of the fair's day, with words of our own for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(N_("请填写时间，例如 07:30")) from None


class TargetForm(PageForm):
    """How many people all stations bring together; the shares are proposed."""

    people_count = WholeField(N_("一共要请多少人"), [needed(N_("请填人数"))])


class NoteForm(PageForm):
    """A few words beside a call."""

    note = StringField(N_("备注"), [at_most(200)], render_kw={"autocomplete": "off"})


class ShuttleForm(PageForm):
    """A bus."""

    name = StringField(N_("车次"), [needed(N_("请填车次，例如 1 号车")), at_most(40)])
    seats = WholeField(N_("座位数"), [needed(N_("请填座位数"))])
    driver_phone = StringField(N_("司机电话"), [at_most(40)], render_kw={"inputmode": "tel"})
    returns_at = ClockField(N_("返程时间"), [Optional()])


class StopForm(PageForm):
    """A stop of a bus."""

    place = StringField(N_("上车地点"), [needed(N_("请填上车地点")), at_most(80)])
    leaves_at = ClockField(N_("开车时间"), [needed(N_("请填开车时间"))])


class SeatForm(PageForm):
    """Who gets on where."""

    registration = PickOne(N_("谁坐车"))
    stop = PickOne(N_("在哪里上车"))
