// The page's own words for what the sandbox names in codes.

export const PROVIDERS = { slack: "Slack", telegram: "Telegram", sms: "SMS" };
export const ROLES = { customer: "customer", manager: "account manager", admin: "admin" };
export const SHORT_ROLES = { customer: "Customer", manager: "Manager", admin: "Admin" };

/** Who speaks when the provider itself does. */
export const PROVIDERS_VOICE = { slack: "Slack", telegram: "Telegram", sms: "Twilio" };

export const PLACEHOLDERS = { slack: "Message", telegram: "Message", sms: "Text message" };

export const BLOCKED = {
  telegram: "This person has blocked the bot: nothing reaches them.",
  sms: "The carrier refuses messages to this number.",
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
  return STATUSES[message.status] ?? message.status;
}

export const STATUSES_THAT_FAILED = new Set(["undelivered", "failed"]);

const minutes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const dates = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "09:00", in the zone of whoever looks. */
export const timeWords = (iso) => minutes.format(new Date(iso));

/** "Sunday 22 November". */
export const dayWords = (iso) => days.format(new Date(iso));

/** "Sun, 22 Nov 09:00:00". */
export const momentWords = (iso) => `${dates.format(new Date(iso))} ${seconds.format(new Date(iso))}`;
