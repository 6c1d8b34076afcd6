/** Puts text into a field as if it had been typed: it can be undone, and whoever listens hears of it. */

/**
 * Replace the selection.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
export function insert(field, text) {
  field.focus();
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Add a block at the end, an empty line after what is there.
 * @param {HTMLTextAreaElement} field
 * @param {string} block
 */
export function append(field, block) {
  const before = field.value.trimEnd();
  field.focus();
  field.setSelectionRange(before.length, field.value.length);
  insert(field, before ? `\n\n${block}` : block);
}

/**
 * Replace everything.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
export function replace(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
