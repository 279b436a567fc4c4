"""The demo page's texts in Dutch, by the English that stands in `page/index.html`; those of its scripts are in
`page/words.js`."""

import re
from collections.abc import Mapping
from typing import Final

TEXT: Final = re.compile(r'(?<=>)[^<>]*[^<>\s][^<>]*(?=<)|(?<=aria-label=")[^"]*(?=")')
"""What is read on the page, or said by a screen reader."""

DUTCH: Final[Mapping[str, str]] = {
    "npsbot: try it": "npsbot: probeer het",
    "Asks your customers how likely they are to recommend you, then why, and alerts the account "
    "manager the moment one of them is unhappy; here you play everybody, and no message leaves this "
    "machine.": (
        "Vraagt uw klanten hoe waarschijnlijk het is dat zij u aanbevelen, en waarom, en waarschuwt "
        "de accountmanager zodra er een ontevreden is; hier speelt u iedereen, en geen bericht "
        "verlaat deze machine."
    ),
    "Sandbox": "Zandbak",
    "Connecting …": "Verbinding maken …",
    "Sandbox clock": "Klok",
    "How to try it, and to break it": "Hoe u het probeert, en stukmaakt",
    "How to try it": "Zo werkt het",
    "As the admin, type": "Typ als beheerder",
    "and confirm.": "en bevestig.",
    "Fill it in for me": "Vul het voor mij in",
    "Answer as the customers, by button or in your own words:": (
        "Antwoord als de klanten, met een knop of in eigen woorden:"
    ),
    "See the account manager’s alert appear at once, and grow when the reason arrives. Reply under "
    "it: it goes to the customer, unless it begins with": (
        "Zie meteen de melding bij de accountmanager, en hoe die groeit als de reden komt. Antwoord "
        "eronder: dat gaat naar de klant, tenzij er"
    ),
    "note:": "notitie:",
    ". Hand it over, or type": " voor staat. Geef hem door, of typ",
    "/nps cases": "/nps zaken",
    "Try to break it": "Maak het stuk",
    "Pull the plug": "Trek de stekker eruit",
    "Deliver everything three times": "Bezorg alles drie keer",
    "Clock": "Klok",
    "Move the clock ahead by 1 hour": "Zet de klok 1 uur vooruit",
    "+1 hour": "+1 uur",
    "Move the clock ahead by 1 day": "Zet de klok 1 dag vooruit",
    "+1 day": "+1 dag",
    "Move the clock ahead by 8 days": "Zet de klok 8 dagen vooruit",
    "+8 days": "+8 dagen",
    "Let a year pass": "Laat een jaar voorbijgaan",
    "A year takes a minute: first let the campaign start by itself, with": (
        "Een jaar duurt een minuut: laat de campagne eerst vanzelf beginnen, met"
    ),
    "/nps schedule demo every 3 months from tomorrow 10:00": "/nps planning demo elke 3 maanden vanaf morgen 10:00",
    ". Press again to stop.": ". Druk nog eens om te stoppen.",
    "What happened": "Wat er gebeurde",
    "Kill the server between a score and its reason, and start it again: nothing is lost, nothing "
    "comes twice. Telegram delivers again at once, Slack after a minute, and text messages are "
    "fetched. After 8 days the campaign’s window is over, and an alert says that no reason came.": (
        "Zet de server uit tussen een cijfer en de reden, en start hem weer: niets gaat verloren, "
        "niets komt dubbel. Telegram bezorgt meteen opnieuw, Slack na een minuut, en sms'jes worden "
        "opgehaald. Na 8 dagen is de termijn van de campagne voorbij, en zegt een melding dat er geen "
        "reden kwam."
    ),
    "Answers without words": "Antwoorden zonder woorden",
    "As": "Als",
    "Voice message": "Spraakbericht",
    "Picture": "Foto",
    "Thumb on the question": "Duim op de vraag",
    "8 on the question": "8 op de vraag",
    "Formatted text": "Opgemaakte tekst",
    "Delete the last one": "Wis het laatste",
    "Customers do not always answer in plain words. What comes is kept, answered once, and named in "
    "the alert.": (
        "Klanten antwoorden niet altijd in gewone woorden. Wat komt wordt bewaard, één keer "
        "beantwoord, en genoemd in de melding."
    ),
    "What providers do": "Wat providers doen",
    "Bring each message under four ids": "Breng elk bericht onder vier nummers",
    "Hold the next message back": "Houd het volgende bericht op",
    "Refuse lists and receipts of SMS": "Weiger lijsten en ontvangstmeldingen van sms",
    "Be away (502)": "Wees even weg (502)",
    "Remove Telegram’s webhook": "Verwijder de webhook van Telegram",
    "Providers do all of this, and have been seen to. A score given later stands, whatever comes "
    "later still; replies and alerts wait until their provider is back; what the bot cannot hear, its "
    "admins are told.": (
        "Providers doen dit alles, en zijn erop betrapt. Een later gegeven cijfer staat, wat er ook "
        "nog later komt; antwoorden en meldingen wachten tot hun provider terug is; wat de bot niet "
        "kan horen, vertelt hij zijn beheerders."
    ),
    "Phones": "Telefoons",
    "This page needs JavaScript: the phones on it are live.": (
        "Deze pagina heeft JavaScript nodig: de telefoons erop zijn echt."
    ),
}


def in_dutch(page: str) -> str:
    """The English page in Dutch. A text without a translation, such as a name, stays as it is."""
    return TEXT.sub(_translated, page.replace('<html lang="en">', '<html lang="nl">', 1))


def _translated(found: re.Match[str]) -> str:
    english = " ".join(found[0].split())
    before, _, after = found[0].partition(found[0].strip())
    return before + DUTCH.get(english, found[0].strip()) + after
