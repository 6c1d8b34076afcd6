/** "Reply" and "Quote" under a message: they fill the composer of the page instead of leading to one of their own. */

import { ask, isDone } from "../request.js";

/** @param {HTMLElement} link */
export function bind(link) {
  if (!(link instanceof HTMLAnchorElement)) return;
  link.addEventListener("click", async (event) => {
    const composer = document.getElementById("compose");
    if (!composer || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await ask(link.href);
    if (isDone(answer)) composer.dispatchEvent(new CustomEvent("compose", { detail: answer.data }));
    else location.assign(link.href);
  });
}
