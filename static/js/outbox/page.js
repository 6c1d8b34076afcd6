/** The outbox as pages use it: put a message in, and try again while the page is open. */

import { deliver } from "./deliver.js";
import { all, drop, put } from "./store.js";

/** @typedef {import("./store.js").Waiting} Waiting */

const FLAG = "outbox";
const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let pause = FIRST_MS;
let isWatching = false;

/** Whether this device may keep messages: a shared computer keeps nothing. */
export function isAllowed() {
  const page = document.documentElement;
  return Boolean(page.dataset["member"]) && !page.hasAttribute("data-shared") && "indexedDB" in globalThis;
}

/**
 * Keep a message until it can be sent. Raises where the device cannot keep it.
 * @param {Waiting} message
 */
export async function enqueue(message) {
  await put(message);
  localStorage.setItem(FLAG, "1");
  const worker = await navigator.serviceWorker?.getRegistration();
  // Not every browser has background sync: the page tries again by itself too.
  await /** @type {any} */ (worker)?.sync?.register(FLAG).catch(() => {});
  watch();
  later();
}

/** @param {string} token */
export async function takeBack(token) {
  await drop(token);
  await note();
}

/** Send now what waits, and what was refused for want of a sign-in. */
export async function start() {
  watch();
  await attempt((message) => message.status === 401 && message.member === document.documentElement.dataset["member"]);
}

/**
 * Try again a message that was refused.
 * @param {string} token
 */
export async function retry(token) {
  watch();
  await attempt((message) => message.token === token);
}

function watch() {
  if (isWatching) return;
  isWatching = true;
  addEventListener("online", () => {
    pause = FIRST_MS;
    attempt();
  });
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => attempt(), pause);
  pause = Math.min(pause * 2, LONGEST_MS);
}

/** @param {(message: Waiting) => boolean} [isWanted] */
async function attempt(isWanted) {
  clearTimeout(timer);
  const left = await deliver(isWanted);
  if (left) later();
  else pause = FIRST_MS;
  await note();
}

/** Remember for the next page whether there is anything to send. */
async function note() {
  if ((await all()).length) localStorage.setItem(FLAG, "1");
  else localStorage.removeItem(FLAG);
}

/** Whether something may wait: asked on every page before this module's database is opened. */
export function hasSome() {
  try {
    return localStorage.getItem(FLAG) !== null;
  } catch {
    return false;
  }
}
