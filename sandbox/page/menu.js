// A small menu behind a button, by the rules of a menu button: arrow keys move, Escape closes and gives the focus back.

import { element } from "./dom.js";

export class Menu {
  #button;
  #list;

  constructor(name) {
    this.#list = element("div", { class: "menu", role: "menu", "aria-label": name, hidden: true });
    this.#button = element(
      "button",
      { type: "button", class: "more", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": name },
      "⋯",
    );
    this.#button.addEventListener("click", () => (this.#list.hidden ? this.#open() : this.#close()));
    this.#button.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.#open();
      }
    });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.node = element("div", { class: "menu-place" }, this.#button, this.#list);
    this.node.addEventListener("focusout", (event) => {
      if (!this.node.contains(event.relatedTarget)) this.#close({ refocus: false });
    });
  }

  /** What is in the menu: pairs of a label and what choosing it does. */
  set items(items) {
    const held = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(
      ...items.map(([label, choose]) => {
        const chosen = () => {
          this.#close();
          choose();
        };
        return element("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: chosen }, label);
      }),
    );
    if (held) this.#list.firstElementChild?.focus();
  }

  #open() {
    this.#list.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#list.firstElementChild?.focus();
  }

  #close({ refocus = true } = {}) {
    if (this.#list.hidden) return;
    this.#list.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
    if (refocus) this.#button.focus();
  }

  #key(event) {
    const items = [...this.#list.children];
    const at = items.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
    if (event.key === "Escape") this.#close();
    else if (event.key === "Tab") this.#close(); // from the button on, as if the menu had not been there
    else if (event.key in moves) items[moves[event.key] % items.length]?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
  }
}
