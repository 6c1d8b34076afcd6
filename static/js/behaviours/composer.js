/** The composer: formatting, preview, language, a copy on the device, and sending without leaving the page. */

import { watchLength } from "../compose/count.js";
import { Draft } from "../compose/draft.js";
import { watchCompletion } from "../compose/completion.js";
import { append, replace } from "../compose/field.js";
import { watchFiles } from "../compose/files.js";
import { watchLanguage } from "../compose/language.js";
import { watchTabs } from "../compose/preview.js";
import { Sending } from "../compose/sending.js";
import { watchToolbar } from "../compose/toolbar.js";
import { addPost, itemOf } from "../live/posts.js";
import { isDone, post, renewToken } from "../request.js";

/** @typedef {import("../request.js").Answer} Answer */

/** Posts on a page, as `PAGE` in app/forum/models.py. */
const PAGE = 20;
const LIVE_WITHIN_MS = 1_000;

/** @param {HTMLElement} root */
export function bind(root) {
  const form = root.closest("form");
  const field = root.querySelector("textarea");
  if (form && field) new Composer(root, form, field);
}

class Composer {
  /**
   * @param {HTMLElement} root
   * @param {HTMLFormElement} form
   * @param {HTMLTextAreaElement} field
   */
  constructor(root, form, field) {
    this.root = root;
    this.form = form;
    this.field = field;
    for (const part of this.all("[data-scripted]")) part.hidden = false;
    for (const part of this.all("[data-unscripted], [data-shown]")) part.hidden = true;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
    this.draft = new Draft(root, form, field, {
      onKept: () => this.say("kept", { time: time.format(new Date()) }),
      onSaved: () => this.say("saved", { time: time.format(new Date()) }),
      onParted: () => this.show("[data-parted]", true),
    });
    if (this.draft.restore()) this.say("found");
    this.tabs = watchTabs(root, form, field);
    this.tabs.write();
    this.sending = new Sending(root, form, {
      onStart: () => this.start(),
      onSent: (data) => this.sent(data),
      onRefused: (answer) => this.refused(answer),
      onQueued: () => this.queued(),
    });
    watchToolbar(root, field, () => this.sending.send());
    watchLanguage(root, form, field);
    watchLength(root, field);
    watchCompletion(root);
    this.files = watchFiles(root, field);
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      const pressed = event.submitter?.getAttribute("name");
      // The server's page shows both texts of a draft.
      if (pressed === "keep") return;
      event.preventDefault();
      if (pressed === "later") this.publishLater();
      else this.sending.send();
    });
    this.one("[data-take-back]")?.addEventListener("click", () => this.takeBack());
    this.one("[data-change]")?.addEventListener("click", () => {
      this.fail("");
      this.tabs.write();
      this.field.focus();
    });
    this.one("[data-copy]")?.addEventListener("click", () => this.copy());
    this.one("[data-reply-drop]")?.addEventListener("click", () => this.answer("", ""));
    this.root.addEventListener("compose", (event) => {
      if (event instanceof CustomEvent) this.begin(event.detail);
    });
  }

  /**
   * Begin an answer, or put a quotation into the one begun.
   * @param {{ body?: string, reply_to?: string, label?: string }} start
   */
  begin({ body, reply_to, label }) {
    this.tabs.write();
    if (reply_to) this.answer(reply_to, label ?? "");
    if (body) append(this.field, body);
    else this.field.focus();
    this.root.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {string} id
   * @param {string} label
   */
  answer(id, label) {
    const named = this.form.elements.namedItem("reply_to");
    if (named instanceof HTMLInputElement) named.value = id;
    this.one("[data-reply-label]")?.replaceChildren(label);
    const line = this.one("[data-reply-line]");
    if (line) line.hidden = !id;
  }

  start() {
    this.draft.pause();
    this.fail("");
    this.busy(true);
    this.say("sending");
  }

  /** @param {Record<string, any>} data */
  sent(data) {
    this.draft.renew();
    this.showQueued(false);
    this.busy(false);
    const isReply = this.form.elements.namedItem("reply_to") !== null;
    // Nothing is left to lose: leaving the page asks nothing.
    this.field.defaultValue = isReply ? "" : this.field.value;
    if (!isReply || data["waits"] || !showInThread(data)) return location.assign(data["url"]);
    this.field.value = "";
    replace(this.field, "");
    this.files.clear();
    this.draft.renew();
    this.answer("", "");
    this.tabs.write();
    this.say("sent");
    this.field.focus();
  }

  /** @param {Answer} answer */
  refused({ status, data }) {
    this.busy(false);
    this.showQueued(false);
    this.draft.resume();
    this.say("");
    const error = data["error"] ?? {};
    const isElsewhere = Object.keys(error.fields ?? {}).some((name) => name !== "body");
    const isConflict = status === 409 && this.form.elements.namedItem("edits") !== null;
    if (isElsewhere || isConflict) {
      // The server's page says it beside the fields, and shows both texts of a conflict.
      this.field.defaultValue = this.field.value;
      return this.form.submit();
    }
    this.fail(error.reason || this.root.dataset["sayFailed"] || "");
    const way = this.one("[data-sign-in]");
    if (way instanceof HTMLAnchorElement) {
      way.hidden = status !== 401;
      way.href = error.sign_in ?? way.href;
    }
  }

  /** The message waits in the outbox: it can be taken back until it leaves. */
  queued() {
    this.draft.pause();
    this.draft.forget();
    this.fail("");
    this.busy(false);
    this.field.readOnly = true;
    this.showQueued(true);
    this.say("queued");
  }

  async takeBack() {
    await this.sending.takeBack();
    this.showQueued(false);
    this.field.readOnly = false;
    this.draft.resume();
    this.say("");
    this.tabs.write();
    this.field.focus();
  }

  /** @param {boolean} isQueued */
  showQueued(isQueued) {
    this.show("[data-queued]", isQueued);
    this.show("[data-send]", !isQueued);
  }

  /** Leave the text with the server until the moment chosen; what stands in the way is shown by the server's page. */
  async publishLater() {
    this.draft.pause();
    const data = new FormData(this.form);
    data.set("later", "1");
    const answer = await post(this.form.action, data);
    if (isDone(answer)) {
      this.draft.forget();
      this.field.defaultValue = this.field.value;
      return location.assign(answer.data["url"]);
    }
    renewToken(this.form, answer);
    this.draft.resume();
    if (answer.status === 0) return this.fail(this.root.dataset["sayFailed"] ?? "");
    this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "later", value: "1" }));
    this.form.submit();
  }

  async copy() {
    this.field.select();
    await navigator.clipboard?.writeText(this.field.value).catch(() => document.execCommand("copy"));
    this.say("copied");
  }

  /** @param {string} reason empty when nothing failed */
  fail(reason) {
    const notice = this.one("[data-failure]");
    if (notice) notice.hidden = !reason;
    // "Send again" stands in the notice: one way to send at a time.
    const send = this.one("[data-send]");
    if (send) send.hidden = Boolean(reason);
    this.one("[data-reason]")?.replaceChildren(reason);
  }

  /**
   * @param {string} selector
   * @param {boolean} isShown
   */
  show(selector, isShown) {
    const part = this.one(selector);
    if (part) part.hidden = !isShown;
  }

  /** @param {boolean} isBusy */
  busy(isBusy) {
    this.one("[data-send]")?.setAttribute("aria-disabled", String(isBusy));
    this.field.readOnly = isBusy;
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} [values]
   */
  say(name, values = {}) {
    const words = (name && this.root.dataset[`say${name[0]?.toUpperCase()}${name.slice(1)}`]) || "";
    this.one("[data-state]")?.replaceChildren(words.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? ""));
  }

  /**
   * @param {string} selector
   * @returns {HTMLElement | null}
   */
  one(selector) {
    return this.root.querySelector(selector);
  }

  /**
   * @param {string} selector
   * @returns {NodeListOf<HTMLElement>}
   */
  all(selector) {
    return this.root.querySelectorAll(selector);
  }
}

/**
 * Whether a message just sent belongs on this page. It comes live; where it does not come soon, it is put in its place.
 * @param {Record<string, any>} data
 */
function showInThread(data) {
  const thread = document.querySelector('[data-behaviour~="live-topic"]');
  if (!(thread instanceof HTMLElement) || Math.ceil(data["number"] / PAGE) !== Number(thread.dataset["page"])) return false;
  setTimeout(() => {
    const carried = { id: data["id"], number: data["number"], state: "visible" };
    if (!itemOf(thread, carried.id)) addPost(thread, carried, data["html"], true);
  }, LIVE_WITHIN_MS);
  return true;
}
