// The text of a message: spans in, nodes out.

import { element } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };
const OPENS_ELSEWHERE = new Set(["http:", "https:"]);
const OPENS_AN_APP = new Set(["tel:", "mailto:", "sms:", "tg:"]);

/** The nodes of a message's `rich` text, in order. */
export function richText(spans) {
  const nodes = [];
  for (const span of withWholeQuotes(spans)) {
    if (span.kind === "quote") nodes.push(element("blockquote", {}, span.text));
    else if (span.kind === "link") nodes.push(link(span.url, span.text || span.url));
    else if (span.kind === "mention") nodes.push(element("span", { class: "mention" }, span.text));
    else if (span.kind in TAGS) nodes.push(element(TAGS[span.kind], {}, span.text));
    else if (span.text) nodes.push(document.createTextNode(span.text));
  }
  return nodes;
}

/** Whether an address may become a link: one with a scheme that runs nothing on this page. */
export function mayBeFollowed(url) {
  const scheme = schemeOf(url);
  return OPENS_ELSEWHERE.has(scheme) || OPENS_AN_APP.has(scheme);
}

/** A link; plain text where its address is none that may be followed. */
export function link(url, text, attributes = {}) {
  if (!mayBeFollowed(url)) return element("span", attributes, text);
  const away = OPENS_ELSEWHERE.has(schemeOf(url)) ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return element("a", { ...attributes, href: url, ...away }, text);
}

function schemeOf(url) {
  try {
    return new URL(url).protocol;
  } catch {
    return ""; // a relative address, or none at all
  }
}

/**
 * Lines that are quoted one by one become one quotation, and the line breaks around it go: a block quote stands on
 * lines of its own already.
 */
function withWholeQuotes(spans) {
  const whole = [];
  spans.forEach((span, index) => {
    const last = whole.at(-1);
    const next = spans[index + 1];
    if (last?.kind === "quote" && span.kind === "text" && span.text === "\n" && next?.kind === "quote") {
      last.open = true;
    } else if (last?.open && span.kind === "quote") {
      last.text += `\n${span.text}`;
      last.open = false;
    } else {
      whole.push({ ...span });
    }
  });
  whole.forEach((span, index) => {
    if (span.kind !== "text") return;
    if (whole[index - 1]?.kind === "quote") span.text = span.text.replace(/^\n/, "");
    if (whole[index + 1]?.kind === "quote") span.text = span.text.replace(/\n$/, "");
  });
  return whole;
}
