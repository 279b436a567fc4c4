// A view that changes while it is open: the server sends it whole whenever it is another. While somebody types or
// chooses in it, it stays as it is and says that something is new.
const view = document.getElementById("view");
const status = document.getElementById("live");
let waiting = null;

function say(what) {
  if (status.dataset.state === what) return;
  status.dataset.state = what;
  status.hidden = false;
  status.textContent = status.dataset[what];
}

function busy() {
  const at = document.activeElement;
  const typing = view.contains(at) && at.matches("input, select, textarea");
  return typing || view.querySelector("details[open]") !== null;
}

function show(html) {
  const at = document.activeElement;
  const place = view.contains(at) ? at.getAttribute("href") || at.value : null;
  const kind = place === null ? null : at.localName;
  view.innerHTML = html;
  if (place === null) return;
  for (const one of view.querySelectorAll(kind)) {
    if ((one.getAttribute("href") || one.value) === place) {
      one.focus({ preventScroll: true });
      return;
    }
  }
}

function later() {
  if (waiting === null || busy()) return;
  show(waiting);
  waiting = null;
  say("live");
}

const stream = new EventSource(view.dataset.stream);
stream.addEventListener("open", () => say("live"));
stream.addEventListener("error", () => say("lost"));
stream.addEventListener("show", (event) => {
  waiting = event.data;
  if (busy()) say("news");
  later();
});
stream.addEventListener("over", () => {
  stream.close();
  window.location.reload();
});
view.addEventListener("focusout", () => setTimeout(later, 0));
view.addEventListener("toggle", later, true);
window.addEventListener("pagehide", () => stream.close());
