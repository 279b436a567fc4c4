// The page's own words, in the language of the document: English, and Dutch by the table below.

/** A sentence of the page, with what stands in {braces} filled in. */
export function say(english, values = {}) {
  const text = (document.documentElement.lang === "nl" && DUTCH[english]) || english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const DUTCH = {
  customer: "klant",
  "account manager": "accountmanager",
  admin: "beheerder",
  Customer: "Klant",
  Manager: "Manager",
  Admin: "Beheer",
  Message: "Bericht",
  "Text message": "Sms",
  "This person has blocked the bot: nothing reaches them.": "Deze persoon heeft de bot geblokkeerd: niets komt aan.",
  "The carrier refuses messages to this number.": "De provider weigert berichten aan dit nummer.",
  accepted: "aangenomen",
  queued: "in de wachtrij",
  sending: "wordt verstuurd",
  sent: "verstuurd",
  delivered: "afgeleverd",
  "not delivered": "niet afgeleverd",
  failed: "mislukt",
  "Nothing yet. Type /nps help to see what you can do.": "Nog niets. Typ /nps hulp om te zien wat u kunt doen.",
  "Nothing yet.": "Nog niets.",
  Conversation: "Gesprek",
  "More on {name}": "Meer over {name}",
  Block: "Blokkeren",
  Unblock: "Niet meer blokkeren",
  new: "nieuw",
  "only visible to you": "alleen voor u zichtbaar",
  "You: ": "U: ",
  "Somebody else": "Iemand anders",
  "Open the picture": "Open de afbeelding",
  "Picture sent by npsbot": "Afbeelding van npsbot",
  Picture: "Afbeelding",
  Close: "Sluiten",
  Choices: "Keuzes",
  edited: "bewerkt",
  Edit: "Bewerken",
  Reply: "Antwoord",
  "Replying ": "U antwoordt op een bericht ",
  "in the thread": "in de draad",
  Editing: "Bewerken",
  "Editing ": "U bewerkt een bericht ",
  Send: "Stuur",
  Save: "Bewaar",
  Cancel: "Laat maar",
  "Message as {name}": "Bericht als {name}",
  "Pull the plug": "Trek de stekker eruit",
  "Plug it in again": "Steek de stekker er weer in",
  "Starting …": "Start …",
  "The clock says {moment}.": "De klok staat op {moment}.",
  "The time is over. The clock says {moment}.": "De tijd is om. De klok staat op {moment}.",
  "Stopped. The clock says {moment}.": "Gestopt. De klok staat op {moment}.",
  "Nothing was said. As the admin, type {command} and confirm; then let a year pass again.":
    "Er is niets gezegd. Typ als beheerder {command} en bevestig; laat dan weer een jaar voorbijgaan.",
  "Messages to customers:": "Berichten aan klanten:",
  "The server is down.": "De server is uit.",
  "The server is starting …": "De server start …",
  "The server is up.": "De server draait.",
  "The server is back after {seconds} s, and sends again within 10 s.": "De server is na {seconds} s terug, en verstuurt binnen 10 s weer.",
  "The next message to each provider comes a minute late.": "Het volgende bericht aan elke provider komt een minuut te laat.",
  "Telegram delivers nothing until the bot looks, within a minute.": "Telegram bezorgt niets tot de bot kijkt, binnen een minuut.",
  Live: "Live",
  "Reconnecting …": "Verbinding wordt hersteld …",
};

export const PROVIDERS = { slack: "Slack", telegram: "Telegram", sms: "SMS" };
export const ROLES = { customer: say("customer"), manager: say("account manager"), admin: say("admin") };
export const SHORT_ROLES = { customer: say("Customer"), manager: say("Manager"), admin: say("Admin") };

/** Who speaks when the provider itself does. */
export const PROVIDERS_VOICE = { slack: "Slack", telegram: "Telegram", sms: "Twilio" };

export const PLACEHOLDERS = { slack: say("Message"), telegram: say("Message"), sms: say("Text message") };

export const BLOCKED = {
  telegram: say("This person has blocked the bot: nothing reaches them."),
  sms: say("The carrier refuses messages to this number."),
};

const STATUSES = {
  accepted: "accepted",
  queued: "queued",
  sending: "sending",
  sent: "sent",
  delivered: "delivered",
  undelivered: "not delivered",
  failed: "failed",
};

/** The delivery status as a person reads it; null where saying it would only be noise. */
export function statusWords(provider, message) {
  if (message.from === "provider" || message.from === "other") return null;
  if (message.from === "bot" && provider !== "sms") return null;
  return say(STATUSES[message.status] ?? message.status);
}

export const STATUSES_THAT_FAILED = new Set(["undelivered", "failed"]);

const LOCALE = document.documentElement.lang === "nl" ? "nl-NL" : "en-GB";
const minutes = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const dates = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const months = new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric" });
const seconds = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "09:00", in the zone of whoever looks. */
export const timeWords = (iso) => minutes.format(new Date(iso));

/** "Sunday 22 November". */
export const dayWords = (iso) => days.format(new Date(iso));

/** "Sun, 22 Nov". */
export const dateWords = (iso) => dates.format(new Date(iso));

/** "November 2026". */
export const monthWords = (iso) => months.format(new Date(iso));

/** "Sun, 22 Nov 09:00:00". */
export const momentWords = (iso) => `${dateWords(iso)} ${seconds.format(new Date(iso))}`;
