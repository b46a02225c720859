"""Who may do what: every address below /desk, /api and /hooks, for every kind of person, and every action on cases of every kind.

A new route must be given its line in ROUTES: who it is for. The rest follows: nobody else gets in, whoever is not signed in is led
to the sign-in, and no form works that our own page did not send.
"""

import io
import re

import pytest
from PIL import Image

from service.hub.accounts import add_user
from service.hub.batch_making import run_batches
from service.hub.batches import Wish, begin, upload
from service.hub.managing import Wanted, change_account
from service.hub.permissions import VERBS, Verb
from service.store import audit, cases, letters, photos, supervisions
from tests.hub.desks import send
from tests.hub.test_batches import many
from tests.hub.test_posting import CENTRE
from tests.web.conftest import hidden_value, open_site, text_of
from tests.web.desks import PASSWORD, post

OPEN, SIGNED_IN, CASE, SECRET = "everybody", "whoever is signed in", "whoever may see the case", "whoever knows the secret"

# Who a route is for: one of the words above, or the verbs of which one is needed.
ROUTES = {
    "GET /desk/login": OPEN,
    "POST /desk/login": OPEN,
    "GET /desk/sso": OPEN,
    "GET /desk/sso/back": OPEN,
    "POST /desk/logout": SIGNED_IN,
    "GET /desk/second-factor": SIGNED_IN,
    "POST /desk/second-factor": SIGNED_IN,
    "GET /desk/account": SIGNED_IN,
    "GET /desk/account/password": SIGNED_IN,
    "POST /desk/account/password": SIGNED_IN,
    "GET /desk/account/second-factor": SIGNED_IN,
    "POST /desk/account/second-factor": SIGNED_IN,
    "POST /desk/account/second-factor/codes": SIGNED_IN,
    "POST /desk/account/second-factor/remove": SIGNED_IN,
    "POST /desk/account/sessions": SIGNED_IN,
    "GET /desk": SIGNED_IN,
    "GET /desk/arrivals": SIGNED_IN,
    "POST /desk/acknowledge": SIGNED_IN,
    "POST /desk/search": SIGNED_IN,
    "GET /desk/case/<case_no>": CASE,
    "GET /desk/case/<case_no>/photo/<key>": CASE,
    "POST /desk/case/<case_no>/<key>": CASE,
    "GET /desk/case/<case_no>/sheet.pdf": CASE,
    "POST /desk/case/<case_no>/sheet.pdf": CASE,
    "GET /desk/board": {Verb.SEE_BOARD},
    "GET /desk/board/<any(cases, figures):kind>.<any(xlsx, csv):form>": {Verb.EXPORT},
    "GET /desk/poster/<token>": {Verb.POST_CODES, Verb.MANAGE_CODES},
    "POST /desk/poster/<token>": {Verb.POST_CODES, Verb.MANAGE_CODES},
    "GET /desk/poster/<token>/<layout>.pdf": {Verb.POST_CODES, Verb.MANAGE_CODES},
    "GET /desk/poster/<token>/photo/<key>": {Verb.POST_CODES, Verb.MANAGE_CODES},
    "GET /desk/keys": {Verb.MANAGE_CODES},
    "GET /desk/keys/<key_id>": {Verb.MANAGE_CODES},
    "GET /desk/keys/<key_id>/posters.<kind>": {Verb.MANAGE_CODES},
    "GET /desk/batches": {Verb.MANAGE_CODES},
    "POST /desk/batches": {Verb.MANAGE_CODES},
    "GET /desk/batches/template.xlsx": {Verb.MANAGE_CODES},
    "GET /desk/batches/<int(max=999999999):batch_id>": {Verb.MANAGE_CODES},
    "POST /desk/batches/<int(max=999999999):batch_id>": {Verb.MANAGE_CODES},
    "GET /desk/batches/<int(max=999999999):batch_id>/<name>": {Verb.MANAGE_CODES},
    "GET /desk/aliases": {Verb.MANAGE_CODES},
    "POST /desk/aliases": {Verb.MANAGE_CODES},
    "GET /desk/undelivered": {Verb.SEE_NOTICES},
    "POST /desk/undelivered/again": {Verb.SEE_NOTICES},
    "POST /desk/undelivered/<int:notice_id>/again": {Verb.SEE_NOTICES},
    "POST /desk/undelivered/<int:notice_id>/told": {Verb.SEE_NOTICES},
    "POST /desk/undelivered/replies/<int:reply_id>/open": {Verb.SEE_NOTICES},
    "POST /desk/undelivered/replies/<int:reply_id>/done": {Verb.SEE_NOTICES},
    "GET /desk/posters": {Verb.POST_CODES, Verb.MANAGE_CODES},
    "GET /desk/users": {Verb.MANAGE_USERS},
    "GET /desk/users/new": {Verb.MANAGE_USERS},
    "POST /desk/users/new": {Verb.MANAGE_USERS},
    "GET /desk/users/<username>": {Verb.MANAGE_USERS},
    "POST /desk/users/<username>": {Verb.MANAGE_USERS},
    "POST /desk/users/<username>/disable": {Verb.MANAGE_USERS},
    "POST /desk/users/<username>/enable": {Verb.MANAGE_USERS},
    "POST /desk/users/<username>/password": {Verb.MANAGE_USERS},
    "POST /desk/users/<username>/second-factor": {Verb.MANAGE_USERS},
    "POST /desk/users/<username>/sessions": {Verb.MANAGE_USERS},
    "GET /desk/audit": {Verb.SEE_AUDIT},
    "POST /hooks/sms/<provider>/<what>/<secret>": SECRET,
}

# The verb that each small form of a case needs.
ACTIONS = {
    **{verb.value: verb for verb in (
        Verb.ACCEPT, Verb.REJECT, Verb.ASSIGN, Verb.MERGE, Verb.ACKNOWLEDGE, Verb.START, Verb.SEND_BACK, Verb.HAND_OVER, Verb.RESOLVE,
        Verb.CLOSE, Verb.REWORK, Verb.REOPEN, Verb.ASK_REPORTER, Verb.NOTE, Verb.REMIND, Verb.SUPERVISE, Verb.ANSWER_SUPERVISION,
        Verb.ASK_EXTENSION, Verb.DECIDE_EXTENSION, Verb.DECIDE_APPEAL, Verb.REVEAL,
    )},
    "withdraw_supervision": Verb.SUPERVISE, "mark_complex": Verb.DECIDE_EXTENSION, "photo": Verb.RESOLVE,
}  # fmt: skip

XINHE, VILLAGE, OTHER_VILLAGE = "331081104", "331081104294", "331081104200"
SEALED = frozenset({"open_sealed"})
PEOPLE = {
    "boss": ("centre", {}),
    "auditor": ("discipline", {"role": "auditor"}),
    "xinhe": (f"{XINHE}.command", {}),
    "daxi": ("331081101.command", {}),
    "social": (f"{XINHE}.social", {}),
    "officer": (f"{XINHE}.social", {"role": "grid", "area_ids": frozenset({VILLAGE})}),
    "elsewhere": (f"{XINHE}.social", {"role": "grid", "area_ids": frozenset({OTHER_VILLAGE})}),
    "water": ("utility.water", {}),
    "medins": ("health_insurance", {}),
    "market": ("market", {}),
    "labour": ("labour", {}),
    "education": ("education", {}),
    "edu-named": ("education", {"grants": SEALED}),
    "police-named": ("police", {"grants": SEALED}),
}
REPORTER, PHONE = "林小满", "13905760001"

# What each person sees of each case: the whole of it, its number and state, or nothing. Written down from the issue, not from the code.
WHOLE, NUMBER, NOTHING = "whole", "number", "nothing"
SEES = {
    "ours": {WHOLE: {"boss", "auditor", "xinhe", "social", "officer", "water"}, NUMBER: set()},
    "daxi's": {WHOLE: {"boss", "auditor", "daxi", "water"}, NUMBER: set()},
    "insurance fraud": {WHOLE: {"boss", "medins"}, NUMBER: {"auditor", "xinhe", "market"}},
    "a minor's": {WHOLE: {"police-named", "edu-named"}, NUMBER: {"boss", "auditor", "xinhe", "education"}},
}
OPENS_WHO = {
    "ours": {"boss", "xinhe", "social", "water"}, "daxi's": {"boss", "daxi", "water"}, "insurance fraud": {"medins"},
    "a minor's": {"police-named", "edu-named"},
}  # fmt: skip


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), (10, 120, 200)).save(kept, "JPEG")
    return kept.getvalue()


PICTURE = picture()


def verbs_of(name):
    unit, more = PEOPLE[name]
    role = more.get("role") or ("centre" if unit == "centre" else "township" if unit.endswith(".command") else "unit")
    return VERBS[role] | {Verb(verb) for verb in more.get("grants", ())}


def sight_of(name, case):
    return next((sight for sight in (WHOLE, NUMBER) if name in SEES[case][sight]), NOTHING)


class House:
    """A site with everybody signed in and one case of each kind."""

    def __init__(self, folder):
        self.site = open_site(folder)
        hub = self.site.hub
        add_user(hub, "victim", PASSWORD, "labour")
        self.clients = {name: self.enter(name, unit, **more) for name, (unit, more) in PEOPLE.items()}
        self.batch = self.made_batch()
        known = {"reporter_name": REPORTER, "reporter_phone": PHONE}
        self.cases = {
            "ours": send(hub, "general", village_id=VILLAGE, **known),
            "daxi's": send(hub, "general", township_id="331081101000", **known),
            "insurance fraud": send(hub, "medins", reporter_mode="real", reporter_id_no="11010519491231002X", **known),
            "a minor's": send(hub, "campus", minor_involved="yes", danger_now="no", category="X09", **known),
        }

    def made_batch(self):
        """A batch of one poster, done."""
        hub = self.site.hub
        number = upload(hub, CENTRE, "x.csv", many(1), Wish())
        begin(hub, CENTRE, number)
        while run_batches(hub):
            pass
        return number

    def enter(self, name, unit, **more):
        add_user(self.site.hub, name, PASSWORD, unit, **more)
        client = self.site.client()
        token = hidden_value(text_of(client.get("/desk/login")), "csrf")
        assert client.post("/desk/login", data={"username": name, "password": PASSWORD, "csrf": token}).location == "/desk"
        return client

    def path(self, rule, case="ours"):
        """The address of a rule with things in it that are there."""
        parts = {
            "<case_no>": self.cases[case], "<token>": self.site.codes["general"].token, "<username>": "victim", "<layout>": "a4",
            "<any(cases, figures):kind>": "figures", "<any(xlsx, csv):form>": "csv", "<provider>": "aliyun", "<what>": "report",
            "<key>": "note", "<key_id>": "a", "<kind>": "csv", "<int:notice_id>": "1", "<int:reply_id>": "1",
            "<secret>": "guessed", "<int(max=999999999):batch_id>": str(self.batch), "<name>": "manifest.csv",
        }  # fmt: skip
        for mark, value in parts.items():
            rule = rule.replace(mark, value)
        assert "<" not in rule, f"say in House.path what stands for the parts of {rule}"
        return rule

    def state_of(self, case):
        """Everything that an action on a case may change."""
        with self.site.hub.store.read() as tx:
            row = cases.get_case(tx, self.cases[case])
            about = (cases.moves_of(tx, row["id"]), cases.clocks_of(tx, row["id"]), letters.letters_of(tx, [row["id"]]), supervisions.supervisions_of(tx, row["id"]),
                     photos.count_photos(tx, row["id"]))
        return repr((row, about))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with pytest.MonkeyPatch.context() as cheap:
        cheap.setattr("service.hub.passwords._LOG_N", 5)
        opened = House(tmp_path_factory.mktemp("house") / "var")
    yield opened
    opened.site.hub.close()


def registered(site):
    rules = (rule for rule in site.app.url_map.iter_rules() if re.match(r"/(desk|api|hooks)(/|$)", rule.rule))
    return sorted(f"{method} {rule.rule}" for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"})


def split(route):
    method, _, rule = route.partition(" ")
    return method, rule


def ask(house, client, route, **form):
    method, rule = split(route)
    return client.get(house.path(rule)) if method == "GET" else post(client, house.path(rule), **form)


STAFF = [route for route in ROUTES if ROUTES[route] not in (OPEN, SECRET)]
VERBED = [route for route in ROUTES if isinstance(ROUTES[route], set)]


def test_every_route_is_given_to_somebody_and_every_line_is_a_route(house):
    there = set(registered(house.site))
    assert sorted(there - set(ROUTES)) == [], "say in ROUTES who these are for"
    assert sorted(set(ROUTES) - there) == [], "these are gone"


@pytest.mark.parametrize("route", STAFF)
def test_whoever_is_not_signed_in_is_led_to_the_sign_in(house, route):
    method, rule = split(route)
    answer = house.site.client().open(house.path(rule), method=method, data={"csrf": "x"} if method == "POST" else None)
    assert answer.status_code == 303 and answer.location.startswith("/desk/login")


def test_an_address_that_is_not_there_leads_to_the_sign_in_as_well(house):
    assert house.site.client().get("/desk/nothing").location.startswith("/desk/login")
    assert house.clients["boss"].get("/desk/nothing").status_code == 404


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("POST /desk")])
@pytest.mark.parametrize("form", [{"reason": "x"}, {"csrf": ""}, {"csrf": "guessed"}])
def test_no_form_works_that_our_own_page_did_not_send(house, route, form):
    client, path = house.clients["boss"], house.path(split(route)[1])
    assert client.post(path, data=form).status_code == 403
    token = client.get_cookie("__Host-gz_csrf").value
    assert client.post(path, data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/desk").status_code == 200, "not even the way out"


@pytest.mark.parametrize("name", PEOPLE)
def test_a_page_opens_for_those_who_have_its_verb_and_for_nobody_else(house, name):
    for route in VERBED:
        allowed = bool(ROUTES[route] & verbs_of(name))
        answer = ask(house, house.clients[name], route)
        # A form that is sent empty is refused for what it lacks; what matters is that it is not refused for who sent it.
        right = answer.status_code != 403 if allowed else answer.status_code in (403, 404)
        assert right, f"{name} gets {answer.status_code} at {route}"


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_everybodys_own_opens_for_everybody(house, name):
    for route in STAFF:
        if ROUTES[route] is SIGNED_IN and route != "POST /desk/logout":
            assert ask(house, house.clients[name], route).status_code in (200, 303, 404, 422), route


@pytest.mark.parametrize("case", SEES)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_case_is_seen_whole_by_its_number_or_not_at_all(house, name, case):
    number, answer = house.cases[case], house.clients[name].get(f"/desk/case/{house.cases[case]}")
    html, expected = text_of(answer), sight_of(name, case)
    assert answer.status_code == (404 if expected is NOTHING else 200)
    assert (number in html) == (expected is not NOTHING)
    assert ('name="version"' in html or "routing" in html or "<h2" in html) == (expected is WHOLE)
    assert REPORTER not in html and PHONE not in html, "nobody sees who reported it without saying why"


@pytest.mark.parametrize("case", SEES)
@pytest.mark.parametrize("name", PEOPLE)
def test_what_hangs_on_a_case_is_for_those_alone_who_see_the_whole_of_it(house, name, case):
    client, page = house.clients[name], f"/desk/case/{house.cases[case]}"
    plain = client.get(f"{page}/sheet.pdf")
    if sight_of(name, case) is WHOLE and case != "a minor's":
        assert plain.status_code == 200
    else:  # what is sealed is not printed at all
        assert plain.status_code == 404 or (plain.status_code == 403 and sight_of(name, case) is not NOTHING)
    assert client.get(f"{page}/photo/no-such-photo").status_code == 404
    answer = post(client, f"{page}/sheet.pdf", reason="上会讨论要用")
    printed = name in OPENS_WHO[case] and case != "a minor's"
    assert answer.status_code == 200 if printed else answer.status_code in (403, 404)


@pytest.mark.parametrize("case", SEES)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_list_names_no_case_of_others_and_nobody_who_reported_one(house, name, case):
    number = house.cases[case]
    for path in ("/desk?tab=all", "/desk/arrivals?tab=all&since=2020-01-01T00:00:00Z"):
        text = text_of(house.clients[name].get(path))
        assert number not in text or sight_of(name, case) is not NOTHING
        assert REPORTER not in text and PHONE not in text
    found = post(house.clients[name], "/desk/search", q=PHONE)
    assert number not in text_of(found) or sight_of(name, case) is WHOLE
    direct = post(house.clients[name], "/desk/search", q=number)
    assert direct.status_code == 303 or number not in text_of(direct) or sight_of(name, case) is not NOTHING


@pytest.mark.parametrize("case", SEES)
@pytest.mark.parametrize("name", PEOPLE)
def test_no_action_is_taken_by_those_who_may_not(house, name, case):
    client, number, before = house.clients[name], house.cases[case], house.state_of(case)
    for key, verb in ACTIONS.items():
        if verb in verbs_of(name) and sight_of(name, case) is WHOLE:
            continue
        form = {"version": "1", "reason": "想看一下", "text": "想看一下", "unit_id": "labour", "granted": "1", "decision": "同意", "working_days": "3",
                "conclusion": "solved", "short": "办好了", "answer": "办好了，请放心。", "level": "general", "main_case_no": house.cases["ours"]}  # fmt: skip
        if key in ("photo", "resolve"):
            form["photos"] = (io.BytesIO(PICTURE), "p.jpg")
        answer = post(client, f"/desk/case/{number}/{key}", **form)
        assert answer.status_code in (403, 404), f"{name} may {key}: {answer.status_code}"
        if sight_of(name, case) is NOTHING:
            assert number not in text_of(answer), f"{key} tells {name} that the case is there"
    assert house.state_of(case) == before


@pytest.mark.parametrize("case", SEES)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_reported_it_is_opened_with_a_reason_by_the_few_who_may_and_that_is_on_the_trail(house, name, case):
    client, path = house.clients[name], f"/desk/case/{house.cases[case]}/reveal"
    if name not in OPENS_WHO[case]:
        answer = post(client, path, reason="要联系诉求人")
        assert answer.status_code in (403, 404) and PHONE not in text_of(answer)
        return
    assert post(client, path, reason="").status_code == 422
    assert PHONE in text_of(post(client, path, reason="要联系诉求人")).replace(" ", "")
    with house.site.hub.store.read() as tx:
        row = cases.get_case(tx, house.cases[case])
        newest = next(entry for entry in reversed(audit.audit_of(tx, row["id"])) if entry["action"].startswith("reveal"))
    assert (newest["who"], newest["reason"]) == (name, "要联系诉求人")
    assert house.cases[case] in text_of(house.clients["auditor"].get("/desk/audit?action=reveal&who=" + name))


def test_a_right_that_is_taken_away_is_gone_at_once(house):
    with pytest.MonkeyPatch.context() as cheap:
        cheap.setattr("service.hub.passwords._LOG_N", 5)
        client = house.enter("guest", "labour", grants=frozenset({"see_audit"}))
    assert client.get("/desk/audit").status_code == 200
    change_account(house.site.hub, "cli:root", "guest", Wanted("labour", "unit"))
    assert client.get("/desk/audit").status_code == 403


def test_a_hook_without_its_secret_is_not_there(house):
    for route in (route for route in ROUTES if ROUTES[route] is SECRET):
        assert house.site.client().post(house.path(split(route)[1]), json=[]).status_code == 404
