/** Sends what waits, once each: one tab or worker at a time, and the server knows every message by its token. */

import { ask, isDone } from "../request.js";
import { all, drop, put } from "./store.js";

/** @typedef {import("./store.js").Waiting} Waiting */
/** @typedef {import("../request.js").Answer} Answer */

/** Where tabs and the service worker tell each other what became of a message: `{token, status, data}`. */
export const CHANNEL = "outbox";

/**
 * Try every message that waits for the network; those refused before wait for their author.
 * @param {(message: Waiting) => boolean} [isWanted] which of the refused ones to try again
 * @returns {Promise<number>} how many still wait
 */
export async function deliver(isWanted = () => false) {
  const run = () => attemptAll(isWanted);
  return "locks" in navigator ? navigator.locks.request(CHANNEL, run) : run();
}

/** @param {(message: Waiting) => boolean} isWanted */
async function attemptAll(isWanted) {
  let left = 0;
  for (const message of await all()) {
    if (message.status !== 0 && !isWanted(message)) continue;
    const answer = await attempt(message);
    if (isDone(answer)) await drop(message.token);
    else if (isPassing(answer)) left += 1;
    else await put({ ...message, ...refusal(answer) });
    if (!isPassing(answer)) tell(message.token, answer);
  }
  return left;
}

/**
 * Whether it may well be taken next time: no network, a server that is busy or starting.
 * @param {Answer} answer
 */
function isPassing({ status }) {
  return status === 0 || status === 429 || status >= 500;
}

/**
 * @param {Answer} answer
 */
function refusal({ status, data }) {
  const error = data["error"] ?? {};
  return { status, reason: String(error.reason ?? ""), signIn: String(error.sign_in ?? "") };
}

/**
 * A form token of an earlier session is renewed once, as the composer does.
 * @param {Waiting} message
 * @returns {Promise<Answer>}
 */
async function attempt(message) {
  const answer = await ask(message.url, { method: "POST", body: formOf(message, "") });
  if (!answer.data["error"]?.is_stale) return answer;
  return ask(message.url, { method: "POST", body: formOf(message, answer.data["csrf_token"] ?? "") });
}

/**
 * @param {Waiting} message
 * @param {string} token
 */
function formOf(message, token) {
  const form = new FormData();
  for (const [name, value] of message.fields) form.append(name, name === "csrf_token" && token ? token : value);
  form.append("author", message.member);
  return form;
}

/**
 * @param {string} token
 * @param {Answer} answer
 */
function tell(token, answer) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ token, ...answer });
  channel.close();
}
