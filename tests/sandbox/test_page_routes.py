"""The demo page is served whole, with the right types, and under a policy that it keeps itself."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from sandbox.page_routes import FILES, PAGE, page_routes
from sandbox.page_words import DUTCH, TEXT

SCRIPTS = sorted(PAGE.glob("*.js"))
STYLES = sorted(PAGE.glob("*.css"))
PATHS = ["/", *(FILES + file.name for file in sorted(PAGE.iterdir()) if file.name != "index.html")]


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=[*page_routes()])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


class Tags(HTMLParser):
    """Every start tag of the page with its attributes, and the text inside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style"):
            self.inline += data.strip()


@pytest.fixture
async def page(client: AsyncClient) -> Tags:
    tags = Tags()
    tags.feed((await client.get("/")).text)
    return tags


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/page/page.css", "text/css; charset=utf-8"),
        ("/page/page.js", "text/javascript; charset=utf-8"),
        ("/page/icon.svg", "image/svg+xml"),
    ],
)
async def test_each_kind_of_file_has_its_type(client: AsyncClient, path: str, content_type: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type


@pytest.mark.parametrize("path", PATHS)
async def test_every_file_comes_under_the_policy_and_is_asked_for_anew(
    client: AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    policy = {
        directive.split()[0]: directive.split()[1:]
        for directive in headers["content-security-policy"].split(";")
    }
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/page/",
        "/page/index.html",
        "/page/none.js",
        "/page/../page_routes.py",
        "/page/%2e%2e/page_routes.py",
        "/page/..%2fpage_routes.py",
        "/page_routes.py",
    ],
)
async def test_nothing_else_is_served(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


def test_each_text_of_the_page_is_there_in_dutch() -> None:
    english = (PAGE / "index.html").read_text(encoding="utf-8")
    names = {"npsbot", "Checklist", "/nps start demo", "een 3, jullie waren te laat", "–", "."}
    assert {" ".join(text.split()) for text in TEXT.findall(english)} - names == set(DUTCH)


async def test_the_dutch_page_differs_in_its_texts_alone() -> None:
    transport = ASGITransport(Starlette(routes=[*page_routes("nl")]))
    async with AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        dutch = (await client.get("/")).text
    english = (PAGE / "index.html").read_text(encoding="utf-8")
    assert "probeer het" in dutch
    assert TEXT.sub("", dutch) == TEXT.sub("", english).replace('<html lang="en">', '<html lang="nl">')


async def test_the_page_is_only_read(client: AsyncClient) -> None:
    assert (await client.post("/")).status_code == 405
    assert (await client.head("/")).status_code == 200


async def test_all_that_the_page_refers_to_is_served(client: AsyncClient, page: Tags) -> None:
    addresses = [
        attributes[name] for _, attributes in page.tags for name in ("src", "href") if name in attributes
    ]
    assert "/page/page.js" in addresses
    assert [address for address in addresses if address not in PATHS] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_each_import_is_a_module_beside_it(script: Path) -> None:
    text = script.read_text("utf-8")
    for imported in re.findall(r'^(?:import|export) .*?from "(.*?)";', text, re.MULTILINE | re.DOTALL):
        assert imported.removeprefix("./") in {path.name for path in SCRIPTS}


def test_the_page_keeps_its_own_policy(page: Tags) -> None:
    assert page.inline == ""
    assert [tag for tag, attributes in page.tags if "style" in attributes] == []
    assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []


def test_no_text_can_become_markup() -> None:
    sinks = re.compile(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|document\.write|eval"
        r"|Function|DOMParser|srcdoc)\b"
    )
    assert {script.name: sinks.findall(script.read_text("utf-8")) for script in SCRIPTS} == {
        script.name: [] for script in SCRIPTS
    }


def test_nothing_is_fetched_from_elsewhere() -> None:
    for file in (*SCRIPTS, *STYLES, *PAGE.glob("*.html")):
        text = file.read_text("utf-8")
        assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+|@import|url\(", text) == [], file.name


async def test_the_dutch_page_is_the_same_page(page: Tags) -> None:
    app = Starlette(routes=[*page_routes("nl")])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        dutch = Tags()
        dutch.feed((await client.get("/")).text)
    spoken = ("lang", "aria-label")
    shapes = [
        [
            (tag, {name: value for name, value in attrs.items() if name not in spoken})
            for tag, attrs in one.tags
        ]
        for one in (page, dutch)
    ]
    assert shapes[0] == shapes[1]
    assert [one.tags[0][1]["lang"] for one in (page, dutch)] == ["en", "nl"]


def test_each_sentence_of_the_scripts_has_its_dutch() -> None:
    table = (PAGE / "words.js").read_text("utf-8").partition("const DUTCH = {")[2].partition("\n};")[0]
    dutch = set(re.findall(r'^  (?:"([^"]+)"|(\w+)):', table, re.MULTILINE))
    known = {quoted or bare for quoted, bare in dutch}
    said = {
        sentence
        for script in SCRIPTS
        for call in re.findall(r"say\(([^;]*?)\)", script.read_text("utf-8"))
        for sentence in re.findall(r'"([^"]+)"', call)
    }
    assert said - known == set()


def test_no_list_has_another_role() -> None:
    """# field D: axe's rule `listitem`: an item of a list that calls itself a log is an item of none."""
    for file in (*SCRIPTS, *PAGE.glob("*.html")):
        text = file.read_text("utf-8")
        assert re.findall(r'element\("[ou]l", \{[^}]*\brole:|<[ou]l\b[^>]*\brole=', text) == [], file.name
