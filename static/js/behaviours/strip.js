/**
 * A strip of links that is wider than the screen begins where the reader is.
 * @param {HTMLElement} strip
 */
export function bind(strip) {
  const here = strip.querySelector("[aria-current]");
  if (!here) return;
  const shown = strip.getBoundingClientRect();
  const place = here.getBoundingClientRect();
  strip.scrollLeft += place.left + place.width / 2 - shown.left - shown.width / 2;
}
