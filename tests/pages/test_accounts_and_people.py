"""Accounts, the people there, and whoever asks to be forgotten."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from bot.reports.account_list import account_page
from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport
from bot.store.schema import account
from channels.base import Address
from tests.pages.house import OTHER, House, token_in
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Customer


async def _page(house: House, who: Address, path: str) -> tuple[int, str]:
    async with house.browser(who) as browser:
        answer = await browser.get(f"/dashboard/{path}")
    return answer.status_code, answer.text


async def test_an_account_is_a_row_with_who_was_asked_and_what_they_said(house: House) -> None:
    status, text = await _page(house, ADMIN, "accounts")
    row = text.partition("Globex</a>")[2].partition("</tr>")[0]
    assert status == 200
    assert [part in row for part in (">Manager<", ">3<", ">0<", "Detractor", "Promoter")] == [True] * 5
    assert "Initech" in text
    assert "Initech" not in (await _page(house, MANAGER, "accounts"))[1]
    assert "Globex" not in (await _page(house, ADMIN, "accounts?q=INIT"))[1]
    assert "no account of that name" in (await _page(house, ADMIN, "accounts?q=%25"))[1]
    assert "no account of that name" in (await _page(house, ADMIN, "accounts?page=99"))[1]


async def test_a_row_has_value_and_renewal_where_they_were_imported(house: House) -> None:
    assert "Renewal" not in (await _page(house, ADMIN, "accounts"))[1]
    worth = {"account_value": 120_000.4, "renewal": date(2026, 9, 1)}
    await house.bot.store.write(lambda connection: connection.execute(update(account).values(worth)) and None)
    text = (await _page(house, ADMIN, "accounts"))[1]
    assert ["Renewal" in text, "120,000" in text, "1 September 2026" in text] == [True] * 3


async def test_the_page_of_an_account_is_its_time_line(house: House) -> None:
    status, text = await _page(house, MANAGER, "account/1")
    assert status == 200
    for words in (
        "Owner at Globex answered",
        "three days late &lt;b&gt;again&lt;/b&gt;",
        "a case of",
        "Case 2",
    ):
        assert words in text
    assert (await _page(house, OTHER, "account/1"))[0] == 404
    assert (await _page(house, ADMIN, "account/99"))[0] == 404
    assert (await _page(house, ADMIN, "account/99999999999999999999"))[0] == 404


async def test_somebody_is_found_by_those_who_may_know_them(house: House) -> None:
    assert "read as score 2" in (await _page(house, ADMIN, "people?q=buyer+at+globex"))[1]
    assert "Did you mean one of these?" in (await _page(house, ADMIN, "people?q=Globex"))[1]
    assert "Nobody is called" in (await _page(house, ADMIN, "people?q=zzzzzz%00"))[1]
    foreign = (await _page(house, OTHER, "people?q=Buyer+at+Globex"))[1]
    assert "read as score" not in foreign
    assert "invoice" not in foreign
    for path in ("accounts", "people?q=Globex"):
        assert "Buyer" not in (await _page(house, FALLBACK, path))[1]


async def test_who_is_not_all_that_are_called_so_is_said(house: House) -> None:
    more = "Type more of the name"
    assert more not in (await _page(house, ADMIN, "people?q=Globex"))[1]
    await house.bot.add(*(Customer(f"Clerk {n} at Globex", slack=f"U9{n}") for n in range(4)))
    assert more in (await _page(house, ADMIN, "people?q=Globex"))[1]


async def test_a_case_leads_to_its_customer_and_account(house: House) -> None:
    text = (await _page(house, MANAGER, "case/1"))[1]
    for shown in ("people?q=Buyer%20at%20Globex", '/dashboard/account/1">Globex', "Account manager: Manager"):
        assert shown in text, shown
    lanes = (await _page(house, ADMIN, "cases"))[1]
    assert lanes.count('class="count"') == 5


async def _erase(house: House, who: Address, **fields: str) -> tuple[int, str]:
    async with house.browser(who) as browser:
        token = token_in((await browser.get("/dashboard/")).text)
        answer = await browser.post("/dashboard/people/erase", data={"token": token, **fields})
    return answer.status_code, answer.text


async def test_who_asks_to_be_forgotten_is_erased_by_an_admin_who_types_the_key(house: House) -> None:
    key = "Buyer at Globex"
    assert (await _erase(house, MANAGER, key=key, typed=key))[0] == 404
    for typed in ("", "Buyer", "buyer at globex"):
        status, text = await _erase(house, ADMIN, key=key, typed=typed)
        assert (status, "Nobody was erased" in text) == (422, True)
    assert (await _erase(house, ADMIN, key="nobody", typed="nobody"))[0] == 404
    status, text = await _erase(house, ADMIN, key=key, typed=key)
    assert (status, "is erased" in text) == (200, True)
    for path in ("", "cases", "case/1", "accounts", "account/1"):
        assert "Buyer at Globex" not in (await _page(house, ADMIN, path))[1]
        assert "invoice" not in (await _page(house, ADMIN, path))[1]
    assert (await house.bot.cases())[0].state == "done"
    for path in ("", "score/answers?campaign=demo", "case/1"):
        text = (await _page(house, ADMIN, path))[1]
        assert ("2 March 2026" in text or "3 March 2026" in text, " 12:00" in text) == (True, False), path
    assert " 12:00" not in await house.asked(ADMIN, "answers demo") + await house.asked(ADMIN, "case 1")


async def test_scores_and_open_cases_stand_first_where_a_phone_shows_them(house: House) -> None:
    _, text = await _page(house, ADMIN, "accounts")
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text)
    assert heads[:5] == ["Account", "Newest scores", "Before", "Open cases", "Account manager"]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text.split("Globex</a>")[1].split("</tr>")[0], re.DOTALL)
    assert [re.sub("<.*?>", "", one).strip() for one in cells[2:4]] == ["2", "Manager"]


@pytest.mark.parametrize(
    "path", ["", "case/1", "account/1", "score/answers?campaign=demo", "people?q=Buyer at Globex"]
)
async def test_what_was_is_told_with_its_year(house: House, path: str) -> None:
    """Waves of two years stand beside each other there."""
    assert re.search(r"March 2026 [0-9]{2}:[0-9]{2}", (await _page(house, ADMIN, path))[1])


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "%E2%91%A0", ""])
async def test_a_page_that_is_no_number_is_the_first(house: House, page: str) -> None:
    assert "Initech" in (await _page(house, ADMIN, f"accounts?page={page}"))[1]


async def test_who_answers_before_the_question_is_sent_counts_as_asked(empty_house: House) -> None:
    bot = empty_house.bot
    await bot.enrol(Customer("Buyer", slack="U1", account="Globex", manager="Manager"))
    await bot.timers.tick()  # the question is queued, and no sender took it yet
    await bot.say("slack:U1", "2")
    await bot.work()
    (line,) = (await bot.store.read(account_page, None)).rows
    assert (await bot.conversation("Buyer")).asked_at is None
    assert (line.asked, line.answered, line.open_cases, [one.score for one in line.scores]) == (1, 1, 1, [2])
    steps = (await _page(empty_house, ADMIN, "account/1"))[1]
    assert ["was asked" in steps, "Buyer answered" in steps, "Case 1" in steps] == [False, True, True]
    report = await bot.store.read(campaign_report, bot.settings, "demo")
    assert isinstance(report, CampaignReport)
    assert (report.asked, report.dispositions.invited if report.dispositions else 0) == (1, 1)
