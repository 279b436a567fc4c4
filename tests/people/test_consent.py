"""Opt-outs count for the person, whichever address they were said at."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.dialogue.order import SaidAt
from bot.people.consent import Source, contact_opted_out, is_opted_out, lift_block, opt_in, opt_out
from bot.store.schema import contact
from bot.store.schema import opt_out as opt_outs
from bot.store.store import Store
from channels.base import Address
from tests.people.conftest import NOW, Import

PHONE, SLACK, CHAT = Address("sms", "+31612345678"), Address("slack", "U1AB"), Address("telegram", "7")
OTHER = Address("slack", "U2CD")
NOW_SAID = SaidAt(NOW)


@pytest.fixture
async def two_contacts(imported: Import) -> None:
    await imported("contact_id,slack,telegram,phone\nC1,U1AB,7,+31612345678\nC2,U2CD,,\n")


async def opted_out(store: Store) -> set[Address]:
    return {at for at in (PHONE, SLACK, CHAT, OTHER) if await store.read(is_opted_out, at)}


@pytest.mark.usefixtures("two_contacts")
async def test_an_opt_out_covers_every_address_of_the_person(store: Store) -> None:
    assert await store.write(opt_out, PHONE, NOW, "provider")
    assert [await store.read(is_opted_out, at) for at in (PHONE, SLACK, CHAT, OTHER)] == [
        True,
        True,
        True,
        False,
    ]
    assert not await store.write(opt_out, SLACK, NOW, "words")  # known already
    assert not await store.write(opt_out, PHONE, NOW, "words")


@pytest.mark.usefixtures("two_contacts")
@pytest.mark.parametrize("at", [PHONE, SLACK, CHAT])
async def test_an_opt_in_undoes_it_from_any_address(store: Store, at: Address) -> None:
    await store.write(opt_out, PHONE, NOW, "words")
    await store.write(opt_out, SLACK, NOW, "words")
    await store.write(opt_out, OTHER, NOW, "words")
    assert await store.write(opt_in, at, NOW_SAID)
    assert not await store.write(opt_in, at, NOW_SAID)
    assert [await store.read(is_opted_out, at) for at in (PHONE, SLACK, CHAT, OTHER)] == [
        False,
        False,
        False,
        True,
    ]


async def test_a_stranger_can_opt_out_and_in(store: Store) -> None:
    assert not await store.read(is_opted_out, PHONE)
    assert await store.write(opt_out, PHONE, NOW, "words")
    assert await store.read(is_opted_out, PHONE)
    assert not await store.read(is_opted_out, OTHER)
    assert await store.write(opt_in, PHONE, NOW_SAID)
    assert not await store.read(is_opted_out, PHONE)


@pytest.mark.usefixtures("two_contacts")
async def test_lifting_a_block_undoes_the_block_only(store: Store) -> None:
    await store.write(opt_out, CHAT, NOW, "block")
    assert await store.write(lift_block, CHAT, NOW_SAID)
    assert not await store.read(is_opted_out, CHAT)
    await store.write(opt_out, CHAT, NOW, "words")
    await store.write(opt_out, CHAT, NOW, "block")
    assert not await store.write(lift_block, CHAT, NOW_SAID)
    assert await store.read(is_opted_out, CHAT)


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        ("block", "words", "words"),
        ("words", "block", "words"),
        ("words", "provider", "provider"),
        ("provider", "words", "provider"),
        ("provider", "block", "provider"),
        ("block", "block", "block"),
    ],
)
async def test_the_provider_counts_for_most_and_a_block_for_least(
    store: Store, first: Source, then: Source, kept: Source
) -> None:
    later = NOW + timedelta(hours=1)
    await store.write(opt_out, CHAT, NOW, first)
    await store.write(opt_out, CHAT, later, then)
    row = await store.read(lambda connection: connection.execute(select(opt_outs)).one())
    assert (row.source, row.since) == (kept, NOW if kept == first else later)


@pytest.mark.usefixtures("two_contacts")
async def test_the_condition_for_other_statements(store: Store) -> None:
    await store.write(opt_out, CHAT, NOW, "words")

    def opted_out(connection: Connection) -> list[str]:
        return list(
            connection.execute(select(contact.c.contact_id).where(contact_opted_out(contact.c.id))).scalars()
        )

    assert await store.read(opted_out) == ["C1"]
