// Where a person types: a new message, or another text for one that they sent.

import { element } from "./dom.js";
import { PLACEHOLDERS, say } from "./words.js";

/**
 * `send(text, answers)`, with the message that it answers where it does, and `change(message, text)` are awaited and answer whether it was taken; what was not taken comes back
 * into the field, unless the person has typed on.
 */
export class Composer {
  #editing = null;
  #answered = null;
  #input;
  #submit;
  #banner;
  #doing = element("span", {}, say("Editing "));
  #send;
  #change;

  constructor(phone, name, { send, change }) {
    this.#send = send;
    this.#change = change;
    const id = `composer-${phone.id}`;
    this.#input = element("input", {
      id,
      type: "text",
      name: "text",
      autocomplete: "off",
      enterkeyhint: "send",
      placeholder: PLACEHOLDERS[phone.provider] ?? say("Message"),
      onkeydown: (event) => event.key === "Escape" && (this.#editing || this.#answered) && this.#leave(),
    });
    this.#submit = element("button", { type: "submit", class: "send" }, say("Send"));
    this.#banner = element(
      "p",
      { class: "editing", hidden: true },
      this.#doing,
      element("button", { type: "button", onclick: () => this.#leave() }, say("Cancel")),
    );
    this.node = element(
      "form",
      { class: "composer", autocomplete: "off", onsubmit: (event) => this.#submitted(event) },
      this.#banner,
      element("label", { for: id, class: "unseen" }, say("Message as {name}", { name })),
      this.#input,
      this.#submit,
    );
  }

  /** Puts a text into the field and the cursor behind it. */
  fill(text) {
    if (this.#editing || this.#answered) this.#leave();
    this.#input.value = text;
    this.#input.focus();
  }

  /** Offers the text of a sent message for changing; `after` is called when that is over, to put the focus back. */
  edit(message, after) {
    this.fill(message.text);
    this.#editing = { message, after };
    this.#doing.textContent = say("Editing ");
    this.#banner.hidden = false;
    this.#submit.textContent = say("Save");
    this.#input.select();
  }

  /** What is typed next answers this message. */
  answer(message) {
    this.fill("");
    this.#answered = message;
    this.#doing.textContent = say("Replying ");
    this.#banner.hidden = false;
  }

  /** Gives up changing a message that is no longer there. */
  forget(id) {
    if (this.#editing?.message.id === id || this.#answered?.id === id) this.#leave();
  }

  #leave() {
    const after = this.#editing?.after;
    this.#editing = null;
    this.#answered = null;
    this.#banner.hidden = true;
    this.#submit.textContent = say("Send");
    this.#input.value = "";
    after?.();
  }

  async #submitted(event) {
    event.preventDefault();
    const text = this.#input.value;
    if (!text.trim()) return;
    if (this.#editing) {
      const { message } = this.#editing;
      if (text === message.text || (await this.#change(message, text))) this.forget(message.id);
      return;
    }
    const answers = this.#answered?.id;
    if (this.#answered) this.#leave();
    this.#input.value = "";
    if (!(await this.#send(text, answers)) && !this.#editing) this.#input.value ||= text;
  }
}
