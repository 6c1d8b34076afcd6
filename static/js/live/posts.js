/** Puts posts into the page as they come: the fragment's bytes as the server made them, beside the viewer's own bar. */

import { bindAll } from "../bind.js";
import { keepingPlace } from "./place.js";

/**
 * @typedef {object} Carried one post in a message
 * @property {string} id
 * @property {number} number
 * @property {string} state
 * @property {string} [html]
 * @property {string} [url] where a long fragment is fetched
 */

/**
 * @param {Element} thread
 * @param {string} id
 * @returns {HTMLElement | null}
 */
export function itemOf(thread, id) {
  return thread.querySelector(`.post-item[data-post="${CSS.escape(id)}"]`);
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
 * @param {Carried} post
 * @param {string} html
 */
export function replacePost(item, post, html) {
  keepingPlace(() => {
    item.firstElementChild?.remove();
    item.insertAdjacentHTML("afterbegin", html);
    if (post.state !== "visible") item.querySelector("[data-bar]")?.remove();
    else if (!item.querySelector("[data-bar]")) item.append(...barFor(post));
  });
  bindAll(item);
}

/**
 * Add a post in the order of numbers.
 * @param {Element} thread
 * @param {Carried} post
 * @param {string} html
 */
export function addPost(thread, post, html) {
  const item = document.createElement("div");
  item.className = "post-item";
  item.dataset["post"] = post.id;
  item.dataset["number"] = String(post.number);
  item.innerHTML = html;
  if (post.state === "visible") item.append(...barFor(post));
  const all = [...thread.querySelectorAll(".post-item")];
  const before = all.findLast((one) => one instanceof HTMLElement && Number(one.dataset["number"]) < post.number);
  keepingPlace(() => {
    if (before) before.after(item);
    else thread.querySelector(".posts")?.prepend(item);
  });
  bindAll(item);
  return item;
}

/**
 * The viewer's bar, from the page's template with `{id}` and `{number}` filled in.
 * @param {Carried} post
 */
function barFor(post) {
  const template = document.getElementById("post-bar");
  if (!(template instanceof HTMLTemplateElement)) return [];
  const bar = template.content.cloneNode(true);
  if (!(bar instanceof DocumentFragment)) return [];
  for (const element of bar.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      attribute.value = attribute.value.replaceAll("{id}", post.id).replaceAll("{number}", String(post.number));
    }
  }
  return [...bar.children];
}
