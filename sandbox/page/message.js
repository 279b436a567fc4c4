// One message on a phone. It is changed in place, part by part, so that focus stays where it is and a screen reader
// hears only what is new.

import { element, setAttribute, unseen } from "./dom.js";
import { picture } from "./picture.js";
import { link, mayBeFollowed, richText } from "./rich.js";
import { dayWords, PROVIDERS_VOICE, STATUSES_THAT_FAILED, say, statusWords, timeWords } from "./words.js";

const FRESH = 2_600; // milliseconds that a new message stands out
const SHORT = 3; // a button whose label is no longer than this is one of a scale
const WIDEST = 6; // buttons of a scale in one row of a narrow phone
const CAN_EDIT = new Set(["slack", "telegram"]);

/**
 * The view of one message. `press(message, button)` and `edit(message)` are called when the person does so, and
 * `reply(message)` where they can; `grown()` when the message became taller later than it was shown (its picture arrived).
 */
export class MessageView {
  #provider;
  #on;
  #shown = {}; // the message, and by the name of each part the state that it shows
  #fading;
  #parts = {
    author: element("div", { class: "author" }),
    text: element("div", { class: "text" }),
    image: element("div", { class: "image" }),
    buttons: element("div", { class: "buttons" }),
    meta: element("div", { class: "meta", "aria-live": "off" }),
  };

  constructor(provider, on) {
    this.#provider = provider;
    this.#on = on;
    const { author, text, image, buttons, meta } = this.#parts;
    const bubble = element("div", { class: "bubble" }, text, image);
    this.node = element("li", { class: "message", tabindex: "-1" }, author, bubble, buttons, meta);
  }

  get message() {
    return this.#shown.message;
  }

  /** Shows the message as it is now; returns whether the person has something new to read. */
  show(message) {
    const { node } = this;
    const first = this.message === undefined;
    this.#shown.message = message;
    node.dataset.message = message.id;
    node.dataset.from = message.from;
    setAttribute(node, "data-ephemeral", message.ephemeral);
    setAttribute(node, "data-answers", Boolean(message.answers));
    const who = [message.from, message.ephemeral, message.answers];
    this.#part("author", who, () => this.#author(message));
    const news = this.#part("text", message.rich, () => richText(message.rich));
    this.#part("image", [message.image, message.image_alt], () => this.#image(message));
    this.#part("buttons", message.buttons, () => this.#rows(message));
    this.#part("meta", [message.at, message.edited, message.status, message.from], () => this.#meta(message));
    return first || news;
  }

  /** Marks the first message of a day, above which the day is written. */
  startDay(at) {
    setAttribute(this.node, "data-day", at && dayWords(at));
  }

  /** Lets the message stand out for a moment. */
  freshen() {
    this.node.classList.remove("fresh");
    void this.node.offsetWidth; // begins the animation anew where it is still running
    this.node.classList.add("fresh");
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => this.node.classList.remove("fresh"), FRESH);
  }

  focusEdit() {
    (this.node.querySelector(".edit") ?? this.node).focus();
  }

  /** Builds a part anew if what it shows has changed; returns whether it has. */
  #part(name, state, build) {
    const key = JSON.stringify(state);
    if (this.#shown[name] === key) return false;
    this.#shown[name] = key;
    const part = this.#parts[name];
    const focused = part.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    part.replaceChildren(...build());
    part.hidden = part.childNodes.length === 0;
    if (focused) this.#refocus(part, focused);
    return true;
  }

  /** Gives the focus to what stands in the place of the button that had it, else to the message. */
  #refocus(part, key) {
    const again = [...part.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
    (again ?? this.node).focus();
  }

  #author({ from, ephemeral, answers }) {
    const note = ephemeral ? [element("span", { class: "only-you" }, say("only visible to you"))] : [];
    if (answers) note.push(unseen(` ${say("in the thread")} `));
    if (from === "me") return [unseen(say("You: ")), ...note];
    if (from === "bot") return [unseen("npsbot: "), ...note];
    const name = from === "provider" ? PROVIDERS_VOICE[this.#provider] : say("Somebody else");
    return [element("span", {}, name, unseen(": ")), ...note];
  }

  #image({ image, image_alt: alt }) {
    if (!image) return [];
    if (new URL(image, location.href).origin !== location.origin) return [link(image, say("Open the picture"))];
    return [picture(image, alt || say("Picture sent by npsbot"), () => this.#on.grown())];
  }

  #rows(message) {
    const widest = Math.max(0, ...message.buttons.filter(isScale).map((row) => inOneRow(row.length)));
    return message.buttons.map((row) => {
      const group = element("div", { class: "row", role: "group", "aria-label": say("Choices") });
      if (isScale(row)) {
        group.classList.add("scale");
        group.style.setProperty("--in-a-row", widest);
      }
      group.append(...row.map((button) => this.#button(message, button)));
      return group;
    });
  }

  #button(message, button) {
    // By its label, since a provider may name the buttons of a changed message anew.
    const attributes = { class: "choice", "data-key": button.label, "data-style": button.style };
    const press = async (event) => {
      const pressed = event.currentTarget;
      if (pressed.getAttribute("aria-busy") === "true") return;
      pressed.setAttribute("aria-busy", "true");
      await this.#on.press(message, button);
      pressed.removeAttribute("aria-busy");
    };
    const all = { ...attributes, onclick: press };
    if (button.url && mayBeFollowed(button.url)) return link(button.url, button.label, all);
    return element("button", { type: "button", ...all }, button.label);
  }

  #meta(message) {
    const parts = [element("time", { datetime: message.at }, timeWords(message.at))];
    if (message.edited) parts.push(element("span", { class: "edited" }, say("edited")));
    const status = statusWords(this.#provider, message);
    if (status) {
      const failed = STATUSES_THAT_FAILED.has(message.status);
      parts.push(element("span", { class: "status", "data-failed": failed, "data-status": message.status }, status));
    }
    if (message.from === "bot" && !message.ephemeral && this.#on.reply) {
      const reply = () => this.#on.reply(this.message);
      const name = unseen(` “${message.text.split("\n")[0]}”`); // not all of an alert once more
      parts.push(element("button", { type: "button", class: "edit", "data-key": "reply", onclick: reply }, say("Reply"), name));
    }
    if (message.from === "me" && !message.ephemeral && CAN_EDIT.has(this.#provider)) {
      const edit = () => this.#on.edit(this.message);
      const name = unseen(` “${message.text}”`);
      parts.push(element("button", { type: "button", class: "edit", "data-key": "edit", onclick: edit }, say("Edit"), name));
    }
    return parts;
  }
}

function isScale(row) {
  return row.length > 2 && row.every((button) => button.label.length <= SHORT);
}

/** How many of a scale's buttons stand beside each other: all of them, or about half when they are many. */
function inOneRow(count) {
  return count <= WIDEST ? count : Math.min(WIDEST, Math.ceil(count / 2));
}
