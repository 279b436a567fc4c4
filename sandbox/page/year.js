// A year in a minute: the clock runs by itself, and what was said meanwhile stands in a calendar.

import { element } from "./dom.js";
import { moveClock } from "./sandbox.js";
import { dateWords, momentWords, monthWords, say } from "./words.js";

const DAY = 86_400_000; // milliseconds
const PAUSE = 20; // milliseconds between two moves, in which the bot sees to what is due; and as long as the move took
const QUIET = 400; // milliseconds without a message after which the bot has settled
const SOON = 60; // seconds of the step behind a message: more may follow it
const ACTS = "button, input, select, textarea"; // by which a visitor does something

/**
 * The lever that lets a year pass, and its calendar: by month what the admins were told, and how much went to customers.
 * It stops when it is pressed again, and when the visitor does anything else.
 */
export class Year {
  #lever;
  #calendar;
  #said;
  #began = null; // the moment from which messages stand in the calendar
  #running = false;
  #heard = -Infinity; // when the last message came, on the browser's own clock
  #noted = new Set();
  #months = new Map();
  #counts = new Map(); // by day the line that counts the messages to customers

  constructor(lever, calendar, said) {
    this.#lever = lever;
    this.#calendar = calendar;
    this.#said = said;
    lever.addEventListener("click", () => (this.#running ? this.stop() : this.#run()));
    for (const event of ["click", "input"]) {
      document.addEventListener(event, ({ target }) => target.closest(ACTS) !== lever && target.closest(ACTS) && this.stop(), true);
    }
  }

  stop() {
    this.#running = false;
  }

  /** Takes note of a message on a phone of this role, once. */
  note({ id, role }, message) {
    const key = `${id} ${message.id}`;
    if (this.#began === null || message.from !== "bot" || message.at < this.#began || this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#heard = performance.now();
    if (role === "admin") this.#line(message.at).append(message.text.split("\n")[0]);
    if (role === "customer") this.#count(message.at);
  }

  async #run() {
    this.#show(true);
    try {
      const { clock } = await moveClock(0);
      this.#clear(clock);
      await this.#pass(clock, new Date(Date.parse(clock) + Number(this.#lever.dataset.days) * DAY));
    } catch (problem) {
      this.#said.textContent = problem.message;
    }
    this.#show(false);
  }

  async #pass(from, end) {
    let clock = from;
    while (this.#running && new Date(clock) < end) {
      const before = performance.now();
      ({ clock } = await moveClock(this.#step(clock), true));
      this.#month(clock);
      await this.#settled(PAUSE + performance.now() - before);
    }
    const words = this.#running ? "The time is over. The clock says {moment}." : "Stopped. The clock says {moment}.";
    this.#said.textContent = [say(words, { moment: momentWords(clock) }), ...(this.#noted.size ? [] : [this.#hint()])].join(" ");
  }

  #hint() {
    const command = document.getElementById(this.#lever.getAttribute("aria-describedby")).querySelector("code").textContent;
    return say("Nothing was said. As the admin, type {command} and confirm; then let a year pass again.", { command });
  }

  /** Seconds to the next move: a minute behind a message, else to the next 10 o'clock. */
  #step(clock) {
    if (performance.now() - this.#heard < 2 * QUIET) return SOON;
    const next = new Date(clock);
    next.setHours(next.getHours() < 10 ? 10 : 34, 0, 1, 0);
    return (next - new Date(clock)) / 1000;
  }

  async #settled(pause) {
    do await new Promise((done) => setTimeout(done, pause));
    while (this.#running && performance.now() - this.#heard < QUIET);
  }

  #show(running) {
    this.#running = running;
    this.#lever.setAttribute("aria-pressed", String(running));
  }

  #clear(clock) {
    this.#began = clock;
    for (const kept of [this.#noted, this.#months, this.#counts]) kept.clear();
    this.#calendar.replaceChildren();
    this.#calendar.hidden = false;
    this.#said.textContent = "";
  }

  #count(at) {
    const day = dateWords(at);
    if (!this.#counts.has(day)) {
      const number = element("span", {}, "0");
      this.#line(at).append(say("Messages to customers:"), " ", number);
      this.#counts.set(day, number);
    }
    const number = this.#counts.get(day);
    number.textContent = String(Number(number.textContent) + 1);
  }

  #line(at) {
    const line = element("li", {}, element("time", { datetime: at }, dateWords(at)), " ");
    this.#month(at).append(line);
    this.#toEnd();
    return line;
  }

  /** The list of a month, which the calendar shows from now on. */
  #month(at) {
    const month = monthWords(at);
    if (!this.#months.has(month)) {
      const list = element("ol", {});
      this.#months.set(month, list);
      this.#calendar.append(element("section", {}, element("h3", {}, month), list));
      this.#toEnd();
    }
    return this.#months.get(month);
  }

  #toEnd() {
    this.#calendar.scrollTop = this.#calendar.scrollHeight;
  }
}
