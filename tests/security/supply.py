"""The list of what is installed: licenses as a page of the documents, and the whole as CycloneDX."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
KNOWN = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
}


SAID = {
    "apsw": "MIT",
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "huey": "MIT",
    "skops": "MIT",
    "text-unidecode": "Artistic-1.0-Perl OR GPL-2.0-or-later",
}
"""Read in the packages themselves: their own facts name no license, are for another system, do not say ‘or’, or leave
the choice (apsw: any that OSI approved)."""


def locked() -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package of ``requirements.lock``."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"^(?=[a-z0-9][a-z0-9._-]*==)", text, flags=re.MULTILINE):
        head = LOCKED.match(block)
        if head:
            found[head[1]] = (head[2], HASH.findall(block))
    return found


def license_of(name: str) -> str:
    """What an installed package says about its license."""
    if name in SAID:
        return SAID[name]
    facts = metadata.metadata(name)
    classed = [c.rpartition(" :: ")[2] for c in facts.get_all("Classifier") or () if c.startswith("License")]
    first = (facts.get("License") or "").strip().splitlines()[:1]
    short = first[0] if first and len(first[0]) <= 60 else ""
    named = [KNOWN.get(one, one) for one in classed if one != "OSI Approved"]
    return facts.get("License-Expression") or " and ".join(named) or KNOWN.get(short, short) or "unknown"


def licences() -> str:
    """The page ``docs/licences.md``."""
    rows = [f"| {name} | {version} | {license_of(name)} |" for name, (version, _hashes) in sorted(locked().items())]
    head = (
        "# Licenses of what is installed\n\nEvery package of `requirements.lock`, with what it says of itself; "
        "`make licences` renews the list and a test compares it with the lock.\n"
    )
    return "\n".join([head, "| package | version | license |", "| --- | --- | --- |", *rows, ""])


def bill() -> str:
    """The lock as a CycloneDX 1.6 document: names, versions, package addresses, hashes, licenses."""
    parts = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "licenses": [{"license": {"name": license_of(name)}}],
            # One package has a file for each system, and each file its own hash.
            "properties": [{"name": "file:sha256", "value": one} for one in hashes],
        }
        for name, (version, hashes) in sorted(locked().items())
    ]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    whole = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "jobmatch", "version": version}},
        "components": parts,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
