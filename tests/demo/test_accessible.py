"""The demo page by the rules of axe-core, in its three layouts, light and dark."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it has no types

from tests.support.pages import MANAGER, SLACK, DemoPage

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LAYOUTS = {"phone": (390, 844), "tablet": (900, 800), "desktop": (1440, 900)}


async def test_axe_finds_nothing(demo: DemoPage) -> None:  # field D: axe, `listitem`
    await demo.page.emulate_media(reduced_motion="reduce")  # nothing is half faded in while axe looks
    await demo.start_the_campaign()
    await demo.phone(SLACK).button("3").click()
    await demo.phone(MANAGER).shows("Buyer at Globex gave a 3")
    for layout, (width, height) in LAYOUTS.items():
        await demo.page.set_viewport_size({"width": width, "height": height})
        for colours in SCHEMES:
            await demo.page.emulate_media(color_scheme=colours)
            found = await Axe().run(demo.page)
            bad = [(one["id"], one["help"]) for one in found.response["violations"]]
            assert bad == [], (layout, colours)
            assert len(found.response["passes"]) > 15  # it looked
