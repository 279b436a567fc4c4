"""What is made of rows has the columns of the queries that give them, and rows go no further than their query."""

import ast
from collections.abc import Mapping
from dataclasses import fields
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

import pytest
from sqlalchemy import Select, Table

from bot.cases import acts, ahead, alert_view, cases, found, overdue, relayed, threads, time_line, unseen
from bot.cases.as_kept import Case, CaseEntry, CaseWithCustomer, ThreadMessage, ThreadMessageShown
from bot.conversations import follow_ups
from bot.hooks import hooks
from bot.hooks.hooks import Hook, HookStanding
from bot.people import wishes
from bot.people.wishes import StandingWish
from bot.privacy import traces
from bot.privacy.as_kept import (
    ConversationTrace,
    EventTrace,
    HoldTrace,
    LinkTrace,
    OptInTrace,
    OptOutTrace,
    ReceivedTrace,
    SentTrace,
    TouchpointTrace,
)
from bot.reports import conversation_list, timeline
from bot.reports.conversation_list import AnswerKept
from bot.store.hot import Hot
from bot.store.schema import answer, case, case_event, hook, thread_message, wish
from tests.support.trace import ROOT

MADE_OF: Final[list[tuple[type[Any], Select[Any] | Hot]]] = [
    *((Case, query) for query in (ahead._OF_CONVERSATIONS, cases._OF_CONVERSATIONS, cases._UNDONE_OF_PERSON)),
    (Case, traces._CASES),
    *((CaseWithCustomer, query) for query in (threads._SEEN, threads._BY_ID, threads._OF_CONVERSATION)),
    *((CaseEntry, query) for query in (time_line._OF_CASE, time_line._GIVEN, timeline._FOLLOWED)),
    *(
        (ThreadMessage, query)
        for query in (threads._LAST, found._MESSAGE, found._WRITTEN, relayed._BY_OUTBOX)
    ),
    (ThreadMessageShown, threads._ALL),
    (cases._WithErasure, cases._BY_ID),
    (acts._ToAct, acts._CASE),
    (acts._Place, acts._OWNER),
    (alert_view._ToShow, alert_view._VIEW),
    (overdue._Due, overdue._DUE),
    (unseen._Alerted, unseen._ONE),
    (follow_ups.SaidSolved, follow_ups._OF_CASE),
    (Hook, hooks._OF_NAME),
    (HookStanding, hooks._ALL),
    (StandingWish, wishes._STANDING),
    (AnswerKept, conversation_list._SAID),
]
TOLD_OF: Final[list[tuple[type[Any], Select[Any]]]] = [
    (ConversationTrace, traces._CONVERSATIONS),
    (LinkTrace, traces._LINKS),
    (OptOutTrace, traces._OPT_OUTS),
    (OptInTrace, traces._OPT_INS),
    (EventTrace, traces._EVENTS),
    (TouchpointTrace, traces._TOUCHPOINTS),
    (HoldTrace, traces._HOLDS),
    (ReceivedTrace, traces._RECEIVED),
    (SentTrace, traces._SENT),
]
"""Values by name, of some columns of a query."""
OF_TABLES: Final[list[tuple[type[Any], Table]]] = [
    (Case, case),
    (CaseEntry, case_event),
    (ThreadMessage, thread_message),
    (Hook, hook),
    (StandingWish, wish),
    (AnswerKept, answer),
]


@pytest.mark.parametrize(("kind", "query"), MADE_OF)
def test_each_value_has_the_columns_of_its_query(kind: type[Any], query: Select[Any] | Hot) -> None:
    statement = query.statement if isinstance(query, Hot) else query
    assert isinstance(statement, Select)
    assert [one.name for one in fields(kind)] == statement.selected_columns.keys()


@pytest.mark.parametrize(("kind", "query"), TOLD_OF)
def test_each_value_by_name_has_columns_of_its_query(kind: type[Any], query: Select[Any]) -> None:
    columns = query.selected_columns
    assert {one.name for one in fields(kind)} <= set(columns.keys())
    outer = {"account", "account_manager", "timezone", "attributes"} if kind is ConversationTrace else set()
    may_be_none = {name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint)}
    assert may_be_none == outer | {one.name for one in fields(kind) if columns[one.name].nullable}


@pytest.mark.parametrize(("kind", "table"), OF_TABLES)
def test_what_may_be_empty_in_a_table_may_be_none(kind: type[Any], table: Table) -> None:
    may_be_none = {name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint)}
    assert may_be_none == {column.name for column in table.c if column.nullable}


def test_no_secret_is_shown_where_a_hook_is() -> None:
    for kind in (Hook, HookStanding):
        assert {one.name for one in fields(kind) if not one.repr} == {"secret", "old_secret"}


GO_ON: Final[Mapping[str, str]] = {
    "bot/campaigns/audience.py: who_they_are": "five columns for a file, a page at a time",
    "bot/campaigns/runs.py: plan_to_confirm": "a plan, for who confirms it",
    "bot/campaigns/runs.py: running": "the number of a wave, for who pauses or stops it",
    "bot/conversations/talks.py: look_ahead": "what replies look up together, which no value is made of",
    "bot/outbox/delivery_reports.py: look_for_refs": "as above, of reports",
}
"""The functions that give a row to others, and what of."""


def test_no_row_goes_further_than_its_query() -> None:
    found = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if (ROOT / "bot" / "store") in path.parents:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            names = ast.walk(node.returns) if node.returns is not None else ()
            if any(isinstance(one, ast.Name) and one.id == "Row" for one in names):
                found.add(f"{path.relative_to(ROOT).as_posix()}: {node.name}")
    assert found == GO_ON.keys()
