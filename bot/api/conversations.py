"""Conversations, one a contact and wave, and answers: everything that customers said in them. Names and words are for
keys with the scope `words`."""

from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Security
from pydantic import Field, model_validator

from bot.api.caller import (
    Caller,
    Closed,
    JsonTime,
    PageQuery,
    SentText,
    begin_after,
    caller,
    next_page,
    problems,
)
from bot.api.campaigns import missing_problem
from bot.api.problems import Problem
from bot.reports.conversation_list import (
    ConversationRow,
    WhichConversations,
    answer_page,
    conversation_page,
    one_conversation,
)
from bot.reports.values import ListedCategory, Missing
from bot.store.sql import LARGEST_ID

router = APIRouter(tags=["conversations"])

ReadsConversations = Annotated[Caller, Security(caller, scopes=["conversations:read"])]
ConversationNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The number of the conversation.")]


class ConversationFields(Closed):
    """A contact in a wave: how far they got (`disposition`), what they said, and by which rule they were left out
    (`skip_reason`). Without the scope `words` name, reason and attributes are left empty."""

    conversation: int
    campaign: str
    wave: int
    kind: str
    contact_id: str | None
    name: str | None
    account: str | None
    account_manager: str | None
    channel: str | None
    language: str
    disposition: str
    skip_reason: str | None
    score: int | None
    first_score: int | None
    category: str | None
    reason: str | None
    late: bool
    asked_at: JsonTime | None
    delivered_at: JsonTime | None
    scored_at: JsonTime | None
    scored_on: date | None
    closed_at: JsonTime | None
    ending: str | None
    erased: str | None
    opted_out: bool
    attributes: dict[str, str]
    case: int | None


class ConversationPage(Closed):
    """A part of the list of conversations, in the order of their numbers."""

    conversations: list[ConversationFields]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


class AnswerSaid(Closed):
    """Something that a customer said. `kind`: score, reason, thread (to a colleague), unread (nothing that could be
    read as a score), late, replaced (by an edit), older (than what stands). `text` is null without the scope `words`,
    and once erased."""

    answer: int
    conversation: int
    at: JsonTime
    kind: str
    score: int | None
    text: str | None


class AnswerPage(Closed):
    """A part of the list of answers, in the order in which they came."""

    answers: list[AnswerSaid]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


class ConversationsQuery(PageQuery):
    """Which conversations."""

    campaign: SentText | None = Field(None, description="Of this campaign alone.")
    wave: int | None = Field(None, ge=1, le=LARGEST_ID, description="Of this wave of the campaign alone.")
    since: date | None = Field(None, description="Answered from this day on, where the company is.")
    category: ListedCategory | None = Field(None, description="With a score of this category.")

    @model_validator(mode="after")
    def _wave_of_a_campaign(self) -> Self:
        if self.wave is not None and self.campaign is None:
            raise ValueError("has wave without campaign; name the campaign too")
        return self


class AnswersQuery(ConversationsQuery):
    """Which answers."""

    since: date | None = Field(None, description="Given from this day on, where the company is.")
    conversation: int | None = Field(None, ge=1, le=LARGEST_ID, description="In this conversation alone.")


@router.get("/conversations", operation_id="list_conversations", responses=problems(404))
async def list_conversations(
    query: Annotated[ConversationsQuery, Query()], asks: ReadsConversations
) -> ConversationPage:
    """List conversations."""
    after = begin_after(query, "conversations", asks)
    found = await asks.store.read(conversation_page, _which(query), after, query.limit)
    if isinstance(found, Missing):
        raise missing_problem(found, query.campaign or "")
    return ConversationPage(
        conversations=[_conversation(asks, row) for row in found],
        next=next_page(query, "conversations", asks, [row.conversation for row in found]),
    )


@router.get("/conversations/{number}", operation_id="get_conversation", responses=problems(404))
async def get_conversation(number: ConversationNumber, asks: ReadsConversations) -> ConversationFields:
    """Read a conversation. What was said in it: answers?conversation=…"""
    found = await asks.store.read(one_conversation, number)
    if found is None:
        raise Problem(404, "no_such_conversation", f"there is no conversation {number}; list them")
    return _conversation(asks, found)


@router.get("/answers", operation_id="list_answers", responses=problems(404))
async def list_answers(query: Annotated[AnswersQuery, Query()], asks: ReadsConversations) -> AnswerPage:
    """List what customers said."""
    after = begin_after(query, "answers", asks)
    zone = ZoneInfo(asks.context.settings.timezone)
    found = await asks.store.read(answer_page, _which(query), zone, after, query.limit, of=query.conversation)
    if isinstance(found, Missing):
        raise missing_problem(found, query.campaign or "")
    answers = [
        AnswerSaid(
            answer=row.id,
            conversation=row.conversation_id,
            at=row.at,
            kind=row.kind,
            score=row.score,
            text=row.text if asks.words else None,
        )
        for row in found
    ]
    return AnswerPage(
        answers=answers, next=next_page(query, "answers", asks, [one.answer for one in answers])
    )


def _which(query: ConversationsQuery) -> WhichConversations:
    return WhichConversations(query.campaign, query.wave, query.since, query.category)


def _conversation(asks: Caller, row: ConversationRow) -> ConversationFields:
    shown = row if asks.words else replace(row, name=None, reason=None, attributes={})
    return ConversationFields(**asdict(shown))
