"""By which words the last of several numbers stands: then and now, on a condition and settled, another's and ours,
parts and a total, a slip and what was meant.

It is sure by itself, and is led to by a word that says so, while a word beside every earlier one says that it does not.
Anything less clear, or told the other way round, is asked about.
"""

from collections.abc import Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.items import PLAIN, SEPARATOR, Item, marks_of, sentence_of
from bot.reading.rivals import GIVEN, Rivals, comes_after
from bot.reading.rules import Rule, first
from bot.reading.score import NumberRead
from bot.reading.standing import DOUBTFUL, OPEN_END, is_clean, is_harmless
from bot.reading.text import WORD

TOLD: Final = "told"  # the earlier numbers stay in the reason
TAKEN_BACK: Final = "taken back"  # they were slips
_LEAST_BETWEEN: Final = 2
_COMES_TO: Final = frozenset(("=", ">", "→", "⇒", "➡"))
_CONDITIONAL: Final = m.PAST | m.IF | m.WOULD | m.NEARLY
_SLIPPED: Final = m.CORRECTION | m.FILL | m.ARTICLE | m.THANKS
_CORRECTS: Final = m.CORRECTION | m.CHANGE
_BETWEEN: Final = _CORRECTS | m.NOT | m.OR | m.FILL | m.ARTICLE | m.ADJECTIVE | m.GIVE | m.THANKS
_NO_BETWEEN: Final = m.ADDRESSED | m.OTHERS | m.PAST | m.BUT


def which_stands(rivals: Rivals) -> str | None:
    """What becomes of the earlier numbers where the last one stands; None where it may not."""
    return None if _is_of_another_now(rivals) else first(SETTLED, rivals)


def _is_of_another_now(r: Rivals) -> bool:
    """Whether "now" goes on telling of what was another's or of something else: "my pain was an 8, now a 3"."""
    was = r.all_told(m.OTHERS) and r.all_told(m.PAST) and not any(told & (m.GIVE | m.IF) for told in r.told)
    named = any(i.marks & m.OTHERS and not i.small & small.THEY for i in r.items[: r.earlier[0].index])
    return was and named and bool(r.before & m.NOW) and not r.before & (m.ADDRESSED | m.MINE)


def _then_and_now(r: Rivals) -> str | None:
    behind = r.items[r.last.index + 1 : r.last.clause[1]]
    marks = r.before | marks_of(behind)
    if any(told & m.MOVED for told in r.told) and r.before & m.TO and r.before & m.PAST:
        return TOLD  # "up from a 7 last year to a 9"
    if any(_counts_several(r, c) for c in r.earlier):
        return None  # "used to have 9 vans, now 5"
    if r.all_told(m.PAST):
        meant = r.before & m.CORRECTION and r.is_plain  # "I said 8 but it should be 6"
        lasts = (
            r.is_plain_so_far and behind and behind[0].marks & m.LAPSE
        )  # "was 8, is 7 since the price went up"
        since = meant or lasts or _stands_alone(r) or comes_after(r.own) or _gives_now(r) or _afterwards(r)
        return TOLD if marks & (m.NOW | m.MOVED) or since else None
    now = (r.lead & m.NOW and _ends(r)) or (behind and all(item.marks & m.NOW for item in behind))
    return TOLD if now and not any(told & m.NOW for told in r.told) else None


def _gives_now(r: Rivals) -> bool:
    """Whether the writer gives the last number, as it is, behind what they gave: "gave you a 6, after the apology I'm
    making it a 9"."""
    own = marks_of(r.own)
    plainly = own & m.GIVE and own & (m.MINE | m.CHANGE) and not own & (m.WOULD | m.PAST | m.NOT)
    led = [bool(item.marks & m.GIVE) for item in r.own]
    gives = len(led) - led[::-1].index(True) if plainly else 0
    since = _opening(r).marks & (m.LAPSE | m.BEFORE_TIME)  # a part there only tells the time
    part = r.before & m.OTHERS or not is_clean(r.own[gives:]) or not (since or is_clean(r.own[:gives]))
    behind = r.items[r.last.index + 1 : r.last.clause[1]]
    closes = all(item.marks & (m.GIVE | m.OUT_OF | m.TO) for item in behind)  # nl "maak ik er een 9 van"
    return bool(plainly and not part and closes)


def _opening(r: Rivals) -> Item:
    """The first word behind the earlier numbers."""
    words = (item for item in r.items[r.earlier[-1].clause[1] : r.last.index] if item.kind == WORD)
    return next(words, r.items[r.last.index])


def _counts_several(r: Rivals, earlier: NumberRead) -> bool:
    following = r.items[earlier.index + 1 : earlier.index + 2]
    return any(item.is_plural or item.is_counted for item in following)


def _not_but(r: Rivals) -> str | None:
    """ "not an 8 but a 7": what is denied is replaced at once."""
    denied = all(not c.values for c in r.earlier) and r.all_told(m.NOT)
    return TAKEN_BACK if denied and r.lead & m.BUT and _ends(r) else None


def _denied(r: Rivals) -> str | None:
    denied = all(not c.values for c in r.earlier) and r.all_told(m.NOT | m.NOT_AFTER)
    given = all(
        item.marks & (GIVEN | m.ADDRESSED) for item in r.own if item.kind == WORD
    )  # "not a 10, more like a 4" is no number yet
    if not denied or not r.is_plain or not given or r.before & m.OTHERS:
        return None
    behind = marks_of(r.items[r.last.index + 1 : r.last.clause[1]])
    return TAKEN_BACK if behind & m.CORRECTION else TOLD  # pt "8 não, 6 desculpe"


def _condition(r: Rivals) -> str | None:
    if not r.all_told(_CONDITIONAL):
        return None
    own = marks_of(r.own)
    given = r.is_plain and own & m.GIVE and not own & m.WOULD
    settles = r.lead & m.THEREFORE or r.before & m.NOW or given or (r.before & m.BUT and _ends(r))
    you = r.lead & m.ADDRESSED and r.is_plain  # "Globex would get a 10. You take weeks: 3"
    return TOLD if settles or you or _afterwards(r) or _stands_alone(r) else None


def _afterwards(r: Rivals) -> bool:
    """Whether the last number's clause begins with when it came to that: "I'd have said 8, after that delay a 5"."""
    own = [item for item in r.own if item.kind == WORD]
    after = m.LAPSE | m.BEFORE_TIME
    closes = r.last.index + 1 == r.last.clause[1] and not r.before & m.OTHERS
    return len(own) > 1 and own[0].marks & after == after and closes and bool(own[-1].marks & GIVEN)


def _stands_alone(r: Rivals) -> bool:
    """Whether the last number is all that its sentence, the last one, says: "would have been a 9 had you called. 6"; or
    the last clause, behind more words than one or behind a colon: "Was 9 in spring. Autumn: 4"."""
    start, end = r.last.clause
    if not start or end < len(r.items) - 1:
        return False
    sign = r.items[start - 1]
    between = [item for item in r.items[r.earlier[-1].index + 1 : start] if item.kind == WORD]
    of_parts = any(told & (m.OTHERS | m.ASPECT) for told in r.told) or r.before & (m.OTHERS | m.ASPECT)
    goes_on = len(between) >= _LEAST_BETWEEN and not of_parts and not between[0].marks & m.OUT_OF
    if sign.text == ":" and _of_a_part(r, r.items[:start]):
        return False
    opens = sign.kind == SEPARATOR and (sign.text in ".!\n:" or (sign.text == "," and goes_on))
    alone = GIVEN | m.THEREFORE | m.NOW | m.FILL  # de "ohne … wäre es ne 9, so ne 6"
    return opens and all(
        item.marks & alone and not item.marks & _NO_BETWEEN for item in r.items[start:] if item.kind == WORD
    )


def _of_a_part(r: Rivals, left: Sequence[Item]) -> bool:
    """Whether a colon gives the number behind it to one thing: "Would recommend: 9. Price: 6". A word that nobody knows
    may be one, but where it was told what was: "Was 9 in spring. Autumn: 4"."""
    named = next((item for item in reversed(left) if item.kind == WORD), None)
    if named is None or not named.marks:
        is_for = any(r.items[c.index + 1].small & small.FOR for c in r.earlier)
        return is_for or not r.all_told(m.PAST)
    return bool(named.marks & (m.ASPECT | m.THING | m.UNIT | m.OTHERS))


def _but(r: Rivals) -> str | None:
    """ "really an 8, but …, so": what was meant at first gives way."""
    meant = all(told & m.CHANGE and told & m.FILL for told in r.told)
    return TOLD if meant and r.before & m.BUT and not r.lead & m.CHANGE and _ends(r) else None


def _for_a_part_but(r: Rivals) -> str | None:
    """ "8 for the effort but because it still doesn't work a 5": what is for one thing gives way to what is for all."""
    first = r.earlier[0]
    behind = r.items[first.index + 1 : first.index + 2]
    before = r.items[max(0, first.clause[0] - 1) : first.index]
    is_for = any(i.small & small.FOR for i in (*behind, *before[:1]))
    because = r.items[r.last.clause[0] - 1].marks & m.BECAUSE and r.before & m.BUT and r.before & m.NOT
    of_part = r.told[0] & (m.ASPECT | m.THING | m.OTHERS | m.UNIT | m.NOW)
    counts = r.before & m.BUT and not r.before & (m.ASPECT | m.OTHERS) and _stands_alone(r)
    one = len(r.earlier) == 1 and is_for and not of_part
    return TOLD if one and (because or counts) and _ends(r) else None


def _given_at_first(r: Rivals) -> str | None:
    """ "I'd say 9 but I had to ring three times. 6": what was given gives way to the last sentence."""
    gave = len(r.earlier) == 1 and r.told[0] & m.GIVE and not r.told[0] & (m.ASPECT | m.OTHERS)
    sign = r.items[r.last.clause[0] - 1].text
    alone = sign in ".!\n" and _stands_alone(r)
    return TOLD if gave and alone and r.before & m.BUT and not r.before & (m.OTHERS | m.ASPECT) else None


def _alone_at_last(r: Rivals) -> str | None:
    """ "Room 9 was cold, room 4 loud. 6", "thought about a 9 but then the bill came. 7": the last sentence, or behind
    "but" the last clause, is the number alone, where every earlier one was told in words and none was an answer."""
    start, end = r.last.clause
    if not start or end < len(r.items) - 1 or not _is_bare(r.items[start:]):
        return None
    if any(_is_bare(r.items[c.clause[0] : c.clause[1]]) for c in r.earlier):
        return None
    between = [item for item in r.items[r.earlier[-1].index + 1 : start] if item.kind == WORD]
    apart = marks_of(r.items[r.earlier[-1].clause[1] : start])
    if apart & (m.ASPECT | m.OTHERS | m.OR) or any(item.small & small.FOR for item in between):
        return None
    if r.items[start - 1].marks & m.BUT and not between[1:]:
        given_with = (
            r.items[r.earlier[0].clause[0]].small & small.WITH
        )  # nl "met korting een 9, maar helaas een 7"
        of_part = r.told[0] & (m.ASPECT | m.OTHERS | (0 if given_with else m.UNIT))
        return TOLD if len(r.earlier) == 1 and not of_part else None
    sentence = r.items[_sentence(r.items, start - 1) : start]
    told = sum(item.kind == WORD for item in sentence) >= _LEAST_BETWEEN
    sign = r.items[start - 1].text
    turned = (
        len(between) > _LEAST_BETWEEN and sign == "," and between[0].marks & m.BUT and len(r.earlier) == 1
    )
    return TOLD if told and (sign in ".!\n" or turned) else None


def _is_bare(items: Sequence[Item]) -> bool:
    """Whether nothing but a number is given here."""
    bare = GIVEN | m.FILL | m.THEREFORE | m.NOW
    return all(item.marks & bare and not item.marks & _NO_BETWEEN for item in items if item.kind == WORD)


def _sentence(items: Sequence[Item], end: int) -> int:
    """Where the sentence begins that a sign ends, or several of them."""
    start = end
    while start and items[start - 1].text == ".":
        start -= 1
    return sentence_of(items, start)


def _ends(r: Rivals) -> bool:
    """Whether nothing behind the last number in its clause says what it is for."""
    end = r.last.clause[1]
    behind = marks_of(r.items[end : end + 2])  # "9 for the driver"
    part = behind & m.BECAUSE and behind & (m.ASPECT | m.OTHERS)
    own = marks_of(r.items[max(0, r.last.clause[0] - 1) : r.last.index])
    of_part = own & m.OTHERS or (own & m.ASPECT and not own & m.BECAUSE)  # nl "maar door de prijs een 8"
    closed = all(item.kind == WORD and item.marks & m.GIVE for item in r.items[r.last.index + 1 : end])
    return closed and not part and not of_part


def _concluded(r: Rivals) -> str | None:
    if not r.lead & m.THEREFORE or not all(r.items[c.index].shape == PLAIN for c in r.earlier):
        return None
    aside = r.all_told(_CONDITIONAL | m.OTHERS | m.ASPECT) or r.before & m.BUT
    told = r.is_plain and not any(is_clean(r.items[c.clause[0] : c.clause[1]]) for c in r.earlier)
    return TOLD if len(r.earlier) > 1 or aside or told else None


def _overall(r: Rivals) -> str | None:
    behind = r.items[r.last.index + 1 : r.last.clause[1]]
    closes = all(i.kind == WORD and i.marks & (m.OVERALL | m.POINTS) for i in behind)
    digits = r.items[r.last.index].text.isdigit()  # "nul resultaat" counts
    total = r.lead & m.OVERALL or (closes and digits and marks_of(behind) & m.OVERALL)  # "…, 7 in total"
    # "users say 8" is no total
    totals = any(
        r.items[c.clause[0]].marks & m.OVERALL and told & m.OVERALL
        for c, told in zip(r.earlier, r.told, strict=True)
    )
    return TOLD if total and not totals else None


def _chosen(r: Rivals) -> str | None:
    """ "7 or 8, I'd say 8": one of the two between which somebody wavers."""
    wavers = {value for c in r.earlier for value in c.values}
    between = r.items[r.earlier[0].index + 1 : r.earlier[-1].index] if len(r.earlier) > 1 else ()
    either = len(r.earlier[0].values) > 1 or (
        len(r.earlier) == 2 and marks_of(between) & (m.OR | m.AND | m.TO)
    )
    apart = any(i.kind == SEPARATOR for i in r.items[r.earlier[-1].index + 1 : r.last.index])
    one = len(wavers) == 2 and r.last.values[0] in wavers
    doubted = m.NOT | m.OR | m.IF | m.WOULD | m.PAST | m.OTHERS | m.CORRECTION | m.ASPECT
    if one and len(r.earlier) == 1 and r.before & m.BECAUSE and not r.before & doubted and _ends(r):
        return TOLD  # "7.5 and because it's friday an 8"
    if one and len(r.earlier) == 1 and r.told[0] & m.NEARLY and r.before & m.BUT and r.is_plain:
        return TOLD  # "not quite an 8, but a 7 for sure"
    return TAKEN_BACK if one and either and apart and r.is_plain and not r.before & m.BUT else None


def _comes_to(r: Rivals) -> str | None:
    """A sign that says what it comes to: "planning 4, work 8 → 6", "9 minus 1 for the wait = 8"."""
    start, end = r.last.clause
    led = (
        start > 1
        and r.items[start - 1].text in _COMES_TO
        and end >= len(r.items) - 1
        and _is_bare(r.items[start:])
    )
    if not led:
        return None
    before = start - 1
    while before and r.items[before - 1].text in _COMES_TO:
        before -= 1
    apart = any(item.kind == SEPARATOR for item in r.items[r.earlier[-1].index + 1 : before])
    named = any(item.kind == WORD for item in r.items[r.earlier[0].clause[0] : before])  # "10 - 3 = 7"
    return TOLD if named and not apart and len(r.earlier) >= _LEAST_BETWEEN else None


def _labelled(r: Rivals) -> str | None:
    """ "3 stars for the staff, 1 for the price. Score 6": the number that is called so."""
    own = r.lead & m.LABEL and r.is_plain
    parts = all(
        c.standing in (DOUBTFUL, OPEN_END) or told & m.ASPECT
        for c, told in zip(r.earlier, r.told, strict=True)
    )
    return (
        TOLD
        if own and parts and _ends(r) and not any(told & (m.LABEL | m.CORRECTION) for told in r.told)
        else None
    )


def _given_at_last(r: Rivals) -> str | None:
    """Parts by their names, and then what somebody gives: "food 9, service 4. I'd give a 6"."""
    parts = all(
        (c.standing == OPEN_END or told & m.ASPECT) and not told & (m.GIVE | m.LABEL)
        for c, told in zip(r.earlier, r.told, strict=True)
    )
    gives = any(item.marks & m.MINE and not item.marks & m.WOULD for item in r.own)
    return TOLD if parts and gives and r.is_plain and len(r.earlier) > 1 else None


def _you(r: Rivals) -> str | None:
    if not r.lead & m.ADDRESSED:
        return None
    named = (r.is_plain or r.is_reached) and all(
        _names_somebody(r, *told) for told in zip(r.earlier, r.told, strict=True)
    )
    return TOLD if named or r.all_told(m.OTHERS) else None


def _names_somebody(r: Rivals, earlier: NumberRead, told: int) -> bool:
    """Whether an earlier number is given to somebody whom no language knows: "Globex is a 9"."""
    words = [item for item in r.items[earlier.clause[0] : earlier.index] if item.kind == WORD]
    named = told & (m.OTHERS | m.THAN | m.PAST) or any(not item.marks for item in words)
    named = named or (len(r.earlier) == 1 and _points_back(r, words))
    return bool(named) and not told & m.ADDRESSED and not any(item.marks & m.ASPECT for item in words)


def _points_back(r: Rivals, words: Sequence[Item]) -> bool:
    """Whether "they" and its like begin the clause of the earlier number, behind a name that no language knows: nl "bij
    Globex krijg ik alles in een dag, die geef ik een 9. Jullie een 4"."""
    opening = [item for item in r.items[: r.earlier[0].clause[0]] if item.kind == WORD]
    named = any(not item.marks and item.is_one for item in opening)
    return (
        named
        and bool(words)
        and bool(words[0].small & small.THEY)
        and not any(i.marks & m.ADDRESSED for i in opening)
    )


def _mine(r: Rivals) -> str | None:
    words = [item for item in r.own if item.kind == WORD and not item.marks & m.ARTICLE]
    closes = is_clean(r.items[r.last.index + 1 : r.last.clause[1]])
    if closes and len(words) == 1 and words[0].small & small.ME and not r.before & m.OTHERS:
        return TOLD if r.all_told(m.OTHERS) else None  # es "mi madre dice 9, yo 7"
    alone = _stands_alone(r) and not r.before & m.OTHERS
    mine = marks_of(r.own) & m.GIVE or (alone and (r.before & m.BUT or _compares_me(r)))
    return TOLD if r.all_told(m.OTHERS) and r.is_plain and mine else None


def _compares_me(r: Rivals) -> bool:
    """Whether the clause before the last number only says what who writes is: "my colleague says 5, I'm kinder: 7"."""
    end = start = r.last.clause[0] - 1
    while start > 0 and r.items[start - 1].kind == WORD:
        start -= 1
    return bool(marks_of(r.items[start:end]) & m.MINE) and is_clean(r.items[start:end])


def _slip(r: Rivals) -> str | None:
    return TAKEN_BACK if marks_of(r.items[r.earlier[-1].index + 1 : r.last.index]) & m.SLIP else None


def _corrected(r: Rivals) -> str | None:
    """Nothing but words of correction between them. A lone "no" or "wait" may as well speak of something else."""
    since = r.items[r.earlier[-1].index + 1 : r.last.index]
    words = [item for item in since if item.kind == WORD]
    plain = is_clean(r.items[r.last.index + 1 : r.last.clause[1]]) and all(
        item.marks & _CORRECTS or is_harmless(item) for item in r.own
    )
    if len(r.earlier) > 1 or r.last.values[0] not in r.scale or not plain:
        return None
    asked = any(item.text == "?" for item in since) and not any(
        item.marks & _CORRECTS == _CORRECTS for item in words
    )  # "did I put 2? I meant 7"
    told = r.told[0] & (m.ASPECT | m.OTHERS | m.ADDRESSED) or asked
    if told or not all(_is_between(item) for item in words):
        return None
    corrects = [item for item in words if item.marks & _CORRECTS]
    if any(item.marks & m.OR for item in words) and marks_of(corrects) & (_CORRECTS | m.NOT) == m.CORRECTION:
        return None  # nl "8 hmm of toch 7"
    plainly = any(not item.marks & (m.NOT | m.WAITING) for item in corrects)
    given = corrects and marks_of(words) & (m.GIVE | m.OR)  # "a 4, no make it a 5", "8 or no, 7"
    return TAKEN_BACK if plainly or given or len(corrects) > 1 else None


def _is_between(item: Item) -> bool:
    return bool(item.marks & _BETWEEN) and not item.marks & _NO_BETWEEN


def _starred(r: Rivals) -> str | None:
    """ "9 *6": the sign with which people mark what they meant to type."""
    sign, meant = r.items[r.last.index - 1], r.items[r.last.index]
    follows = r.items[r.last.index + 1 : r.last.index + 2]
    alone = not sign.tight or r.items[r.last.index - 2].text == "\n"
    before = sign.text == "*" and meant.tight and alone
    own_line = r.items[r.last.index - 1].text == "\n"
    behind = len(follows) == 1 and follows[0].text == "*" and (follows[0].tight or own_line)
    return TAKEN_BACK if (before or behind) and r.is_plain and len(r.earlier) == 1 else None


def _second_line(r: Rivals) -> str | None:
    """A number corrected in a line of its own: what was sent is read again, and taken back."""
    since = r.items[r.earlier[-1].index + 1 : r.last.index]
    words = [item for item in since if item.kind == WORD]
    corrects = any(item.marks & m.CORRECTION for item in words)
    only = all(item.marks & _SLIPPED for item in words)
    return TAKEN_BACK if corrects and only and any(item.text == "\n" for item in since) else None


def _not_of_the_scale(r: Rivals) -> str | None:
    beyond = all(c.values and min(c.values) > r.scale.high for c in r.earlier)
    alone = _stands_alone(r) and not any(told & (m.GIVE | m.LABEL) for told in r.told)
    between = r.items[r.earlier[-1].index + 1 : r.last.index]
    typed = (
        len(r.earlier) == 1
        and r.is_plain
        and all(item.kind == SEPARATOR or item.marks & m.FILL for item in between)
    )  # nl "een 17, eh 7"
    if beyond and typed and between and r.last.values[0] in r.scale and _ends(r):
        return TAKEN_BACK
    given = (r.lead & (m.GIVE | m.LABEL | m.THEREFORE) or alone) and not r.before & (m.CORRECTION | m.OR)
    return TOLD if beyond and given and r.last.values[0] <= r.scale.high else None


SETTLED: Final[tuple[Rule[Rivals, str], ...]] = (
    Rule("then and now", "last year a 9, now a 5", _then_and_now),
    Rule("not one but another", "not an 8 but a 7", _not_but),
    Rule("one of two", "7 or 8, I'd say 8", _chosen),
    Rule("denied, and said", "I can't give a 10 with that music, 8", _denied),
    Rule("on a condition, and settled", "a 9 if they answered the phone. I give a 5", _condition),
    Rule("meant at first, but", "de: eigentlich eine 8, aber wegen der Rechnung nur eine 5", _but),
    Rule("for one thing, but", "8 for the effort but because it still doesn't work a 5", _for_a_part_but),
    Rule("given at first, but", "I'd say 9 but I had to ring three times. 6", _given_at_first),
    Rule("concluded", "service 9 price 5 so make it a 7", _concluded),
    Rule("overall", "product 8, delivery 4, all in all a 6", _overall),
    Rule("a number that the scale has not", "I am 82 but I'd give you an 8", _not_of_the_scale),
    Rule("what it comes to", "kettle 4, toaster 8 → 6", _comes_to),
    Rule("called the score", "3 stars for the staff, 1 star for the price. Score: 6", _labelled),
    Rule("given behind its parts", "kettle 9, toaster 4. I'd say 6", _given_at_last),
    Rule("alone in the last sentence", "kettle 9, toaster 6. 7", _alone_at_last),
    Rule("another, and you", "your competitor gets a 9, you get a 3", _you),
    Rule("another's, and mine", "my husband says 10, I say 8", _mine),
    Rule("a slip", "9! sorry, typo, 6", _slip),
    Rule("a star before it", "9 *6", _starred),
    Rule("a second line", "6\n\nno wait, 7", _second_line),
    Rule("corrected", "8 oops I mean 6", _corrected),
)
