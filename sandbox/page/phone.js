// One phone: what is on it, and what its person can do.

import { Composer } from "./composer.js";
import { element, setAttribute, unseen } from "./dom.js";
import { Menu } from "./menu.js";
import { MessageView } from "./message.js";
import { act } from "./sandbox.js";
import { BLOCKED, PROVIDERS, ROLES, say } from "./words.js";

const TOAST = 5_000; // milliseconds
const MARGIN = 8; // pixels above a message that is taller than the phone
const NEAR = 40; // pixels from the end within which a reader follows what arrives

/**
 * The view of one phone. `newsChanged()` is called when there is more, or nothing more, to read; `beingRead(view)` says
 * whether what arrives now is under the eyes of whoever plays this person.
 */
export class PhoneView {
  #on;
  #messages = new Map();
  #unread = 0;
  #follows = true;
  #composer;
  #menu = null;
  #badge = element("span", { class: "badge" });
  #log;
  #list;
  #toasts = element("div", { class: "toasts", role: "status" });
  #barred = element("p", { class: "barred", hidden: true });
  #problem = element("p", { class: "problem", role: "alert" });

  constructor(phone, on) {
    this.#on = on;
    this.id = phone.id;
    this.provider = phone.provider;
    this.role = phone.role;
    const role = ROLES[phone.role] ?? phone.role;
    const provider = PROVIDERS[phone.provider] ?? phone.provider;
    this.name = `${phone.title} (${provider}, ${role})`;
    this.#composer = new Composer(phone, this.name, {
      send: (text, answers) => this.#do("type", answers ? { text, reply_to: answers } : { text }),
      change: (message, text) => this.#do("edit", { message: message.id, text }),
    });
    // The list by itself: under a role of its own its items would be items of none.
    this.#list = element("ol", {
      class: "messages",
      "data-empty": phone.role === "admin" ? say("Nothing yet. Type /nps help to see what you can do.") : say("Nothing yet."),
    });
    const log = { class: "log", role: "log", "aria-live": "polite", "aria-label": say("Conversation"), tabindex: "0" };
    this.#log = element("div", log, this.#list);
    if (BLOCKED[phone.provider]) this.#menu = new Menu(say("More on {name}", { name: phone.title }));
    this.node = element(
      "section",
      { class: "phone", id: `phone-${phone.id}`, "aria-label": this.name, tabindex: "-1" },
      element(
        "header",
        { class: "phone-top" },
        element(
          "div",
          { class: "who" },
          element("h2", { title: phone.title }, phone.title),
          kind(provider, role, this.#badge),
        ),
        this.#menu?.node ?? null,
      ),
      element("div", { class: "glass" }, this.#log, this.#toasts),
      this.#barred,
      this.#problem,
      this.#composer.node,
    );
    Object.assign(this.node.dataset, { phone: phone.id, provider: phone.provider, role: phone.role });
    this.#follow();
    this.update(phone);
  }

  get unread() {
    return this.#unread;
  }

  /** Makes the phone show exactly this. */
  update(phone) {
    this.#showBlocked(phone.blocked);
    const ids = new Set(phone.messages.map((message) => message.id));
    for (const id of [...this.#messages.keys()]) if (!ids.has(id)) this.#remove(id);
    for (const message of phone.messages) this.#put(message);
    this.#inOrder([...ids]);
    this.#markDays();
    this.#toEnd();
  }

  /** Takes in one event of the stream. */
  change(data) {
    if (data.message) this.#arrive(data.message);
    if (data.removed !== undefined) this.#remove(data.removed);
    if (data.toast !== undefined) this.#toast(data.toast);
    if (data.blocked !== undefined) this.#showBlocked(data.blocked);
  }

  /** Puts a text where the person types, ready to be sent. */
  draft(text) {
    this.node.scrollIntoView({ block: "nearest", inline: "center" });
    this.#composer.fill(text);
  }

  /** What is on the phone has been seen. */
  seen() {
    if (this.#unread) this.#countUnread(0);
  }

  #arrive(message) {
    const follows = this.#follows || message.from === "me";
    const news = this.#put(message);
    this.#markDays();
    if (follows) this.#toEnd();
    if (this.#saidByProvider(this.#problem.textContent)) this.#problem.textContent = "";
    if (!news || message.from === "me") return;
    this.#messages.get(message.id).freshen();
    if (!this.#on.beingRead(this)) this.#countUnread(this.#unread + 1);
  }

  /** Shows a message, new or changed; returns whether it says something new. */
  #put(message) {
    const known = this.#messages.get(message.id);
    if (known) return known.show(message);
    const view = new MessageView(this.provider, {
      press: (pressed, button) => this.#do("press", { message: pressed.id, button: button.id }),
      edit: (own) => this.#composer.edit(own, () => view.focusEdit()),
      reply: this.role === "manager" && this.provider !== "sms" ? (alert) => this.#composer.answer(alert) : null,
      grown: () => this.#follows && this.#toEnd(),
    });
    this.#messages.set(message.id, view);
    view.show(message); // whole before it enters the log, so that it is read out once
    this.#list.append(view.node);
    return true;
  }

  #remove(id) {
    const view = this.#messages.get(id);
    if (!view) return;
    this.#composer.forget(id);
    if (view.node.contains(document.activeElement)) this.#log.focus();
    view.node.remove();
    this.#messages.delete(id);
    this.#markDays();
  }

  #inOrder(ids) {
    if ([...this.#messages.keys()].every((id, index) => id === ids[index])) return;
    this.#messages = new Map(ids.map((id) => [id, this.#messages.get(id)]));
    this.#list.replaceChildren(...[...this.#messages.values()].map((view) => view.node));
  }

  #markDays() {
    let before;
    for (const view of this.#messages.values()) {
      const day = new Date(view.message.at).toDateString();
      view.startDay(before !== undefined && day !== before ? view.message.at : null);
      before = day;
    }
  }

  /** Does what the person asked for; true when it was taken. What went wrong is said on this phone. */
  async #do(action, body) {
    let problem = "";
    try {
      await act(this.id, action, body);
    } catch (error) {
      problem = error.message;
    }
    this.#problem.textContent = this.#saidByProvider(problem) ? "" : problem;
    return !problem;
  }

  /** Whether the provider has just said so in a message of its own. */
  #saidByProvider(problem) {
    const last = [...this.#messages.values()].at(-1)?.message;
    return last?.from === "provider" && last.text === problem;
  }

  #showBlocked(blocked) {
    if (!this.#menu) return;
    setAttribute(this.node, "data-blocked", blocked);
    this.#barred.hidden = !blocked;
    this.#barred.textContent = blocked ? BLOCKED[this.provider] : "";
    this.#menu.items = [blocked ? [say("Unblock"), () => this.#do("unblock")] : [say("Block"), () => this.#do("block")]];
  }

  #toast(text) {
    const toast = element("p", {}, text);
    this.#toasts.append(toast);
    setTimeout(() => toast.remove(), TOAST);
  }

  #countUnread(count) {
    this.#unread = count;
    this.#badge.replaceChildren(...(count ? [String(count), unseen(` ${say("new")}`)] : []));
    setAttribute(this.node, "data-unread", count > 0);
    this.#on.newsChanged(this);
  }

  /** Keeps the end in view as long as that is where the reader left it, also when the phone changes its size. */
  #follow() {
    this.#log.addEventListener("scroll", () => {
      this.#follows = this.#end() - this.#log.scrollTop < NEAR;
    });
    new ResizeObserver(() => this.#follows && this.#toEnd()).observe(this.#log);
  }

  #toEnd() {
    this.#log.scrollTop = this.#end();
  }

  /** Where the newest message is in view: its end, or its top where it is taller than the phone. */
  #end() {
    const newest = this.#list.lastElementChild;
    const end = this.#log.scrollHeight - this.#log.clientHeight;
    return newest ? Math.min(end, newest.offsetTop - MARGIN) : end;
  }
}

function kind(provider, role, badge) {
  return element("p", { class: "kind" }, element("span", { class: "provider" }, provider), ` · ${role} `, badge);
}
