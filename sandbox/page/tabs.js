// The bar that names the phones, where they do not all fit beside each other; elsewhere it is there for the keyboard.

import { element, setAttribute } from "./dom.js";
import { PROVIDERS, SHORT_ROLES, say } from "./words.js";

const STEPS = [0, 0.25, 0.5, 0.75, 1]; // of a phone that is in view, at which to look anew

export class Tabs {
  #bar;
  #row;
  #tabs = new Map();
  #views = new Map();
  #seen = new Map();
  #watch;
  #onCurrent;

  /** `bar` gets a link for each phone in `row`; `onCurrent(view)` is called when another phone comes to the front. */
  constructor(bar, row, onCurrent) {
    this.#bar = bar;
    this.#row = row;
    this.#onCurrent = onCurrent;
    this.#watch = new IntersectionObserver((entries) => this.#look(entries), { root: row, threshold: STEPS });
    new ResizeObserver(() => this.measure()).observe(row);
  }

  /** The phone in front, or null where all are in view at once. */
  current = null;

  set views(views) {
    this.#watch.disconnect();
    this.#seen.clear();
    this.#tabs.clear();
    this.#views = new Map(views.map((view) => [view.node, view]));
    for (const view of views) {
      this.#tabs.set(view, this.#tab(view));
      this.#watch.observe(view.node);
    }
    this.#bar.replaceChildren(...this.#tabs.values());
    this.measure();
  }

  /** Shows how much is unread on a phone. */
  refresh(view) {
    const tab = this.#tabs.get(view);
    if (!tab) return;
    tab.querySelector(".badge").textContent = view.unread || "";
    setAttribute(tab, "aria-label", view.unread ? `${view.name}, ${view.unread} ${say("new")}` : view.name);
  }

  /** Looks anew whether all phones fit. */
  measure() {
    const fits = this.#row.scrollWidth <= this.#row.clientWidth + 1;
    this.#bar.toggleAttribute("data-spare", fits);
    this.#choose();
  }

  #tab(view) {
    const show = (event) => {
      event.preventDefault();
      view.node.scrollIntoView({ block: "nearest", inline: "center" });
      view.node.focus({ preventScroll: true });
    };
    return element(
      "a",
      { class: "tab", href: `#${view.node.id}`, "aria-label": view.name, "data-provider": view.provider, onclick: show },
      element("span", { class: "tab-role" }, SHORT_ROLES[view.role] ?? view.role),
      element("span", { class: "provider" }, PROVIDERS[view.provider] ?? view.provider),
      element("span", { class: "badge" }),
    );
  }

  #look(entries) {
    for (const entry of entries) this.#seen.set(this.#views.get(entry.target), entry.intersectionRatio);
    this.#choose();
  }

  #choose() {
    const best = Math.max(0, ...this.#seen.values());
    const alone = [...this.#seen.values()].filter((ratio) => ratio > 0.5).length === 1;
    const chosen = alone ? [...this.#seen].find(([, ratio]) => ratio === best)[0] : null;
    if (chosen === this.current) return;
    this.current = chosen;
    for (const [view, tab] of this.#tabs) setAttribute(tab, "aria-current", view === chosen && "true");
    if (!chosen) return;
    const tab = this.#tabs.get(chosen);
    this.#bar.scrollTo({ left: tab.offsetLeft - (this.#bar.clientWidth - tab.offsetWidth) / 2 });
    this.#onCurrent(chosen);
  }
}
