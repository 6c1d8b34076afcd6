/** The fields of a form as pairs of name and value, taken out and put back. */

/** Parts of the composer's form that are no part of what is written. */
const NOT_TYPED = ["csrf_token", "draft", "draft_version", "later_day", "later_time", "mode"];

/**
 * What is written; files are left out.
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
export function typedIn(form) {
  return allIn(form).filter(([name]) => !NOT_TYPED.includes(name));
}

/**
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
export function allIn(form) {
  return /** @type {[string, string][]} */ ([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} fields
 */
export function putBack(form, fields) {
  /** @type {Map<string, string[]>} */
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement)) continue;
    if (!control.name || NOT_TYPED.includes(control.name) || control.type === "file") continue;
    const wanted = values.get(control.name);
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
      control.checked = wanted?.includes(control.value) ?? false;
    } else if (wanted) {
      control.value = wanted.shift() ?? "";
    }
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function valueOf(form, name) {
  const control = form.elements.namedItem(name);
  return control instanceof HTMLInputElement ? control.value : "";
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
export function setValue(form, name, value) {
  const control = form.elements.namedItem(name);
  if (control instanceof HTMLInputElement) control.value = value;
}
