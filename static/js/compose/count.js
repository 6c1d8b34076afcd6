/** How many characters are left, said once the limit is near. */

const NEAR = 0.9;

/**
 * @param {HTMLElement} composer
 * @param {HTMLTextAreaElement} field
 */
export function watchLength(composer, field) {
  const shown = composer.querySelector("[data-count]");
  const limit = Number(composer.dataset["limit"]);
  const numeral = new Intl.NumberFormat(document.documentElement.lang);
  const count = () => {
    // Two code units may be one character; only a long text is worth counting exactly.
    const length = field.value.length < limit * NEAR ? 0 : [...field.value.trim()].length;
    const left = limit - length;
    const words = composer.dataset[left < 0 ? "sayOver" : "sayLeft"] ?? "";
    const isNear = length >= limit * NEAR;
    shown?.replaceChildren(isNear ? words.replace("{count}", numeral.format(Math.abs(left))) : "");
    shown?.classList.toggle("error", left < 0);
  };
  field.addEventListener("input", count);
  count();
}
