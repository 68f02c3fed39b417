"""Helpers of views."""

from __future__ import annotations

import pytest

from jobmatch.web.pages import local_path


@pytest.mark.parametrize(
    "target",
    ["", "//h", "/\\h", "/\t/h", "/\n/h", "/\r/h", "/a\\b", "/\x00", "/\x7f", "h", "http://h", "javascript:alert(1)"],
)
def test_no_redirect_leaves_the_house(target: str) -> None:
    assert local_path(target) == ""


@pytest.mark.parametrize("target", ["/", "/jobs?q=司机&page=2", "/staff/people/abc#top", "/a?next=//b"])
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert local_path(target) == target
