"""What several pages of the room do alike: show the form of an answer and keep what was filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from jobmatch.web.pages import page
from recruiters.demand.forms import AnswerForm
from recruiters.demand.queries import Asked, quarter_words


def answer_page(template: str, asked: Asked, save: Callable[[AnswerForm], Any], **context: Any) -> Response | None:
    """The form of one employer's answer; None once it was kept. A press for more lines keeps nothing."""
    form = AnswerForm.of(asked.answer)
    if not (request.method == "POST" and AnswerForm.asks_for_more()) and form.act(lambda: save(form)) is not None:
        return None
    return page(template, form=form, asked=asked, quarter=quarter_words(asked.round.quarter), **context)
