"""Links that tie a Telegram chat to a contact, once."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.people import links
from bot.people.consent import is_opted_out, opt_out
from bot.people.contacts import person_at
from bot.people.links import Invitation, make_links, use_link
from bot.store.store import Store
from channels.base import Address
from tests.people.conftest import NOW, Import, admin_with

CHAT, OTHER = Address("telegram", "7"), Address("telegram", "8")


async def made(store: Store) -> dict[str, Invitation]:
    return {one.contact_id: one async for one in make_links(store, "acme_bot", "Acme {BV}", "nl", NOW)}


def token_of(invitation: Invitation) -> str:
    parts = urlsplit(invitation.link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "t.me", "/acme_bot")
    return parse_qs(parts.query)["start"][0]


async def test_each_contact_without_a_chat_gets_a_link_in_its_language(
    store: Store, imported: Import
) -> None:
    await imported("contact_id,name,language,telegram\nC1,a,en,\nC2,b,nl-je,\nC3,c,,\nC4,d,en,4\n")
    found = await made(store)
    assert list(found) == ["C1", "C2", "C3"]
    assert found["C1"].text == (
        "Acme {BV} would like to ask you now and then how we are doing. "
        f"Open this link on your phone and press Start: {found['C1'].link}"
    )
    assert "Open deze link op je telefoon" in found["C2"].text
    assert "Open deze link op uw telefoon" in found["C3"].text
    tokens = {token_of(one) for one in found.values()}
    assert len(tokens) == 3
    assert all(len(token) <= 64 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


async def test_an_unused_link_is_given_again_and_a_used_one_is_not(store: Store, imported: Import) -> None:
    await imported("contact_id\nC1\nC2\n")
    first = await made(store)
    assert await made(store) == first
    assert await store.write(use_link, token_of(first["C1"]), CHAT, NOW) == "linked"
    assert await made(store) == {"C2": first["C2"]}
    await imported("contact_id,telegram\nC1,-\n")
    again = await made(store)
    assert token_of(again["C1"]) != token_of(first["C1"])


async def test_who_opted_out_gets_no_link(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+31612345678\nC2,\n")
    await store.write(opt_out, Address("sms", "+31612345678"), NOW, "words")
    assert list(await made(store)) == ["C2"]


async def test_links_are_made_in_chunks(
    store: Store, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "CHUNK", 2)
    await imported("contact_id\n" + "\n".join(f"C{number}" for number in range(5)))
    assert len(await made(store)) == 5
    assert len(await made(store)) == 5


async def test_start_ties_the_chat_to_the_contact(store: Store, imported: Import) -> None:
    await imported("contact_id,name\nC1,a\nC2,b\n")
    found = await made(store)
    token = token_of(found["C1"])
    assert await store.write(use_link, token, CHAT, NOW) == "linked"
    person = await store.read(person_at, CHAT)
    assert person is not None
    assert person.contact_id == "C1"
    assert await store.write(use_link, token, CHAT, NOW) == "linked"  # Start was pressed again
    assert await store.write(use_link, token, OTHER, NOW) == "used"  # the link was passed on
    assert await store.read(person_at, OTHER) is None
    assert await store.write(use_link, "nonsense", OTHER, NOW) == "unknown"
    assert await store.write(use_link, "", OTHER, NOW) == "unknown"


async def test_a_chat_belongs_to_one_contact_and_a_contact_has_one_chat(
    store: Store, imported: Import
) -> None:
    await imported("contact_id\nC1\nC2\n")
    found = await made(store)
    await store.write(use_link, token_of(found["C1"]), CHAT, NOW)
    assert await store.write(use_link, token_of(found["C2"]), CHAT, NOW) == "taken"
    await imported("contact_id,telegram\nC2,9\n")
    assert await store.write(use_link, token_of(found["C2"]), OTHER, NOW) == "taken"
    assert await store.read(person_at, OTHER) is None
    assert await store.write(use_link, token_of(found["C2"]), Address("telegram", "9"), NOW) == "linked"


async def test_of_ten_who_press_at_once_one_is_tied(store: Store, imported: Import) -> None:
    await imported("contact_id\nC1\n")
    token = token_of((await made(store))["C1"])
    chats = [Address("telegram", str(number)) for number in range(1, 11)]
    uses = await asyncio.gather(*(store.write(use_link, token, chat, NOW) for chat in chats))
    assert sorted(uses) == ["linked", *["used"] * 9]


async def test_who_said_stop_in_the_chat_before_stays_opted_out(store: Store, imported: Import) -> None:
    await imported("contact_id,slack\nC1,U1AB\n")
    await store.write(opt_out, CHAT, NOW, "words")
    await store.write(use_link, token_of((await made(store))["C1"]), CHAT, NOW)
    assert await store.read(is_opted_out, Address("slack", "U1AB"))


async def test_an_admin_who_tried_a_campaign_can_become_a_contact(store: Store, imported: Import) -> None:
    await imported("contact_id\nC1\n")
    await store.write(admin_with, CHAT)
    assert await store.write(use_link, token_of((await made(store))["C1"]), CHAT, NOW) == "linked"
    person = await store.read(person_at, CHAT)
    assert person is not None
    assert person.contact_id == "C1"
