"""A page of a browser in which what goes wrong is kept."""

from playwright.async_api import BrowserContext, ConsoleMessage, Page


async def watched_page(
    context: BrowserContext, url: str, *, expected: str | None = None
) -> tuple[Page, list[str]]:
    """A new page, and what goes wrong in it from now on: an error, but for one that holds what is `expected`, and a
    request to anything but what is served at `url`."""
    page, problems = await context.new_page(), list[str]()

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error" and (expected is None or expected not in said.text):
            problems.append(said.text)

    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", heard)
    page.on(
        "request", lambda sent: None if sent.url.startswith(url) else problems.append(f"asked for {sent.url}")
    )
    return page, problems
