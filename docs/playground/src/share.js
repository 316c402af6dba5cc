/** The state of the page as the fragment of a link: JSON, compressed, in letters that a link may have. */

const MOST = 200_000;

async function through(bytes, stream) {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  const reader = out.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST) throw new Error("this link holds more than a spec may have");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Write a state as a fragment, without its `#`. */
export async function encoded(state) {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `s=${letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

const isText = (value) => typeof value === "string";

/**
 * Read a fragment; what is no state of ours is refused.
 * @returns {Promise<{text: string, laws?: string, params?: Record<string, string>} | null>}
 */
export async function decoded(fragment) {
  const found = /^#?s=([A-Za-z0-9_-]+)$/.exec(fragment);
  if (!found) return null;
  const letters = atob(found[1].replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const state = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await through(bytes, new DecompressionStream("deflate-raw"))));
  if (!isText(state?.text)) throw new Error("this link holds no spec");
  const params = Object.entries(state.params ?? {}).filter(([name, value]) => /^[A-Za-z_]\w*$/.test(name) && isText(value));
  return {
    text: state.text,
    laws: isText(state.laws) ? state.laws : undefined,
    params: Object.fromEntries(params),
    lesson: isText(state.lesson) ? state.lesson : undefined,
    panel: isText(state.panel) ? state.panel : undefined,
  };
}
