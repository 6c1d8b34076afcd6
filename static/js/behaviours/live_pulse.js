/** The list of the latest messages on the home page: fetched anew from `data-source` when topics moved. */

import { roomsOf } from "../live/page.js";

const AT_MOST_EVERY_MS = 10_000;
const SOON_MS = 500;
const SPREAD_MS = 2_000;

/** @param {HTMLElement} list */
export function bind(list) {
  let last = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isOld = false;
  const refresh = async () => {
    timer = undefined;
    // What is being read, or is about to be followed, stays; so does what nobody sees.
    if (document.visibilityState !== "visible" || list.matches(":hover, :focus-within")) return;
    last = Date.now();
    isOld = false;
    const answer = await fetch(list.dataset["source"] ?? "", { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) list.innerHTML = await answer.text();
  };
  const soon = () => {
    isOld = true;
    // Many readers hear of it at once and must not all ask at once.
    const pause = Math.max(SOON_MS, last + AT_MOST_EVERY_MS - Date.now()) + Math.random() * SPREAD_MS;
    timer ??= setTimeout(() => refresh().catch(reportError), pause);
  };
  for (const room of roomsOf(list)) {
    room.addEventListener("happened", (event) => {
      if (event instanceof CustomEvent && event.detail.type === "topic_row") soon();
    });
  }
  for (const name of ["pointerleave", "focusout"]) list.addEventListener(name, () => isOld && soon());
  document.addEventListener("visibilitychange", () => isOld && soon());
}
