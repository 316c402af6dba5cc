/**
 * The block diagram: a click on a box goes to its line, a hover or the focus tells what it does.
 *
 * Promises: the picture is parsed as XML and runs nothing; its own style rules hold for it alone.
 */
import { el, fragment } from "./dom.js";
import { News, fill, whyNot } from "./panels.js";

const SHORT = 250;

export function diagramPanel({ asPanel, ask, goTo, state }) {
  const card = el("div", { class: "card", role: "tooltip", id: "box-told", hidden: true });
  const style = new CSSStyleSheet();
  let timer = 0;
  let shown = null;

  const hide = () => {
    clearTimeout(timer);
    card.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = null;
  };

  const tell = (box) => {
    hide();
    shown = box;
    timer = setTimeout(async () => {
      const told = await ask("explain", { offset: Number(box.dataset.from) }, "hover").catch(() => null);
      if (!told || shown !== box) return;
      card.replaceChildren(told.errors ? whyNot(told.errors) : fragment(told.html));
      card.hidden = false;
      box.setAttribute("aria-describedby", card.id);
      put(box);
    }, SHORT);
  };

  const put = (box) => {
    const near = box.getBoundingClientRect();
    const width = Math.min(400, innerWidth - 24);
    card.style.width = `${width}px`;
    const height = card.offsetHeight;
    const beside = near.left - width - 12 > 0 ? near.left - width - 12 : near.right + 12;
    if (beside + width < innerWidth) {
      card.style.left = `${beside}px`;
      card.style.top = `${Math.max(8, Math.min(near.top - 12, innerHeight - height - 8))}px`;
    } else {
      card.style.left = `${Math.max(12, Math.min(near.left, innerWidth - width - 12))}px`;
      card.style.top = `${innerHeight - near.bottom > height + 16 ? near.bottom + 8 : Math.max(8, near.top - height - 8)}px`;
    }
  };

  const go = (box) => {
    hide();
    goTo(Number(box.dataset.from), Number(box.dataset.to));
  };

  const boxOf = (event) => event.target.closest?.("[data-from]");

  const drawing = ({ svg, style: rules }) => {
    const root = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
    style.replaceSync(rules);
    document.adoptedStyleSheets = [...new Set([...document.adoptedStyleSheets, style])];
    root.setAttribute("role", "group");
    for (const box of root.querySelectorAll("[data-from]")) {
      const lines = [...box.querySelectorAll("text")].map((line) => line.textContent);
      box.setAttribute("aria-label", `${lines.join(", ")}: go to its line`);
      box.querySelector("title")?.remove();
    }
    const frame = el("div", { class: "drawing", tabindex: "0", role: "region", "aria-label": "Block diagram" }, root);
    frame.addEventListener("click", (event) => boxOf(event) && go(boxOf(event)));
    frame.addEventListener("pointerover", (event) => boxOf(event) && boxOf(event) !== shown && tell(boxOf(event)));
    frame.addEventListener("pointerout", (event) => boxOf(event) && !boxOf(event).contains(event.relatedTarget) && hide());
    frame.addEventListener("focusin", (event) => boxOf(event) && tell(boxOf(event)));
    frame.addEventListener("focusout", hide);
    frame.addEventListener("keydown", (event) => {
      const box = boxOf(event);
      if (event.key === "Escape") hide();
      if (!box || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      go(box);
    });
    return frame;
  };

  const news = new News();
  return {
    name: "diagram",
    title: "Diagram",
    make: () => document.body.append(card),
    async show(place) {
      if (!news.is(state())) return;
      hide();
      await fill(place, asPanel("diagram"), news, drawing);
    },
  };
}
