from __future__ import annotations

from jobmatch.core.actors import system_actor
from tests.factories import make_person, make_posting
from tests.matching.help import body, sign_in


def test_x(client, sqlite_runtime):
    with sqlite_runtime.unit(system_actor("t")) as uow:
        person = make_person(uow, name="王建国")
        for i in range(12): make_posting(uow, title=f"货车司机{i}")
        uid, pid = person.user_id, person.id
    t = body(client.get("/jobs"))
    print(len(t)); open("/tmp/jobs.html","w").write(t)
    sign_in(client, sqlite_runtime, uid)
    t = body(client.get("/me/jobs"))
    print(len(t)); open("/tmp/me.html","w").write(t)
    for u in ("/jobs?q=司机&pay=8000", "/jobs?q=厨师&pay=8000&first=y", "/jobs/for-me", "/jobs/for-me?licence=B2&specialty=SP01", "/me/saved", "/me/jobs/gain","/me/jobs?sort=near"):
        print(u, len(body(client.get(u))))
