/** The list of messages that wait on this device, for their author alone. */

import { CHANNEL } from "../outbox/deliver.js";
import { retry, takeBack } from "../outbox/page.js";
import { all } from "../outbox/store.js";

/** @typedef {import("../outbox/store.js").Waiting} Waiting */

/** @param {HTMLElement} root */
export function bind(root) {
  if (!("indexedDB" in globalThis)) return;
  const show = () => fill(root).catch(() => {});
  show();
  if (!("BroadcastChannel" in globalThis)) return;
  new BroadcastChannel(CHANNEL).addEventListener("message", ({ data }) => {
    if (data.status >= 200 && data.status < 300) say(root, root.dataset["saySent"] ?? "");
    show();
  });
}

/** @param {HTMLElement} root */
async function fill(root) {
  const list = root.querySelector("[data-outbox-list]");
  const pattern = root.querySelector("[data-outbox-item]");
  if (!list || !(pattern instanceof HTMLTemplateElement)) return;
  const own = (await all()).filter((message) => message.member === root.dataset["member"]);
  list.replaceChildren(...own.map((message) => itemOf(root, pattern, message)));
  if (own.length) root.hidden = false;
}

/**
 * @param {HTMLElement} root
 * @param {HTMLTemplateElement} pattern
 * @param {Waiting} message
 */
function itemOf(root, pattern, message) {
  const item = document.importNode(pattern.content, true);
  /** @param {string} name */
  const part = (name) => item.querySelector(`[data-${name}]`);
  part("label")?.replaceChildren(message.label);
  part("words")?.replaceChildren(message.text);
  part("state")?.replaceChildren(stateOf(root, message));
  const way = part("sign-in");
  if (way instanceof HTMLAnchorElement && message.status === 401) {
    way.hidden = false;
    way.href = message.signIn;
  }
  part("send")?.addEventListener("click", async () => {
    await retry(message.token);
    await fill(root);
  });
  part("drop")?.addEventListener("click", async () => {
    await takeBack(message.token);
    await fill(root);
    if (!root.querySelector("li")) root.hidden = true;
  });
  return item;
}

/**
 * @param {HTMLElement} root
 * @param {Waiting} message
 */
function stateOf(root, message) {
  if (!message.status) return root.dataset["sayWaiting"] ?? "";
  if (message.status === 401) return root.dataset["saySignIn"] ?? "";
  return (root.dataset["sayRefused"] ?? "").replace("{reason}", message.reason);
}

/**
 * @param {HTMLElement} root
 * @param {string} words
 */
function say(root, words) {
  root.querySelector("[data-outbox-state]")?.replaceChildren(words);
}
