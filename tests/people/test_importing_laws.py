"""What holds of an import whatever stands in the file: the size of the chunks changes nothing, and a second
import of the same file changes nothing that the first one kept."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from bot.people.import_chunk import TypedSoFar, write_chunk
from bot.people.rows import COLUMNS, ContactRow, Refusal, RowReader
from bot.store.schema import account, address, contact
from bot.store.store import Store
from tests.people.conftest import NOW
from tests.support.examples import on_databases

HEADER = (*COLUMNS, "plan", "account_value", "renewal", "key_contact")
READER = RowReader(HEADER, ("North", "South"), "Europe/Amsterdam", slack_by_email=False)

# Few values, so that rows meet each other all the time.
ROW = st.fixed_dictionaries(
    {"contact_id": st.sampled_from(["C1", "C2", "C3"])},
    optional={
        "name": st.sampled_from(["", "-", "a", "b"]),
        "account": st.sampled_from(["", "-", "Globex", "Initech"]),
        "account_manager": st.sampled_from(["", "-", "North", "South"]),
        "slack": st.sampled_from(["", "-", "U1A", "U2B"]),
        "phone": st.sampled_from(["", "-", "+31612345678", "+31612345670"]),
        "plan": st.sampled_from(["", "-", "gold"]),
        "account_value": st.sampled_from(["", "-", "100", "€ 2.500", "much"]),
        "renewal": st.sampled_from(["", "-", "1-11-2026", "2027-01-01"]),
        "key_contact": st.sampled_from(["", "-", "ja", "no"]),
    },
)

State = tuple[object, ...]


def outcome(
    connection: Connection, rows: list[ContactRow], chunk: int, move: bool
) -> tuple[State, list[Refusal]]:
    """What an import in chunks of this size leaves in an empty database, and what it refuses."""
    for table in (address, contact, account):
        connection.execute(delete(table))
    return again(connection, rows, chunk, move)


def again(
    connection: Connection, rows: list[ContactRow], chunk: int, move: bool
) -> tuple[State, list[Refusal]]:
    """The same over what is there."""
    refused: list[Refusal] = []
    moved: dict[str, str] | None = {} if move else None
    told: TypedSoFar = {}
    waiting = iter(rows)
    while piece := list(islice(waiting, chunk)):
        result = write_chunk(connection, piece, NOW, moved, told)
        assert result.added + result.updated + result.unchanged + len(result.refused) == len(piece)
        refused += result.refused
        told.update(result.told)
        if moved is not None:
            moved.update(result.moved)
    people = select(
        contact.c.contact_id,
        contact.c.name,
        contact.c.attributes,
        account.c.name.label("its_account"),
        contact.c.key_contact,
    ).select_from(contact.outerjoin(account))
    places = select(contact.c.contact_id, address.c.channel, address.c.value).join(
        contact, contact.c.id == address.c.contact_id
    )
    state = (
        sorted((row[0], row[1], tuple(row[2].items()), row[3], row[4]) for row in connection.execute(people)),
        sorted(map(tuple, connection.execute(places))),
        sorted(
            (row.name, row.account_manager or "", row.account_value, str(row.renewal))
            for row in connection.execute(select(account))
        ),
    )
    return state, refused


def read(cells: list[dict[str, str]]) -> list[ContactRow]:
    rows = [
        READER.read(line, [row.get(name, "") for name in HEADER]) for line, row in enumerate(cells, start=2)
    ]
    return [row for row in rows if isinstance(row, ContactRow)]


@given(cells=st.lists(ROW, max_size=12), size=st.integers(1, 12), move=st.booleans())
@on_databases(20)
async def test_the_size_of_a_chunk_changes_nothing(
    store: Store, cells: list[dict[str, str]], size: int, move: bool
) -> None:
    rows = read(cells)
    one_by_one = await store.write(outcome, rows, 1, move)
    assert await store.write(outcome, rows, size, move) == one_by_one


@given(
    cells=st.lists(
        st.tuples(
            st.integers(0, 9), st.sampled_from(["Globex", "Initech"]), st.sampled_from(["North", "South"])
        ),
        max_size=10,
        unique_by=lambda row: row[0],
    )
)
@on_databases(15)
async def test_a_second_import_of_the_same_file_changes_nothing(
    store: Store, cells: list[tuple[int, str, str]]
) -> None:
    rows = read(
        [
            {
                "contact_id": f"C{key}",
                "account": name,
                "account_manager": manager,
                "phone": f"+3161234567{key % 7}",
            }
            for key, name, manager in cells
        ]
    )
    kept, refused = await store.write(outcome, rows, 500, False)
    kept_again, refused_again = await store.write(again, rows, 500, False)
    assert kept_again == kept
    assert [refusal.line for refusal in refused_again] == [refusal.line for refusal in refused]
