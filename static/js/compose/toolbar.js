/** Formatting: GitHub's toolbar for most, a table of our own, and shortcuts. */

import "@github/markdown-toolbar-element";
import { append } from "./field.js";

const SHORTCUTS = new Map([
  ["b", "bold"],
  ["i", "italic"],
  ["k", "link"],
]);
const TABLE = "|   |   |\n| - | - |\n|   |   |\n|   |   |\n";

/**
 * @param {HTMLElement} composer
 * @param {HTMLTextAreaElement} field
 * @param {() => void} send
 */
export function watchToolbar(composer, field, send) {
  const toolbar = composer.querySelector("markdown-toolbar");
  composer.querySelector("[data-insert-table]")?.addEventListener("click", () => {
    append(field, TABLE);
    const first = field.value.length - TABLE.length + 2;
    field.setSelectionRange(first, first);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") field.blur();
    if (event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    const style = SHORTCUTS.get(event.key.toLowerCase());
    const button = style && composer.querySelector(`[data-md-button="${style}"]`);
    if (button instanceof HTMLElement) button.click();
    else if (event.key === "Enter") send();
    else return;
    event.preventDefault();
  });
  if (toolbar instanceof HTMLElement) turnArrows(toolbar);
}

/**
 * From right to left the next button stands on the left, where the toolbar looks for the one before.
 * @param {HTMLElement} toolbar
 */
function turnArrows(toolbar) {
  const turned = new Map([
    ["ArrowLeft", "ArrowRight"],
    ["ArrowRight", "ArrowLeft"],
  ]);
  toolbar.addEventListener(
    "keydown",
    (event) => {
      const key = turned.get(event.key);
      if (!key || !event.isTrusted || getComputedStyle(toolbar).direction !== "rtl") return;
      event.stopImmediatePropagation();
      event.preventDefault();
      event.target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    },
    { capture: true },
  );
}
