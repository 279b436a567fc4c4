"""How a number stands in its clause, by the words on both sides of it; `score` says what the standings mean."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.counts import names_date
from bot.reading.items import ASIDE, ECHO, PLAIN, SEPARATOR, Item
from bot.reading.mood import mood_of
from bot.reading.rules import Rule, first
from bot.reading.text import EMOJI, NUMBER, SIGN, WORD

SURE: Final = "sure"
DOUBTFUL: Final = "doubtful"
OPEN_END: Final = "open at its end"
OPEN_START: Final = "open at its start"
LOOSE: Final = "loose"

BOUNDS: Final = m.AT_LEAST | m.AT_MOST | m.NEARLY
_BESIDE_HOMOGRAPH: Final = (
    m.MINUS | m.ARTICLE | m.LABEL | m.GIVE | m.GREETING | m.THANKS | m.CORRECTION | m.SIGNATURE | m.POINTS
)
_HARMLESS: Final = (
    m.HARMLESS | m.SCALE | BOUNDS | m.NOT | m.NOT_AFTER | m.PAST | m.VERY | m.MINUS | m.ADDRESSED
)
_LEADS: Final = m.ARTICLE | m.LABEL | m.ADJECTIVE | m.CORRECTION
_JUDGES: Final = m.PRAISE | m.COMPLAINT
_NO_NAME: Final = m.OUT_OF | m.FILL | m.THANKS | m.SIGNATURE
_LEAST_UNCOUNTED: Final = 3  # fewer are often counted without a noun: "2 stuck in the lift"
_LEAST_SEVERAL: Final = 2
_NO_SENTENCE: Final = m.ARTICLE | m.LABEL | m.GREETING | m.FILL
_LEAST_JUDGED: Final = 2
# "my mazda 3"
_HOLDS: Final = m.LAPSE | m.BEFORE_TIME | m.STARTER  # verbs of having and getting: "I have"
_GONE: Final = m.HARMLESS | m.OUT_OF | m.STARTER | m.ADDRESSED | m.PAST | m.BUT | m.GIVE
_NOUN_WITHIN: Final = 4
_TOLD: Final = 3  # so many words of which none is a plural count nothing: nl "5 kwn nie opdage"
_LEAST_TOLD: Final = 3
_LEAST_YEAR: Final = 1900
_LONGEST_NAME: Final = 4
_GLAD: Final = 0.7
_CROSS: Final = 0.4
_DOUBTS: Final = m.IF | m.WOULD | m.OTHERS | m.THAN | m.CORRECTION | m.OR | m.AT_LEAST | m.AT_MOST | m.NEARLY
_NAMES_NEXT: Final = (
    m.BEFORE_NUMBER | m.BEFORE_TIME | m.RANK | m.MONTH | m.GIVE | m.LABEL | m.OUT_OF | m.TO | m.CONNECTOR
)
_BEFORE_NO_NAME: Final = (
    m.NOT | m.ADJECTIVE | m.VERY | m.ARTICLE
)  # behind praise a name may stand: "loved part 8"
_CONDITIONS: Final = m.IF | m.WOULD | m.PAST | m.OTHERS | m.NOT
_COUNTS: Final = m.UNIT | m.MONTH | m.BEFORE_TIME | m.BEFORE_NUMBER


class Stand(NamedTuple):
    """A number in its clause: the words on both sides, and whether all of them are harmless."""

    item: Item
    left: Sequence[Item]
    right: Sequence[Item]
    left_clean: bool
    right_clean: bool
    items: Sequence[Item]  # the whole reply, of which it is the one `at` this place
    at: int
    scale: Bounds

    @property
    def ahead(self) -> Sequence[Item]:
        """All that stands before it in the reply."""
        return self.items[: self.at]

    @property
    def closes(self) -> bool:
        """Whether nothing more is said in the whole reply."""
        return all(item.kind in (SEPARATOR, EMOJI) for item in self.items[self.at + 1 :])

    @property
    def before(self) -> Item | None:
        return self.left[-1] if self.left else None

    @property
    def led(self) -> bool:
        """Whether an article or a label leads to the number."""
        before = self.before
        leads = before is not None and before.kind == WORD and before.marks & _LEADS
        return bool(leads) and not before_marks(before) & m.RANK

    @property
    def gives(self) -> bool:
        return any(i.kind == WORD and i.marks & m.GIVE for i in self.left)


def before_marks(item: Item | None) -> int:
    """The marks of what may not be there."""
    return item.marks if item is not None else 0


def standing_of(items: Sequence[Item], index: int, start: int, end: int, scale: Bounds) -> str:
    """How the number `items[index]` stands in its clause `items[start:end]`."""
    left, right = items[start:index], items[index + 1 : end]
    place = Stand(items[index], left, right, is_clean(left), is_clean(right), items, index, scale)
    return first(STANDINGS, place) or LOOSE


def is_clean(items: Sequence[Item]) -> bool:
    """Whether no word among these changes what a number beside them means."""
    for item in items:  # a loop, since every word of a reply comes by here  # noqa: SIM110
        if not is_harmless(item):
            return False
    return True


def is_harmless(item: Item) -> bool:
    if item.kind == WORD:
        return bool(item.marks & _HARMLESS)
    return item.kind == SIGN or item.shape == ECHO


def _homograph(p: Stand) -> str | None:
    if not p.item.marks & m.HOMOGRAPH:
        return None
    meant = all(i.kind != WORD or i.marks & _BESIDE_HOMOGRAPH for i in (*p.left, *p.right))
    closes = bool(before_marks(p.before) & m.ARTICLE) and not p.right  # "honestly a one"
    return SURE if (meant or closes) and p.left_clean and p.right_clean else LOOSE


def _moved(p: Stand) -> str | None:
    if not p.item.marks & m.MOVED:
        return None
    if any(item.is_plural for item in p.right[:1]):
        return None  # "went from 2 to 8 vans"
    before = p.left[:-1] if p.left and not p.left[-1].marks & m.MOVED else p.left  # without "from"
    after = m.LAPSE | m.BEFORE_TIME
    if before and before[0].marks & after == after and p.right_clean:
        return SURE  # nl "sinds de nieuwe eigenaar van een 5 naar een 8"
    return SURE if all(is_harmless(item) or _tells_when(item) for item in before) else None


def _tells_when(item: Item) -> bool:
    """Whether a word before "from 8 to 5" only tells when it moved, or against what; a thing may have moved itself."""
    if item.kind == NUMBER:
        return item.values > (_LEAST_YEAR,)
    return (
        bool(item.marks & (m.MOVED | m.STARTER | m.UNIT | m.BEFORE_TIME | m.THAN))
        and not item.marks & m.THING
    )


def _alone(p: Stand) -> str | None:
    return SURE if p.left_clean and p.right_clean else None


def _points(p: Stand) -> str | None:
    # "6/10" counts nothing but plurals
    return SURE if p.left_clean and p.item.marks & m.POINTS and p.right[0].is_one is not False else None


def _sentence_follows(p: Stand) -> str | None:
    return SURE if p.left_clean and can_follow(p.right) and not _is_shared_out(p.right) else None


def _is_shared_out(right: Sequence[Item]) -> bool:
    """Whether another number goes on as this one does: "6 for me 2 for him"."""
    return any(
        item.kind == NUMBER and item.shape == PLAIN and following.text == right[0].text
        for item, following in pairwise(right)
    )


def _nothing_named(p: Stand) -> str | None:
    """What follows "an 8" at once cannot be what the article belongs to: "an 8 from Mary in accounts"."""
    follows = p.right[0] if p.right else None
    if not p.left_clean or follows is None or follows.kind != WORD or not follows.marks & _NO_NAME:
        return None
    led = before_marks(p.before) & (m.ARTICLE | m.BEFORE_NUMBER) == m.ARTICLE or _says_as(p)
    named = follows.marks & (m.UNIT | m.MONTH) or any(item.kind == NUMBER for item in p.right)
    return SURE if led and not named else None


def _says_as(p: Stand) -> bool:
    """Whether who gives a number says as what: "we'd say 6 as a department"."""
    mine = p.before is not None and p.before.marks & m.MINE
    return bool(
        mine and p.right[0].small & small.AS and p.right_clean is False and len(p.right) == _LEAST_SEVERAL
    )


def _given_by(p: Stand) -> str | None:
    """Who gives it, by a name of some words that ends its sentence: "8 from Bright Dental", nl "een 9 van opa Henk".
    One word may tell what it is of: "5 from stock"."""
    led = before_marks(p.before) & m.ARTICLE
    gives = p.right and (p.right[0].small & small.FROM or (led and p.right[0].marks & m.OUT_OF))
    named = p.right[1:]
    if not gives or not p.left_clean or not _LEAST_SEVERAL <= len(named) <= _LONGEST_NAME or named[-1].marks:
        return None
    who = m.OTHERS if led else 0
    plain = all(item.kind == WORD and not item.marks & m.UNIT for item in named)
    return (
        SURE
        if plain and all(item.marks & who or (item.is_one and not item.marks) for item in named)
        else None
    )


def _moved_to(p: Stand) -> str | None:
    """Gone up or down to a number, from none that is said: "slipped to a 4", nl "gestegen naar 8"."""
    lead = len(p.left) - 1
    while lead > 0 and p.left[lead].marks & m.ARTICLE:
        lead -= 1
    if lead < 1 or not p.left[lead].marks & (m.TO | m.MOVED) or not (p.right_clean or can_follow(p.right)):
        return None
    moved = any(item.marks & m.MOVED for item in p.left[:lead])
    told = [item for item in p.left if item.kind == WORD and not item.marks & (m.MOVED | m.TO | m.ARTICLE)]
    bare = all(item.marks & (m.FILL | m.LABEL | m.BUT) for item in told)
    return SURE if moved and (bare or (p.led and is_clean(told))) else None


def _moved_at_last(p: Stand) -> str | None:
    """Gone to a number by the verb behind it: nl "van een 8 zijn we naar een 4 gegaan"."""
    led = [item for item in p.left if item.kind == WORD and (item.marks & m.TO or not item.marks & m.ARTICLE)]
    if not led or not led[-1].marks & m.TO or len(p.right) != 1 or not p.right[0].marks & m.MOVED:
        return None
    gone = any(item.kind == NUMBER for item in p.left)
    return SURE if gone and all(item.marks & _GONE and not item.marks & m.NOT for item in led[:-1]) else None


def _judged_at_once(p: Stand) -> str | None:
    """A judgement right behind "an 8": what is counted has no such article."""
    marks = p.right[0].marks if p.right and p.right[0].kind == WORD else 0
    described = any(item.marks & _COUNTS for item in p.right[:_NOUN_WITHIN] if item.kind == WORD)
    led = p.left_clean and before_marks(p.before) & m.ARTICLE
    return SURE if led and marks & _JUDGES and not described else None


def _thing_follows(p: Stand) -> str | None:
    """One of what people write about: several of it would stand in the plural."""
    if not p.right or not p.right[0].marks & m.THING or p.item.values < (_LEAST_SEVERAL,):
        return None
    if not all(item.marks & _NO_SENTENCE for item in p.left):
        return None
    following = p.right[1] if len(p.right) > 1 else None
    if following is None:
        return SURE if p.item.values >= (_LEAST_UNCOUNTED,) else None
    if (
        following.kind != WORD
        or following.is_plural
        or (following.is_counted and p.item.values < (_LEAST_UNCOUNTED,))
        or following.marks & (m.UNIT | m.THING)
    ):
        return None
    told = following.marks & (m.SINGULAR | m.STARTER | m.PAST) or p.item.values >= (_LEAST_UNCOUNTED,)
    return SURE if told else None


def _one_thing_follows(p: Stand) -> str | None:
    if not p.left_clean or p.item.text[0] == "0":
        return None
    if p.item.values == (_LEAST_SEVERAL,) and _does_to_mine(p.right):
        return SURE
    return SURE if p.item.values >= (_LEAST_UNCOUNTED,) and _is_no_count(p.right) else None


def _does_to_mine(right: Sequence[Item]) -> bool:
    """Whether one thing did something to what is ours: "2 hairdresser burnt my ear"."""
    if len(right) <= _LEAST_SEVERAL or right[0].marks or not right[0].is_one:
        return False
    did = right[1].is_one and not right[1].marks and right[_LEAST_SEVERAL].small & small.OWNED
    return bool(did or right[1].marks & (m.NOT | m.FILL) == m.NOT)  # nl "2 sneeuw niet geruimd"


def _none_done(p: Stand) -> str | None:
    """What was done to who writes counts nobody: nl "0 opgelicht"."""
    none = p.item.values == (0,) and p.left_clean and p.right and not any(i.kind == NUMBER for i in p.right)
    return SURE if none and p.right[0].is_done else None


def _instead(p: Stand) -> str | None:
    words = [item for item in p.right if not item.marks & m.ARTICLE]
    replaces = len(words) == 2 and words[0].marks & m.INSTEAD and words[1].kind == NUMBER
    return SURE if p.left_clean and replaces else None


def _opens(p: Stand) -> str | None:
    if not p.left_clean:
        return None
    return OPEN_END if p.led else OPEN_START


def _at_a_thing(p: Stand) -> str | None:
    """The name of where something was: nl "lekker gegeten bij restaurant 7"."""
    if len(p.left) <= _LEAST_JUDGED or not p.right_clean or not p.item.text.isdecimal():
        return None
    at, thing = p.left[-2:]
    named = at.small & small.AT and thing.kind == WORD and not thing.marks & ~(m.THING | m.UNIT | m.ASPECT)
    return (
        OPEN_END
        if named and thing.is_plural is False and (not thing.marks or thing.marks & m.THING)
        else None
    )


def _led_to(p: Stand) -> str | None:
    return SURE if p.right_clean and (p.gives or p.led) else None


def _described(p: Stand) -> str | None:
    """An article, and a word for the number that no language knows: a thing has no article and no number."""
    if not p.right_clean or len(p.left) < 2 or p.left[-1].kind != WORD or p.left[-1].marks:
        return None
    told = is_clean(p.left[:-2])  # "I drive a golf 7"
    return SURE if told and p.left[-2].marks & m.ARTICLE and not p.left[-2].marks & m.BEFORE_NUMBER else None


def _judged(p: Stand) -> str | None:
    before = p.before
    if not p.right_clean or before is None or before.kind != WORD:
        return None
    if len(p.left) == 1 and before.marks & m.UNIT:
        return None  # "missing 2"
    waits = before.marks & m.WAITING and not before.marks & _COUNTS  # nl "matig bereikbaar 5"
    if not before.marks & (_JUDGES | m.ASPECT) and not waits and not _is_quiet(before):
        return None
    return SURE if any(i.marks & _JUDGES for i in p.left if i.kind == WORD) else None


def _is_quiet(item: Item) -> bool:
    """Whether a word only fills, or is a verb: "happy customer here 9", nl "heel netjes gedaan 8"."""
    return bool(item.marks & (m.FILL | m.STARTER)) and not item.marks & (_COUNTS | m.OUT_OF | m.TO)


def _judged_before(p: Stand) -> str | None:
    """The last word of a reply, behind what is judged by a name that no language knows: "happy with the guidance 9". A
    thing with a number has no article ("bad signal near mast 7")."""
    if not _closes_sentence(p):
        return None
    judges = any(item.marks & _JUDGES and not item.marks & m.RANK for item in p.left)
    article = p.left[-2].marks & (m.FILL | m.ARTICLE) and not p.left[-2].marks & _COUNTS
    return SURE if judges and article and not p.left[-2].small & small.OWNED else None


def _judged_of_a_thing(p: Stand) -> str | None:
    """The same behind a thing that is told apart from others, and so has no number: nl "prima uitleg gekregen aan de
    telefoon 8"."""
    if not p.closes or len(p.left) <= _LEAST_JUDGED or not names_apart(p.left) or not p.item.text.isdecimal():
        return None
    judges = any(item.marks & _JUDGES and not item.marks & (m.RANK | m.NOT) for item in p.left[:-1])
    return (
        SURE
        if judges and all(item.kind == WORD and not item.marks & _CONDITIONS for item in p.left)
        else None
    )


def names_apart(before: Sequence[Item]) -> bool:
    """Whether a thing with its article, or its week, leads to a number, which then is no name of it."""
    if len(before) < _LEAST_SEVERAL:
        return False
    article, thing = before[-2:]
    return thing.kind == WORD and bool(thing.marks & (m.THING | m.UNIT)) and bool(article.small & small.THAT)


def _done_before(p: Stand) -> str | None:
    """The last word of a reply, behind what was done: nothing is called so."""
    before = p.before
    return SURE if _closes_sentence(p) and before is not None and before.is_done else None


def _closes_sentence(p: Stand) -> bool:
    """Whether a number closes a reply of some words: the last one nobody knows, and none of them holds or gets."""
    before = p.before
    if not p.closes or before is None or before.kind != WORD or before.marks or len(p.left) <= _LEAST_JUDGED:
        return False
    holds = any(
        item.kind != WORD
        or (item.marks & _HOLDS == _HOLDS and not item.small & small.WITH and not _lasts(p.left, at))
        for at, item in enumerate(p.left)
    )
    return p.item.text.isdecimal() and not holds


def _lasts(left: Sequence[Item], at: int) -> bool:
    """Whether a word like "within" has its time behind it: "within a week"."""
    times = [item.marks & (m.UNIT | m.THING) == m.UNIT for item in left[at + 2 : at + 3]]
    return any(times) and bool(left[at + 1].marks & m.ARTICLE)


def _in_its_mood(p: Stand) -> str | None:
    """The last word of a reply whose words are as glad or as cross as the number is high or low: "happy with my new
    kitchen 8", "still no reply 2". What may be named by it is left alone."""
    before = p.before
    if not p.closes or before is None or before.kind != WORD or not p.item.text.isdecimal():
        return None
    ahead = p.ahead
    if len(ahead) < _LEAST_SEVERAL or any(_leaves_doubt(item) for item in ahead):
        return None
    if len(p.left) == 1 and (before.is_plural or before.marks & (m.THING | m.UNIT)):
        return None  # "lost luggage, bags 2"
    if not _ends_told(ahead):
        return None
    mood, share = mood_of(ahead), p.scale.share(p.item.values[0]) if p.item.values else 0
    glad = mood.glad and not mood.cross and _GLAD <= share <= 1
    cross = (mood.cross or _lacks(p.left)) and not mood.glad and 0 <= share <= _CROSS
    return SURE if glad or (cross and len(ahead) >= _LEAST_TOLD) else None


def _leaves_doubt(item: Item) -> bool:
    """Whether a word before the last number, or another number, may make something else of it; "people" do not."""
    crowd = m.OTHERS | m.UNIT
    denies = item.marks & (m.NOT | m.CORRECTION) == m.NOT | m.CORRECTION
    return item.shape == PLAIN or bool(item.marks & _DOUBTS and item.marks & crowd != crowd and not denies)


def _ends_told(ahead: Sequence[Item]) -> bool:
    """Whether the last word cannot lead to a number as its name, its count or its time: one that nobody knows is
    several, was done, or has a word before it that names have not ("no reply", "my new kitchen")."""
    last, before = ahead[-1], ahead[-2]
    if last.marks & m.UNIT and before.marks & m.ARTICLE:
        return True  # "within a week 8"
    if last.marks & _NAMES_NEXT or last.marks & _HOLDS == _HOLDS:
        return False
    things = last.marks & (m.THING | m.UNIT | m.ASPECT) and not last.marks & (m.FILL | m.OTHERS)
    within = last.is_plural and before.marks & (m.OUT_OF | m.BEFORE_TIME)  # nl "in keuken 2"
    if (last.marks and not things) or (last.is_plural and not within) or last.is_done:
        return True
    if last.marks & (m.THING | m.UNIT) and before.small & small.OWNED:
        return True  # "no reply to my mail 3"
    described = before.marks & _BEFORE_NO_NAME or before.small & small.THAT
    owned = len(ahead) > _LEAST_SEVERAL and ahead[-3].small & small.OWNED and before.kind == WORD
    return bool(owned or described) and not before.small & small.OWNED


def _lacks(left: Sequence[Item]) -> bool:
    """Whether a clause says that something is not there: "still no reply"."""
    return any(item.marks & m.NOT and not item.marks & _JUDGES for item in left)


def _ends(p: Stand) -> str | None:
    return OPEN_END if p.right_clean else None


def _given_within(p: Stand) -> str | None:
    before = p.before
    at_once = before is not None and before.kind == WORD and before.marks & m.GIVE
    if not p.gives or not (p.led or at_once):
        return None
    return SURE if can_follow(p.right) or _calls_out(p) else OPEN_END


def _calls_out(p: Stand) -> bool:
    """Whether but one word closes the clause, and is nothing of which there are nine: nl "das gewoon een 9 gap", or
    belongs to the verb: "vul maar 9 in"."""
    if len(p.right) != 1 or p.right[0].kind != WORD:
        return False
    word = p.right[0]
    if not word.marks:
        return bool(word.is_one and before_marks(p.before) & m.ARTICLE)
    return bool(word.marks & (m.BEFORE_TIME | m.TO | m.OUT_OF)) and not word.marks & (m.UNIT | m.MONTH)


def _led_within(p: Stand) -> str | None:
    aspects = (before_marks(p.before) | before_marks(p.right[0])) & m.ASPECT
    return OPEN_END if p.led or aspects else None


STANDINGS: Final[tuple[Rule[Stand, str], ...]] = (
    Rule("a number word that is also another word", "it: sei bravissimo", _homograph),
    Rule("gone from one to the other", "you went from a 9 to a 4", _moved),
    Rule("gone to it", "nl: gestegen naar 8", _moved_to),
    Rule("gone to it at last", "nl: van een 8 zijn we naar een 4 gegaan", _moved_at_last),
    Rule("nothing else in its clause", "I'd give you an 8", _alone),
    Rule("so many points", "6/10 kettle makes a racket", _points),
    Rule("a sentence follows", "3 maybe call back", _sentence_follows),
    Rule("one of several things follows", "6 box was crushed", _thing_follows),
    Rule("a judgement follows", "nl: een 8 prima gedribbeld", _judged_at_once),
    Rule("who gives it follows", "8 from Bright Dental", _given_by),
    Rule("what follows names nothing", "an 8 from Mary in accounts", _nothing_named),
    Rule("one thing follows", "6 cheeky chap never rang back", _one_thing_follows),
    Rule("done to who writes", "nl: 0 opgelicht", _none_done),
    Rule("instead of another", "sorry, mistyped: 7 instead of 1", _instead),
    Rule("it opens the clause", "8 goblins", _opens),
    Rule("the name of where it was", "nl: heel goede ervaring met monteur 8", _at_a_thing),
    Rule("something leads to it", "for the gang I give an 8", _led_to),
    Rule("a word for it leads to it", "an otherworldly 9", _described),
    Rule("a judgement leads to it", "delivery was terrible 3", _judged),
    Rule("a reply that judges ends in it", "happy with the guidance 9", _judged_before),
    Rule("and in a thing told apart", "great onboarding session this week 8", _judged_of_a_thing),
    Rule("what was done leads to it", "nl: alles keurig ingebouwd 8", _done_before),
    Rule("a reply in its mood ends in it", "happy with my new kitchen 8", _in_its_mood),
    Rule("it ends the clause", "kettle 4", _ends),
    Rule("given in the midst of words", "for the gang I give an 8 they never answer", _given_within),
    Rule("an article or an aspect beside it", "kettles arrived with a 4 kabooms", _led_within),
)


class Follower(NamedTuple):
    """A word behind a number, what stood between them, and what follows."""

    right: Sequence[Item]
    at: int
    item: Item
    following: Item | None


def can_follow(right: Sequence[Item]) -> bool:
    """Whether the first word after a number that is not harmless cannot be something counted."""
    for index, item in enumerate(right):
        following = right[index + 1] if index + 1 < len(right) else None
        verdict = first(FOLLOWERS, Follower(right, index, item, following))
        if verdict is not None:
            return verdict
    return False


def _how_long(p: Follower) -> bool | None:
    # nl "3 na 6 weken" says how long something took, "vijf voor twaalf" is a time
    if not p.item.marks & m.BEFORE_TIME or p.following is None or p.following.kind != NUMBER:
        return None
    counted = any(item.marks & m.UNIT for item in p.right[p.at + 2 : p.at + 3]) and bool(
        p.item.small & small.FOR
    )
    lasted = p.following.shape == ASIDE and (counted or bool(p.item.marks & m.LAPSE))
    return lasted or names_date(p.right, p.at + 1)


def _price_behind(p: Follower) -> bool | None:
    if p.item.kind != NUMBER or p.item.shape != ASIDE:
        return None
    return p.at > 0 and p.right[p.at - 1].kind == SIGN


def _begins_sentence(p: Follower) -> bool | None:
    begins = p.item.marks & (m.STARTER | m.PAST) and not p.item.marks & m.UNIT
    return True if begins and p.item.kind == WORD else None


def _several_described(p: Follower) -> bool | None:
    """So many of what a word like "very" describes: "2 very angry customers"."""
    named = p.right[p.at + 2 : p.at + 3]
    very = p.item.kind == WORD and p.item.marks & (m.VERY | m.FILL) == m.VERY and p.following is not None
    return False if very and any(i.is_plural or i.marks & (m.UNIT | m.OTHERS) for i in named) else None


def _date_behind(p: Follower) -> bool | None:
    if p.item.kind != WORD or not p.item.marks & m.MONTH:
        return None
    return True if names_date(p.right, p.at + 1) else None


def _somebody_says(p: Follower) -> bool | None:
    if not p.item.marks & m.OTHERS or not p.at:
        return None
    before = p.right[p.at - 1].marks
    return True if before & m.FILL and not before & m.ADJECTIVE else None


def _thanked(p: Follower) -> bool | None:
    return True if not p.at and p.item.marks & m.THANKS and not p.item.marks & m.UNIT else None


def _praised_thing(p: Follower) -> bool | None:
    """Praise, and one thing that is praised: of several it would stand in the plural."""
    praised = p.at == 1 and p.right[0].marks & m.PRAISE and p.item.kind == WORD and not p.item.marks
    if not praised or not p.item.is_one or (p.following is not None and p.following.is_plural):
        return None
    return p.following is None or not p.following.marks & (m.UNIT | m.MONTH)


def _one_thing_does(p: Follower) -> bool | None:
    """A noun and the singular of a verb, or what was done: several things would have its plural."""
    somebody = m.OTHERS | m.UNIT
    named = not p.item.marks or p.item.marks & somebody == m.OTHERS  # nl "10 oma is zo blij"
    if p.at or p.item.kind != WORD or not named or p.item.is_counted or p.following is None:
        return None
    verb = p.following
    if verb.marks & m.SINGULAR or (verb.marks & m.PAST and verb.small & small.IS):
        return True  # nl "3 gips zat te strak"
    did = verb.kind == WORD and not verb.marks and not (verb.is_one or verb.is_plural or verb.is_counted)
    return True if p.item.is_one and did and not any(i.is_plural for i in p.right[2:3]) else None


def _what_follows(p: Follower) -> bool | None:
    if is_harmless(p.item) and not p.item.marks & (m.VERY | m.NOT):
        return None
    if p.item.kind != WORD or p.item.marks & m.UNIT:
        return False
    describes = p.item.marks & (_JUDGES | m.VERY)
    if describes and p.following is not None and p.following.marks & m.UNIT:
        return False
    if describes and _out_of_many(p):
        return False
    return bool(p.item.marks & m.AFTER_SCORE) and not _denies_several(p.item, p.following)


FOLLOWERS: Final[tuple[Rule[Follower, bool], ...]] = (
    Rule("how long something took", "nl: 3 na 6 weken nog steeds niets", _how_long),
    Rule("a price", "4 $10 delivery fee", _price_behind),
    Rule("several described", "2 very angry customers", _several_described),
    Rule("a sentence begins", "3 maybe call back", _begins_sentence),
    Rule("a date", "4 friday 13 june nobody came", _date_behind),
    Rule("what somebody says", "nl: 9 tja vrouw zegt top", _somebody_says),
    Rule("thanks", "5 cheers Ann", _thanked),
    Rule("one thing praised", "8 decent kettle", _praised_thing),
    Rule("one thing does something", "2 kettle was cold", _one_thing_does),
    Rule("judged, or counted", "nl: 3 slechte levering", _what_follows),
)


def _out_of_many(p: Follower) -> bool:
    """Whether so many of more are judged: "3 faulty out of 20"."""
    behind = p.right[p.at + 2 : p.at + 3]
    of = p.following is not None and p.following.marks & m.OUT_OF
    return bool(of and behind and behind[0].kind == NUMBER)


def _denies_several(item: Item, following: Item | None) -> bool:
    """Whether "not" stands before an unknown word that ends like a plural: fr "2 ne marchent pas" may be a count."""
    return bool(item.marks & m.NOT) and following is not None and following.is_one is False


def _is_no_count(right: Sequence[Item]) -> bool:
    """Whether words after a number tell of one thing, not of what is counted: "6 cheeky chap, never rang back"."""
    if right[0].marks or not right[0].is_one:
        return False
    if len(right) > _LEAST_SEVERAL and (right[1].is_counted or right[1].marks & m.COMPLAINT):
        return True  # "3 kettle arrived smashed", nl "3 koffer kapot teruggekregen"
    if not any(item.marks for item in right):
        return False
    for item in right[:_NOUN_WITHIN]:
        if item.kind != WORD:
            return False
        if item.marks & (m.STARTER | m.PAST):
            return True
        if item.marks & _COUNTS or item.is_plural:
            return False
        if item.marks & _JUDGES or not (item.marks or item.is_one):
            return True  # "8 sparky turned up": of several things it would be said in the plural
    return len(right) >= _TOLD
