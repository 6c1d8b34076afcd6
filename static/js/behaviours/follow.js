/** The menu of how closely one follows a subject: it says afterwards what is true. */

import { isDone, post, renewToken } from "../request.js";

/** @param {HTMLElement} menu */
export function bind(menu) {
  const form = menu.querySelector("form");
  if (!(menu instanceof HTMLDetailsElement) || !form) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const answer = await post(form.action, new FormData(form));
    form.ariaBusy = null;
    // Without a good answer the form goes its own way, and the page says what is the matter.
    if (!isDone(answer)) {
      renewToken(form, answer);
      form.submit();
      return;
    }
    const chosen = form.querySelector("input[name=level]:checked")?.parentElement?.querySelector("[data-level-name]");
    menu.querySelector("[data-level-shown]")?.replaceChildren(chosen?.textContent ?? "");
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}
