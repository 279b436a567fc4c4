"""Contacts: read, added and changed one by one or in batches, and erased. What is taken of a field and what is refused
is decided by the functions that an import calls, in their words."""

from collections.abc import Sequence
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Path, Query, Security
from pydantic import Field, WrapValidator, field_validator

from bot.api.caller import (
    Caller,
    Closed,
    PageQuery,
    SentText,
    Unfit,
    begin_after,
    caller,
    named_if_unfit,
    next_page,
    problems,
)
from bot.api.problems import FieldProblem, Problem, unfit_problem
from bot.intake.erasing import erase_contact
from bot.people.contacts import RESERVED
from bot.people.distinct import Distinct
from bot.people.files.header import LONGEST_NAME, column_of
from bot.people.import_chunk import TypedSoFar
from bot.people.importing import CHUNK, SlackLookup, found_in_slack, keep_rows
from bot.people.listing import Listed, listed, listed_contact
from bot.people.rows import ADDRESS_COLUMNS, COLUMNS, LONGEST, ContactRow, Refusal, RowReader
from bot.people.suppression import require_keys
from channels.base import RateLimited, Unavailable

log = structlog.get_logger()
router = APIRouter(prefix="/contacts", tags=["contacts"])

BATCH: Final = 1_000
MOST_ATTRIBUTES: Final = 100

ReadsContacts = Annotated[Caller, Security(caller, scopes=["contacts:read"])]
WritesContacts = Annotated[Caller, Security(caller, scopes=["contacts:write"])]
ContactKey = Annotated[
    SentText, Path(description="Your own key of the contact, as in an import.", max_length=LONGEST)
]
Moves = Annotated[bool, Query(description="Give an account that has a manager to the one who is named here.")]


class ContactFields(Closed):
    """What is said of a contact. A field that is left out, or empty, stays as it is; null clears it."""

    name: SentText | None = Field(None, examples=["Zoë"])
    account: SentText | None = Field(None, description="The organisation.", examples=["Globex"])
    account_manager: SentText | None = Field(None, description="A name of config.yaml's account_managers.")
    language: SentText | None = Field(None, examples=["nl"])
    timezone: SentText | None = Field(None, examples=["Europe/Amsterdam"])
    slack: SentText | None = Field(None, description="A member id, or an e-mail address while Slack is on.")
    telegram: SentText | None = Field(None, description="The number of the chat with the bot.")
    phone: SentText | None = Field(None, examples=["+31612345678"])
    attributes: dict[SentText, SentText | None] = Field(
        default_factory=dict,
        max_length=MOST_ATTRIBUTES,
        description="All else that is known: text under a name.",
    )

    @field_validator("attributes")
    @classmethod
    def _named(cls, given: dict[str, str | None]) -> dict[str, str | None]:
        for name in given:
            column = column_of(name)
            if not column or len(column) > LONGEST_NAME:
                raise ValueError(f"has a name of {len(column)} characters; give one of 1 to {LONGEST_NAME}")
            if column in COLUMNS:
                raise ValueError(f"has {name}, which is the field {column}; give it beside attributes")
        if len({column_of(name) for name in given}) < len(given):
            raise ValueError("has two names that are the same but for spaces; leave one out")
        return given

    @property
    def cells(self) -> dict[str, str]:
        """As a row of a file would hold it, by column: blank keeps, a hyphen clears."""
        given: dict[str, str | None] = {
            name: getattr(self, name) for name in COLUMNS if name in self.model_fields_set
        }
        given.update((column_of(name), value) for name, value in self.attributes.items())
        return {name: "-" if value is None else value for name, value in given.items()}


class BatchContact(ContactFields):
    """A contact of a batch."""

    contact_id: SentText = Field(description="Your own key of the contact.", max_length=LONGEST)


class ContactBatch(Closed):
    """Up to 1,000 contacts."""

    contacts: list[Annotated[BatchContact, WrapValidator(named_if_unfit)]] = Field(
        min_length=1, max_length=BATCH
    )


class Contact(Closed):
    """A contact as it is known. `opted_out`: they want no messages."""

    contact_id: str
    name: str
    account: str | None
    account_manager: str | None
    language: str | None
    timezone: str | None
    slack: str | None
    telegram: str | None
    phone: str | None
    attributes: dict[str, str]
    opted_out: bool


class ContactPage(Closed):
    """A part of the list of contacts, in the order in which they came in."""

    contacts: list[Contact]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


class ContactKept(Closed):
    """What became of a contact. `notes` say what was not taken as it stands."""

    contact_id: str
    outcome: str = Field(description="added, updated or unchanged")
    notes: list[str]


class BatchNote(Closed):
    """What was not taken as it stands of a contact that is kept. `place` counts from 1."""

    place: int
    detail: str


class BatchRefusal(Closed):
    """A contact that is not kept. `place` counts from 1."""

    place: int
    contact_id: str | None
    errors: list[FieldProblem]


class BatchKept(Closed):
    """What became of a batch: the good ones are kept, and each bad one is named."""

    added: int
    updated: int
    unchanged: int
    refused: list[BatchRefusal]
    notes: list[BatchNote]


class ContactErased(Closed):
    """How much was emptied; the figures stay."""

    conversations: int
    messages: int


class ContactsQuery(PageQuery):
    """Which contacts."""

    account: SentText | None = Field(None, description="Those of this account alone.")


@router.get("", operation_id="list_contacts", responses=problems())
async def list_contacts(query: Annotated[ContactsQuery, Query()], asks: ReadsContacts) -> ContactPage:
    """List contacts."""
    after = begin_after(query, "contacts", asks)
    found = await asks.store.read(listed, after, query.account, query.limit)
    return ContactPage(
        contacts=[_contact(one) for one in found],
        next=next_page(query, "contacts", asks, [one.id for one in found]),
    )


@router.get("/{contact_id:path}", operation_id="get_contact", responses=problems(404))
async def get_contact(contact_id: ContactKey, asks: ReadsContacts) -> Contact:
    """Read a contact."""
    found = await asks.store.read(listed_contact, contact_id)
    if found is None:
        raise _nobody(contact_id)
    return _contact(found)


@router.put("/{contact_id:path}", operation_id="put_contact", responses=problems(writes=True))
async def put_contact(
    contact_id: ContactKey, fields: ContactFields, asks: WritesContacts, move_accounts: Moves = False
) -> ContactKept:
    """Add a contact, or change what is said of it."""
    one = BatchContact.model_construct(
        {*fields.model_fields_set, "contact_id"}, **dict(fields), contact_id=contact_id
    )
    kept, rows = await _kept(asks, [one], move_accounts)
    if kept.refused:
        raise unfit_problem(kept.refused[0].errors)
    outcome = "added" if kept.added else "updated" if kept.updated else "unchanged"
    return ContactKept(
        contact_id=rows[0].contact_id, outcome=outcome, notes=[note.detail for note in kept.notes]
    )


@router.post("/batch", operation_id="put_contacts", responses=problems(writes=True))
async def put_contacts(batch: ContactBatch, asks: WritesContacts, move_accounts: Moves = False) -> BatchKept:
    """Add or change up to 1,000 contacts. The good ones are kept, and each bad one is named."""
    kept, _ = await _kept(asks, batch.contacts, move_accounts)
    return kept


@router.delete("/{contact_id:path}", operation_id="erase_contact", responses=problems(404, writes=True))
async def delete_contact(contact_id: ContactKey, asks: WritesContacts) -> ContactErased:
    """Erase a contact who asked for it: names, addresses and words, everywhere and for good. It counts as an
    opt-out, also when the contact comes again."""
    await asks.store.read(require_keys, asks.context.settings.secret_key)
    erased = None
    if not contact_id.startswith(RESERVED):
        erased = await asks.store.write(erase_contact, asks.context, contact_id, asks.now, str(asks.actor))
    if erased is None:
        raise _nobody(contact_id)
    await asks.store.scrub()  # where somebody reads just now, the timers do it within a minute
    return ContactErased(conversations=erased.conversations, messages=erased.messages)


def _nobody(contact_id: str) -> Problem:
    return Problem(
        404, "no_such_contact", f"no contact has the key {contact_id!r}; list them, or add it by PUT"
    )


def _contact(one: Listed) -> Contact:
    at = dict(address.split(":", 1) for address in one.addresses)
    return Contact(
        contact_id=one.contact_id,
        name=one.name,
        account=one.account or None,
        account_manager=one.account_manager or None,
        language=one.language,
        timezone=one.timezone,
        attributes=dict(one.attributes),
        opted_out=one.opted_out,
        **{column: at.get(channel) for column, channel in ADDRESS_COLUMNS.items()},
    )


# -------------------------------------------------------------------------------------------------- kept


async def _kept(
    asks: Caller, contacts: Sequence[ContactFields], move_accounts: bool
) -> tuple[BatchKept, list[ContactRow]]:
    """Keep the good ones, as an import of a file with a row for each would; what they were taken for."""
    settings, lookup = asks.context.settings, asks.served.slack_lookup
    await asks.store.read(require_keys, settings.secret_key)
    good, refused = _read(asks, contacts)
    if lookup is not None:
        good, unknown = await found_in_slack(good, _at_once(lookup))
        refused += unknown
    kept = BatchKept(added=0, updated=0, unchanged=0, refused=[], notes=[])
    moved: dict[str, str] | None = {} if move_accounts else None
    told: TypedSoFar = {}
    notes = [(row.line, note) for row in good for note in row.notes]
    for first in range(0, len(good), CHUNK):
        written = await keep_rows(
            asks.store, good[first : first + CHUNK], asks.now, moved, told, settings.secret_key
        )
        told.update(written.told)
        kept.added += written.added
        kept.updated += written.updated
        kept.unchanged += written.unchanged
        refused += written.refused
        notes += written.notes
    gone = {one.line for one in refused}
    kept.notes = [BatchNote(place=line, detail=note) for line, note in sorted(notes) if line not in gone]
    kept.refused = [_refusal(contacts, one) for one in sorted(refused, key=lambda refusal: refusal.line)]
    log.info("contacts.imported", kept=len(contacts) - len(gone), refused=len(gone))
    return kept, good


def _read(asks: Caller, contacts: Sequence[ContactFields]) -> tuple[list[ContactRow], list[Refusal]]:
    """Each contact as a row of a file, whose number counts from 1."""
    settings = asks.context.settings
    managers, by_email = tuple(settings.account_managers), asks.served.slack_lookup is not None
    readers: dict[tuple[str, ...], RowReader] = {}
    distinct, good, refused = Distinct(), [], []
    for line, one in enumerate(contacts, 1):
        if isinstance(one, Unfit):
            refused.append(Refusal(line, ""))
            continue
        columns = tuple(one.cells)
        if columns not in readers:
            readers[columns] = RowReader(columns, managers, settings.timezone, by_email, settings.currency)
        row = readers[columns].read(line, list(one.cells.values()))
        found = (distinct.refusal(row) or row) if isinstance(row, ContactRow) else row
        if isinstance(found, ContactRow):
            good.append(found)
        else:
            refused.append(found)
    return good, refused


def _refusal(contacts: Sequence[ContactFields], refused: Refusal) -> BatchRefusal:
    one = contacts[refused.line - 1]
    if isinstance(one, Unfit):
        return BatchRefusal(place=refused.line, contact_id=None, errors=one.errors)
    errors = [
        FieldProblem(where="body", field=column, detail=sentence)
        for column, sentence in (refused.columns or {"": refused.reason}).items()
    ]
    return BatchRefusal(place=refused.line, contact_id=one.cells["contact_id"], errors=errors)


def _at_once(lookup: SlackLookup) -> SlackLookup:
    """Asks Slack, and does not wait where it asks for a pause: whoever sent the request would wait with us."""

    async def found(email: str) -> str | None:
        try:
            return await lookup(email)
        except RateLimited as error:
            raise Unavailable(
                f"Slack asks for a pause; send it again in {error.retry_after:.0f} seconds"
            ) from None

    return found
