from tests.people.help import *
import pytest
PAGES = ["/me","/me/basics","/me/kinds","/me/verification","/me/privacy","/me/service","/me/service/work","/me/service/civil?specialties=SP11&specialties=SP12","/me/find/skills?words=驾驶","/me/education","/me/skills","/me/skills/levels","/me/papers","/me/work","/me/work/new","/me/intention","/me/find-occupations?words=司机","/me/welcome"]
def test_pages(client, sqlite_runtime):
    w = make_world(sqlite_runtime)
    r = client.get("/sign-up/person"); print(r.status_code); assert r.status_code==200, r.text[:3000]
    sign_in(client, w.user_id)
    bad=[]
    for p in PAGES:
        r = client.get(p)
        print(p, r.status_code, len(r.data))
        if r.status_code != 200: bad.append(p)
    sign_in(client, w.staff_id)
    for p in ["/staff/people","/staff/people/new",f"/staff/people/{w.public_id}",f"/staff/people/{w.public_id}/basics",f"/staff/people/{w.public_id}/service"]:
        r = client.get(p)
        print(p, r.status_code, len(r.data))
        if r.status_code != 200: bad.append(p)
    assert not bad
