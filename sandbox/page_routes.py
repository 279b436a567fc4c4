"""The demo page over HTTP: its few files, each with its type, under a policy that lets nothing else in."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sandbox.page_words import in_dutch

PAGE = Path(__file__).parent / "page"
FILES = "/page/"
"""Where the page's style sheets and scripts are found; the page itself is at `/`."""

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The last three are not covered by default-src; nobody may frame the page to have its buttons pressed."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes(language: str = "en") -> list[Route]:
    """The routes of the demo page: `/` is the page in this language (en, nl), `/page/NAME` each file that it loads.

    Every file has a route of its own, so that no path from outside ever meets the file system.
    """
    routes = []
    for file in sorted(PAGE.iterdir()):
        if file.suffix in TYPES:
            index = file.name == "index.html"
            path = "/" if index else FILES + file.name
            serving = _dutch(file) if index and language == "nl" else _serving(file)
            routes.append(Route(path, serving, methods=["GET"], name=f"page:{file.name}"))
    return routes


def _dutch(file: Path) -> Callable[[Request], Awaitable[Response]]:
    page = in_dutch(file.read_text(encoding="utf-8"))

    async def serve(request: Request) -> Response:
        return Response(page, media_type=TYPES[file.suffix], headers=HEADERS)

    return serve


def _serving(file: Path) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return FileResponse(file, media_type=TYPES[file.suffix], headers=HEADERS)

    return serve
