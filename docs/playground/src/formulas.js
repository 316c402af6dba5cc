/** The measures as formulas, with where they hold, and as LaTeX to copy. */
import { announce, el, fragment } from "./dom.js";
import { whyNot } from "./panels.js";

export function formulasPanel({ latest, ask }) {
  const copy = async () => {
    const told = await ask("file", { form: "latex" }, "export");
    if (!told?.text) return;
    await navigator.clipboard.writeText(told.text);
    announce("The formulas are copied as LaTeX.");
  };
  return {
    name: "formulas",
    title: "Formulas",
    show(place) {
      const told = latest();
      if (!told) return;
      place.classList.remove("stale");
      if (told.errors) {
        place.replaceChildren(whyNot(told.errors));
        return;
      }
      const notes = el("div", { class: "notes" });
      notes.append(fragment(told.notes));
      place.replaceChildren(
        el("h2", {}, told.title),
        el("p", { class: "settings" }, told.settings),
        fragment(told.table),
        notes,
        el("p", {}, el("button", { type: "button", class: "link", onclick: copy }, "Copy as LaTeX")),
      );
    },
  };
}
