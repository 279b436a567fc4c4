"""Importing: what is kept, updated, left alone and refused, on both databases."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.config.settings import Settings
from bot.dialogue.order import SaidAt
from bot.people import importing
from bot.people.consent import is_opted_out, opt_in, opt_out
from bot.people.contacts import mark_dead, person
from bot.people.importing import CannotRead, ImportProgress, ImportResult, Refusal, import_contacts
from bot.store.schema import account, address, contact
from bot.store.store import Store, open_store
from channels.base import Address, RateLimited, Unavailable
from tests.people.conftest import NOW, Import, admin_with

HEADER = "contact_id,name,account,account_manager,language,timezone,slack,telegram,phone,plan\n"


def numbers(result: ImportResult) -> tuple[int, int, int, int]:
    return result.added, result.updated, result.unchanged, result.refused_count


async def rows_of(store: Store) -> dict[str, dict[str, Any]]:
    """Every contact as one dict, by contact_id: what a person would compare."""

    def look(connection: Connection) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        joined = select(contact, account.c.name.label("its_account"), account.c.account_manager).select_from(
            contact.outerjoin(account)
        )
        for row in connection.execute(joined):
            its = select(address.c.channel, address.c.value).where(address.c.contact_id == row.id)
            found[row.contact_id] = {
                "name": row.name,
                "account": row.its_account,
                "manager": row.account_manager,
                "language": row.language,
                "timezone": row.timezone,
                **row.attributes,
                **dict(connection.execute(its).all()),
            }
        return found

    return await store.read(look)


async def test_a_row_is_kept_as_a_contact(store: Store, imported: Import) -> None:
    result = await imported(
        HEADER
        + 'C1,"Purchasing,\nGlobex",Globex,north,nl-NL,Europe/Brussels,U1AB,123,06 12345678,gold\n'
        + "C2,,,,,,,,,\n"
    )
    assert numbers(result) == (2, 0, 0, 0)
    assert await rows_of(store) == {
        "C1": {
            "name": "Purchasing, Globex",
            "account": "Globex",
            "manager": "North",
            "language": "nl",
            "timezone": "Europe/Brussels",
            "plan": "gold",
            "slack": "U1AB",
            "telegram": "123",
            "sms": "+31612345678",
        },
        "C2": {"name": "", "account": None, "manager": None, "language": None, "timezone": None},
    }


async def test_importing_again_updates_and_never_doubles(store: Store, imported: Import) -> None:
    first = HEADER + "C1,a,Globex,North,en,,U1AB,123,+31612345678,gold\nC2,b,Globex,,,,,,+31612345679,\n"
    await imported(first)
    before = await rows_of(store)
    assert numbers(await imported(first)) == (0, 0, 2, 0)
    assert await rows_of(store) == before
    result = await imported(HEADER + "C1,a2,,,,,,,+31612345670,silver\nC2,,,,,,,,,\n")
    assert numbers(result) == (0, 1, 1, 0)
    after = await rows_of(store)
    assert after["C1"] == before["C1"] | {"name": "a2", "sms": "+31612345670", "plan": "silver"}
    assert after["C2"] == before["C2"]


async def test_a_dash_clears(store: Store, imported: Import) -> None:
    await imported(HEADER + "C1,a,Globex,North,en,Europe/Paris,U1AB,123,+31612345678,gold\n")
    assert numbers(await imported(HEADER + "C1,-,-,,-,-,-,-,-,-\n")) == (0, 1, 0, 0)
    empty = {"name": "", "account": None, "manager": None, "language": None, "timezone": None}
    assert await rows_of(store) == {"C1": empty}


async def test_columns_that_are_not_there_keep_what_was(store: Store, imported: Import) -> None:
    await imported(HEADER + "C1,a,Globex,North,en,,U1AB,123,+31612345678,gold\n")
    before = await rows_of(store)
    assert numbers(await imported("contact_id;country\nC1;NL\n")) == (0, 1, 0, 0)
    assert await rows_of(store) == {"C1": before["C1"] | {"country": "NL"}}


async def test_good_rows_are_kept_and_bad_ones_told(store: Store, imported: Import) -> None:
    result = await imported(
        "contact_id,name,language,phone\n"
        "C1,a,en,\n"
        "C2,b,en,12\n"
        'C3,"c\nc",en,\n'
        ",d,en,\n"
        "C5,e,en,+31 20 62\n"
        'C6,"f" f,en,\n'
        "C7,g,en\n"
        "C8,h,en,\n"
    )
    assert [refusal.line for refusal in result.refused] == [3, 6, 7, 8, 9]
    assert numbers(result) == (3, 0, 0, 5)
    assert set(await rows_of(store)) == {"C1", "C3", "C8"}


# ----------------------------------------------------------------------------------------------- clashes


async def test_an_address_belongs_to_one_contact(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+31612345678\n")
    result = await imported(
        "contact_id,phone,telegram\nC2,0612345678,\nC3,+31612345670,5\nC4,+31612345670,\nC5,,5\nC6,,6\n"
    )
    belongs = "an address belongs to one contact, so take it from that contact first, or correct it here"
    assert result.refused == [
        Refusal(2, f"phone +31612345678 belongs to contact 'C1'; {belongs}"),
        Refusal(4, f"phone +31612345670 belongs to contact 'C3'; {belongs}"),
        Refusal(5, f"telegram 5 belongs to contact 'C3'; {belongs}"),
    ]
    assert set(await rows_of(store)) == {"C1", "C3", "C6"}


async def test_an_admin_who_tried_a_campaign_can_become_a_contact(store: Store, imported: Import) -> None:
    await store.write(admin_with, Address("slack", "U1AB"))
    assert numbers(await imported("contact_id,slack\nC1,U1AB\nC2,U1AB\n")) == (1, 0, 0, 1)
    assert (await rows_of(store))["C1"]["slack"] == "U1AB"


async def test_a_refused_row_changes_nothing(store: Store, imported: Import) -> None:
    await imported(HEADER + "C1,a,Globex,North,,,,,+31612345678,\nC2,b,,,,,,7,,\n")
    before = await rows_of(store)
    result = await imported(HEADER + "C2,new,Initech,South,nl,,U9ZZ,-,+31612345678,gold\n")
    assert numbers(result) == (0, 0, 0, 1)
    assert await rows_of(store) == before
    names = await store.read(lambda connection: connection.execute(select(account.c.name)).scalars().all())
    assert names == ["Globex"]


async def test_an_address_that_was_cleared_is_free_for_the_next_row(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+31612345678\nC2,+31612345670\n")
    result = await imported("contact_id,phone\nC1,-\nC2,+31612345678\nC3,+31612345670\n")
    assert numbers(result) == (1, 2, 0, 0)
    rows = await rows_of(store)
    assert "sms" not in rows["C1"]
    assert (rows["C2"]["sms"], rows["C3"]["sms"]) == ("+31612345678", "+31612345670")


async def test_a_contact_that_stands_twice_in_a_file_is_one_contact(store: Store, imported: Import) -> None:
    result = await imported("contact_id,name,phone\nC1,a,+31612345678\nC1,A,+31612345670\nC1,,+31612345678\n")
    assert numbers(result) == (1, 2, 0, 0)
    row = (await rows_of(store))["C1"]
    assert (row["name"], row["sms"]) == ("A", "+31612345678")


async def test_an_account_has_one_manager(store: Store, imported: Import) -> None:
    columns = "contact_id,account,account_manager\n"
    first = await imported(columns + "C1,Globex,North\nC2,Globex,South\nC3,Globex,\nC4,,South\nC5,Initech,\n")
    with_north = (
        "account 'Globex' stays with 'North' and not with 'South'; correct it, or import with --move-accounts "
        "to give accounts to the manager the file names"
    )
    assert first.notes == {
        with_north: (1, 3),
        "account_manager is given without an account, and counts as blank; a manager belongs to an account": (
            1,
            5,
        ),
    }
    again = await imported(columns + "C1,,South\nC5,Initech,South\nC6,Initech,South\n")
    assert again.notes == {with_north: (1, 2)}
    assert {key: row["manager"] for key, row in (await rows_of(store)).items()} == {
        "C1": "North",
        "C2": "North",
        "C3": "North",
        "C4": None,
        "C5": "South",
        "C6": "South",
    }


async def test_a_manager_that_was_cleared_leaves_room_for_another(store: Store, imported: Import) -> None:
    columns = "contact_id,account,account_manager\n"
    await imported(columns + "C1,Globex,North\n")
    assert numbers(await imported(columns + "C1,,-\nC2,Globex,South\n")) == (1, 1, 0, 0)
    assert (await rows_of(store))["C1"]["manager"] == "South"


async def test_accounts_move_where_that_is_asked_for(store: Store, imported: Import) -> None:
    columns = "contact_id,account,account_manager\n"
    await imported(columns + "C1,Globex,North\nC2,Initech,North\n")
    result = await imported(
        columns + "C1,Globex,South\nC2,Initech,North\nC3,Globex,South\nC4,Globex,North\nC5,Initech,South\n",
        move_accounts=True,
    )
    assert result.notes == {
        "account 'Globex' went to 'South' by an earlier line; it has one manager": (1, 5),
        "account 'Initech' went to 'North' by an earlier line; it has one manager": (1, 6),
    }
    rows = await rows_of(store)
    managers = {"C1": "South", "C2": "North", "C3": "South", "C4": "South", "C5": "North"}
    assert {key: rows[key]["manager"] for key in rows} == managers


async def test_clashes_are_seen_across_chunks(
    store: Store, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    lines = [f"C{number},+3161234567{number % 8},Account {number % 2},North" for number in range(10)]
    lines.append("C10,,Account 0,South")
    result = await imported(
        "contact_id,phone,account,account_manager\n" + "\n".join(lines), move_accounts=True
    )
    assert [refusal.line for refusal in result.refused] == [10, 11]
    assert [line for _, line in result.notes.values()] == [12]
    assert numbers(result) == (9, 0, 0, 2)


# ---------------------------------------------------------------------------------------- dead and opted out


# field A11
async def test_an_address_that_a_file_names_again_is_alive_again(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+31612345678\n")
    old = Address("sms", "+31612345678")
    await store.write(mark_dead, old, "landline", NOW)
    await imported("contact_id,name\nC1,a\n")

    def dead(connection: Connection) -> list[bool]:
        return [since is not None for since in connection.execute(select(address.c.dead_since)).scalars()]

    assert await store.read(dead) == [True], "this file says nothing of it"
    await imported("contact_id,phone\nC1,+31612345678\n")
    assert await store.read(dead) == [False]
    await store.write(mark_dead, old, "landline", NOW)
    await imported("contact_id,phone\nC1,+31612345670\n")
    assert await store.read(dead) == [False], "another one is"


async def test_an_opt_out_outlives_every_change_of_address(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+31612345678\n")
    await store.write(opt_out, Address("sms", "+31612345678"), NOW, "words")
    await imported("contact_id,phone,slack\nC1,-,U1AB\n")
    assert await store.read(is_opted_out, Address("slack", "U1AB"))
    await imported("contact_id,phone\nC2,+31612345678\n")
    assert await store.read(is_opted_out, Address("sms", "+31612345678"))
    assert await store.write(opt_in, Address("slack", "U1AB"), SaidAt(NOW))
    assert not await store.read(is_opted_out, Address("slack", "U1AB"))


async def test_a_stranger_who_opted_out_is_opted_out_as_a_contact(store: Store, imported: Import) -> None:
    await store.write(opt_out, Address("sms", "+31612345678"), NOW, "words")
    await imported("contact_id,phone,slack\nC1,+31612345678,U1AB\n")
    assert await store.read(is_opted_out, Address("slack", "U1AB"))
    await imported("contact_id,phone\nC1,-\n")
    assert await store.read(is_opted_out, Address("slack", "U1AB"))


# ----------------------------------------------------------------------------------------------- by e-mail


async def test_email_addresses_are_looked_up(store: Store, imported: Import) -> None:
    known = {"a@globex.example": "U1AB", "b@globex.example": "U1AB"}

    async def lookup(email: str) -> str | None:
        return known.get(email)

    result = await imported(
        "contact_id,slack\nC1,A@globex.example\nC2,b@globex.example\nC3,c@globex.example\n",
        slack_lookup=lookup,
    )
    assert result.refused == [
        Refusal(
            3,
            "slack U1AB belongs to contact 'C1'; an address belongs to one contact, so take it from that contact "
            "first, or correct it here",
        ),
        Refusal(4, "slack 'c@globex.example' is nobody's address in Slack; correct it or leave it blank"),
    ]
    assert (await rows_of(store))["C1"]["slack"] == "U1AB"


async def test_slack_is_asked_at_its_own_pace(imported: Import) -> None:
    asked = []

    async def lookup(email: str) -> str | None:
        asked.append(email)
        if len(asked) == 1:
            raise RateLimited("slow down", 0.0)
        if "down" in email:
            raise Unavailable("Slack is not there; try again later")
        return "U1AB"

    result = await imported("contact_id,slack\nC1,a@b.example\nC2,down@b.example\n", slack_lookup=lookup)
    assert asked == ["a@b.example", "a@b.example", "down@b.example"]
    assert numbers(result) == (1, 0, 0, 1)
    assert result.refused == [
        Refusal(3, "slack 'down@b.example' could not be looked up: Slack is not there; try again later")
    ]


# ------------------------------------------------------------------------------------------------ the rest


async def test_progress_is_told_after_each_chunk(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = tmp_path / "c.csv"
    path.write_text("contact_id,phone\nC1,\nC2,12\nC3,\n")
    told: list[ImportProgress] = []
    await import_contacts(store, path, settings, NOW, told.append)
    size = path.stat().st_size
    assert told == [
        ImportProgress(
            size,
            size,
            2,
            (Refusal(3, "phone '12' is no phone number; write it with its country, such as +31612345678"),),
        ),
        ImportProgress(size, size, 3, ()),
    ]


async def test_a_file_with_a_header_alone_says_so(imported: Import, tmp_path: Path) -> None:
    result = await imported("contact_id,name\n")
    assert result.notices == [f"{tmp_path / 'contacts.csv'} has a header and no rows"]


async def test_a_file_that_cannot_be_read_changes_nothing(store: Store, imported: Import) -> None:
    with pytest.raises(CannotRead, match="has no column contact_id"):
        await imported("C1,a\n")
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(contact)).scalar_one()) == 0


async def test_what_did_not_change_keeps_its_time(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("contact_id,name\nC1,a\nC2,b\n")
    await import_contacts(store, path, settings, NOW)
    path.write_text("contact_id,name\nC1,a\nC2,b2\n")
    later = NOW + timedelta(days=1)
    await import_contacts(store, path, settings, later)
    changed = await store.read(
        lambda c: dict(c.execute(select(contact.c.contact_id, contact.c.changed_at)).all())
    )
    assert changed == {"C1": NOW, "C2": later}


async def test_two_imports_at_once_keep_every_row_once(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_url: str
) -> None:
    """Beside each other, from two processes' stores, with the same rows in opposite order."""
    monkeypatch.setattr(importing, "CHUNK", 5)
    lines = [f"C{number},Account {number % 3},North,+316123400{number:02}" for number in range(60)]
    header = "contact_id,account,account_manager,phone\n"
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(header + "\n".join(lines))
    two.write_text(header + "\n".join(reversed(lines)))
    other = await open_store(migrated_url)
    try:
        results = await asyncio.gather(
            import_contacts(store, one, settings, NOW), import_contacts(other, two, settings, NOW)
        )
    finally:
        await other.close()
    assert sum(result.added for result in results) == 60
    assert sum(result.refused_count for result in results) == 0
    rows = await rows_of(store)
    assert len(rows) == 60
    assert rows["C7"]["sms"] == "+31612340007"


async def test_what_was_imported_is_found_as_a_person(store: Store, imported: Import) -> None:
    await imported(HEADER + "C1,a,Globex,North,,,U1AB,,+31612345678,gold\n")
    found = await store.read(person, "C1")
    assert found is not None
    # The zone that the phone tells is not held of them; `Places` finds it where it is needed.
    assert (found.account, found.account_manager, found.timezone) == ("Globex", "North", None)


def test_notes_of_too_many_kinds_are_counted() -> None:
    result = ImportResult()
    for line in range(300):
        result.note(line, f"note {line}")
    assert (len(result.notes), result.more_notes) == (200, 100)
