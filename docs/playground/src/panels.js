/**
 * The tabs of results, of which one is open; the arrow keys go from one to the next.
 *
 * From: panels `{ name, title, make(place), show(place, state) }`. To: tabs and their panels. `show` is
 * called when a panel is opened, and when what it shows has changed while it is open.
 */
import { el } from "./dom.js";

export class Panels {
  constructor(tabs, places, panels, opened) {
    this.opened = opened;
    this.known = new Map();
    for (const panel of panels) {
      const place = el("div", { role: "tabpanel", id: `panel-${panel.name}`, "aria-labelledby": `tab-${panel.name}`, tabindex: "0", hidden: true });
      const tab = el("button", { role: "tab", type: "button", id: `tab-${panel.name}`, "aria-controls": place.id, "aria-selected": "false", tabindex: "-1", onclick: () => this.open(panel.name) }, panel.title);
      panel.make?.(place);
      tabs.append(tab);
      places.append(place);
      this.known.set(panel.name, { panel, tab, place });
    }
    tabs.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const names = [...this.known.keys()];
    const here = names.indexOf(this.current);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const name = names[(to + names.length) % names.length];
    this.open(name);
    this.known.get(name).tab.focus();
  }

  /** Open a panel; an unknown name opens the first. */
  open(name) {
    this.current = this.known.has(name) ? name : this.known.keys().next().value;
    for (const [other, { tab, place }] of this.known) {
      const chosen = other === this.current;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      place.hidden = !chosen;
    }
    this.opened(this.current);
    this.refresh();
  }

  /** Show the open panel anew. */
  refresh() {
    const { panel, place } = this.known.get(this.current);
    panel.show(place);
  }
}

/** Tells whether what a panel is to show is new since the last time. */
export class News {
  is(...parts) {
    const key = JSON.stringify(parts);
    const news = key !== this.last;
    this.last = key;
    return news;
  }

  /** What was asked has had no answer: it is to be asked again. */
  forget() {
    this.last = undefined;
  }
}

/** Show why there is nothing to see. */
export function whyNot(errors) {
  return el("ul", { class: "errors" }, ...errors.map(({ message, hint, line }) =>
    el("li", {}, line ? `Line ${line}: ` : "", message, hint ? el("small", {}, `hint: ${hint}`) : null)));
}

/** Show what an answer has, or why there is nothing; what is out of date stays, but pale, until then. */
export async function fill(place, asked, news, show) {
  const wanted = news.last;
  place.classList.add("stale");
  let shown;
  try {
    const told = await asked;
    if (news.last !== wanted) return; // a newer answer is on its way
    if (told === null) return news.forget();
    shown = told.errors ? [whyNot(told.errors)] : [show(told)].flat();
  } catch (error) {
    news.forget();
    shown = [whyNot([{ message: error.message }])];
  }
  place.replaceChildren(...shown);
  place.classList.remove("stale");
}
