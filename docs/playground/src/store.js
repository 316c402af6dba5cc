/** What a reload is to find again: the spec with its history, law set, params, lesson, panel. */

const KEY = "layercalc-playground";

/** Read what was kept in this tab, else the last of any tab. */
export function kept() {
  for (const store of [sessionStorage, localStorage]) {
    try {
      const found = JSON.parse(store.getItem(KEY));
      if (typeof found?.text === "string") return found;
    } catch {
      // What cannot be read is not there.
    }
  }
  return null;
}

/** Keep a state; a history that is too large for the store is left out. */
export function keep(state, editor) {
  for (const store of [sessionStorage, localStorage]) {
    try {
      store.setItem(KEY, JSON.stringify({ ...state, editor }));
    } catch {
      try {
        store.setItem(KEY, JSON.stringify(state));
      } catch {
        // A full or forbidden store: a reload starts anew.
      }
    }
  }
}
