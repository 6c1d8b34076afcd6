/** Puts posts into the page as they come: the fragment's bytes as the server made them, beside the reader's own bar. */

import { bindAll } from "../bind.js";
import { asShown } from "./light.js";
import { keepingPlace } from "./place.js";

/**
 * @typedef {object} Carried one post in a message
 * @property {string} id
 * @property {number} number
 * @property {string} state
 * @property {string} [html]
 * @property {string} [url] where a long fragment is fetched
 * @property {string} [poll] where its poll is fetched, as each reader sees it
 */

/**
 * The place of a post on the page: its fragment and its bar.
 * @param {ParentNode} root
 * @param {string} id
 * @returns {HTMLElement | null}
 */
export function itemOf(root, id) {
  return root.querySelector(`[data-post="${CSS.escape(id)}"]`)?.closest(".post-item") ?? null;
}

/** @param {Element} item */
export function numberOf(item) {
  return Number(item.querySelector("[data-number]")?.getAttribute("data-number") ?? 0);
}

/**
 * The fragment of a post, fetched where it was too long for the message; null when it cannot be had now.
 * @param {Carried} post
 * @returns {Promise<string | null>}
 */
export async function fragmentOf(post) {
  if (post.html !== undefined) return post.html;
  try {
    const answer = await fetch(post.url ?? "", { credentials: "same-origin" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/**
 * Show a new fragment in the place of the old one.
 * @param {HTMLElement} item
 * @param {string} html
 */
export function replaceFragment(item, html) {
  keepingPlace(() => {
    item.querySelector("[data-post]")?.remove();
    item.insertAdjacentHTML("afterbegin", asShown(html));
  });
  bindAll(item);
}

/**
 * Add a post in the order of numbers.
 * @param {Element} thread
 * @param {Carried} post
 * @param {string} html
 * @param {boolean} isOwn
 */
export function addPost(thread, post, html, isOwn) {
  const item = document.createElement("div");
  item.className = "post-item";
  item.innerHTML = asShown(html);
  if (post.state === "visible") item.append(...newBar(post.id, post.number, isOwn));
  const all = [...thread.querySelectorAll("[data-live-posts] > .post-item")];
  const before = all.findLast((one) => numberOf(one) < post.number);
  keepingPlace(() => {
    if (before) before.after(item);
    else thread.querySelector("[data-live-posts]")?.prepend(item);
  });
  bindAll(item);
  return item;
}

/**
 * Put the poll of a post between its words and its bar.
 * @param {HTMLElement} item
 * @param {string} url
 */
export async function addPoll(item, url) {
  const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || item.querySelector("[data-poll]")) return;
  const html = await answer.text();
  keepingPlace(() => item.querySelector("[data-post]")?.insertAdjacentHTML("afterend", html));
  bindAll(item);
}

/**
 * The bar of a post without reactions, from the page's pattern with `{id}` and `{number}` filled in.
 * @param {string} id
 * @param {number} number
 * @param {boolean} isOwn
 */
export function newBar(id, number, isOwn) {
  const pattern = (isOwn && document.getElementById("post-bar-own")) || document.getElementById("post-bar");
  if (!(pattern instanceof HTMLTemplateElement)) return [];
  const bar = document.importNode(pattern.content, true);
  for (const element of bar.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      attribute.value = attribute.value.replaceAll("{id}", id).replaceAll("{number}", String(number));
    }
  }
  return [...bar.children];
}

/**
 * Show how many reactions of each kind a post has.
 * @param {HTMLElement} item
 * @param {string} id
 * @param {Record<string, number>} counts
 */
export function showReactions(item, id, counts) {
  if (!item.querySelector("[data-bar]")) item.append(...newBar(id, numberOf(item), false));
  for (const reaction of item.querySelectorAll("[data-reaction]")) {
    const count = counts[reaction.getAttribute("data-reaction") ?? ""] ?? 0;
    reaction.toggleAttribute("data-none", count === 0);
    const number = reaction.querySelector(".number");
    if (number) number.textContent = String(count || "");
  }
}

/**
 * Show the bar as the server would show it to this reader now: what may be done with a post changed with its state.
 * @param {HTMLElement} item
 * @param {string} id
 */
export async function refreshBar(item, id) {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const bar = itemOf(page, id)?.querySelector("[data-bar]");
  keepingPlace(() => {
    item.querySelector("[data-bar]")?.remove();
    if (bar) item.append(bar);
  });
  bindAll(item);
}
