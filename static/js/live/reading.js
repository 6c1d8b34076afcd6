/** Tells the server how far the member has read: a post counts once most of it stood in the window for a moment. */

const SEEN_MS = 800;
const TOLD_MS = 2_500;

/**
 * @param {import("./room.js").Room} room
 * @returns {(item: Element) => void} have a post watched
 */
export function followReading(room) {
  let reached = 0;
  let told = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const tell = () => {
    timer = undefined;
    if (reached > told) room.say("read", { number: (told = reached) });
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        setTimeout(() => {
          if (document.visibilityState !== "visible" || !reachesWindow(target)) return;
          reached = Math.max(reached, Number(target.dataset["number"]));
          timer ??= setTimeout(tell, TOLD_MS);
        }, SEEN_MS);
      }
    },
    // The end of a post in the window: a post longer than the window is read when its end is.
    { rootMargin: "0px", threshold: [0, 0.25, 0.5, 1] },
  );
  addEventListener("pagehide", tell);
  return (item) => observer.observe(item);
}

/** @param {Element} item */
function reachesWindow(item) {
  const { top, bottom } = item.getBoundingClientRect();
  return bottom > 0 && bottom <= innerHeight + 1 && top < innerHeight;
}
