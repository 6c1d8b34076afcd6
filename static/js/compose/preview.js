/** The tabs "write" and "preview"; the preview is rendered by the server, which also renders what is published. */

/**
 * @param {HTMLElement} composer
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} field
 * @returns {{ write: () => void }}
 */
export function watchTabs(composer, form, field) {
  const write = composer.querySelector("#tab-write");
  const preview = composer.querySelector("#tab-preview");
  const shown = composer.querySelector("[data-preview]");
  if (!(write instanceof HTMLInputElement) || !(preview instanceof HTMLInputElement) || !(shown instanceof HTMLElement)) {
    throw new Error("The composer has no tabs");
  }
  const backToWriting = () => {
    write.checked = true;
    field.focus();
  };
  preview.addEventListener("change", async () => {
    shown.lang = field.lang;
    shown.dir = field.dir;
    shown.ariaBusy = "true";
    await show(shown, composer, form, field);
    shown.ariaBusy = null;
  });
  composer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !preview.checked) return;
    event.stopPropagation();
    backToWriting();
  });
  return { write: () => (write.checked = true) };
}

/**
 * @param {HTMLElement} shown
 * @param {HTMLElement} composer
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} field
 */
async function show(shown, composer, form, field) {
  if (!field.value.trim()) return shown.replaceChildren(composer.dataset["sayEmpty"] ?? "");
  try {
    const answer = await fetch(composer.dataset["previewUrl"] ?? "", { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(String(answer.status));
    shown.innerHTML = await answer.text();
  } catch {
    shown.replaceChildren(composer.dataset["sayUnseen"] ?? "");
  }
}
