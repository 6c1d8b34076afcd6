/**
 * Keys that act by themselves while nobody is typing, and the sheet that names them (`?`): the page behind the link,
 * in a dialog. They can be switched off there, which a cookie keeps.
 */

const ITEMS = ".post-item .post, .topics > .topic, [data-row]";
const SEQUENCE_MS = 1_500;

/** @param {HTMLElement} link */
export function bind(link) {
  if (!(link instanceof HTMLAnchorElement)) return;
  const sheet = new Sheet(link);
  let isAfterG = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  document.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const key = keyOf(event);
    const act = isAfterG ? goes(link)[key] : { ...acts, "?": () => sheet.open() }[key];
    clearTimeout(timer);
    isAfterG = !isAfterG && key === "g";
    if (isAfterG) timer = setTimeout(() => (isAfterG = false), SEQUENCE_MS);
    if (!act) return;
    event.preventDefault();
    act();
  });
  link.addEventListener("click", (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sheet.open();
  });
}

/** @type {Record<string, () => void>} */
const acts = {
  j: () => step(1),
  k: () => step(-1),
  n: () => press(document.querySelector(".pages a[rel=next]")),
  p: () => press(document.querySelector(".pages a[rel=prev]")),
  r: reply,
  b: () => press(current()?.closest(".post-item")?.querySelector("[data-act=bookmark]") ?? topicBookmark()),
  e: () => press(current()?.closest(".post-item")?.querySelector('.post-acts a[href$="/edit"]')),
  "/": search,
};

/**
 * @param {HTMLAnchorElement} link
 * @returns {Record<string, () => void>}
 */
function goes(link) {
  return {
    h: () => location.assign(link.dataset["home"] ?? "/"),
    l: () => location.assign(link.dataset["latest"] ?? "/"),
  };
}

/**
 * The letter on the key, also where the keyboard writes another script.
 * @param {KeyboardEvent} event
 */
function keyOf({ key, code }) {
  if (key.length === 1 && key.charCodeAt(0) < 128) return key.toLowerCase();
  return code.startsWith("Key") ? code.slice(3).toLowerCase() : key;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, dialog") !== null;
}

function isOff() {
  return document.cookie.split("; ").includes("shortcuts=off");
}

/** The message or row that has the focus, or holds what has it. */
function current() {
  const focused = document.activeElement;
  return focused?.closest(ITEMS) ?? focused?.closest(".post-item")?.querySelector(".post") ?? null;
}

/** @param {1 | -1} way */
function step(way) {
  const all = [...document.querySelectorAll(ITEMS)];
  const here = current();
  const place = here ? all.indexOf(here) + way : way > 0 ? firstInView(all) : -1;
  const item = all[place];
  if (!(item instanceof HTMLElement)) return;
  const title = item.matches(".post") ? null : item.querySelector("a.title");
  const focused = title instanceof HTMLElement ? title : item;
  if (focused === item) item.tabIndex = -1;
  focused.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

/** @param {Element[]} all */
function firstInView(all) {
  return Math.max(all.findIndex((item) => item.getBoundingClientRect().bottom > 0), 0);
}

function reply() {
  const link = current()?.closest(".post-item")?.querySelector(".post-acts a[data-behaviour~=answer]");
  if (link) return press(link);
  const field = document.querySelector("#compose textarea");
  if (field instanceof HTMLElement) field.focus();
}

function search() {
  const fields = [...document.querySelectorAll("input[type=search]")];
  const field = fields.find((one) => one instanceof HTMLElement && one.offsetParent !== null);
  if (field instanceof HTMLElement) return field.focus();
  press(document.querySelector(".masthead a[href$='/search']"));
}

function topicBookmark() {
  return document.querySelector("[data-topic-bookmark]");
}

/** @param {Element | null | undefined} element */
function press(element) {
  if (element instanceof HTMLElement) element.click();
}

class Sheet {
  /** @param {HTMLAnchorElement} link */
  constructor(link) {
    this.link = link;
    /** @type {HTMLDialogElement | null} */
    this.dialog = null;
  }

  async open() {
    this.dialog ??= await this.made();
    if (!this.dialog) location.assign(this.link.href);
    else if (!this.dialog.open) this.dialog.showModal();
  }

  /** @returns {Promise<HTMLDialogElement | null>} */
  async made() {
    const answer = await fetch(this.link.href, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.querySelector("[data-shortcuts]");
    if (!(list instanceof HTMLElement)) return null;
    const dialog = document.createElement("dialog");
    dialog.className = "sheet";
    const title = document.createElement("h2");
    title.id = "shortcuts-title";
    title.textContent = list.dataset["title"] ?? "";
    dialog.setAttribute("aria-labelledby", title.id);
    const close = document.createElement("button");
    close.className = "button quiet";
    close.type = "button";
    close.textContent = list.dataset["close"] ?? "";
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, document.importNode(list, true), close);
    document.body.append(dialog);
    keepChoice(dialog);
    return dialog;
  }
}

/**
 * The switch works at once, without leaving the page.
 * @param {HTMLDialogElement} dialog
 */
function keepChoice(dialog) {
  const form = dialog.querySelector("form");
  if (!form) return;
  const button = form.querySelector("[type=submit]");
  if (button instanceof HTMLElement) button.hidden = true;
  form.addEventListener("change", () => {
    const query = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    fetch(`${form.action}?${query}`, { credentials: "same-origin", redirect: "manual" }).catch(() => form.submit());
  });
}
