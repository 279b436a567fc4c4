"""Links into the dashboard and the sessions that they begin: used, expired, foreign, forged, and over."""

import re

import pytest

from bot.commands.desk import Desk
from bot.commands.desks.dashboard import keep_here
from bot.commands.worker import CommandWorker
from bot.people.visits import LINK_LASTS, VISIT_LASTS
from bot.store.schema import outbox, sign_in, visit
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from tests.pages.house import HOST, STRANGER, House, house_of, house_settings, press, token_in
from tests.support.bot_under_test import ADMIN, MANAGER, Customer
from tests.support.manual_clock import ManualClock


def _path(said: str) -> str:
    found = re.search(r"https?://[^/\s]+(/dashboard/in/\S+)", said)
    assert found is not None, said
    return found[1]


async def test_the_chat_gives_a_link_that_opens_the_dashboard_once(empty_house: House) -> None:
    path = _path(await empty_house.asked(ADMIN))
    async with empty_house.browser() as browser:
        for _ in range(3):  # whoever makes a preview of it uses nothing up
            shown = await browser.get(path)
            assert (shown.status_code, shown.headers.get("set-cookie")) == (200, None)
        entered = await press(browser, path)
        assert (entered.status_code, entered.headers["location"]) == (303, "/dashboard/")
        assert (await browser.get("/dashboard/")).status_code == 200
    async with empty_house.browser() as another:
        again = await press(another, path)
        assert (again.status_code, "This link was used" in again.text) == (410, True)
        assert "This link was used" in (await another.get(path)).text
        assert (await another.get("/dashboard/")).status_code == 401


async def test_what_is_kept_opens_nothing(empty_house: House) -> None:
    token = _path(await empty_house.asked(ADMIN)).rpartition("/")[2]
    (link,) = await empty_house.bot.rows(sign_in)
    async with empty_house.browser(ADMIN) as browser:
        (kept,) = await empty_house.bot.rows(visit)
        assert token not in str(link)
        assert browser.cookies["npsbot"] not in str(kept)
    async with empty_house.browser() as thief:
        thief.cookies.set("npsbot", kept.digest)
        assert (await thief.get("/dashboard/")).status_code == 401
        assert (await press(thief, f"/dashboard/in/{link.digest}")).status_code == 410


async def test_a_link_is_over_after_its_minutes_and_a_session_after_its_hours(empty_house: House) -> None:
    path, clock = await empty_house.link(ADMIN), empty_house.bot.clock
    async with empty_house.browser(ADMIN) as browser:
        clock.advance(seconds=LINK_LASTS.total_seconds())
        assert "This link is too old" in (await browser.get(path)).text
        assert (await press(browser, path)).status_code == 410
        assert (await browser.get("/dashboard/")).status_code == 200
        clock.advance(seconds=(VISIT_LASTS - LINK_LASTS).total_seconds())
        assert (await browser.get("/dashboard/")).status_code == 401
    await empty_house.asked(ADMIN)
    assert await empty_house.bot.rows(visit) == []  # what is over goes


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "%F0%9F%92%A5", "a" * 5000])
async def test_a_forged_link_opens_nothing(empty_house: House, token: str) -> None:
    async with empty_house.browser() as browser:
        assert "This link is no link of ours" in (await browser.get(f"/dashboard/in/{token}")).text
        assert (await press(browser, f"/dashboard/in/{token}")).status_code == 410


async def test_who_signs_in_again_has_another_session_and_not_the_one_before(empty_house: House) -> None:
    async with empty_house.browser(ADMIN) as browser:
        before = browser.cookies["npsbot"]
        assert (await press(browser, await empty_house.link(MANAGER))).status_code == 303
        assert browser.cookies["npsbot"] != before
        assert [row.actor for row in await empty_house.bot.rows(visit)] == [str(MANAGER)]


async def test_off_ends_every_session_and_every_link_of_the_asker_alone(empty_house: House) -> None:
    link = await empty_house.link(ADMIN)
    async with (
        empty_house.browser(ADMIN) as one,
        empty_house.browser(ADMIN) as two,
        empty_house.browser(MANAGER) as other,
    ):
        assert await empty_house.asked(ADMIN, "dashboard off") == "Your dashboard is closed, in 2 browsers."
        assert "open nowhere" in await empty_house.asked(ADMIN, "dashboard off")
        assert {(await each.get("/dashboard/")).status_code for each in (one, two)} == {401}
        assert (await other.get("/dashboard/")).status_code == 200
        assert (await press(one, link)).status_code == 410


async def test_a_session_ends_with_the_role(empty_house: House) -> None:
    async with empty_house.browser(MANAGER) as browser:
        before = empty_house.bot.context.settings
        empty_house.bot.context.settings = before.model_copy(update={"account_managers": {}})
        assert (await browser.get("/dashboard/")).status_code == 401
        empty_house.bot.context.settings = before
        assert (await browser.get("/dashboard/")).status_code == 401  # it is over for good


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        (STRANGER, "only admins"),
        (Address("sms", "+31612345678"), "not taken by SMS"),
        (MANAGER, "/dashboard/in/"),
        (Address("slack", "CALERTS"), "/dashboard/in/"),
        (Address("terminal", "operator"), "/dashboard/in/"),
    ],
)
async def test_who_may_command_may_look(empty_house: House, actor: Address, said: str) -> None:
    assert said in await empty_house.asked(actor)


async def test_the_answer_goes_to_the_asker_alone(empty_house: House) -> None:
    await empty_house.bot.say(str(ADMIN), "", command="nps overzicht")
    await CommandWorker(empty_house.bot.store, empty_house.bot.context, empty_house.bot.clock).look()
    (queued,) = await empty_house.bot.queued()
    assert queued.address == ADMIN.id
    await empty_house.bot.work()
    (row,) = await empty_house.bot.rows(outbox, kind="command")
    assert (row.state, row.body) == ("sent", None)  # the link stays nowhere


async def test_without_a_public_url_the_link_is_for_this_machine(empty_house: House) -> None:
    empty_house.bot.context.here = "http://127.0.0.1:4711"
    said = await empty_house.asked(ADMIN)
    assert "http://127.0.0.1:4711/dashboard/in/" in said
    assert "config.yaml has no public_url" in said
    assert "listens on port" not in said


async def test_a_terminal_says_which_port_its_link_takes(empty_house: House) -> None:
    context = empty_house.bot.context
    for here, told in ((None, True), ("http://127.0.0.1:9000", False)):
        desk = Desk(
            empty_house.bot.store,
            context.settings,
            context.limits,
            words_for("admin", "en"),
            empty_house.bot.clock.now,
            here,
        )
        said = (await desk.carry_out(ADMIN, "dashboard")).text
        assert (
            "listens on port 8080" in said,
            f"{here or 'http://127.0.0.1:8080'}/dashboard/in/" in said,
        ) == (told, True)


async def test_a_terminal_knows_where_the_server_that_started_last_listens(empty_house: House) -> None:
    await empty_house.bot.store.write(keep_here, "http://127.0.0.1:8081")
    await empty_house.bot.store.write(keep_here, "http://127.0.0.1:9000")
    context, words = empty_house.bot.context, words_for("admin", "en")
    desk = Desk(empty_house.bot.store, context.settings, context.limits, words, empty_house.bot.clock.now)
    said = (await desk.carry_out(Address("terminal", "operator"), "dashboard")).text
    assert ("http://127.0.0.1:9000/dashboard/in/" in said, "listens on port" in said) == (True, False)


async def test_behind_a_public_url_the_cookie_goes_by_https_alone(empty_house: House) -> None:
    empty_house.bot.context.settings = house_settings(public_url="https://nps.acme.example/bot")
    said = await empty_house.asked(ADMIN)
    assert "https://nps.acme.example/bot/dashboard/in/" in said
    assert "public_url" not in said
    async with empty_house.browser() as browser:
        entered = await press(browser, await empty_house.link(ADMIN), {"Origin": "https://nps.acme.example"})
        assert entered.headers["location"] == "/bot/dashboard/"
        cookie = entered.headers["set-cookie"]
    for part in ("__Host-npsbot=", "Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"):
        assert part in cookie


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
    {"Origin": HOST, "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://npsbot.evil.example"},
    {"Origin": "//npsbot"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_form_of_another_site_does_nothing(house: House, headers: dict[str, str]) -> None:
    async with house.browser(ADMIN) as browser:
        token = token_in((await browser.get("/dashboard/case/2")).text)
        sent = {"token": token, "deed": "take"}
        answer = await browser.post("/dashboard/case/2", data=sent, headers=headers)
        assert (answer.status_code, "another site" in answer.text) == (403, True)
        assert (await press(browser, await house.link(MANAGER), headers)).status_code == 403
        assert (await browser.post("/dashboard/out", data=sent, headers=headers)).status_code == 403
    assert (await house.bot.cases())[1].state == "open"


@pytest.mark.parametrize("wrong", ["", "0" * 64, "é", "another"])
async def test_a_form_without_the_token_of_the_session_does_nothing(house: House, wrong: str) -> None:
    async with house.browser(ADMIN) as browser, house.browser(ADMIN) as another:
        token = token_in((await another.get("/dashboard/case/2")).text) if wrong == "another" else wrong
        answer = await browser.post("/dashboard/case/2", data={"token": token, "deed": "take"})
        assert (answer.status_code, "no longer valid" in answer.text) == (403, True)
    assert (await house.bot.cases())[1].state == "open"


async def test_a_body_that_is_no_form_is_refused(house: House) -> None:
    async with house.browser(ADMIN) as browser:
        as_json = await browser.post("/dashboard/case/2", json={"deed": "take"})
        large = await browser.post("/dashboard/case/2", data={"note": "x" * 10_000_000})
    assert (as_json.status_code, large.status_code) == (415, 413)


async def test_signing_out_ends_the_session(empty_house: House) -> None:
    async with empty_house.browser(ADMIN) as browser:
        kept = browser.cookies["npsbot"]
        token = token_in((await browser.get("/dashboard/")).text)
        assert "You are signed out" in (await browser.post("/dashboard/out", data={"token": token})).text
        answer = await browser.get("/dashboard/", headers={"Cookie": f"npsbot={kept}"})
        assert answer.status_code == 401
    assert await empty_house.bot.rows(visit) == []


async def test_nothing_is_cached_framed_or_loaded_from_elsewhere(house: House) -> None:
    async with house.browser(ADMIN) as browser:
        pages = [
            "/dashboard/",
            "/dashboard/cases",
            "/dashboard/case/1",
            "/dashboard/nothing",
            "/dashboard/in/x",
        ]
        answers = [await browser.get(path) for path in pages]
        link = re.search(r'href="(/dashboard/static/[^"]+\.css)"', answers[0].text)
        assert link is not None
        style = await browser.get(link[1])
        assert (await browser.get(f"{link[1]}x")).status_code == 404
        assert (await browser.get("/dashboard/static/0/look.css")).status_code == 404
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert not re.search(r"<script(?! src)|<style|\son\w+=|\sstyle=|javascript:", answer.text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "immutable" in style.headers["cache-control"]
    weight = len(answers[0].content) + len(style.content)
    assert weight < 60_000


async def test_the_first_paint_of_every_page_is_light(empty_house: House) -> None:
    """Below 100 kB with its style and its script, of customers who talk much and long."""
    bot = empty_house.bot
    names = [f"Buyer {number} of a long name" for number in range(40)]
    await bot.start(
        *(Customer(name, slack=f"U{n}", account=f"A firm {n % 3}") for n, name in enumerate(names))
    )
    for number in range(len(names)):
        await bot.say(f"slack:U{number}", str(number % 7))
        await bot.say(f"slack:U{number}", "the invoice was wrong again and nobody called " * 20)
    await bot.work()
    for number in range(30):
        await bot.say(
            str(MANAGER),
            f"I call you again {number}: " + "sorry " * 50,
            reply_to=(await bot.cases())[0].shown_ref,
        )
        await bot.say("slack:U0", f"Still nothing {number} " + "please call " * 50)
    await bot.work()
    paths = [
        "",
        "cases",
        "cases/open/1",
        "case/1",
        "accounts",
        "account/1",
        "score?by=account",
        "score/answers",
    ]
    paths += ["score/themes", "score/more/audit", "score/more/accounts", "campaigns", "people?q=Buyer"]
    paths += [f"people?q={names[0].replace(' ', '+')}"]
    async with empty_house.browser(ADMIN) as browser:
        for path in paths:
            page = await browser.get(f"/dashboard/{path}")
            assert page.status_code == 200
            weight = len(page.content)
            for link in re.findall(r'(?:href|src)="(/dashboard/static/[^"]+)"', page.text):
                weight += len((await browser.get(link)).content)
            assert weight < 100_000, path


@pytest.mark.parametrize(
    "path", ["cases/open/0", "cases/nothing/1", "case/99999999999", "case/4", "cases/open/10001", "case/x"]
)
async def test_what_is_not_there_is_said_so(house: House, path: str) -> None:
    async with house.browser(ADMIN) as browser:
        answer = await browser.get(f"/dashboard/{path}")
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


async def test_the_address_without_a_slash_leads_to_the_first_page(empty_house: House) -> None:
    async with empty_house.browser() as browser:
        assert (await browser.get("/dashboard")).headers["location"] == "/dashboard/"


async def test_a_dutch_company_has_a_dutch_dashboard(store: Store, clock: ManualClock) -> None:
    house = house_of(store, clock, language="nl")
    await house.fill()
    async with house.browser(ADMIN) as browser:
        for path in ("", "cases", "case/1", "accounts", "account/1", "score", "campaigns", "people?q=Globex"):
            text = (await browser.get(f"/dashboard/{path}")).text
            assert ['<html lang="nl">' in text, "Afmelden" in text, "Sign out" in text] == [True, True, False]
        assert "Wat er mis is" in (await browser.get("/dashboard/")).text
    assert "https" not in await house.asked(ADMIN, "overzicht uit")
