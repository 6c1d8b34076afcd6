/** A small button beside words selected in a message: it puts them into the composer with their reference. */

const PAUSE_MS = 200;
const GAP_PX = 8;

/** @param {HTMLElement} button */
export function bind(button) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const hide = () => (button.hidden = true);
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (chosen() ? place(button) : hide()), PAUSE_MS);
  });
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  // The click must not take the selection away before it is read.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const found = chosen();
    hide();
    if (!found) return;
    getSelection()?.removeAllRanges();
    const lines = [`[post:${found.id}]`, ...found.text.split("\n")].map((line) => `> ${line}`.trimEnd());
    const detail = { body: `${lines.join("\n")}\n\n` };
    document.getElementById("compose")?.dispatchEvent(new CustomEvent("compose", { detail }));
  });
}

/**
 * The words selected, when they are of one message.
 * @returns {{ id: string, text: string } | null}
 */
function chosen() {
  const selection = getSelection();
  const text = selection?.toString().trim();
  if (!selection || !text) return null;
  const [start, end] = [selection.anchorNode, selection.focusNode].map((node) => {
    const element = node instanceof Element ? node : node?.parentElement;
    return element?.closest(".post .words")?.closest("[data-post]");
  });
  const id = start instanceof HTMLElement && start === end ? start.dataset["post"] : undefined;
  return id ? { id, text } : null;
}

/** @param {HTMLElement} button */
function place(button) {
  const box = getSelection()?.getRangeAt(0).getBoundingClientRect();
  if (!box) return;
  button.hidden = false;
  const { width, height } = button.getBoundingClientRect();
  const left = Math.min(Math.max(box.left + box.width / 2 - width / 2, GAP_PX), innerWidth - width - GAP_PX);
  const below = box.bottom + GAP_PX;
  const top = below + height < innerHeight ? below : Math.max(box.top - height - GAP_PX, GAP_PX);
  Object.assign(button.style, { left: `${left}px`, top: `${top}px` });
}
