/**
 * The service worker: the look of the pages is here at once, the last topics read can be read again without a network,
 * and what waits in the outbox leaves when the network is back. It keeps pages of one reader at a time.
 */

import { deliver } from "./outbox/deliver.js";

/** @typedef {{ version: string, files: string[] }} Shell what the server puts before this script */

const worker = /** @type {any} */ (self);
/** @type {Shell} */
const shell = worker.SHELL;
const SHELL = "shell-";
const PAGES = "pages";
const ABOUT = "about";
const READER = "/reader";
const MOST_PAGES = 30;
const SHELLS_KEPT = 2;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener("sync", (/** @type {any} */ event) => {
  if (event.tag === "outbox") event.waitUntil(deliverAll());
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/dist/")) event.respondWith(fromShell(request));
  else if (request.mode === "navigate") event.respondWith(showPage(event));
});

async function install() {
  const cache = await caches.open(SHELL + shell.version);
  await cache.addAll(shell.files);
  const pages = await worker.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const languages = new Set(pages.map((/** @type {any} */ page) => languageOf(page.url)));
  await Promise.all([...languages].map((lang) => keepOffline(lang)));
  // A new version takes over at once: nobody is left on an old one.
  await worker.skipWaiting();
}

async function activate() {
  // Pages that are open still ask for the files of the version before.
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL));
  await Promise.all(shells.slice(0, -SHELLS_KEPT).map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** What is left makes the browser try again later. */
async function deliverAll() {
  if (await deliver()) throw new Error("messages still wait");
}

/** @param {Request} request */
async function fromShell(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(SHELL + shell.version);
    await cache.put(request, answer.clone());
  }
  return answer;
}

/** @param {any} event */
async function showPage(event) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    event.waitUntil(remember(event.request, answer.clone()).catch(() => {}));
    return answer;
  } catch {
    return (await kept(event.request)) ?? Response.error();
  }
}

/**
 * Keep a topic for later; whatever was kept for another reader goes first.
 * @param {Request} request
 * @param {Response} answer
 */
async function remember(request, answer) {
  const reader = answer.headers.get("Beffroi-Reader");
  if (!reader) return;
  await keepFor(reader);
  if (reader === "none") return;
  await keepOffline(languageOf(request.url));
  if (!answer.ok || answer.redirected || answer.headers.get("Beffroi-Keep") !== "topic") return;
  const pages = await caches.open(PAGES);
  await pages.delete(request, { ignoreVary: true });
  await pages.put(request, answer);
  const all = await pages.keys();
  await Promise.all(all.slice(0, -MOST_PAGES).map((old) => pages.delete(old, { ignoreVary: true })));
}

/** @param {string} reader */
async function keepFor(reader) {
  const about = await caches.open(ABOUT);
  const before = await about.match(READER);
  if (before && (await before.text()) === reader) return;
  await caches.delete(PAGES);
  await about.put(READER, new Response(reader));
}

/** @param {string} url */
function languageOf(url) {
  return new URL(url).pathname.split("/")[1] ?? "";
}

/**
 * The page that lists what can be read offline, in a language; fetched as a visitor, so that it is nobody's.
 * @param {string} lang
 */
async function keepOffline(lang) {
  const cache = await caches.open(SHELL + shell.version);
  const address = `/${lang}/offline`;
  if (!lang || (await cache.match(address))) return;
  const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
  if (answer?.ok) await cache.put(address, answer);
}

/** @param {Request} request */
async function kept(request) {
  const pages = await caches.open(PAGES);
  const cache = await caches.open(SHELL + shell.version);
  const exact = await pages.match(request, { ignoreVary: true });
  if (exact) return exact;
  return cache.match(`/${languageOf(request.url)}/offline`, { ignoreVary: true });
}
