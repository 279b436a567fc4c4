// The demo page: phones beside each other, live.

import { PhoneView } from "./phone.js";
import { follow } from "./sandbox.js";
import { Tabs } from "./tabs.js";
import { Providers } from "./providers.js";
import { Upsets } from "./upsets.js";
import { Wordless } from "./wordless.js";
import { Year } from "./year.js";
import { momentWords, say } from "./words.js";

const row = document.getElementById("phones");
const link = document.getElementById("link");
const clock = document.getElementById("clock");
const notice = document.getElementById("notice");
const offer = document.getElementById("offer");
const phones = new Map();
const upsets = new Upsets(document.getElementById("upsets"));
const providers = new Providers(document.getElementById("providers"), document.getElementById("providers-said"));
const wordless = new Wordless(document.getElementById("wordless"), document.getElementById("wordless-said"));
const year = new Year(...["year", "calendar", "year-said"].map((id) => document.getElementById(id)));
const tabs = new Tabs(document.getElementById("tabs"), row, (view) => onScreen() && view.seen());

/** Whoever plays this person has the cursor in the phone or the pointer on it, or it is the only one in view. */
function beingRead(view) {
  if (!onScreen()) return false;
  return view === tabs.current || view.node.contains(document.activeElement) || view.node.matches(":hover");
}

function onScreen() {
  return document.visibilityState === "visible";
}

function begin({ phones: shown, clock: now, faults, server }) {
  const ids = shown.map((phone) => phone.id);
  const same = ids.length === phones.size && ids.every((id) => phones.has(id));
  if (same) for (const phone of shown) phones.get(phone.id).update(phone);
  else build(shown);
  showClock(now);
  upsets.begin(server, faults);
  providers.showFaults(faults);
  wordless.offer(shown);
  for (const phone of shown) for (const message of phone.messages) year.note(phone, message);
}

function build(shown) {
  phones.clear();
  for (const phone of shown) {
    const view = new PhoneView(phone, { newsChanged, beingRead });
    for (const event of ["focusin", "pointerdown", "pointerenter"]) view.node.addEventListener(event, () => view.seen());
    phones.set(phone.id, view);
  }
  const views = [...phones.values()];
  row.replaceChildren(...views.map((view) => view.node));
  tabs.views = views;
  offer.hidden = !admin();
}

function newsChanged(view) {
  tabs.refresh(view);
}

function admin() {
  return [...phones.values()].find((view) => view.role === "admin");
}

function showClock(now) {
  clock.dateTime = now;
  clock.textContent = momentWords(now);
}

function change(data) {
  if (data.clock) showClock(data.clock);
  if (data.server) {
    upsets.showServer(data.server);
    year.stop();
  }
  if (data.faults) {
    upsets.showFaults(data.faults);
    providers.showFaults(data.faults);
  }
  const view = phones.get(data.phone);
  view?.change(data);
  if (view && data.message) year.note(view, data.message);
}

function linked(up, problem = "") {
  const words = say(up ? "Live" : "Reconnecting …");
  if (link.textContent !== words) link.textContent = words; // said once by a screen reader, not at every attempt
  if (notice.textContent !== problem) notice.textContent = problem;
  link.dataset.up = String(up);
}

offer.addEventListener("click", () => admin().draft(offer.dataset.text));
document.addEventListener("visibilitychange", () => onScreen() && tabs.current?.seen());
// On a telephone the phones come first; how to try them stands one tap away.
const about = document.getElementById("about");
const narrow = matchMedia("(max-width: 40rem)");
const fold = () => (about.open = !narrow.matches);
narrow.addEventListener("change", fold);
fold();
follow({ begin, change, linked });
