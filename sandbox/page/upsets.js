// What can be done to the bot from the page: its server's plug, everything delivered three times, the clock.

import { addFault, moveClock, plug, removeFault } from "./sandbox.js";
import { PROVIDERS, momentWords, say } from "./words.js";

const THRICE = { kind: "duplicate", copies: 2, times: null };

/** The row of levers; hidden where the sandbox did not start the server itself. */
export class Upsets {
  #node;
  #plug;
  #thrice;
  #server;
  #moved;
  #state = null;
  #faults = [];

  constructor(node) {
    this.#node = node;
    this.#plug = node.querySelector("#plug");
    this.#thrice = node.querySelector("#thrice");
    this.#server = node.querySelector("#server");
    this.#moved = node.querySelector("#moved");
    this.#plug.addEventListener("click", () => this.#do(this.#plug, () => plug(this.#state === "down")));
    this.#thrice.addEventListener("click", () => this.#do(this.#thrice, () => this.#turnThrice()));
    for (const lever of node.querySelectorAll("[data-ahead]")) {
      lever.addEventListener("click", () => this.#do(lever, () => this.#ahead(Number(lever.dataset.ahead))));
    }
  }

  /** Shows how things stand when the page opens, or after it was cut off. */
  begin(server, faults) {
    this.#node.hidden = server === null;
    if (server) this.showServer(server);
    this.showFaults(faults);
  }

  showServer({ state, seconds, error }) {
    const again = state === "up" && this.#state !== null && this.#state !== "up";
    if (state !== this.#state || error) this.#say(serverWords(state, seconds, error, again));
    this.#state = state;
    this.#server.dataset.up = String(state === "up");
    this.#plug.textContent = say({ up: "Pull the plug", down: "Plug it in again" }[state] ?? "Starting …");
    this.#node.dataset.server = state;
  }

  showFaults(faults) {
    this.#faults = faults.filter(isThrice);
    this.#thrice.setAttribute("aria-pressed", String(this.#faults.length > 0));
  }

  #turnThrice() {
    if (this.#faults.length) return Promise.all(this.#faults.map((fault) => removeFault(fault.id)));
    return Promise.all(Object.keys(PROVIDERS).map((provider) => addFault({ provider, ...THRICE })));
  }

  async #ahead(seconds) {
    const { clock } = await moveClock(seconds);
    this.#moved.textContent = say("The clock says {moment}.", { moment: momentWords(clock) });
  }

  /** One press at a time; the button keeps the focus meanwhile, which a disabled one would lose. */
  async #do(lever, act) {
    if (lever.getAttribute("aria-disabled") === "true" || this.#state === "starting") return;
    lever.setAttribute("aria-disabled", "true");
    try {
      await act();
    } catch (problem) {
      this.#say(problem.message);
    }
    lever.removeAttribute("aria-disabled");
  }

  #say(words) {
    if (this.#server.textContent !== words) this.#server.textContent = words;
  }
}

function isThrice(fault) {
  return Object.entries(THRICE).every(([name, value]) => fault[name] === value) && fault.on === "*" && fault.to === null;
}

function serverWords(state, seconds, error, again) {
  if (error) return error;
  if (state === "down") return say("The server is down.");
  if (state === "starting") return say("The server is starting …");
  return again ? say("The server is back after {seconds} s, and sends again within 10 s.", { seconds }) : say("The server is up.");
}
