/**
 * Sends a text once, whatever the network does: every attempt to send one text carries the same token. Without a network
 * a new message goes into the outbox of this device; the change of one waits in its page.
 */

import { CHANNEL } from "../outbox/deliver.js";
import { enqueue, isAllowed, takeBack } from "../outbox/page.js";
import { isDone, post, renewToken } from "../request.js";
import { allIn, valueOf } from "./form_fields.js";

/** @typedef {import("../request.js").Answer} Answer */

export class Sending {
  /**
   * @param {HTMLElement} composer
   * @param {HTMLFormElement} form
   * @param {{ onStart: () => void, onSent: (data: Record<string, any>) => void, onRefused: (answer: Answer) => void,
   *   onQueued: () => void }} hooks
   */
  constructor(composer, form, hooks) {
    this.composer = composer;
    this.form = form;
    this.hooks = hooks;
    this.isUnderWay = false;
    this.isWaiting = false;
    this.queued = "";
    if ("BroadcastChannel" in globalThis) {
      new BroadcastChannel(CHANNEL).addEventListener("message", ({ data }) => data.token === this.queued && this.told(data));
    }
    addEventListener("offline", () => this.showNetwork());
    addEventListener("online", () => {
      this.showNetwork();
      if (this.isWaiting) this.send();
    });
    this.showNetwork();
  }

  async send() {
    if (this.isUnderWay || this.queued) return;
    this.isUnderWay = true;
    const isOnline = navigator.onLine;
    if (isOnline) this.hooks.onStart();
    const answer = isOnline ? await this.attempt() : { status: 0, data: {} };
    const isQueued = answer.status === 0 && (await this.queue());
    this.isUnderWay = false;
    if (isQueued) return;
    this.isWaiting = !isOnline;
    this.showNetwork();
    if (this.isWaiting) return;
    this.finish(answer);
  }

  /** @param {Answer} answer */
  finish(answer) {
    if (isDone(answer)) {
      this.newToken();
      this.hooks.onSent(answer.data);
    } else {
      renewToken(this.form, answer);
      // A refusal is certain: nothing was stored. Without an answer the text may be there already.
      if (answer.status >= 400 && answer.status < 500) this.newToken();
      this.hooks.onRefused(answer);
    }
  }

  /**
   * Put a new message into the outbox, which sends it also when this page is closed.
   * @returns {Promise<boolean>} whether this device keeps it
   */
  async queue() {
    const token = valueOf(this.form, "client_token");
    const member = document.documentElement.dataset["member"] ?? "";
    if (!token || !isAllowed()) return false;
    const text = valueOf(this.form, "title") || String(new FormData(this.form).get("body"));
    const label = document.querySelector("h1")?.textContent?.trim() ?? "";
    const about = { url: this.form.action, fields: allIn(this.form), member, label, text, at: Date.now() };
    this.queued = token;
    try {
      await enqueue({ token, ...about, status: 0, reason: "", signIn: "" });
    } catch {
      this.queued = "";
      return false;
    }
    this.hooks.onQueued();
    return true;
  }

  /** Take the message back to change it. */
  async takeBack() {
    const token = this.queued;
    this.queued = "";
    await takeBack(token).catch(() => {});
  }

  /** @param {Answer} answer what became of the message that waited */
  async told(answer) {
    if (!isDone(answer)) await this.takeBack();
    this.queued = "";
    this.finish(answer);
  }

  /** A session that was renewed in another tab has another form token: that alone is no reason to bother anyone. */
  async attempt() {
    const answer = await post(this.form.action, new FormData(this.form));
    if (!answer.data["error"]?.is_stale) return answer;
    renewToken(this.form, answer);
    return post(this.form.action, new FormData(this.form));
  }

  newToken() {
    const field = this.form.elements.namedItem("client_token");
    const bytes = crypto.getRandomValues(new Uint8Array(18));
    if (field instanceof HTMLInputElement) field.value = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  }

  showNetwork() {
    const notice = this.composer.querySelector("[data-offline]");
    const label = this.composer.querySelector("[data-send] span");
    if (!(notice instanceof HTMLElement) || !(label instanceof HTMLElement)) return;
    label.dataset["words"] ??= label.textContent ?? "";
    notice.hidden = navigator.onLine;
    label.textContent = (navigator.onLine ? label.dataset["words"] : this.composer.dataset["sayWaiting"]) ?? "";
  }
}
