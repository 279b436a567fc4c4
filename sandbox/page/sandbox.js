// The sandbox over HTTP: what is on the phones, what a person does on one, and the stream of changes.

const BASE = "/sandbox";
const UNREACHABLE = "The sandbox does not answer. See whether it is still running, then try again.";
const LONGEST_WAIT = 5_000; // milliseconds between two attempts to open the stream

/** Everything as it stands: `{phones, clock, last_event}`. Throws an Error with one plain sentence. */
export async function snapshot() {
  const answer = await request("/phones");
  if (!Array.isArray(answer.phones)) throw new Error(answer.error ?? UNREACHABLE);
  return answer;
}

/** Does something on a phone ("type", "press", "edit", "send", "react", "delete", "block", "unblock"). Throws an Error with one plain sentence. */
export function act(phone, action, body = {}) {
  return post(`/phones/${encodeURIComponent(phone)}/${action}`, body);
}

/** Kills the bot's server (false) or starts it (true). Throws as `act` does, and so do the three below. */
export function plug(plugged) {
  return post("/server", { plugged });
}

/** Moves the clock ahead by so many seconds, for everybody; with `settle`, until what that makes due is done. */
export function moveClock(seconds, settle = false) {
  return post("/clock", { jump: seconds, settle });
}

/** Puts a fault in force. */
export function addFault(fault) {
  return post("/faults", fault);
}

/** Removes the fault with this id. */
export function removeFault(id) {
  return request(`/faults/${id}`, { method: "DELETE" });
}

/** Takes Telegram's webhook away, as another program with the bot's token does. */
export function removeWebhook() {
  return post("/telegram/remove-webhook", {});
}

async function post(path, body) {
  const answer = await request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(answer.error ?? UNREACHABLE);
  return answer;
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(BASE + path, { cache: "no-store", ...options });
  } catch {
    throw new Error(UNREACHABLE);
  }
  try {
    return await response.json();
  } catch {
    throw new Error(`The sandbox answered ${response.status} without a reason. Look in the terminal that it runs in.`);
  }
}

/**
 * Follows every change for as long as the page is open: `begin(snapshot)` at first and after each reset,
 * `change(data)` for each event, `linked(up, problem)` when the stream comes and goes.
 */
export function follow({ begin, change, linked }) {
  let source = null;
  let failures = 0;

  async function start() {
    source?.close();
    let now;
    try {
      now = await snapshot();
    } catch (error) {
      linked(false, error.message);
      again();
      return;
    }
    begin(now);
    source = new EventSource(`${BASE}/stream?after=${now.last_event}`);
    source.addEventListener("open", () => {
      failures = 0;
      linked(true);
    });
    source.addEventListener("message", (event) => {
      const data = JSON.parse(event.data);
      if (data.reset) start();
      else change(data);
    });
    source.addEventListener("error", () => {
      linked(false);
      // A dropped connection is reopened by the browser, after the last event that it saw; a refusal is final to it.
      if (source.readyState === EventSource.CLOSED) again();
    });
  }

  function again() {
    failures += 1;
    setTimeout(start, Math.min(500 * 2 ** (failures - 1), LONGEST_WAIT));
  }

  start();
}
