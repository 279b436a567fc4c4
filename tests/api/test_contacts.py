"""Contacts are taken and refused as an import takes and refuses them, and erased as elsewhere."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from bot.people.importing import import_contacts
from bot.store.schema import account, address, contact, erased_opt_out
from bot.store.store import Store
from channels.base import RateLimited
from tests.api.conftest import EVERY, Api, fields, problem, served
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.examples import on_databases

ZOE = {
    "name": "Zoë",
    "account": "Globex",
    "account_manager": "manager",
    "language": "Dutch",
    "timezone": "Amsterdam",
    "phone": "06 12345678",
    "attributes": {"plan": "gold"},
}


async def test_a_contact_is_added_read_changed_and_cleared(doors: Api) -> None:
    put = await doors.ask("PUT", "/contacts/C1", json=ZOE)
    assert put.json() == {
        "contact_id": "C1",
        "outcome": "added",
        "notes": ["language 'Dutch' is taken as nl", "timezone 'Amsterdam' is taken as Europe/Amsterdam"],
    }
    zoe = {
        "contact_id": "C1",
        "name": "Zoë",
        "account": "Globex",
        "account_manager": "Manager",
        "language": "nl",
        "timezone": "Europe/Amsterdam",
        "slack": None,
        "telegram": None,
        "phone": "+31612345678",
        "attributes": {"plan": "gold"},
        "opted_out": False,
    }
    assert (await doors.ask("GET", "/contacts/C1")).json() == zoe
    change = {"name": "", "phone": None, "attributes": {"plan": None, "seats": "12"}}
    assert (await doors.ask("PUT", "/contacts/C1", json=change)).json()["outcome"] == "updated"
    assert (await doors.ask("GET", "/contacts/C1")).json() == {
        **zoe,
        "phone": None,
        "attributes": {"seats": "12"},
    }


@pytest.mark.parametrize("key", ["a/b", "Zoë 12", "1%2", "C?1", "batch"])
async def test_a_key_may_be_any_text(doors: Api, key: str) -> None:
    path = f"/contacts/{key.replace('%', '%25').replace('?', '%3F').replace('/', '%2F')}"
    assert (await doors.ask("PUT", path, json={})).json()["contact_id"] == key
    assert (await doors.ask("GET", path)).json()["contact_id"] == key


async def test_a_key_is_kept_as_an_import_keeps_it(doors: Api) -> None:
    assert (await doors.ask("PUT", "/contacts/ C  1 ", json={})).json()["contact_id"] == "C 1"


async def test_contacts_of_an_account_that_disagree_are_told_as_rows_of_a_file(
    doors: Api, store: Store
) -> None:
    batch = [
        {"contact_id": "C1", "account": "Globex", "attributes": {"account_value": "€ 1.250,50"}},
        {"contact_id": "C2", "account": "Globex", "attributes": {"account_value": "900"}},
    ]
    told = (await doors.ask("POST", "/contacts/batch", json={"contacts": batch})).json()
    assert [(note["place"], note["detail"].partition(";")[0]) for note in told["notes"]] == [
        (2, "account 'Globex' has account_value 1250.50 on line 1 and 900 here")
    ]

    def value(connection: Connection) -> float | None:
        return connection.scalar(select(account.c.account_value).where(account.c.name == "Globex"))

    assert await store.read(value) == 1250.5


async def test_of_a_batch_the_good_are_kept_and_each_bad_one_is_named(doors: Api) -> None:
    await doors.ask("PUT", "/contacts/C0", json={"phone": "+31612345670"})
    batch = [
        {"contact_id": "C1", "name": "Zoë", "language": "Klingon"},
        {"contact_id": "C2", "phone": "12", "slack": "nobody"},
        {"contact_id": "C3", "naam": "Ann"},
        "nonsense",
        {"contact_id": "C1", "name": "Ann"},
        {"contact_id": "C4", "phone": "+31612345670"},
        {"contact_id": "-"},
        {"contact_id": "C5"},
    ]
    answer = await doors.ask("POST", "/contacts/batch", json={"contacts": batch})
    told = answer.json()
    assert (answer.status_code, told["added"], told["updated"], told["unchanged"]) == (200, 2, 0, 0)
    named = [(one["place"], one["contact_id"], fields(one)) for one in told["refused"]]
    assert named == [
        (2, "C2", ["phone", "slack"]),
        (3, None, ["naam"]),
        (4, None, [""]),
        (5, "C1", ["contact_id"]),
        (6, "C4", ["phone"]),
        (7, "-", ["contact_id"]),
    ]
    assert told["refused"][4]["errors"][0]["detail"].startswith("phone +31612345670 belongs to contact 'C0'")
    assert [note["place"] for note in told["notes"]] == [1]
    assert [row.contact_id for row in await doors.bot.rows(contact)] == ["C0", "C1", "C5"]


async def test_a_thousand_go_in_one_batch_and_no_more(doors: Api) -> None:
    batch = [{"contact_id": f"C{number}", "name": "Zoë"} for number in range(1_001)]
    told = problem(await doors.ask("POST", "/contacts/batch", json={"contacts": batch}), 422)
    assert told["detail"] == "contacts holds more than 1000; send them in several requests"
    assert (await doors.ask("POST", "/contacts/batch", json={"contacts": batch[1:]})).json()["added"] == 1_000
    again = await doors.ask("POST", "/contacts/batch", json={"contacts": batch[1:]})
    assert again.json()["unchanged"] == 1_000


CELLS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Zoë", "", "-", "n/a", "x" * 201]),
        "account": st.sampled_from(["Globex", "-", " Acme  NV "]),
        "account_manager": st.sampled_from(["Manager", "MANAGER", "Nobody", ""]),
        "language": st.sampled_from(["nl", "nl-je", "Dutch", "Klingon", "-"]),
        "timezone": st.sampled_from(["Europe/Amsterdam", "Mars", "CET", ""]),
        "slack": st.sampled_from(["U0123ABCD", "me", "a@b.example", "-"]),
        "telegram": st.sampled_from(["7750101", "7750101.0", "@me", "3.1E+9"]),
        "phone": st.sampled_from(["0612345678", "+31612345678", "31612345678", "12", "N/A", "+525512345678"]),
    },
)


@given(rows=st.lists(CELLS, min_size=1, max_size=3))
@on_databases(8)
async def test_a_field_is_taken_and_refused_as_in_a_file(
    doors: Api, tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    """The API and an import of the same values say the same and keep the same."""
    await _forget_all(doors.bot)
    names = ["contact_id", *sorted({name for row in rows for name in row})]
    file = tmp_path / "contacts.csv"
    lines = [[f"C{place}", *(row.get(name, "") for name in names[1:])] for place, row in enumerate(rows, 2)]
    quoted = [",".join(f'"{cell}"' for cell in line) for line in [names, *lines]]
    file.write_text("\n".join(quoted) + "\n", encoding="utf-8")
    imported = await import_contacts(doors.bot.store, file, doors.bot.settings, doors.bot.clock.now())
    kept = await _known(doors.bot)
    await _forget_all(doors.bot)
    batch = [{"contact_id": f"C{place}", **row} for place, row in enumerate(rows, 2)]
    told = (await doors.ask("POST", "/contacts/batch", json={"contacts": batch})).json()
    assert await _known(doors.bot) == kept
    assert (told["added"], told["updated"]) == (imported.added, imported.updated)
    sentences = {one["place"]: "; ".join(each["detail"] for each in one["errors"]) for one in told["refused"]}
    assert sentences == {one.line - 1: one.reason for one in imported.refused}
    assert {note["detail"] for note in told["notes"]} == imported.notes.keys()


async def _known(bot: Bot) -> list[Any]:
    return [
        (row.contact_id, row.name, row.language, row.timezone, row.attributes)
        for row in await bot.rows(contact)
    ]


async def _forget_all(bot: Bot) -> None:
    def forget(connection: Connection) -> None:
        for table in (address, contact, account):
            connection.execute(delete(table))

    await bot.store.write(forget)


async def test_an_account_keeps_its_manager_unless_it_is_to_move(store: Store) -> None:

    managers = {"North": "slack:UNORTH", "South": "slack:USOUTH"}
    bot = Bot(store, settings_of(account_managers=managers))
    async with served(bot) as client:
        doors = Api(bot, client)
        key = await doors.key("all", *EVERY)
        north, south = ({"account": "Globex", "account_manager": name} for name in managers)
        await doors.ask("PUT", "/contacts/C1", key, json=north)
        stays = await doors.ask("PUT", "/contacts/C2", key, json=south)
        assert stays.json()["notes"][0].startswith("account 'Globex' stays with 'North' and not with 'South'")
        await doors.ask("PUT", "/contacts/C2", key, json=south, params={"move_accounts": "true"})
        found = await doors.ask("GET", "/contacts/C1", key)
    assert found.json()["account_manager"] == "South"


async def test_an_email_address_is_looked_up_in_slack_without_waiting_for_it(bot: Bot) -> None:
    async def lookup(email: str) -> str | None:
        if email == "busy@acme.example":
            raise RateLimited("too many", 30)
        return {"zoe@acme.example": "UZOE"}.get(email)

    async with served(bot, lookup) as client:
        doors = Api(bot, client)
        key = await doors.key("all", *EVERY)
        batch = [{"contact_id": name, "slack": f"{name}@acme.example"} for name in ("zoe", "nobody", "busy")]
        told = (await doors.ask("POST", "/contacts/batch", key, json={"contacts": batch})).json()
        assert (await doors.ask("GET", "/contacts/zoe", key)).json()["slack"] == "UZOE"
    assert [one["errors"][0]["detail"] for one in told["refused"]] == [
        "slack 'nobody@acme.example' is nobody's address in Slack; correct it or leave it blank",
        "slack 'busy@acme.example' could not be looked up: Slack asks for a pause; send it again in 30 seconds",
    ]


async def test_who_is_erased_is_gone_and_stays_opted_out(doors: Api) -> None:
    await doors.bot.start(Customer("C1", slack="UZOE"))
    await doors.bot.say("slack:UZOE", "3 because the quokka bites")
    erased = await doors.ask("DELETE", "/contacts/C1")
    assert erased.json()["conversations"] == 1
    assert await doors.bot.rows(contact) == []
    assert await doors.bot.rows(erased_opt_out)
    assert problem(await doors.ask("DELETE", "/contacts/C1"), 404)["code"] == "no_such_contact"
    assert "quokka" not in (await doors.ask("GET", "/answers")).text
    back = (await doors.ask("PUT", "/contacts/C1", json={"slack": "UZOE"})).json()
    assert (back["outcome"], back["notes"]) == (
        "added",
        ["was erased before, which counts as an opt-out, so they are not asked; START from them undoes that"],
    )
    assert (await doors.ask("GET", "/contacts/C1")).json()["opted_out"] is True


async def test_who_tries_a_campaign_is_no_contact(doors: Api) -> None:
    await doors.bot.add(Customer("admin:slack:UADMIN", slack="UADMIN"))
    for method in ("GET", "DELETE"):
        problem(await doors.ask(method, "/contacts/admin:slack:UADMIN"), 404)
    assert fields(problem(await doors.ask("PUT", "/contacts/admin:x", json={}), 422)) == ["contact_id"]
    assert (await doors.ask("GET", "/contacts")).json()["contacts"] == []


async def test_pages_hold_each_contact_once_while_others_come_and_go(doors: Api) -> None:
    for number in range(1, 8):
        await doors.ask(
            "PUT", f"/contacts/C{number}", json={"account": "Globex" if number % 2 else "Initech"}
        )
    seen, cursor = [], None
    while True:
        query = {"limit": "2", **({} if cursor is None else {"cursor": cursor})}
        page = (await doors.ask("GET", "/contacts", params=query)).json()
        seen += [one["contact_id"] for one in page["contacts"]]
        if (cursor := page["next"]) is None:
            break
        await doors.ask("DELETE", f"/contacts/{seen[0]}")
        await doors.ask("PUT", f"/contacts/{seen[-1]}", json={"name": "changed meanwhile"})
    assert seen == [f"C{number}" for number in range(1, 8)]
    globex = (await doors.ask("GET", "/contacts", params={"account": "GLOBEX", "limit": "200"})).json()
    assert {one["account"] for one in globex["contacts"]} == {"Globex"}


async def test_a_cursor_is_good_for_its_list_and_its_key_alone(doors: Api) -> None:
    for number in (1, 2, 3):
        await doors.ask("PUT", f"/contacts/C{number}", json={"account": "Globex"})
    cursor = (await doors.ask("GET", "/contacts", params={"limit": "1"})).json()["next"]
    other = await doors.key("crm", *EVERY)
    for path, key, more in (
        ("/contacts", None, {"account": "Globex"}),
        ("/cases", None, {}),
        ("/contacts", other, {}),
        ("/contacts", None, {"cursor": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")}),
        ("/contacts", None, {"cursor": "nonsense"}),
        ("/contacts", None, {"cursor": "é" * 50}),
        ("/contacts", None, {"cursor": ""}),
    ):
        told = problem(await doors.ask("GET", path, key, params={"cursor": cursor, **more}), 422)
        assert told["detail"] == "cursor is of another list or another key; leave it out to begin anew"
    longer = await doors.ask("GET", "/contacts", params={"cursor": cursor, "limit": "2"})
    assert [one["contact_id"] for one in longer.json()["contacts"]] == ["C2", "C3"], "a page may be longer"


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"Phone Number": "1"}, None),
        ({"phone": "1"}, "attributes has phone, which is the field phone; give it beside attributes"),
        (
            {"Account-Manager": "1"},
            "attributes has Account-Manager, which is the field account_manager; give it beside attributes",
        ),
        ({" ": "1"}, "attributes has a name of 0 characters; give one of 1 to 100"),
        ({"x" * 101: "1"}, "attributes has a name of 101 characters; give one of 1 to 100"),
        (
            {"a b": "1", "a  b": "2"},
            "attributes has two names that are the same but for spaces; leave one out",
        ),
    ],
)
async def test_the_names_of_attributes(doors: Api, attributes: dict[str, str], sentence: str | None) -> None:
    answer = await doors.ask("PUT", "/contacts/C1", json={"attributes": attributes})
    if sentence is None:
        assert answer.status_code == 200
    else:
        assert problem(answer, 422)["detail"] == sentence
