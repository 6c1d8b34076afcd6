/** Sends a text once, whatever the network does: every attempt to send one text carries the same token. */

import { isDone, post, renewToken } from "../request.js";

/** @typedef {import("../request.js").Answer} Answer */

export class Sending {
  /**
   * @param {HTMLElement} composer
   * @param {HTMLFormElement} form
   * @param {{ onStart: () => void, onSent: (data: Record<string, any>) => void, onRefused: (answer: Answer) => void }} hooks
   */
  constructor(composer, form, hooks) {
    this.composer = composer;
    this.form = form;
    this.hooks = hooks;
    this.isUnderWay = false;
    this.isWaiting = false;
    addEventListener("offline", () => this.showNetwork());
    addEventListener("online", () => {
      this.showNetwork();
      if (this.isWaiting) this.send();
    });
    this.showNetwork();
  }

  async send() {
    if (this.isUnderWay) return;
    this.isWaiting = !navigator.onLine;
    this.showNetwork();
    if (this.isWaiting) return;
    this.isUnderWay = true;
    this.hooks.onStart();
    const answer = await this.attempt();
    this.isUnderWay = false;
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
