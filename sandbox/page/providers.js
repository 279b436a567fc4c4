// What providers do wrong, from the page: faults that are switched on and off, or come once; and a webhook that goes.

import { addFault, removeFault, removeWebhook } from "./sandbox.js";
import { say } from "./words.js";

const LATE = "The next message to each provider comes a minute late.";
const REMOVED = "Telegram delivers nothing until the bot looks, within a minute.";

/** The third row under *Try to break it*. */
export class Providers {
  #levers;
  #said;
  #faults = [];

  constructor(node, said) {
    this.#levers = [...node.querySelectorAll("[data-faults]")];
    this.#said = said;
    for (const lever of this.#levers) lever.addEventListener("click", () => this.#do(() => this.#turn(lever)));
    for (const lever of node.querySelectorAll("[data-once]")) {
      lever.addEventListener("click", () => this.#do(() => Promise.all(JSON.parse(lever.dataset.once).map(addFault)), LATE));
    }
    for (const lever of node.querySelectorAll("[data-webhook]")) lever.addEventListener("click", () => this.#do(removeWebhook, REMOVED));
  }

  showFaults(faults) {
    this.#faults = faults;
    for (const lever of this.#levers) lever.setAttribute("aria-pressed", String(this.#ofLever(lever).length > 0));
  }

  #ofLever(lever) {
    const own = JSON.parse(lever.dataset.faults);
    return this.#faults.filter((fault) => own.some((one) => Object.entries(one).every(([name, value]) => fault[name] === value)));
  }

  #turn(lever) {
    const inForce = this.#ofLever(lever);
    if (inForce.length) return Promise.all(inForce.map((fault) => removeFault(fault.id)));
    return Promise.all(JSON.parse(lever.dataset.faults).map(addFault));
  }

  async #do(act, done = "") {
    let words = say(done);
    try {
      await act();
    } catch (problem) {
      words = problem.message;
    }
    this.#said.textContent = words;
  }
}
