// What customers send that is no plain text: on the phone that is chosen, as its provider delivers it.

import { act } from "./sandbox.js";

/** The second row under *Try to break it*. */
export class Wordless {
  #phone;
  #said;

  constructor(node, said) {
    this.#phone = node.querySelector("select");
    this.#said = said;
    for (const lever of node.querySelectorAll("button")) lever.addEventListener("click", () => this.#do(lever));
  }

  /** The customers' phones to choose from. */
  offer(phones) {
    const chosen = this.#phone.value;
    const customers = phones.filter((phone) => phone.role === "customer");
    this.#phone.replaceChildren(...customers.map((phone) => new Option(phone.title, phone.id)));
    if (customers.some((phone) => phone.id === chosen)) this.#phone.value = chosen;
  }

  async #do(lever) {
    const { act: name, ...body } = lever.dataset;
    let words = "";
    try {
      await act(this.#phone.value, name, body);
    } catch (problem) {
      words = problem.message;
    }
    if (this.#said.textContent !== words) this.#said.textContent = words;
  }
}
