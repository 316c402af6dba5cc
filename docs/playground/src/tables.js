/** Panels of tables that Python makes: growth, and law sets side by side. */
import { el, fragment } from "./dom.js";
import { News, fill } from "./panels.js";

/** A choice of the param that a panel is about; it prefers one that stands as a symbol. */
export function makeChooser(symbols) {
  return (name, changed) => {
    const select = el("select", { id: `${name}-param`, onchange: changed });
    const label = el("p", { class: "choice" }, el("label", { for: select.id }, "over "), select);
    let free = "";
    return {
      label,
      chosen(params) {
        const names = params.filter(({ kind }) => kind !== "switch").map((param) => param.name);
        const before = select.value;
        if ([...select.options].map((option) => option.value).join() !== names.join()) {
          select.replaceChildren(...names.map((param) => el("option", { value: param }, param)));
          if (names.includes(before)) select.value = before;
        }
        const now = symbols().filter((symbol) => names.includes(symbol))[0] ?? "";
        if (now && now !== free) select.value = now;
        free = now;
        label.hidden = names.length === 0;
        return select.value;
      },
    };
  };
}

function below(notes) {
  const made = el("div", { class: "notes" });
  made.append(fragment(notes));
  return made;
}

export function growthPanel({ asPanel, state, params, chooser }) {
  const choose = chooser("growth", () => panel.show());
  const body = el("div", {});
  const news = new News();
  const panel = {
    name: "growth",
    title: "Growth",
    make: (place) => place.append(choose.label, body),
    async show() {
      const param = choose.chosen(params());
      if (!news.is(state(), param)) return;
      if (!param) {
        body.replaceChildren(el("p", { class: "note" }, "Growth is told in a param, and this spec has none."));
        return;
      }
      await fill(body, asPanel("growth", { param }), news, ({ heading, html, notes }) => [
        el("h2", {}, heading), fragment(html), below(notes),
      ]);
    },
  };
  return panel;
}

export function lawsPanel({ asPanel, state }) {
  const news = new News();
  return {
    name: "laws",
    title: "Laws",
    async show(place) {
      if (!news.is(state())) return;
      await fill(place, asPanel("laws"), news, ({ html, notes, refused }) => [
        el("h2", {}, "Law sets side by side"),
        el("p", { class: "settings" }, "Each is a reading of the paper's section 5; params and MACs are the same in all."),
        fragment(html),
        below(notes),
        ...refused.map(({ laws, message }) => el("p", { class: "note" }, `${laws} refuses this network: ${message}`)),
      ]);
    },
  };
}
