/** Copies an address: `data-url`, said to be done in `data-done`. */

const SAID_MS = 2_500;

/** @param {HTMLElement} button */
export function bind(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const label = button.querySelector("[data-words]") ?? button;
  const words = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(new URL(button.dataset["url"] ?? "", location.href).href);
    label.textContent = button.dataset["done"] ?? words;
    setTimeout(() => (label.textContent = words), SAID_MS);
  });
}
