"""What is done on the page of a case: as the same button does it in the chat, by whoever is signed in."""

import pytest

from bot.cases.deeds import LONGEST_NOTE, digest
from channels.base import Address
from tests.pages.house import OTHER, House, token_in
from tests.support.bot_under_test import ADMIN, MANAGER


async def _do(house: House, who: Address, number: int, **fields: str) -> tuple[int, str]:
    async with house.browser(who) as browser:
        token = token_in((await browser.get("/dashboard/")).text)
        answer = await browser.post(
            f"/dashboard/case/{number}", data={"token": token, **fields}, follow_redirects=True
        )
    return answer.status_code, answer.text


async def test_take_put_aside_hand_over_finish_and_reopen(house: House) -> None:
    status, text = await _do(house, MANAGER, 2, deed="take")
    assert (status, "You are on it." in text, "taken by Manager" in text) == (200, True, True)
    await _do(house, MANAGER, 2, deed="snooze_until", day="2026-03-20", hour="14:30")
    assert "put aside by Manager until" in (await _do(house, MANAGER, 2, deed="take"))[1]
    status, text = await _do(house, MANAGER, 2, deed=f"to:{digest('Other')}")
    assert "handed over by Manager to Other" in text
    status, text = await _do(house, OTHER, 2, deed="done", cause="billing", note="credited <i>twice</i>")
    assert (status, "credited &lt;i&gt;twice&lt;/i&gt;" in text) == (200, True)
    case = (await house.bot.cases())[1]
    assert (case.state, case.manager, case.note) == ("done", "Other", "credited <i>twice</i>")
    assert "The case is open again." in (await _do(house, ADMIN, 2, deed="reopen"))[1]
    assert (await house.bot.cases())[1].state == "open"


async def test_a_second_tab_that_is_behind_is_told_so_and_changes_nothing(house: House) -> None:
    await _do(house, ADMIN, 2, deed="take")
    before = (await house.bot.cases())[1]
    assert (await _do(house, ADMIN, 2, deed="take"))[0] == 200  # the same once more is no news
    status, text = await _do(house, MANAGER, 2, deed="take")
    assert (status, "has case 2 since" in text, 'role="alert"' in text) == (409, True, True)
    assert (await house.bot.cases())[1] == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"deed": "snooze_until", "day": ""}, "choose a day"),
        ({"deed": "snooze_until", "day": "9999-12-31"}, "choose a day"),
        ({"deed": "snooze_until", "day": "2199-12-31", "hour": "24:00"}, "choose a day"),
        ({"deed": "snooze_until", "day": "2001-01-01", "hour": "10:00"}, "is over"),
        ({"deed": "snooze_until", "day": "2199-01-01"}, "too far ahead"),
        ({"deed": "to"}, "nothing that can be done"),
        ({"deed": "to:00000000"}, "Manager, Other"),
        ({"deed": "erase"}, "nothing that can be done"),
        ({}, "nothing that can be done"),
        ({"deed": "done", "note": "x" * (LONGEST_NOTE + 1)}, "at most 500 characters"),
        ({"deed": "done", "cause": "weather"}, "weather"),
        ({"deed": "reopen"}, "is not done"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    house: House, fields: dict[str, str], said: str
) -> None:
    before = (await house.bot.cases())[1]
    status, text = await _do(house, ADMIN, 2, **fields)
    assert said in text
    assert status in (200, 409, 422)
    assert (await house.bot.cases())[1] == before


async def test_who_cannot_see_a_case_cannot_do_anything_with_it(house: House) -> None:
    before = await house.bot.cases()
    assert (await _do(house, OTHER, 2, deed="take"))[0] == 404
    assert (await _do(house, MANAGER, 3, deed="done"))[0] == 404
    assert await house.bot.cases() == before


async def test_who_may_only_read_a_case_sees_no_buttons_and_is_refused(house: House) -> None:
    await _do(house, MANAGER, 2, deed=f"to:{digest('Other')}")
    async with house.browser(MANAGER) as browser:
        shown = (await browser.get("/dashboard/case/2")).text  # their customer's, with somebody else
    assert ("you can only read it" in shown, "<button form" in shown) == (True, False)
    before = (await house.bot.cases())[1]
    status, text = await _do(house, MANAGER, 2, deed="take")
    assert (status, 'role="alert"' in text) == (409, True)
    assert (await house.bot.cases())[1] == before
