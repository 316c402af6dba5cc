/** Small helpers for elements; texts of others only ever become text nodes. */

/**
 * Make an element: `el("p", { class: "note", onclick: act }, "text", child)`.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Find the one element with an id. */
export const at = (id) => document.getElementById(id);

/** What a table needs that may be wider than its place, so that keys reach all of it. */
export const SCROLLED = { tabindex: "0", role: "region", "aria-label": "Table" };

/** Show HTML that a report of layercalc made: it escapes all texts of specs, and the policy runs nothing. */
export function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const wide of parsed.querySelectorAll("div:has(> table)")) {
    for (const [name, value] of Object.entries(SCROLLED)) wide.setAttribute(name, value);
  }
  const made = document.createDocumentFragment();
  made.append(...parsed.body.childNodes);
  return made;
}

/** Offer a text as a file. */
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Tell a reader, and a screen reader, what happened. */
export function announce(text) {
  at("announcement").textContent = text;
}
