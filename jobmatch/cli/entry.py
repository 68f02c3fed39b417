"""Where the command line begins."""

from __future__ import annotations

import gc


def run() -> None:
    """The entry of ``jobmatch``: nothing that imports make is garbage, and looking for it took a quarter of a start."""
    gc.disable()
    from jobmatch.cli.main import main

    main()
