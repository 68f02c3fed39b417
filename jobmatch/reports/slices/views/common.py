"""What the pages share: words of a reader, and lists of narrowed figures with a way back."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.views.listed import list_page
from jobmatch.reports.indicators.base import Definition, Figure


def narrowed_page(
    figure: Figure,
    form: TakeListForm,
    shared: dict[str, Any],
    *,
    definition: Definition,
    page: str,
    narrowed: str,
    **values: Any,
) -> Response:
    """The list of ``figure``; ``page`` is the endpoint that it was opened from, with ``values`` in its address.

    The form leads to the endpoint of the list with the same values; see ``take_page``.
    """
    asked = {**values, "path": shared["scope"].path, **shared["days"]}
    return list_page(
        figure,
        form,
        definition=definition,
        back=url_for(page, **asked),
        take=url_for(f"{page}_list_file", **asked),
        narrowed=narrowed,
        **shared,
    )
