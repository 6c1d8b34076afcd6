/** The page of a draft's two versions: once one is chosen, what this device kept of the other is no longer needed. */

import { forgetCopies } from "../compose/local_copy.js";

/** @param {HTMLElement} page */
export function bind(page) {
  const forget = () => forgetCopies(page.dataset["copyOf"] ?? "");
  page.addEventListener("submit", forget);
  page.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a[data-chosen]")) forget();
  });
}
