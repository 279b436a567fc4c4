"""Scores with the answers behind them, and campaigns with their commands."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from bot.store.schema import wave
from channels.base import Address
from tests.pages.house import OTHER, House, token_in
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Customer


async def _page(house: House, who: Address, path: str) -> tuple[int, str]:
    async with house.browser(who) as browser:
        answer = await browser.get(f"/dashboard/{path}")
    return answer.status_code, answer.text


async def _told(house: House, line: str, who: Address = ADMIN) -> list[str]:
    return [line for line in (await house.asked(who, line)).splitlines() if line]


@pytest.mark.parametrize("who", [ADMIN, MANAGER, OTHER])
async def test_a_score_says_what_the_chat_says(house: House, who: Address) -> None:
    status, text = await _page(house, who, "score")
    assert status == 200
    shown = re.sub(r"&#34;|&quot;", '"', re.sub(r"<[^>]+>", "", text))
    for line in await _told(house, "report demo", who):
        if not line.startswith("Promoters "):  # each is a link of its own
            assert line.replace("'", "&#39;") in shown, line


async def _opened(house: House, text: str, start: str, who: Address = ADMIN) -> list[str]:
    """The pages behind the links of a page that begin so."""
    links = dict.fromkeys(unescape(one) for one in re.findall(f'href="(/dashboard/{start}[^"]*)"', text))
    found = []
    for link in links:
        status, page = await _page(house, who, link.removeprefix("/dashboard/"))
        assert status == 200, link
        found.append(page)
    return found


async def test_every_number_opens_the_answers_behind_it(house: House) -> None:
    _, text = await _page(house, ADMIN, "score?by=account_manager")
    answers = await _opened(house, text, "score/answers")
    assert ["nobody called me back" in one for one in answers] == [True, True, False, False]
    (audit,) = await _opened(house, text, "score/more/audit")
    assert "5" in audit
    assert "invoice" not in (await _page(house, OTHER, "score/answers?campaign=demo"))[1]
    for title in ("3 of 5 answers", "1 of 5 answers"):
        assert f'title="{title}"' in text
    rows = re.findall(r'<td class="number">(.*?)</td>', text)
    assert [row for row in rows if "answers" in row and "href" not in row] == []
    lines = re.findall(r"<li>(.*?)</li>", text, re.DOTALL)
    bare = [line for line in lines if re.search(r"\d", line) and "href" not in line]
    assert all("asked from" in line or "Fewer than" in line or "fewer than" in line for line in bare), bare


@pytest.fixture
async def many(empty_house: House) -> House:
    """Two groups of six and one of five; every second customer names the invoice."""
    bot = empty_house.bot
    whose = ["Manager"] * 6 + ["Other"] * 6 + [None] * 5
    await bot.start(
        *(
            Customer(f"Buyer {n}", slack=f"U{n}", account=f"Firm {n}", manager=manager)
            for n, manager in enumerate(whose)
        )
    )
    for n in range(17):
        await bot.say(f"slack:U{n}", "2" if n < 6 else "9")
        await bot.say(f"slack:U{n}", "the invoice was wrong" if n % 2 else "friendly people")
    await bot.work()
    return empty_house


def _people(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"Buyer (\d+)", text)}


async def test_a_group_and_a_theme_open_their_answers(many: House) -> None:
    _, text = await _page(many, ADMIN, "score?by=account_manager")
    groups = [_people(one) for one in await _opened(many, text, 'score/answers[^"]*group=')]
    assert sorted(map(min, groups)) == [0, 6, 12]
    assert sorted(map(len, groups)) == [5, 6, 6]
    _, text = await _page(many, ADMIN, "score?by=month")
    (month,) = await _opened(many, text, 'score/answers[^"]*group=')
    assert (len(_people(month)), "The newest 15 of 17" in month) == (15, True)
    _, themes = await _page(many, ADMIN, "score/themes")
    assert 'title="8 of 17 answers"' in themes
    opened = [_people(one) for one in await _opened(many, themes, 'score/answers[^"]*theme=')]
    assert set(range(1, 17, 2)) in opened
    (own,) = await _opened(
        many, (await _page(many, MANAGER, "score?by=account_manager"))[1], 'score/answers[^"]*group=', MANAGER
    )
    assert _people(own) == set(range(6))


@pytest.mark.parametrize(
    "query",
    [
        "by=account&group=Firm+1",
        "by=nothing&group=x",
        "by=account_manager&group=Nobody",
        "theme=nothing",
        "theme=x%00",
        "by=x%00&group=%00",
        "by=month&group=x",
    ],
)
async def test_what_is_closed_opens_nothing(many: House, query: str) -> None:
    for who in (ADMIN, MANAGER):
        status, text = await _page(many, who, f"score/answers?campaign=demo&{query}")
        assert (status, _people(text)) == (404, set())
    assert (
        _people((await _page(many, MANAGER, "score/answers?campaign=demo&by=account_manager&group=Other"))[1])
        == set()
    )


async def test_groups_of_few_stay_closed_as_in_the_chat(house: House) -> None:
    for by in ("account", "account_manager"):
        _, text = await _page(house, ADMIN, f"score?by={by}")
        shown = re.sub(r"<[^>]+>", "", text)
        for line in await _told(house, f"report demo by {by}"):
            if "Globex" in line or "Initech" in line or "Manager" in line or "fewer" in line:
                assert line in shown, line
    assert 'role="alert"' in (await _page(house, ADMIN, "score?by=nothing+of+the+kind"))[1]


async def test_themes_say_what_the_chat_says(empty_house: House) -> None:
    bot = empty_house.bot
    await bot.start(*(Customer(f"Buyer {n}", slack=f"U{n}", account=f"Firm {n}") for n in range(12)))
    for n in range(12):
        await bot.say(f"slack:U{n}", "2" if n < 6 else "9")
        await bot.say(f"slack:U{n}", "the invoice was wrong" if n < 6 else "friendly people")
    await bot.work()
    status, text = await _page(empty_house, ADMIN, "score/themes")
    assert (status, "named by 6" in text, text.count("the invoice was wrong") >= 1) == (200, True, True)
    assert "So far" in text or "so far" in text


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("months", "trend demo by month"),
        ("accounts", "accounts demo"),
        ("churn", "churn demo"),
        ("movers", "movers demo"),
        ("managers", "managers demo"),
        ("audit", "audit demo"),
    ],
)
@pytest.mark.parametrize("who", [ADMIN, MANAGER])
async def test_what_else_there_is_to_know_is_told_as_in_the_chat(
    house: House, who: Address, what: str, line: str
) -> None:
    status, text = await _page(house, who, f"score/more/{what}?campaign=demo")
    shown = unescape(re.sub(r"<[^>]+>", "", text))
    assert status == 200
    for told in await _told(house, line, who):
        assert told in shown, told
    assert (await _page(house, FALLBACK, f"score/more/{what}"))[0] == 404
    assert (await _page(house, who, f"score/more/{what}x"))[0] == 404


async def test_a_trend_of_some_accounts_is_counted_on_request(house: House) -> None:
    of_waves = 'id="trend"'
    assert of_waves in (await _page(house, ADMIN, "score"))[1]
    assert of_waves not in (await _page(house, MANAGER, "score"))[1]
    assert of_waves in (await _page(house, MANAGER, "score?trend=1"))[1]


async def test_a_trend_has_its_scale_and_its_waves(house: House) -> None:
    text = (await _page(house, ADMIN, "score"))[1]
    assert ("<circle" in text, "from the second one on" in text) == (False, True)
    await house.bot.start(Customer("Another", slack="U77", account="Hooli"))
    await house.bot.say("slack:U77", "9")
    text = (await _page(house, ADMIN, "score"))[1]
    assert re.findall("<text[^>]*>([^<]+)</text>", text) == ["-100", "0", "+100", "1", "2", "Wave"]


async def test_what_a_score_can_be_split_by_is_a_list(house: House) -> None:
    text = (await _page(house, ADMIN, "score?by=account_manager"))[1]
    names = re.findall('<option value="([^"]+)"', text)
    assert {"account", "account_manager", "channel", "language", "month"} <= set(names)
    assert '<option value="account_manager" selected>' in text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("score?campaign=nope", 404, "There is no campaign nope"),
        ("score?campaign=nope", 404, '<a href="/dashboard/score?campaign=demo">'),
        ("score?wave=99", 200, "99"),
        ("score?wave=x", 404, "“x” is no wave"),
        ("score/answers?category=zzz", 404, "“zzz” is no group of answers"),
        ("score/answers?campaign=nothing", 404, "no campaign nothing"),
        ("score/answers?wave=99", 200, "99"),
        ("score/themes", 200, "demo"),
        ("score/themes?campaign=x", 404, "no campaign x"),
        ("score/more/churn?campaign=x", 404, "no campaign x"),
    ],
)
async def test_what_is_not_there_is_said(house: House, path: str, status: int, said: str) -> None:
    found, text = await _page(house, ADMIN, path)
    assert (found, said in text) == (status, True)


async def test_a_colleague_without_accounts_sees_no_score_and_no_campaign(house: House) -> None:
    for path in ("score", "score/themes", "campaigns"):
        assert (await _page(house, FALLBACK, path))[0] == 404
    assert (await _page(house, MANAGER, "campaigns"))[0] == 404


async def _do(house: House, who: Address, **fields: str) -> tuple[int, str]:
    async with house.browser(who) as browser:
        token = token_in((await browser.get("/dashboard/")).text)
        answer = await browser.post("/dashboard/campaigns", data={"token": token, **fields})
    return answer.status_code, answer.text


async def test_a_campaign_starts_by_the_plan_and_the_button_of_the_chat(empty_house: House) -> None:
    await empty_house.bot.add(Customer("Buyer at Globex", slack="U1"))
    status, text = await _do(empty_house, ADMIN, deed="start", campaign="demo")
    assert (status, "Plan for demo" in text, "In the audience: 1" in text) == (200, True, True)
    assert await empty_house.bot.rows(wave) == []  # nothing is sent before it is confirmed
    value = re.search(r'name="pressed" value="(w:[^"]+)"', text)
    assert value is not None
    status, text = await _do(empty_house, ADMIN, pressed=value[1])
    assert (status, "Wave 1 of demo has started" in text) == (200, True)
    (started,) = await empty_house.bot.rows(wave)
    assert started.started_by == str(ADMIN)
    assert (await _do(empty_house, ADMIN, pressed=value[1]))[1].count("already") >= 1
    assert len(await empty_house.bot.rows(wave)) == 1


async def test_pause_resume_and_stop_as_in_the_chat(house: House) -> None:
    assert "lets it go on" in (await _do(house, ADMIN, deed="pause", campaign="demo"))[1]
    assert "Resume" in (await _page(house, ADMIN, "campaigns"))[1]
    await _do(house, ADMIN, deed="resume", campaign="demo")
    status, text = await _do(house, ADMIN, deed="stop", campaign="demo")
    (running,) = await house.bot.rows(wave)
    assert (status, running.stopped_at) == (200, None)  # it says first what that would be
    value = re.search(r'name="pressed" value="(w:[^"]+)"', text)
    assert value is not None
    await _do(house, ADMIN, pressed=value[1])
    (stopped,) = await house.bot.rows(wave)
    assert stopped.stopped_by == str(ADMIN)


async def test_what_was_paused_and_stopped_runs_no_more(house: House) -> None:
    await house.bot.store.write(
        lambda connection: connection.execute(update(wave).values(paused_at=house.bot.clock.now())) and None
    )
    assert [
        "Running waves" in (await _page(house, ADMIN, ""))[1],
        "Resume" in (await _page(house, ADMIN, "campaigns"))[1],
    ] == [True] * 2
    await house.asked(ADMIN, "stop demo confirm")
    text = (await _page(house, ADMIN, ""))[1]
    assert ("paused" in text, "No wave is running" in text) == (False, True)
    text = (await _page(house, ADMIN, "campaigns"))[1]
    assert [word in text for word in ("Stopped", "Paused", 'value="resume"', 'value="stop"')] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"deed": "try", "campaign": "demo"},
        {"deed": "start", "campaign": "nothing"},
        {"deed": "stop", "campaign": 'demo" confirm "'},
        {"pressed": "stop demo confirm"},
        {"pressed": "c:1:done"},
    ],
)
async def test_only_what_the_page_offers_is_done(house: House, fields: dict[str, str]) -> None:
    before = await house.bot.rows(wave)
    assert (await _do(house, ADMIN, **fields))[0] == 404
    assert (await _do(house, MANAGER, **fields))[0] == 404
    assert await house.bot.rows(wave) == before
