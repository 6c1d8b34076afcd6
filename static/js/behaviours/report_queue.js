/** The queue of reports: what comes, is taken or decided shows by itself, and nothing moves under who works on it. */

import { bindAll } from "../bind.js";
import { roomsOf } from "../live/page.js";
import { keepingPlace } from "../live/place.js";

const SOON_MS = 300;

/** @param {HTMLElement} queue */
export function bind(queue) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      refresh(queue).catch(reportError);
    }, SOON_MS);
  };
  for (const room of roomsOf(queue)) {
    room.addEventListener("happened", (event) => {
      if (event instanceof CustomEvent && event.detail["type"] === "queue") soon();
    });
    room.addEventListener("reload", soon);
  }
  document.addEventListener("keydown", (event) => press(queue, event));
}

/** @param {HTMLElement} queue */
async function refresh(queue) {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`[data-behaviour="${queue.dataset["behaviour"]}"]`);
  if (!(fresh instanceof HTMLElement)) return;
  keepingPlace(() => {
    for (const part of ["[data-queue-lead]", "nav.tabs", "nav.reasons"]) {
      document.querySelector(part)?.replaceWith(page.querySelector(part) ?? "");
    }
    if (itemsOf(queue).length && itemsOf(fresh).length) merge(queue, fresh);
    else if (!itemsOf(queue).some(isBusy)) replaceAll(queue, fresh);
  });
  say(queue);
}

/**
 * From one state of the list to the other: an item that someone works on keeps its place and its fields.
 * @param {HTMLElement} queue
 * @param {HTMLElement} fresh
 */
function merge(queue, fresh) {
  const list = queue.querySelector(".queue");
  const kept = new Map(itemsOf(queue).map((item) => [item.dataset["case"], item]));
  /** @type {HTMLElement | null} */
  let before = null;
  for (const item of itemsOf(fresh)) {
    const old = kept.get(item.dataset["case"]);
    kept.delete(item.dataset["case"]);
    const shown = old ? renewed(old, item) : item;
    if (!old) {
      if (before) before.after(shown);
      else list?.prepend(shown);
      bindAll(shown);
    }
    before = shown;
  }
  for (const gone of kept.values()) if (!isBusy(gone)) gone.remove();
}

/**
 * @param {HTMLElement} old
 * @param {HTMLElement} item
 */
function renewed(old, item) {
  if (old.dataset["state"] === item.dataset["state"]) return old;
  if (isBusy(old)) {
    old.querySelector("form.push")?.replaceWith(item.querySelector("form.push") ?? "");
    return old;
  }
  old.replaceWith(item);
  bindAll(item);
  return item;
}

/**
 * @param {HTMLElement} queue
 * @param {HTMLElement} fresh
 */
function replaceAll(queue, fresh) {
  queue.replaceChildren(...fresh.childNodes);
  bindAll(queue);
}

/** @param {HTMLElement} queue */
function say(queue) {
  queue.querySelector("[data-queue-status]")?.replaceChildren(queue.dataset["came"] ?? "");
}

/**
 * @param {ParentNode} root
 * @returns {HTMLElement[]}
 */
function itemsOf(root) {
  return [...root.querySelectorAll("[data-case]")].filter((item) => item instanceof HTMLElement);
}

/** @param {HTMLElement} item */
function isBusy(item) {
  return item.contains(document.activeElement) || item.querySelector("details[open]") !== null;
}

/**
 * J and K go from one report to the next, wherever nothing is being typed.
 * @param {HTMLElement} queue
 * @param {KeyboardEvent} event
 */
function press(queue, event) {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.matches("input, textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (!step) return;
  const articles = [...queue.querySelectorAll("article")];
  const here = articles.findIndex((article) => article.contains(document.activeElement));
  const next = articles[here < 0 ? (step > 0 ? 0 : articles.length - 1) : here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
