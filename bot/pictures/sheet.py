"""A sheet to draw on: sizes in pixels from the top left, one typeface, one calm palette, a PNG at the end.

Made for a phone, where 1080 pixels are about as wide as the screen: 34 pixels are small print, 38 are text. The
palette says nothing that shape, pattern or a label does not say too, each text has a contrast of at least
4.5:1 on the paper, and the paper is the picture's own, so that a dark chat changes nothing.

Nothing here touches pyplot's global state. matplotlib takes a second and some 50 MB to import, so only
`drawing` imports these modules, when the first picture is drawn.
"""

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Final, Literal, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

mpl.rcdefaults()  # what a user's own matplotlibrc says must not change a report

WIDTH: Final = 1080
MARGIN: Final = 44
DPI: Final = 100

PAPER: Final = "#FCFBF8"
FRAME: Final = "#C9C4BA"
GRID: Final = "#DDD8CE"
INK: Final = "#1C1B19"
QUIET: Final = "#57544E"
DEEP: Final = "#1D4E7E"  # promoters, and every score
WARM: Final = "#9C3A14"  # detractors
WARM_TINT: Final = "#F7E1D6"
NEUTRAL: Final = "#6B6862"
NEUTRAL_TINT: Final = "#EFECE5"

HEADLINE: Final = 92
TITLE: Final = 44
TEXT: Final = 38
SMALL: Final = 34
SMALLEST: Final = 24  # what would have to be smaller to fit is said in another way
MOST_TITLE_LINES: Final = 2

Weight = Literal["normal", "bold"]
Align = Literal["left", "center", "right"]
_UNKNOWN: Final = "□"  # in the place of a character that the typeface does not have
_ELLIPSIS: Final = "…"
_BREAKS: Final = re.compile(r" (?![\d=]|(?<=\d )[^\W\d]+ \d{4}\b)")


def points(pixels: float) -> float:
    """A length in pixels as matplotlib takes it, in points of 1/72 inch."""
    return pixels * 72 / DPI


@cache
def _file(weight: Weight) -> Path:
    """DejaVu Sans as matplotlib brings it: the same on every machine."""
    name = "DejaVuSans-Bold.ttf" if weight == "bold" else "DejaVuSans.ttf"
    return Path(mpl.get_data_path(), "fonts", "ttf", name)


@lru_cache(maxsize=64)
def typeface(size: float, weight: Weight) -> FontProperties:
    """The one typeface, `size` pixels high."""
    return FontProperties(fname=str(_file(weight)), size=points(size))


def written(words: str) -> str:
    """The words on one line, without what cannot be seen and what the typeface cannot write."""
    known = get_font(_file("normal"))
    return "".join(
        character if known.get_char_index(ord(character)) else _UNKNOWN
        for character in " ".join(words.split())
        if unicodedata.category(character) != "Cf"
    )


def writable(words: str) -> str:
    """The words without what the typeface cannot write, where their number tells them apart."""
    known = get_font(_file("normal"))
    return "".join(each for each in words if known.get_char_index(ord(each))).strip()


def width_of(words: str, size: float, weight: Weight = "normal") -> float:
    """How many pixels the words take."""
    if not words:
        return 0.0
    width: float = text_to_path.get_text_width_height_descent(words, typeface(size, weight), ismath=False)[0]
    return width * DPI / 72


def cut(words: str, width: float, size: float, weight: Weight = "normal") -> str:
    """The words, or as many of their characters as fit, and an ellipsis."""
    words = written(words)
    if width_of(words, size, weight) <= width:
        return words
    fits, too_many = 0, len(words)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if width_of(words[:middle].rstrip() + _ELLIPSIS, size, weight) <= width:
            fits = middle
        else:
            too_many = middle
    return words[:fits].rstrip() + _ELLIPSIS


def lines_of(words: str, width: float, size: float, weight: Weight = "normal") -> list[str]:
    """The words on as many lines as they need; a word that is too long for one is cut. A number stays with
    the word before it, and a day with its month."""
    lines: list[str] = []
    for word in _BREAKS.split(written(words)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(word, width, size, weight))
    return lines


def fitting(texts: Sequence[str], width: float, size: float, weight: Weight = "normal") -> float:
    """The largest size, at most `size` pixels, at which each of the texts is no wider than `width`."""
    widest = max((width_of(text, size, weight) for text in texts), default=0.0)
    return size if widest <= width else size * width / widest


class Sheet:
    """A sheet of 1080 by `height` pixels."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.figure = Figure(
            figsize=(WIDTH / DPI, height / DPI),
            dpi=DPI,
            facecolor=PAPER,
            edgecolor=FRAME,
            linewidth=points(6),  # half of it is outside
        )
        FigureCanvasAgg(self.figure)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """A chart without any lines of its own."""
        bottom = self.height - top - height
        axes = self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height), frameon=False
        )
        axes.tick_params(length=0, labelsize=points(SMALL), labelcolor=QUIET, pad=points(10))
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = TEXT,
        weight: Weight = "normal",
        colour: str = INK,
        align: Align = "left",
    ) -> Text:
        """Words whose baseline is `y` pixels under the top edge."""
        return self.figure.text(
            x / WIDTH,
            1 - y / self.height,
            words,
            fontproperties=typeface(size, weight),
            color=colour,
            ha=align,
            va="baseline",
            parse_math=False,  # a dollar sign in somebody's words is a dollar sign
        )

    def png(self) -> bytes:
        """The picture. Equal sheets give equal bytes: no date and no version is written into it."""
        file = io.BytesIO()
        self.figure.savefig(
            file,
            format="png",
            dpi=DPI,
            facecolor=self.figure.get_facecolor(),
            edgecolor=self.figure.get_edgecolor(),
            metadata={"Software": None},
        )
        return file.getvalue()

    def pdf(self) -> bytes:
        """The same as a PDF of one page, with letters that can be searched. Equal sheets give equal bytes."""
        file = io.BytesIO()
        with mpl.rc_context({"pdf.fonttype": 42}):
            self.figure.savefig(
                file,
                format="pdf",
                facecolor=self.figure.get_facecolor(),
                metadata={"Creator": None, "Producer": None, "CreationDate": None},
            )
        return file.getvalue()


def leading(size: float) -> float:
    """From one line to the next."""
    return round(size * 1.4)


class Block(NamedTuple):
    """A part of a picture: how high it is, and how to draw it from a height down."""

    height: float
    draw: Callable[[Sheet, float], None]


def stacked(blocks: Iterable[Block]) -> Sheet:
    """A sheet with these blocks under each other."""
    blocks = tuple(blocks)
    sheet = Sheet(ceil(2 * MARGIN + sum(block.height for block in blocks)))
    y = float(MARGIN)
    for block in blocks:
        block.draw(sheet, y)
        y += block.height
    return sheet


def paragraph(
    lines: Sequence[str],
    *,
    size: float = SMALL,
    weight: Weight = "normal",
    colour: str = QUIET,
    before: float = 0.0,
) -> Block:
    """Lines of text under each other, `before` pixels under what stands above."""

    def draw(sheet: Sheet, y: float) -> None:
        for number, line in enumerate(lines):
            baseline = y + before + size + number * leading(size)
            sheet.text(MARGIN, baseline, line, size=size, weight=weight, colour=colour)

    return Block((before + len(lines) * leading(size)) if lines else 0.0, draw)


def wrapped(texts: Iterable[str], *, size: float = SMALL, before: float = 0.0) -> Block:
    """Sentences, each from a line of its own on."""
    lines = [line for text in texts for line in lines_of(text, WIDTH - 2 * MARGIN, size)]
    return paragraph(lines, size=size, before=before)


def title(words: str) -> Block:
    """What the picture is about, on at most two lines."""
    width = WIDTH - 2 * MARGIN
    lines = lines_of(words, width, TITLE, "bold")
    if len(lines) > MOST_TITLE_LINES:
        lines = [
            *lines[: MOST_TITLE_LINES - 1],
            cut(" ".join(lines[MOST_TITLE_LINES - 1 :]), width, TITLE, "bold"),
        ]
    return paragraph(lines, size=TITLE, weight="bold", colour=INK)
