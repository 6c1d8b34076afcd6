/** The categories of spaces: when topics moved there, their rows are fetched anew, as this reader sees them. */

import { roomsOf } from "../live/page.js";
import { keepingPlace } from "../live/place.js";

const AT_MOST_EVERY_MS = 15_000;
const SOON_MS = 1_000;
const SPREAD_MS = 4_000;

/** @param {HTMLElement} shelves */
export function bind(shelves) {
  /** @type {Set<string>} */
  const moved = new Set();
  let last = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const refresh = async () => {
    timer = undefined;
    if (document.visibilityState !== "visible") return;
    last = Date.now();
    const wanted = [...moved];
    moved.clear();
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    keepingPlace(() => wanted.forEach((slug) => shelfIn(shelves, slug)?.replaceWith(shelfIn(page, slug) ?? "")));
  };
  const soon = () => {
    // Many readers hear of it at once and must not all ask at once.
    const pause = Math.max(SOON_MS, last + AT_MOST_EVERY_MS - Date.now()) + Math.random() * SPREAD_MS;
    timer ??= setTimeout(() => refresh().catch(reportError), pause);
  };
  for (const room of roomsOf(shelves)) {
    room.addEventListener("happened", (event) => {
      if (!(event instanceof CustomEvent) || !["topic_row", "topic_left"].includes(event.detail.type)) return;
      moved.add(event.detail.data["category"]);
      soon();
    });
  }
  document.addEventListener("visibilitychange", () => moved.size > 0 && soon());
}

/**
 * @param {ParentNode} root
 * @param {string} slug
 */
function shelfIn(root, slug) {
  return root.querySelector(`[data-category="${CSS.escape(slug)}"]`);
}
