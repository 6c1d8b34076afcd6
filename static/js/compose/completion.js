/** Names offered while they are typed, by GitHub's text expander: `@member`, `#tag`, `:emoji:`. */

import "@github/text-expander-element";
import { ask, isDone } from "../request.js";

const KINDS = new Map([
  ["@", "member"],
  ["#", "tag"],
  [":", "emoji"],
]);
const FEWEST = new Map([["emoji", 2]]);

/** @param {HTMLElement} composer */
export function watchCompletion(composer) {
  const expander = composer.querySelector("[data-completing]");
  if (!(expander instanceof HTMLElement)) return;
  expander.addEventListener("text-expander-change", (event) => {
    if (event instanceof CustomEvent) event.detail.provide(offer(composer, event.detail.key, event.detail.text));
  });
  expander.addEventListener("text-expander-value", (event) => {
    if (event instanceof CustomEvent) event.detail.value = event.detail.item.getAttribute("data-value");
  });
  // The field was written by a script: whoever keeps drafts or counts signs hears of it.
  expander.addEventListener("text-expander-committed", () => {
    expander.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/**
 * @param {HTMLElement} composer
 * @param {string} key
 * @param {string} text
 * @returns {Promise<{ matched: boolean, fragment?: HTMLElement }>}
 */
async function offer(composer, key, text) {
  const kind = KINDS.get(key) ?? "";
  if (text.length < (FEWEST.get(kind) ?? 0)) return { matched: false };
  const url = new URL((composer.dataset["completeUrl"] ?? "").replace("/kind", `/${kind}`), location.href);
  url.searchParams.set("q", text);
  const answer = await ask(url.href);
  const items = isDone(answer) ? answer.data["items"] : [];
  if (!items.length) return { matched: false };
  const menu = document.createElement("ul");
  menu.className = "completions";
  menu.setAttribute("role", "listbox");
  menu.append(...items.map(option));
  return { matched: true, fragment: menu };
}

/** @param {{ value: string, label: string, detail: string, lang: string }} item */
function option({ value, label, detail, lang }) {
  const row = document.createElement("li");
  row.id = `completion-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`;
  row.setAttribute("role", "option");
  row.setAttribute("data-value", value);
  const name = document.createElement("bdi");
  name.textContent = label;
  if (lang) name.lang = lang;
  const more = document.createElement("bdi");
  more.className = "meta";
  more.textContent = detail;
  row.append(name, " ", more);
  return row;
}
