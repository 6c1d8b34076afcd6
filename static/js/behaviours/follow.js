/** The button that follows a subject: it says afterwards what is true. */

import { isDone, post } from "../request.js";

/** @param {HTMLElement} button */
export function bind(button) {
  if (!(button instanceof HTMLButtonElement)) return;
  button.addEventListener("click", async (event) => {
    const form = button.form;
    if (!form) return;
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const answer = await post(button.formAction, new FormData(form));
    button.ariaBusy = null;
    // Without a good answer the form goes its own way, and the page says what is the matter.
    if (isDone(answer)) show(button, Boolean(answer.data["level"]));
    else form.action = button.formAction, form.submit();
  });
}

/**
 * @param {HTMLButtonElement} button
 * @param {boolean} follows
 */
function show(button, follows) {
  button.ariaPressed = String(follows);
  button.querySelector("span")?.replaceChildren(button.dataset[follows ? "on" : "off"] ?? "");
  const next = new URL(button.formAction);
  next.searchParams.set("level", follows ? "" : "watching");
  button.formAction = next.href;
}
