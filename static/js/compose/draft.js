/** Keeps what is typed: on this device at once, on the server every few seconds, until it is sent. */

import { ask, isDone, renewToken } from "../request.js";
import { allIn, putBack, setValue, typedIn, valueOf } from "./form_fields.js";
import { LocalCopy } from "./local_copy.js";

const LOCAL_MS = 600;
const REST_MS = 1_500;
const LONGEST_MS = 5_000;
const RETRY_MS = 15_000;
/** Kept alive after the page, a request may carry this much. */
const KEPT_ALIVE = 60_000;

export class Draft {
  /**
   * @param {HTMLElement} composer
   * @param {HTMLFormElement} form
   * @param {HTMLTextAreaElement} field
   * @param {{ onKept: () => void, onSaved: () => void, onParted: () => void }} hooks
   */
  constructor(composer, form, field, hooks) {
    this.form = form;
    this.field = field;
    this.hooks = hooks;
    this.url = composer.dataset["saveUrl"] ?? "";
    this.isEdit = (composer.dataset["draft"] ?? "").includes(":edit:");
    this.composer = composer;
    this.copy = new LocalCopy(composer.dataset["draft"] ?? "");
    this.writer = [...crypto.getRandomValues(new Uint8Array(8))].map((one) => one.toString(16).padStart(2, "0")).join("");
    this.turn = 0;
    this.isParted = false;
    this.isPaused = false;
    this.isSaving = false;
    this.isDirty = false;
    this.changedAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.localTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.serverTimer = undefined;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    addEventListener("online", () => this.isDirty && this.save());
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => {
      // The only copy is in this page: ask before it goes.
      if (!this.copy.isKept && this.isDirty) event.preventDefault();
    });
  }

  /**
   * Bring back what this device has and the server has not. A quotation that the page begins with goes after it.
   * @returns {boolean} whether there was something
   */
  restore() {
    const copy = this.copy.read();
    const text = copy?.text ?? "";
    if (!copy || !text.trim() || copy.isSynced || text === this.field.value) {
      if (copy?.isSynced || text === this.field.value) this.copy.forget();
      return false;
    }
    const value = this.field.value;
    const begins = value.startsWith("> [post:");
    const isTemplate = this.field.hasAttribute("data-template");
    if (value.trim() && !isTemplate && !this.isEdit && !begins && !copy.draft && !valueOf(this.form, "draft")) return false;
    putBack(this.form, copy.fields);
    this.field.value = begins && !text.includes(value.trim()) ? `${text.trimEnd()}\n\n${value}` : text;
    // The server compares what this device had seen with what is there now.
    setValue(this.form, "draft", copy.draft || valueOf(this.form, "draft"));
    setValue(this.form, "draft_version", copy.version);
    this.composer.querySelector("[data-reply-label]")?.replaceChildren(copy.label);
    const line = this.composer.querySelector("[data-reply-line]");
    if (line instanceof HTMLElement) line.hidden = !valueOf(this.form, "reply_to");
    this.changed();
    return true;
  }

  changed() {
    if (this.isPaused) return;
    if (!this.isDirty) this.changedAt = Date.now();
    this.isDirty = true;
    clearTimeout(this.localTimer);
    this.localTimer = setTimeout(() => this.keep(), LOCAL_MS);
    this.soon(Math.min(REST_MS, Math.max(0, this.changedAt + LONGEST_MS - Date.now())));
  }

  /** @param {number} pause */
  soon(pause) {
    clearTimeout(this.serverTimer);
    if (!this.isParted) this.serverTimer = setTimeout(() => this.save(), pause);
  }

  /** Keep it on this device. */
  keep() {
    clearTimeout(this.localTimer);
    this.localTimer = undefined;
    if (!this.field.value.trim()) return this.copy.forget();
    this.write(false);
    if (this.copy.isKept) this.hooks.onKept();
  }

  /** @param {boolean} isSynced */
  write(isSynced) {
    const [draft, version] = [valueOf(this.form, "draft"), valueOf(this.form, "draft_version")];
    const label = this.composer.querySelector("[data-reply-label]")?.textContent ?? "";
    const fields = typedIn(this.form);
    this.copy.write({ fields, text: this.field.value, label, draft, version, isSynced, at: Date.now() });
  }

  /** Keep it on the server, one request at a time. */
  async save() {
    if (this.isSaving || this.isParted || this.isPaused || !this.url || !navigator.onLine) return;
    this.isSaving = true;
    this.isDirty = false;
    this.turn += 1;
    const answer = await this.send();
    this.isSaving = false;
    if (this.isPaused) return;
    if (isDone(answer)) this.saved(answer.data);
    else if (answer.status === 409) this.parted();
    else {
      this.isDirty = true;
      // Refused for good (too long, too many): the next key tries again. Else the network or the server is away.
      if (answer.status === 0 || answer.status === 429 || answer.status >= 500) this.soon(RETRY_MS);
    }
  }

  async send() {
    const answer = await ask(this.url, { method: "PUT", body: this.formData() });
    if (!answer.data["error"]?.is_stale) return answer;
    renewToken(this.form, answer);
    return ask(this.url, { method: "PUT", body: this.formData() });
  }

  /** What is written, without files: those have a way of their own. */
  formData() {
    const data = new FormData();
    for (const [name, value] of allIn(this.form)) data.append(name, value);
    data.set("writer", this.writer);
    data.set("turn", String(this.turn));
    return data;
  }

  /** @param {Record<string, any>} data */
  saved({ id, version }) {
    setValue(this.form, "draft", id);
    setValue(this.form, "draft_version", id ? String(version) : "");
    if (this.isDirty) return this.changed();
    if (id) this.write(true);
    else this.copy.forget();
    if (id) this.hooks.onSaved();
  }

  /** Another window has changed it: nothing is saved over it until its author has seen both. */
  parted() {
    this.isParted = true;
    this.keep();
    this.hooks.onParted();
  }

  /** The page goes: what is not saved yet is sent along. */
  leave() {
    if (this.isPaused || !this.isDirty) return;
    if (this.localTimer) this.keep();
    if (this.isParted || !this.url || !navigator.onLine) return;
    this.turn += 1;
    const body = new URLSearchParams([...this.formData()].map(([name, value]) => [name, String(value)]));
    if (String(body).length > KEPT_ALIVE) return;
    fetch(this.url, { method: "PUT", body, keepalive: true, headers: { Accept: "application/json" } }).catch(() => {});
  }

  /** Save no more: the text is being sent. */
  pause() {
    this.keep();
    this.isPaused = true;
    clearTimeout(this.serverTimer);
  }

  /** It was not sent after all. */
  resume() {
    this.isPaused = false;
    this.changed();
  }

  /** It was sent, or waits to be: this composer holds another text from now on. */
  forget() {
    clearTimeout(this.localTimer);
    clearTimeout(this.serverTimer);
    this.localTimer = undefined;
    this.isDirty = false;
    this.copy.forget();
  }

  /** Begin anew after a text was sent. */
  renew() {
    this.forget();
    setValue(this.form, "draft", "");
    setValue(this.form, "draft_version", "");
    this.isPaused = false;
    this.isParted = false;
    this.turn = 0;
  }
}
