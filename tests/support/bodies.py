"""Hypothesis strategies for bodies that hold what a hostile customer would write."""

from hypothesis import strategies as st

from channels.base import Body, Choice, Span, bold, link, plain, quote

NASTY = (
    "<!channel>",
    "<!here|x>",
    "<!everyone>",
    "<@U0MANAGER>",
    "<#C0GENERAL>",
    "<https://evil.example|your bank>",
    "@here",
    "@channel",
    "&lt;!channel&gt;",
    "&amp;lt;!channel>",
    "<b>",
    "</b>",
    "</blockquote><a href='tg://user?id=1'>",
    '<a href="https://evil.example">',
    "<script>",
    "*bold*",
    "_it_",
    "~no~",
    "`code`",
    "```",
    "> quoted",
    ":tada:",
    "\\",
    '"',
    "'",
    "👩‍👩‍👧",
    "e\u0301",
    "\u202e",
    "\n",
    " ",
)

words = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), max_size=8).map("".join)
urls = st.sampled_from(("https://nps.acme.example/x?a=1&b=2", "tel:+31612345678", "mailto:a@b.c"))
spans: st.SearchStrategy[Span] = st.one_of(
    words.map(plain), words.map(bold), words.map(quote), st.builds(link, words, urls)
)
bodies: st.SearchStrategy[Body] = st.lists(spans, max_size=6).map(tuple)


@st.composite
def long_bodies_of(draw: st.DrawFn) -> Body:
    """A body with texts that are too long for any channel."""
    kinds = draw(st.lists(st.sampled_from((plain, bold, quote)), max_size=5))
    return tuple(kind(draw(words) * draw(st.integers(1, 400))) for kind in kinds)


long_bodies = long_bodies_of()
buttons = st.builds(Choice, st.text(min_size=1, max_size=200), st.just("v1.x"))
choices = st.lists(st.lists(buttons, min_size=1, max_size=30).map(tuple), max_size=4).map(tuple)
