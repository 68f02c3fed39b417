"""Every form of every page: a token, a one-time key, and where it edits a stored row, the version it was filled from."""
from __future__ import annotations
import json
from typing import Any
import pytest
from werkzeug.exceptions import HTTPException
from tests.house.conftest import built_town, town  # noqa: F401
from tests.house.forms import forms_of
from tests.house.test_access import table
from tests.house.town import Town, address, reader
from jobmatch.accounts.roles import ROLE_TABLE, permissions_of
import re

@pytest.mark.timeout(600)
def test_probe(app: Any, request: Any) -> None:
    t = request.getfixturevalue("town")
    adapter = app.url_map.bind("localhost")
    found: dict[str, dict] = {}
    nokey = set()
    for name in t.readers | {"anonymous": 0}:
        client = reader(app, t, name)
        granted = {"public"} | (permissions_of(t.roles[name], organization_is_active=name != "newcomer") if name != "anonymous" else ROLE_TABLE["anonymous"])
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or table()[("GET", rule.rule)]["permission"] not in granted: continue
            path = address(rule.rule, rule.arguments, t.near)
            a = client.get(path)
            if a.status_code != 200 or a.mimetype != "text/html": continue
            html = a.get_data(as_text=True)
            for m in re.finditer(r'<form[^>]*method="post"[^>]*>.*?</form>', html, re.S):
                if 'name="form_key"' not in m[0]: nokey.add((rule.rule, m[0][:120]))
            for form in forms_of(html, path):
                if form.method != "post": continue
                try: target, _ = adapter.match(form.action, method="POST", return_rule=True)
                except HTTPException: 
                    nokey.add(("NOMATCH", form.action)); continue
                filled = {n: v for n, v in form.pairs if v}
                e = found.setdefault(target.rule, {"names": set(), "filled": set(), "from": set(), "version": False})
                e["names"] |= form.names; e["filled"] |= set(filled); e["from"].add(rule.rule)
                e["version"] |= bool({"version", "versions"} & form.names)
    rules = {r.rule for r in app.url_map.iter_rules() if "POST" in r.methods}
    json.dump({"nokey": sorted(map(list, nokey)), "unseen": sorted(rules - set(found)), "found": {k: {n: sorted(v) if isinstance(v, set) else v for n, v in d.items()} for k, d in found.items()}}, open("/tmp/nets_forms.json", "w"), ensure_ascii=False, indent=1)
