/** A poll: votes without leaving the page, and counts that follow those of others. */

import { bindAll } from "../bind.js";
import { isDone, post, renewToken } from "../request.js";
import { sentence } from "../live/texts.js";
import { keepingPlace } from "../live/place.js";

const SPREAD_MS = 4_000;

/** @param {HTMLElement} poll */
export function bind(poll) {
  poll.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    void send(poll, event.target, event.submitter);
  });
  poll.addEventListener("polled", (event) => {
    if (event instanceof CustomEvent) follow(poll, event.detail);
  });
}

/**
 * @param {HTMLElement} poll
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(poll, form, button) {
  if (poll.ariaBusy === "true") return;
  poll.ariaBusy = "true";
  const answer = await post(form.action, new FormData(form, button));
  poll.ariaBusy = null;
  if (isDone(answer)) return show(poll, answer.data["html"], true);
  renewToken(form, answer);
  fail(poll, answer.data["error"]?.reason || poll.dataset["failed"] || "");
}

/**
 * What happened to the poll: how many voted, what for where everyone may see that; without either, all of it is new.
 * @param {HTMLElement} poll
 * @param {{ voters?: number, counts?: Record<string, [number, number]> | null }} told
 */
function follow(poll, { voters, counts }) {
  if (voters === undefined || (!counts && "seen" in poll.dataset)) return refreshSoon(poll);
  poll.querySelector("[data-voters]")?.replaceChildren(sentence("voters", {}, voters));
  for (const [id, [votes, percent]] of Object.entries(counts ?? {})) {
    poll.querySelector(`[data-votes="${CSS.escape(id)}"]`)?.replaceChildren(sentence("votes", {}, votes));
    const meter = poll.querySelector(`[data-meter="${CSS.escape(id)}"]`);
    if (!(meter instanceof HTMLMeterElement)) continue;
    meter.value = percent;
    meter.ariaLabel = (meter.ariaLabel ?? "").replace(/\p{Nd}+/u, new Intl.NumberFormat(document.documentElement.lang).format(percent));
  }
}

/** @type {WeakMap<HTMLElement, number>} */
const waiting = new WeakMap();

/**
 * Ask for one's own view of the poll; all readers do, not all at once.
 * @param {HTMLElement} poll
 */
function refreshSoon(poll) {
  if (waiting.has(poll)) return;
  waiting.set(
    poll,
    setTimeout(() => {
      waiting.delete(poll);
      void refresh(poll);
    }, 500 + Math.random() * SPREAD_MS),
  );
}

/** @param {HTMLElement} poll */
async function refresh(poll) {
  const answer = await fetch(poll.dataset["url"] ?? "", { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) show(poll, await answer.text(), false);
}

/**
 * @param {HTMLElement} poll
 * @param {string} html
 * @param {boolean} isOwn whether the reader just voted
 */
function show(poll, html, isOwn) {
  const isInside = poll.contains(document.activeElement);
  const chosen = [...poll.querySelectorAll("input[name=option]")].filter(isChosen).map((box) => box.getAttribute("value"));
  const id = poll.dataset["poll"] ?? "";
  keepingPlace(() => (poll.outerHTML = html));
  const fresh = document.querySelector(`[data-poll="${CSS.escape(id)}"]`);
  if (!(fresh instanceof HTMLElement)) return;
  bindAll(fresh);
  if (!isOwn) {
    for (const box of fresh.querySelectorAll("input[name=option]")) {
      if (box instanceof HTMLInputElement) box.checked = chosen.includes(box.value);
    }
  }
  if (!isInside) return;
  const first = fresh.querySelector("input:checked, button");
  if (first instanceof HTMLElement) first.focus();
}

/** @param {Element} box */
function isChosen(box) {
  return box instanceof HTMLInputElement && box.checked;
}

/**
 * @param {HTMLElement} poll
 * @param {string} words
 */
function fail(poll, words) {
  const line = poll.querySelector("[data-failure]") ?? document.createElement("p");
  line.className = "state-line bad";
  line.setAttribute("role", "alert");
  line.setAttribute("data-failure", "");
  line.textContent = words;
  poll.append(line);
}
