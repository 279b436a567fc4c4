"""Two numbers in one reply: which of them stands, and when it is asked."""

import pytest

from bot.reading.reader import Ambiguous, Score
from tests.support.reading import CODES, reading

#: By language: then and now, on a condition, another and you, parts and a total, what so concludes, a slip.
STANDS = {
    "nl": [
        ("Vorig jaar gaf ik een 9, nu een 5", 5),
        ("het was altijd een 8 maar tegenwoordig een 4", 4),
        ("had een 10 kunnen zijn, maar de wachttijd was lang: een 6", 6),
        ("een 9 als de app werkte, voor nu een 5", 5),
        ("de concurrent krijgt een 8, jullie een 5", 5),
        ("service 9, prijs 4, al met al een 7", 7),
        ("monteur 9 prijs 5 dus doe maar een 7", 7),
        ("9! sorry, vertypt, 6", 6),
        ("2 punten minder dan eerst: 7", 7),
        ("mijn vrouw een 9, ik een 7", 7),
        ("was een 4, is een 8 geworden sinds Mo ons helpt", 8),
        ("9 oh wacht ik keek verkeerd, 2", 2),
        ("bij Globex zat ik op een 4, bij jullie op een 8", 8),
        ("vroeger een 8, ik kom nu op 5", 5),
        ("7 euh 8 bedoel ik", 8),
        ("het was een 5 en dat blijft een 5", 5),
        ("Als de portal werkte had je een 10, maar goed 8", 8),
        ("Bij Globex krijg ik alles in een dag, die geef ik een 9. Jullie een 4", 4),
        ("Eerst 6 gegeven, na jullie excuses en de nieuwe levering maak ik er 9 van", 9),
        ("kwaliteit 9, prijs 5, kom je op een 7", 7),
        ("7 of 8, maak er maar 7 van", 7),
        ("een 17, eh 7", 7),
        ("was 8, is 7 sinds die prijsverhoging", 7),
        ("als 0 kan dan 0", 0),
        ("Een 4. Bij nader inzien toch een 3", 3),
        ("10 voor inzet, maar resultaat is het: 6", 6),
        ("de vorige keer een 5, die stagiair heeft het opgekrikt naar 8", 8),
        ("sinds de nieuwe eigenaar van een 5 naar een 8", 8),
        ("mijn zus is kritisch en geeft een 7, ik een 8", 8),
        ("9 als de lunch erbij had gezeten, maar vooruit 8", 8),
    ],
    "en": [
        ("Last year a 9, now a 5", 5),
        ("used to be an 8 but nowadays a 4", 4),
        ("could have been a 10, but the wait was awful: a 6", 6),
        ("a 9 if the app worked, for now a 5", 5),
        ("our last provider got an 8, you get a 5", 5),
        ("service 9, price 4, overall a 7", 7),
        ("driver 9 price 5 so make it a 7", 7),
        ("9! sorry, typo, 6", 6),
        ("2 points lower than before: 7", 7),
        ("was a 4, has become an 8 since Mo looks after us", 8),
        ("9 oh wait I misread it, 2", 2),
        ("8, but not a 9", 8),
        ("Install 9, comms 4. Score 6", 6),
        ("7 er 8 I mean", 8),
        ("7\n8 *", 8),
        ("Gave you 6 first, after the apology and the new delivery I'm making it 9", 9),
        ("my colleague reckons a 5 is plenty, I'm kinder: 7", 7),
        ("3? no 9!", 9),
        ("7. you know what, make it 8", 8),
        ("Disgraceful. 1. And only because 0 is too easy", 1),
        ("an 8, if it weren't so dear it'd be a 10", 8),
        ("In January I'd have given an 8, after the price hike a 5", 5),
        ("from a 5 to an 8 since the new owner", 8),
        ("6 -> 5", 5),
        ("not quite an 8, but a 7 for sure", 7),
        ("7.5 and because it's friday an 8", 8),
        ("8 for the effort but because it still doesn't work a 5", 5),
    ],
    "de": [
        ("Letztes Jahr eine 9, jetzt eine 5", 5),
        ("früher eine 8, heutzutage eine 4", 4),
        ("hätte eine 10 sein können, aber die Wartezeit war lang: eine 6", 6),
        ("eine 9 wenn die App läuft, vorerst eine 5", 5),
        ("euer Konkurrent bekommt eine 8, ihr eine 5", 5),
        ("Service 9, Preis 4, insgesamt eine 7", 7),
        ("Service 9, Preis 5, deshalb eine 7", 7),
        ("9! Vertippt, 6", 6),
        ("2 Punkte weniger als zuletzt: 7", 7),
        ("früher eine 8, seit dem Umzug nur noch 5", 5),
        ("9, verlesen, 2", 2),
        ("war eine 4, ist eine 8 geworden", 8),
    ],
    "fr": [
        ("Avant un 9, maintenant un 5", 5),
        ("l'année dernière un 8, aujourd'hui un 4", 4),
        ("ça aurait été un 10, mais le délai était long : un 6", 6),
        ("un 9 si l'appli marchait, pour l'instant un 5", 5),
        ("votre concurrent reçoit un 8, vous un 5", 5),
        ("service 9, prix 4, globalement un 7", 7),
        ("service 9, prix 5, donc un 7", 7),
        ("9 ! faute de frappe, 6", 6),
        ("2 points de moins que d'habitude : 7", 7),
        ("avant un 9, c'est devenu un 5", 5),
        ("9, j'ai mal lu, 2", 2),
    ],
    "es": [
        ("El año pasado un 9, ahora un 5", 5),
        ("antes un 8, hoy un 4", 4),
        ("habría sido un 10, pero la espera fue larga: un 6", 6),
        ("un 9 si la app funcionara, por ahora un 5", 5),
        ("la competencia recibe un 8, ustedes un 5", 5),
        ("servicio 9, precio 4, en general un 7", 7),
        ("servicio 9, precio 5, así que un 7", 7),
        ("9! error de dedo, 6", 6),
        ("2 puntos menos que antes: 7", 7),
        ("antes era un 9, se ha quedado en un 5", 5),
        ("9, leí mal, 2", 2),
    ],
    "it": [
        ("L'anno scorso un 9, adesso un 5", 5),
        ("prima 8 adesso 4", 4),
        ("sarebbe stato un 10, ma l'attesa era lunga: un 6", 6),
        ("un 9 se l'app funzionasse, per ora un 5", 5),
        ("la concorrenza prende un 8, voi un 5", 5),
        ("servizio 9, prezzo 4, nel complesso un 7", 7),
        ("servizio 9, prezzo 5, quindi un 7", 7),
        ("9! errore di battitura, 6", 6),
        ("2 punti in meno: 7", 7),
        ("prima era un 9, è diventato un 5", 5),
        ("9, ho letto male, 2", 2),
        ("9 scusa volevo dire 6", 6),
    ],
    "pt": [
        ("No ano passado um 9, agora um 5", 5),
        ("antes um 8, hoje um 4", 4),
        ("teria sido um 10, mas a espera foi longa: um 6", 6),
        ("um 9 se o app funcionasse, por enquanto um 5", 5),
        ("a concorrência leva um 8, vocês um 5", 5),
        ("serviço 9, preço 4, no geral um 7", 7),
        ("serviço 9, preço 5, então um 7", 7),
        ("9! erro de digitação, 6", 6),
        ("2 pontos a menos: 7", 7),
        ("antes era um 9, virou um 5", 5),
        ("9, li errado, 2", 2),
    ],
    "pl": [
        ("W zeszłym roku 9, teraz 5", 5),
        ("kiedyś 8, dziś 4", 4),
        ("byłoby 10, ale długo czekałem: 6", 6),
        ("9 jeśli aplikacja zadziała, na razie 5", 5),
        ("konkurencja dostaje 8, wy 5", 5),
        ("obsługa 9, cena 4, ogólnie 7", 7),
        ("obsługa 9, cena 5, więc 7", 7),
        ("9! literówka, 6", 6),
        ("2 punkty mniej: 7", 7),
        ("kiedyś 9, zrobiła się 5", 5),
        ("9, pomyliłem się, 2", 2),
    ],
    "tr": [
        ("Geçen yıl 9, şimdi 5", 5),
        ("eskiden 8, bugün 4", 4),
        ("10 olabilirdi ama çok bekledim: 6", 6),
        ("uygulama çalışsaydı 9 olurdu, şimdilik 5", 5),
        ("rakip 8 alır, siz 5", 5),
        ("hizmet 9, fiyat 4, genel olarak 7", 7),
        ("hizmet 9, fiyat 5, bu yüzden 7", 7),
        ("9! yanlış yazdım, 6", 6),
        ("2 puan düşük: 7", 7),
        ("eskiden 9, şimdi 5 oldu", 5),
        ("9, yanlış okudum, 2", 2),
    ],
}
#: More of the same, as people also write it.
ALSO = [
    ("en", "Should have been an 8. Turned out a 5.", 5),
    ("en", "5, last quarter still a 7", 5),
    ("nl", "Had een 8 moeten zijn. Het werd een 5.", 5),
    ("nl", "5, vorig kwartaal nog een 7", 5),
    ("nl", "7 op papier, 9 in de praktijk", 9),
    ("de", "5, letztes Quartal noch eine 7", 5),
    ("fr", "5, le trimestre dernier c'était 7", 5),
    ("en", "9 last year, 6 this year", 6),
    ("en", "was a 9 for years, slipped to a 5", 5),
    ("en", "we went from a 9 to a 4 in a year", 4),
    ("en", "Food 9, service 5. Total: 7", 7),
    ("en", "not an 8 but a 7", 7),
    ("en", "meant 10 not 1", 10),
    ("nl", "van 8 naar 6 gegaan", 6),
    ("nl", "eerst een 8 nu een 5", 5),
    ("nl", "bijna een 10 maar door de prijs een 8", 8),
    ("de", "Von 9 auf 4 gefallen", 4),
    ("de", "nicht 8 sondern 7", 7),
    ("es", "el año pasado 9 y este año 4", 4),
    ("pl", "rok temu 9 a teraz 4", 4),
    ("tr", "önceden 9'du, artık 5", 5),
    ("nl", "een negne", 9),
    ("nl", "9!!1", 9),
    ("it", "10 e lode", 10),
    ("es", "0 patatero, vaya estafa", 0),
]
#: Somebody else's number, whose name no language knows, is never taken for ours.
OF_OTHERS = [
    ("nl", "Beter dan Globex, die kregen een 4"),
    ("nl", "Globex krijgt een 4, jullie zijn beter"),
    ("nl", "ik geef Globex een 9"),
    ("nl", "vergeleken met Globex een 8"),
    ("en", "Better than Globex, who got a 4"),
    ("en", "Globex is a 4"),
    ("de", "Besser als Globex, die bekamen eine 4"),
    ("fr", "mieux que Globex, eux c'est un 4"),
]
#: Told the other way round, or by halves: asked, the likelier one first.
ASKED = [
    ("nl", "wij geven nu een 5, vorig jaar een 9"),
    ("nl", "service 9, prijs 5"),
    ("nl", "9 nee 6"),
    ("en", "we'd give a 5 now, last year a 9"),
    ("en", "used to be a 9, now a 5?"),
    ("en", "6 or 7 so 8"),
    ("en", "10 if you fix it but 9 for the driver"),
    ("en", "the queue went from 4 to 9"),
    ("de", "Service 9, Preis 5"),
    ("fr", "un 9 pour le service, un 4 pour le prix"),
    ("es", "servicio 9, precio 4"),
    ("it", "servizio 9, prezzo 4"),
    ("pt", "atendimento 10, preço 4"),
    ("pl", "obsługa 9, cena 3"),
    ("tr", "hizmet 9, fiyat 4"),
]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [(code, text, value) for code in CODES for text, value in STANDS[code]] + ALSO,
)
def test_the_number_that_stands_is_the_score(language: str, text: str, value: int) -> None:
    found = reading(text, language)
    assert isinstance(found, Score), found
    assert found.value == value


@pytest.mark.parametrize(("language", "text"), ASKED + OF_OTHERS)
def test_what_does_not_say_which_stands_is_asked(language: str, text: str) -> None:
    assert not isinstance(reading(text, language), Score)


@pytest.mark.parametrize(
    ("language", "text", "offers"),
    [
        ("nl", "8, nee 9", (9, 8)),
        ("en", "was a 9, now a 6 or 7", (6, 7, 9)),
        ("en", "used to be a 9, now a 3?", (3, 9)),
        ("en", "8 but it should be a 5", (5, 8)),
    ],
)
def test_both_are_offered_the_likelier_first(language: str, text: str, offers: tuple[int, ...]) -> None:
    assert reading(text, language) == Ambiguous(offers)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Last year a 9, now a 5. New manager", "Last year a 9. New manager"),
        ("9! sorry, typo, 6", None),
        ("6\n\nno wait, 7", None),
        ("*7 not 1", None),
        ("could have been a 10 but you were late, so 8", "could have been a 10 but you were late"),
        ("For procurement: 6. Prices are too high", "For procurement. Prices are too high"),
    ],
)
def test_the_other_number_stays_in_the_reason_unless_it_was_a_slip(text: str, reason: str | None) -> None:
    found = reading(text)
    assert isinstance(found, Score)
    assert found.reason == reason
