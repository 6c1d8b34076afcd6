/** What a search box offers while one types: pages to open, and words to search for. */

import Combobox from "@github/combobox-nav";

const PAUSE_MS = 150;
const FEWEST = 2;

/** @typedef {{ kind: string, group: string, label: string, words: string, url: string, lang: string, dir: string }} Item */

/** @param {HTMLElement} input */
export function bind(input) {
  if (!(input instanceof HTMLInputElement) || !input.form) return;
  const list = document.createElement("div");
  list.className = "completions suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() ?? "");
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "aside-text";
  said.setAttribute("role", "status");
  input.form.append(list, said);
  const combobox = new Combobox(input, list, { tabInsertsSuggestions: false });
  offer(input, list, said, combobox);
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {HTMLElement} said
 * @param {Combobox} combobox
 */
function offer(input, list, said, combobox) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asking = new AbortController();
  const close = () => {
    clearTimeout(timer);
    asking.abort();
    if (list.hidden) return;
    combobox.stop();
    list.hidden = true;
    said.textContent = "";
  };
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const answer = await found(input, signal);
    if (!answer || signal.aborted) return;
    combobox.stop();
    list.replaceChildren(...grouped(answer.items, list.id));
    list.style.insetBlockStart = `${input.offsetTop + input.offsetHeight}px`;
    list.hidden = !answer.items.length;
    if (answer.items.length) combobox.start();
    said.textContent = answer.said;
  };
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    asking.abort();
    if (event instanceof InputEvent && event.isComposing) return;
    if (input.value.trim().length < FEWEST) close();
    else timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.preventDefault(); // the first Escape closes the list, the next one empties the box
    event.stopPropagation();
    close();
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("combobox-commit", (event) => {
    const option = event.target;
    if (option instanceof HTMLElement && option.dataset["url"]) location.assign(option.dataset["url"]);
  });
}

/**
 * @param {HTMLInputElement} input
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: Item[], said: string } | null>}
 */
async function found(input, signal) {
  const url = new URL(input.dataset["suggestUrl"] ?? "", location.href);
  url.searchParams.set("q", input.value);
  const answer = await fetch(url, { credentials: "same-origin", signal }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/**
 * @param {Item[]} items
 * @param {string} name
 * @returns {HTMLElement[]}
 */
function grouped(items, name) {
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  for (const [at, item] of items.entries()) {
    const group = groups.get(item.kind) ?? groupOf(item, `${name}-${item.kind}`);
    groups.set(item.kind, group);
    group.append(option(item, `${name}-${at}`));
  }
  return [...groups.values()];
}

/**
 * @param {Item} item
 * @param {string} id
 */
function groupOf(item, id) {
  const group = document.createElement("ul");
  const title = document.createElement("li");
  title.id = id;
  title.className = "meta";
  title.setAttribute("role", "presentation");
  title.textContent = item.group;
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", id);
  group.append(title);
  return group;
}

/**
 * @param {Item} item
 * @param {string} id
 */
function option({ label, lang, dir, url }, id) {
  const row = document.createElement("li");
  row.id = id;
  row.setAttribute("role", "option");
  row.dataset["url"] = url;
  const name = document.createElement("span");
  name.textContent = label;
  name.lang = lang;
  name.dir = dir;
  row.append(name);
  return row;
}
