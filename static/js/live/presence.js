/** The lines that say who reads a topic now and who is writing. */

import { names, sentence } from "./texts.js";

const NAMED = 5;
const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 2_500;

/**
 * @param {import("./room.js").Room} room
 * @param {Element | null} line
 */
export function showPresence(room, line) {
  room.addEventListener("presence", (event) => {
    if (!(line instanceof HTMLElement) || !(event instanceof CustomEvent)) return;
    const { count, names: people } = event.detail;
    line.hidden = count === 0;
    line.querySelector("[data-words]")?.replaceChildren(sentence("readers", {}, count));
    const named = line.querySelector("[data-names]");
    named?.replaceChildren(people.length > 0 && people.length <= NAMED ? names(people) : "");
  });
}

/**
 * @param {import("./room.js").Room} room
 * @param {Element | null} line
 */
export function showTyping(room, line) {
  /** @type {Map<string, { name: string, lang: string, timer: ReturnType<typeof setTimeout> }>} */
  const writing = new Map();
  const show = () => {
    if (!(line instanceof HTMLElement)) return;
    line.hidden = writing.size === 0;
    if (writing.size === 0) return;
    const words = sentence("typing", { names: names([...writing.values()]) }, writing.size);
    line.querySelector("[data-words]")?.replaceChildren(words);
  };
  const stop = (/** @type {string} */ name) => {
    clearTimeout(writing.get(name)?.timer);
    if (writing.delete(name)) show();
  };
  room.addEventListener("typing", (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { name, lang } = event.detail;
    clearTimeout(writing.get(name)?.timer);
    writing.set(name, { name, lang, timer: setTimeout(() => stop(name), TYPING_MS) });
    show();
  });
  room.addEventListener("happened", (event) => {
    // Whoever was writing has most likely just sent it.
    if (event instanceof CustomEvent && event.detail.type === "post") for (const name of [...writing.keys()]) stop(name);
  });
}

/**
 * @param {import("./room.js").Room} room
 * @param {Element | null} field
 */
export function tellTyping(room, field) {
  let last = 0;
  field?.addEventListener("input", () => {
    if (Date.now() - last < TYPING_EVERY_MS) return;
    last = Date.now();
    room.say("typing");
  });
}
