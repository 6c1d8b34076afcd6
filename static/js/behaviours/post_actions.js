/**
 * The page's one form of actions, whose buttons stand under the posts. It waits for the answer, then shows what is true;
 * what it does not know goes the way of every form.
 */

import { isDone, post, renewToken } from "../request.js";
import { itemOf, refreshBar, replaceFragment, showReactions } from "../live/posts.js";

/** @typedef {import("../request.js").Answer} Answer */

/** @param {HTMLElement} form */
export function bind(form) {
  if (!(form instanceof HTMLFormElement)) return;
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    if (button.dataset["act"] === "bookmark" && !("kept" in button.dataset)) {
      event.preventDefault();
      act(form, button, showBookmarked);
      return;
    }
    const isChange = ["accept", "withdraw", "wiki"].includes(button.dataset["act"] ?? "");
    if (!button.dataset["code"] && !isChange) return;
    event.preventDefault();
    act(form, button, isChange ? showChanged : showReacted);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {(button: HTMLButtonElement, answer: Answer) => void} show
 */
async function act(form, button, show) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  sayFailure(button, "");
  const data = new FormData(form);
  if (button.dataset["code"]) data.set("pressed", button.ariaPressed === "true" ? "0" : "1");
  const answer = await post(button.formAction, data);
  button.ariaBusy = null;
  if (isDone(answer)) return show(button, answer);
  renewToken(form, answer);
  sayFailure(button, answer.data["error"]?.reason || form.dataset["failed"] || "");
}

/**
 * @param {HTMLButtonElement} button
 * @param {Answer} answer
 */
function showReacted(button, { data }) {
  const bar = button.closest("[data-bar]");
  const item = button.closest(".post-item");
  if (!(bar instanceof HTMLElement) || !(item instanceof HTMLElement)) return;
  showReactions(item, bar.dataset["bar"] ?? "", data["counts"]);
  for (const one of bar.querySelectorAll("button[data-code]")) {
    one.setAttribute("aria-pressed", String(data["own"].includes(one.getAttribute("data-code"))));
  }
  const menu = button.closest("details");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

/**
 * From now on the button leads to the bookmark's note and reminder.
 * @param {HTMLButtonElement} button
 */
function showBookmarked(button) {
  button.dataset["kept"] = "";
  button.querySelector("[data-words]")?.replaceChildren(button.dataset["done"] ?? "");
}

/**
 * Messages that look different now, and what may be done with them from now on.
 * @param {HTMLButtonElement} _button
 * @param {Answer} answer
 */
function showChanged(_button, { data }) {
  for (const changed of data["posts"]) {
    const item = itemOf(document, changed.id);
    if (!item) continue;
    replaceFragment(item, changed.html);
    refreshBar(item, changed.id).catch(reportError);
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} words
 */
function sayFailure(button, words) {
  const bar = button.closest(".post-foot") ?? button.parentElement;
  const line = bar?.querySelector("[data-failure]") ?? document.createElement("p");
  line.className = "state-line bad";
  line.setAttribute("role", "alert");
  line.setAttribute("data-failure", "");
  line.textContent = words;
  if (words) bar?.append(line);
  else line.remove();
}
