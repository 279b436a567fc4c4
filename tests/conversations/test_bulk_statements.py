"""Two statements change many conversations at once, without the machine. Each does, in every state, what the
machine does with the same event. No other changes where a conversation is."""

import ast
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, update

from bot.campaigns.planning import plan_wave
from bot.campaigns.runs import confirm, stop
from bot.conversations import talks
from bot.dialogue.conversation import CalledOff, Conversation, Ending, Released, State, advance
from bot.dialogue.events import Fate
from bot.sending.release import RELEASE, WAITING
from bot.store.schema import conversation
from bot.store.store import Store
from tests.support.campaign_world import ADMIN, LIMITS, NOW, Clock, add, settings_of, slack_people
from tests.support.trace import ROOT

SETTINGS = settings_of({"demo": {}})
LATER = NOW + timedelta(hours=1)
CLOSES = NOW + timedelta(days=7)
_ASKED = {"released_at": NOW, "asked_at": NOW, "closes_at": CLOSES}
_SCORED = {**_ASKED, "score": 9, "first_score": 9, "scored_at": NOW}

ROWS: Mapping[str, Mapping[str, Any]] = {
    "waiting": {"state": "waiting"},
    "on its way": {"state": "waiting", "released_at": NOW},
    "asked": {"state": "asked", **_ASKED},
    "asked, and not understood": {"state": "asked", "unread": 1, "hints": 1, **_ASKED},
    "confirming": {"state": "confirming", "clarified": True, "candidates": [7, 8], "unread": 1, **_ASKED},
    "reason": {"state": "reason", **_SCORED},
    "thanked": {"state": "thanked", "parts": [["m1", "good"]], "reason": "good", **_SCORED},
    "asked for a review": {
        "state": "thanked",
        "parts": [["m1", "good"]],
        "reason": "good",
        "review": "asked",
        "review_at": NOW,
        **_SCORED,
    },
    **{
        f"closed: {ending}": {
            "state": "closed",
            "ending": str(ending),
            "closed_at": NOW,
            **_ASKED,
            "closes_at": None,
        }
        for ending in Ending
    },
}


@pytest.fixture
async def wave(store: Store) -> int:
    """A wave with one person in each of these states; its number in the database."""
    await add(store, *slack_people(len(ROWS)))
    plan = await plan_wave(store, SETTINGS, "demo", LIMITS, NOW, str(ADMIN))
    run = await confirm(store, SETTINGS, plan.token, str(ADMIN), Clock())
    await store.write(_put, run.id)
    return run.id


def _put(connection: Connection, wave_id: int) -> None:
    ids = connection.scalars(
        conversation.select().with_only_columns(conversation.c.id).order_by(conversation.c.id)
    ).all()
    assert len(ids) == len(ROWS)
    for id_, values in zip(ids, ROWS.values(), strict=True):
        connection.execute(update(conversation).where(conversation.c.id == id_).values(**values))


def _standing(connection: Connection) -> dict[str, Conversation]:
    ids = connection.scalars(
        conversation.select().with_only_columns(conversation.c.id).order_by(conversation.c.id)
    ).all()
    return {
        name: talks.of_question(connection, id_).conversation for name, id_ in zip(ROWS, ids, strict=True)
    }


def _stop(connection: Connection) -> None:
    stop(connection, "demo", str(ADMIN), LATER)


def _release(connection: Connection) -> None:
    ready = [row.id for row in connection.execute(WAITING)]
    connection.execute(RELEASE, {"ids": ready, "now": LATER})


def test_every_state_is_tried() -> None:
    """Stored otherwise: a question on its way is a waiting one, and who is asked for a review is thanked."""
    tried = {values["state"] for values in ROWS.values()}
    assert tried == {str(state) for state in State} - {State.ON_ITS_WAY, State.REVIEW}
    assert any("review" in values for values in ROWS.values())


@pytest.mark.parametrize(
    ("bulk", "event"),
    [(_stop, CalledOff(LATER, "cancelled")), (_release, Released())],
    ids=["the stop of a wave", "the release of questions"],
)
@pytest.mark.usefixtures("wave")
async def test_it_does_what_the_machine_does(
    store: Store, bulk: Callable[[Connection], None], event: Fate
) -> None:
    before = await store.write(_standing)
    await store.write(bulk)
    after = await store.write(_standing)
    for name, c in before.items():
        assert after[name] == advance(c, event).conversation, name
    assert before != after


CHANGES: Final[Mapping[str, str]] = {
    "conversations/saving: _saving": "writes what the machine says of words, and of time",
    "conversations/saving: _SAVE_FATE": "writes what the machine says of the question",
    "campaigns/runs: _CLOSE": "the stop of a wave, tried above",
    "sending/release: RELEASE": "the release of questions, tried above",
    "campaigns/spacing: _SKIP": "who is not asked after all has no conversation: `skipped` is no state of the machine",
    "campaigns/touchpoints: _ASK_AFTER_ALL": "the other way round: it begins as an enrolled one does",
}
"""The statements that change where a conversation is, each with its reason."""

_WHERE_IT_IS: Final = frozenset({"state", "ending", "released_at"})


def _named(node: ast.stmt) -> str:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
    return "?"


def _changes(node: ast.stmt) -> Iterator[str]:
    """The columns of conversations that it sets; what is given by `**` or as a mapping may be any of them."""
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=of, attr="values"), args=args, keywords=keywords):
                if "update(conversation)" in ast.unparse(of):
                    yield from (_WHERE_IT_IS if args else ())
                    yield from (keyword.arg or "state" for keyword in keywords)


def test_nothing_else_changes_where_a_conversation_is() -> None:
    found = {
        f"{path.relative_to(ROOT / 'bot').with_suffix('').as_posix()}: {_named(node)}"
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if _WHERE_IT_IS.intersection(_changes(node))
    }
    assert found == set(CHANGES)
