"""Validators take any text there is and answer: a value or words, never a fault (G20).

``JOBMATCH_SECURITY=all`` gives each 10,000 examples.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobmatch.accounts import passwords
from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.services.throttles import network_of
from jobmatch.core.errors import Invalid
from jobmatch.core.files import display_name
from jobmatch.core.sheets import cell, clean_cell, decode
from jobmatch.core.uploads import _MAGIC, Kind, check_upload
from jobmatch.people.secrecy import find_secret_words, mask
from jobmatch.web.pages import local_path

EXAMPLES = 10_000 if os.environ.get("JOBMATCH_SECURITY") == "all" else 60
ANY = st.text(alphabet=st.characters(codec=None), max_size=200)
CHECKS: dict[str, Callable[[str], Any]] = {
    "phone": clean_phone,
    "file name": display_name,
    "path of this site": local_path,
    "cell of a table": cell,
    "cell that came in": clean_cell,
    "password": passwords.check,
    "address of a network": network_of,
    "secret words": find_secret_words,
    "mask": mask,
}
_OPEN = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", CHECKS)
def test_any_text_gets_an_answer(name: str) -> None:
    @_OPEN
    @given(ANY)
    def ask(typed: str) -> None:
        try:
            CHECKS[name](typed)
        except (Invalid, ValueError) as error:
            assert not isinstance(error, UnicodeError), error

    ask()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", Kind)
def test_any_bytes_are_taken_or_refused(kind: Kind) -> None:
    @_OPEN
    @given(st.binary(max_size=2000), st.booleans())
    def ask(content: bytes, with_magic: bool) -> None:
        with contextlib.suppress(Invalid):
            check_upload(f"a.{kind.value}", (_MAGIC.get(kind, b"") if with_magic else b"") + content, [kind])
        decode(content)

    ask()
