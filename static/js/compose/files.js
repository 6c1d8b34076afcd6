/** Files of a text: chosen, pasted or dropped, they are sent at once and wait beside the text until it is published. */

import { isDone, post, renewToken } from "../request.js";
import { insert } from "./field.js";

/**
 * @param {HTMLElement} composer
 * @param {HTMLTextAreaElement} field
 * @returns {{ clear: () => void }}
 */
export function watchFiles(composer, field) {
  const part = composer.querySelector("[data-files]");
  const form = composer.closest("form");
  if (!(part instanceof HTMLElement) || !form) return { clear() {} };
  const files = new Files(composer, part, form, field);
  return { clear: () => files.clear() };
}

class Files {
  /**
   * @param {HTMLElement} composer
   * @param {HTMLElement} part
   * @param {HTMLFormElement} form
   * @param {HTMLTextAreaElement} field
   */
  constructor(composer, part, form, field) {
    this.part = part;
    this.form = form;
    this.field = field;
    this.work = Promise.resolve();
    const input = part.querySelector("input[type=file]");
    input?.addEventListener("change", () => {
      if (!(input instanceof HTMLInputElement)) return;
      this.take(input.files);
      input.value = ""; // sent by now, and not once more with the text
    });
    field.addEventListener("paste", (event) => this.takeFrom(event, event.clipboardData));
    composer.addEventListener("drop", (event) => {
      composer.classList.remove("dropping");
      this.takeFrom(event, event.dataTransfer);
    });
    composer.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      composer.classList.add("dropping");
    });
    composer.addEventListener("dragleave", () => composer.classList.remove("dropping"));
    part.addEventListener("click", (event) => this.press(event));
  }

  /**
   * @param {Event} event
   * @param {DataTransfer | null} carried
   */
  takeFrom(event, carried) {
    // A table copied from an office program comes as text and as a picture of it: the text is meant.
    if (!carried?.files.length || carried.types.includes("text/plain")) return;
    event.preventDefault();
    this.take(carried.files);
  }

  /** @param {FileList | null} chosen */
  take(chosen) {
    // One after the other: what a slow line carries is at least one file whole.
    for (const file of chosen ?? []) this.work = this.work.then(() => this.send(file)).catch(reportError);
  }

  /** @param {File} file */
  async send(file) {
    this.say("sending", file.name);
    const data = new FormData();
    data.append("upload", file);
    data.append("csrf_token", this.token());
    let answer = await post(this.part.dataset["filesUrl"] ?? "", data);
    if (answer.data["error"]?.is_stale || answer.data["csrf_token"]) renewToken(this.form, answer);
    if (answer.data["error"]?.is_stale) {
      data.set("csrf_token", this.token());
      answer = await post(this.part.dataset["filesUrl"] ?? "", data);
    }
    if (!isDone(answer)) return this.tell(answer.data["error"]?.reason || this.part.dataset["sayFailed"] || "");
    const rows = this.part.querySelector("[data-file-rows]");
    rows?.insertAdjacentHTML("beforeend", answer.data["html"]);
    const row = rows?.lastElementChild;
    for (const one of row?.querySelectorAll("[data-scripted]") ?? []) one.removeAttribute("hidden");
    this.say("added", answer.data["name"]);
    const words = row?.querySelector("input[required]");
    if (words instanceof HTMLInputElement && document.activeElement !== this.field) words.focus();
    this.changed();
  }

  /** @param {Event} event */
  press(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const placed = button?.dataset["placeFile"];
    if (placed) {
      const words = button?.closest("[data-file]")?.querySelector("input[required]");
      const alt = words instanceof HTMLInputElement ? words.value.replace(/[\[\]]/g, "") : "";
      return insert(this.field, `![${alt}](file:${placed})`);
    }
    if (!button?.hasAttribute("data-drop-file")) return;
    event.preventDefault();
    button.closest("[data-file]")?.remove();
    this.say("dropped", "");
    this.part.focus();
    this.changed();
  }

  clear() {
    this.part.querySelector("[data-file-rows]")?.replaceChildren();
    this.tell("");
  }

  /** Whoever keeps drafts hears that there is something to keep. */
  changed() {
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  token() {
    const field = this.form.elements.namedItem("csrf_token");
    return field instanceof HTMLInputElement ? field.value : "";
  }

  /**
   * @param {string} words
   * @param {string} name
   */
  say(words, name) {
    this.tell((this.part.dataset[`say${words[0]?.toUpperCase()}${words.slice(1)}`] ?? "").replace("{name}", name));
  }

  /** @param {string} words */
  tell(words) {
    this.part.querySelector("[data-files-state]")?.replaceChildren(words);
  }
}
