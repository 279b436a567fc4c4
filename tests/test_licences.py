"""The table of licences is that of the packages that are locked; what asks for more than a notice is explained."""

from tests.support.licences import PAGE, licence, packages, page


def test_the_page_in_the_docs_is_written_from_the_lock_and_the_packages() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.support.licences"


def test_a_licence_that_asks_for_more_than_a_notice_is_explained() -> None:
    demanding = [
        one for one in packages() if any(word in licence(one) for word in ("GPL", "MPL", "GNU", "Mozilla"))
    ]
    assert demanding == ["certifi", "python-telegram-bot"]
    assert all(f"**{one} is " in PAGE.read_text(encoding="utf-8") for one in demanding)
