/** What is being read stays where it is, whatever is put into the page above or below it. */

// The browser's own anchoring would correct a second time.
document.documentElement.style.overflowAnchor = "none";

/**
 * Change the page without moving what stands in the middle of the window, or what has the focus.
 * @param {() => void} change
 */
export function keepingPlace(change) {
  const anchor = anchorOf();
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
}

/** @returns {Element | null | undefined} */
function anchorOf() {
  const focused = document.activeElement;
  if (focused && focused !== document.body && isInView(focused)) return focused;
  const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  return middle?.closest(".post-item, [data-topic], form") ?? middle;
}

/** @param {Element} element */
export function isInView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
