"""Whether a name from the import reads naturally after "Hello". PURE.

The column holds what a CRM holds: people, but also roles, departments and list entries. A greeting is
personal or it is not there: "Hello Purchasing 2 at Globex," is worse than none. So anything doubtful is None.
"""

import re
from typing import Final

LONGEST: Final = 40  # characters, and
MOST: Final = 5  # words

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))*\.?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL: Final = _words("""
    's 't aan af al am ben bij bin d' da dal de degli dei del della den der des di do dos du e el en het i in
    la las le les lo los op ten ter tot uit und van vom von voor y zu zum zur te
""")
"""What stands small inside a name."""

_ROLES: Final = _words("""
    account accountant accounting accounts admin administration administrator agent assistant board bookkeeping
    buyer buying ceo cfo client company contact controller coo cto customer department dept desk director
    employee engineer engineering facilities facility finance firm frontdesk general group head helpdesk hr info
    invoice invoices it legal logistics mailbox main management manager marketing noreply office operations
    operator order orders owner planner planning president procurement production purchase purchaser purchasing
    quality receipt reception receptionist sales secretary security service services shipping shop staff store
    supervisor supply support team technician test unknown user warehouse

    administratie afdeling algemeen balie bedrijfsleider beheer beheerder bestelling bestellingen boekhouder
    boekhouding chauffeur contactpersoon crediteuren debiteuren directeur directie directrice eigenaar eigenaresse
    facturatie inkoop inkoper klant klantenservice kantoor leverancier logistiek magazijn medewerker monteur
    onbekend onderhoud personeelszaken productie projectleider receptie secretariaat secretaresse techniek
    uitvoerder verkoop verkoper voorman werkplaats werkvoorbereider winkel

    abteilung ansprechpartner auftrag bestellung betriebsleiter buchhalter buchhaltung büro einkauf einkäufer
    einkäuferin empfang geschäftsführer geschäftsführerin geschäftsführung geschäftsleitung inhaber inhaberin
    kunde kundendienst kundenservice lager leiter leiterin leitung personal personalabteilung produktion
    rechnung rechnungen sekretariat technik unbekannt verkauf verkäufer vertrieb verwaltung werkstatt

    accueil achats acheteur administración compras comptabilité comptable directeur directora dirección dirigente
    gérant gerente propriétaire responsable secrétariat ventas ventes acquisti amministrazione direttore ufficio

    ag bv bvba cv gbr gmbh inc kg limited llc llp ltd nv ohg plc sa sarl sas srl vof
""")
"""Words that make a name a role, a department or a company; whatever their case."""


_TITLES: Final = _words("""
    dame dhr doctor dr drs frau fru hr herr ing ir lady madame mevr mevrouw miss mr mrs ms mw mx prof professor sir
""")
"""What stands before a first name and is none."""


def first_name(name: str) -> str:
    """The name by which a natural name is greeted among people who say je and du: the first one, where that is
    plainly one and no title or initial."""
    first = name.split()[0] if name else ""
    plainly = len(first) > 1 and "." not in first and first.casefold() not in _TITLES | _SMALL
    return first if plainly else name


def natural_name(name: str | None) -> str | None:
    """The name as it can be greeted, or None where it may be something else than a person's."""
    words = (name or "").split()
    shown = " ".join(words)
    if not words or len(words) > MOST or len(shown) > LONGEST:
        return None
    first, last = words[0], words[-1]
    if not first[0].isupper() or last.casefold() in _SMALL:
        return None
    for word in words:
        folded = word.casefold()
        bare = folded.replace(".", "")
        if bare in _ROLES or any(part in _ROLES for part in re.split(r"['’.-]", folded)):
            return None
        if folded in _SMALL and word.islower():
            continue
        if not _WORD.fullmatch(word) or not word[0].isupper() or (len(bare) > 2 and word.isupper()):
            return None
    return shown
