/**
 * The lessons: a list of them, and the card of the one under way, whose goals Python checks.
 *
 * Promises: what was solved is remembered on this machine only.
 */
import { announce, el } from "./dom.js";

const SOLVED = "layercalc-solved";

function solved() {
  try {
    return new Set(JSON.parse(localStorage.getItem(SOLVED) ?? "[]"));
  } catch {
    return new Set();
  }
}

export class Lessons {
  constructor({ card, ask, known, start, leave, solve }) {
    Object.assign(this, { card, ask, known, start, leave, solve });
    this.current = null;
  }

  panel() {
    return {
      name: "lessons",
      title: "Lessons",
      show: (place) => {
        if (!this.known()) return;
        const done = solved();
        place.replaceChildren(
          el("p", {}, "Eight short lessons that go with the paper. Each has a spec to change and a goal, which is checked while you type."),
          el("ol", { class: "lessons" }, ...this.known().lessons.map((lesson) => el("li", {},
            el("button", { type: "button", class: "link", onclick: () => this.start(lesson.name), "aria-current": lesson.name === this.current?.name ? "true" : undefined }, lesson.title),
            done.has(lesson.name) ? el("span", { class: "done" }, " solved") : null,
            el("small", {}, lesson.goals.join("; "))))),
        );
      },
    };
  }

  find(name) {
    return this.known()?.lessons.find((lesson) => lesson.name === name) ?? null;
  }

  /** Show the card of a lesson, or none. */
  show(name) {
    if (this.current?.name === (name ?? undefined)) return;
    this.current = name ? this.find(name) : null;
    this.card.hidden = this.current === null;
    if (this.current === null) return;
    const { title, text, goals, hint } = this.current;
    const names = this.known().lessons.map((lesson) => lesson.name);
    const next = names[names.indexOf(name) + 1];
    this.goals = goals.map((goal) => el("li", { class: "open" }, el("span", { class: "mark", "aria-hidden": "true" }, "○"), el("code", {}, goal), el("small", {})));
    this.next = next ? el("button", { type: "button", onclick: () => this.start(next), hidden: true }, `Next: ${this.find(next).title}`) : null;
    this.card.replaceChildren(
      el("div", { class: "head" },
        el("h2", {}, `${names.indexOf(name) + 1}. ${title}`),
        el("button", { type: "button", class: "link", onclick: () => this.leave(), "aria-label": "Leave the lesson" }, "✕")),
      ...text.map((part) => el("p", {}, part)),
      el("ul", { class: "goals", "aria-label": "Goals" }, ...this.goals),
      el("div", { class: "row" },
        el("details", {}, el("summary", {}, "Hint"), el("p", {}, hint)),
        el("button", { type: "button", class: "link", onclick: () => this.start(name) }, "Start again"),
        el("button", { type: "button", class: "link", onclick: () => this.solve(this.current) }, "Show a solution"),
        this.next),
    );
  }

  /** Check the goals against the text as it stands. */
  async check() {
    const lesson = this.current;
    if (!lesson) return;
    const told = await this.ask("goals", { lesson: lesson.name }).catch(() => null);
    if (!told?.goals || lesson !== this.current) return;
    told.goals.forEach(({ goal, met, told: why }, place) => {
      const row = this.goals[place];
      row.className = met ? "met" : "open";
      row.children[0].textContent = met ? "●" : "○";
      row.children[1].textContent = goal;
      row.children[2].textContent = `${met ? "met" : "not yet"}: ${why}`;
    });
    const done = told.goals.every(({ met }) => met);
    if (this.next) this.next.hidden = !done;
    if (done && !this.card.classList.contains("solved")) {
      announce(`The lesson ${lesson.title} is solved.`);
      try {
        localStorage.setItem(SOLVED, JSON.stringify([...solved().add(lesson.name)]));
      } catch {
        // Without a store the page still teaches; it only forgets.
      }
    }
    this.card.classList.toggle("solved", done);
  }
}
