/** Follows where the reader is, and tells the server: a post is read once its end stood in the window for a moment. */

import { memberOfPage } from "./page.js";
import { numberOf } from "./posts.js";

const SEEN_MS = 800;
const TOLD_MS = 2_500;

/**
 * @param {import("./room.js").Room} room
 * @param {Element | null} place where the number of the post in view is shown
 * @returns {(item: Element) => void} have a post watched
 */
export function followReading(room, place) {
  let reached = 0;
  let told = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const tell = () => {
    timer = undefined;
    if (reached > told && memberOfPage()) room.say("read", { number: (told = reached) });
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        if (place) place.textContent = String(numberOf(target));
        setTimeout(() => {
          if (document.visibilityState !== "visible") return;
          // A post that has begun to show has the end of the one before it in view.
          reached = Math.max(reached, numberOf(target) - (endsInWindow(target) ? 0 : 1));
          timer ??= setTimeout(tell, TOLD_MS);
        }, SEEN_MS);
      }
    },
    // A line near the end of the window: what crosses it is being read.
    { rootMargin: "0px 0px -10% 0px", threshold: [0, 0.5, 1] },
  );
  addEventListener("pagehide", tell);
  return (item) => observer.observe(item);
}

/** @param {Element} item */
function endsInWindow(item) {
  const { bottom } = item.getBoundingClientRect();
  return bottom > 0 && bottom <= innerHeight + 1;
}
