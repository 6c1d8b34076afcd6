/** The queue of texts that wait: keys to go through it, and a word when another moderator decides or more comes in. */

import { roomsOf } from "../live/page.js";

/** @param {HTMLElement} list */
export function bind(list) {
  document.addEventListener("keydown", (event) => press(list, event));
  for (const room of roomsOf(list)) {
    room.addEventListener("happened", (event) => {
      if (!(event instanceof CustomEvent) || event.detail["type"] !== "queue") return;
      const { what, public_id } = event.detail["data"] ?? {};
      if (what === "decided") settle(list, String(public_id));
      if (what === "held") announce(list);
    });
  }
}

/**
 * @param {HTMLElement} list
 * @param {KeyboardEvent} event
 */
function press(list, event) {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") return move(list, key === "j" ? 1 : -1, event);
  const item = current(list);
  if (!item) return;
  if (key === "x") {
    event.preventDefault();
    item.querySelector("input")?.click();
  }
  if (key === "a" || key === "r") {
    event.preventDefault();
    const button = item.querySelector(`[data-key="${key}"]`);
    if (button instanceof HTMLElement) button.click();
    if (key === "r") item.querySelector("textarea")?.focus();
  }
}

/** @param {HTMLElement} list */
function current(list) {
  const item = document.activeElement?.closest("article");
  return item && list.contains(item) ? item : null;
}

/**
 * @param {HTMLElement} list
 * @param {number} step
 * @param {KeyboardEvent} event
 */
function move(list, step, event) {
  const items = [...list.querySelectorAll("article")];
  const item = current(list);
  const next = items[item ? items.indexOf(item) + step : step > 0 ? 0 : items.length - 1];
  event.preventDefault();
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/**
 * Another moderator decided: nothing is left to do here.
 * @param {HTMLElement} list
 * @param {string} id
 */
function settle(list, id) {
  for (const item of list.querySelectorAll(`[data-subject="${CSS.escape(id)}"]`)) {
    for (const control of item.querySelectorAll("button, input, textarea")) control.toggleAttribute("disabled", true);
    item.setAttribute("aria-disabled", "true");
  }
}

/** @param {HTMLElement} list */
function announce(list) {
  if (document.getElementById("more-waits")) return;
  const line = document.createElement("p");
  line.id = "more-waits";
  line.className = "notice";
  line.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = location.href.split("#")[0] ?? "";
  link.textContent = list.dataset["more"] ?? "";
  line.append(link);
  list.before(line);
}
