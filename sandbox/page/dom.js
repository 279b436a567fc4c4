// Builds elements. Text is only ever set as text, so what a customer writes can never become markup.

/**
 * An element with its attributes and children. A string child becomes a text node; an attribute that is null,
 * undefined or false is left out, true gives the empty attribute, and one whose name begins with "on" is a listener.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else setAttribute(made, name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets an attribute, or takes it away where the value is null, undefined or false. */
export function setAttribute(target, name, value) {
  if (value === null || value === undefined || value === false) target.removeAttribute(name);
  else target.setAttribute(name, value === true ? "" : String(value));
}

/** Text for screen readers alone. */
export function unseen(text) {
  return element("span", { class: "unseen" }, text);
}
