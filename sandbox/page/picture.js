// A picture in a message, and the same at its full size over the page.

import { element } from "./dom.js";
import { say } from "./words.js";

/**
 * The picture as a link to itself: a click shows it large, with the Ctrl or middle button it opens in a tab of its own
 * as any link does. `grown()` is called when it has arrived and takes its room.
 */
export function picture(url, alt, grown) {
  const image = element("img", { src: url, alt, onload: grown });
  const enlarge = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showLarge(url, alt);
  };
  return element("a", { href: url, target: "_blank", rel: "noopener", class: "whole", onclick: enlarge }, image);
}

/** Shows it until the Escape key, a click or the close button; the focus goes back to where it was. */
function showLarge(url, alt) {
  const close = element("button", { type: "button", class: "close" }, say("Close"));
  const dialog = element("dialog", { class: "large", "aria-label": say("Picture") }, close, element("img", { src: url, alt }));
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
