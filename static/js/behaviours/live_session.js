/** The panel of a live session: its questions as they are asked and voted for, its phase, the countdown of slow mode. */

import { memberOfPage, roomsOf } from "../live/page.js";
import { keepingPlace } from "../live/place.js";
import { ask, isDone, post } from "../request.js";
import { bindAll } from "../bind.js";

/** @typedef {import("../live/room.js").Packet} Packet */

const SPREAD_MS = 4_000;

/** @param {HTMLElement} panel */
export function bind(panel) {
  const thread = document.querySelector("[data-behaviour~='live-topic']");
  const session = new Session(panel);
  if (thread instanceof HTMLElement) for (const room of roomsOf(thread)) session.follow(room);
}

class Session {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.panel = panel;
    this.gone = new AbortController();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    const { signal } = this.gone;
    panel.querySelector("#session-actions")?.addEventListener("submit", (event) => this.act(event), { signal });
    panel.querySelector("[data-ask]")?.addEventListener("submit", (event) => this.ask(event), { signal });
    document.getElementById("post-actions")?.addEventListener("submit", (event) => this.mark(event), { signal });
    this.countDown(Number(panel.dataset["wait"]));
    showOwnZone(panel);
  }

  /** @param {import("../live/room.js").Room} room */
  follow(room) {
    room.addEventListener("happened", (event) => event instanceof CustomEvent && this.apply(event.detail), this.gone);
  }

  /** @param {Packet} packet */
  apply({ type, data = {}, html = "" }) {
    if (type === "question") this.show(data, html);
    else if (type === "session") this.renew(data["phase"] === this.panel.dataset["phase"] ? SPREAD_MS : SPREAD_MS / 4);
    else if (type === "post" && String(data["author"]) === memberOfPage()) this.countDown(Number(this.panel.dataset["slow"]));
  }

  /**
   * @param {Record<string, any>} data
   * @param {string} html
   */
  show(data, html) {
    const before = this.panel.querySelector(`[data-question="${CSS.escape(data["id"])}"]`);
    const hadVoice = before?.querySelector("[data-act=vote]")?.getAttribute("aria-pressed") ?? "false";
    keepingPlace(() => {
      if (before && before.getAttribute("data-state") === data["state"]) {
        before.querySelector("[data-said]")?.remove();
        before.insertAdjacentHTML("afterbegin", html);
        this.place(before);
      } else {
        before?.remove();
        if (html) this.place(this.made(data, html, hadVoice));
      }
    });
    this.count();
  }

  /**
   * @param {Record<string, any>} data
   * @param {string} html
   * @param {string} hadVoice
   */
  made(data, html, hadVoice) {
    const isOwn = data["state"] === "waiting" && String(data["author"]) === memberOfPage();
    const item = document.createElement("li");
    Object.assign(item.dataset, { question: data["id"], state: data["state"], order: String(data["order"]) });
    item.innerHTML = html;
    const pattern = this.panel.querySelector(`template[data-pattern="${isOwn ? "own" : data["state"]}"]`);
    if (pattern instanceof HTMLTemplateElement) item.insertAdjacentHTML("beforeend", pattern.innerHTML.replaceAll("{id}", data["id"]));
    item.querySelector("[data-act=vote]")?.setAttribute("aria-pressed", hadVoice);
    return item;
  }

  /** @param {Element} item */
  place(item) {
    const name = item.getAttribute("data-state") === "answered" ? "answered" : "queue";
    const list = this.panel.querySelector(`[data-questions="${name}"]`);
    const next = [...(list?.children ?? [])].find((one) => one !== item && isBefore(item, one));
    if (next) next.before(item);
    else list?.append(item);
  }

  count() {
    const queue = this.panel.querySelector('[data-questions="queue"]');
    this.panel.querySelector("[data-no-questions]")?.toggleAttribute("hidden", (queue?.children.length ?? 0) > 0);
    const answered = this.panel.querySelector('[data-questions="answered"]');
    this.panel.querySelector("[data-answered]")?.toggleAttribute("hidden", !answered?.children.length);
  }

  /** @param {number} spread readers ask for their panel within so long, not all at once */
  renew(spread) {
    const leads = this.panel.querySelector("[data-act=next], [name=seconds]") !== null;
    setTimeout(() => this.replace().catch(reportError), leads ? 0 : Math.random() * spread);
  }

  async replace() {
    const typed = this.panel.querySelector("#question");
    const words = typed instanceof HTMLInputElement ? typed.value : "";
    const answer = await fetch(this.panel.dataset["panelUrl"] ?? "", { credentials: "same-origin" });
    if (!answer.ok || !this.panel.isConnected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("#session");
    if (!(next instanceof HTMLElement)) return;
    const field = next.querySelector("#question");
    if (field instanceof HTMLInputElement) field.value = words;
    const isFocused = document.activeElement === typed;
    this.gone.abort();
    clearInterval(this.timer);
    keepingPlace(() => this.panel.replaceWith(next));
    bindAll(next.parentElement ?? next);
    if (isFocused) next.querySelector("#question")?.dispatchEvent(new Event("focus"));
  }

  /** @param {Event} event */
  async act(event) {
    const form = event.target;
    const button = event instanceof SubmitEvent ? event.submitter : null;
    if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement) || !button.dataset["act"]) return;
    event.preventDefault();
    const data = new FormData(form);
    const isVote = button.dataset["act"] === "vote";
    if (isVote) data.set("pressed", button.ariaPressed === "true" ? "0" : "1");
    const answer = await post(button.formAction, data);
    this.sayFailure(isDone(answer) ? "" : answer.data["error"]?.reason || this.panel.dataset["sayFailed"] || "");
    if (isVote && isDone(answer)) button.ariaPressed = String(answer.data["pressed"]);
  }

  /** @param {Event} event */
  async ask(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    const answer = await post(form.action, new FormData(form));
    this.sayFailure(isDone(answer) ? "" : answer.data["error"]?.reason || this.panel.dataset["sayFailed"] || "");
    if (!isDone(answer)) return;
    const token = form.elements.namedItem("client_token");
    if (token instanceof HTMLInputElement) token.value = crypto.randomUUID();
    const field = form.elements.namedItem("question");
    if (field instanceof HTMLInputElement) field.value = "";
  }

  /** @param {Event} event */
  async mark(event) {
    const button = event instanceof SubmitEvent ? event.submitter : null;
    const form = event.target;
    if (!(button instanceof HTMLButtonElement) || button.dataset["act"] !== "mark") return;
    event.preventDefault();
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    data.set("mark", button.ariaPressed === "true" ? "0" : "1");
    const answer = await ask(button.formAction, { method: "POST", body: data });
    if (isDone(answer)) button.ariaPressed = String(answer.data["marked"]);
    else this.sayFailure(answer.data["error"]?.reason || this.panel.dataset["sayFailed"] || "");
  }

  /** @param {string} words */
  sayFailure(words) {
    const place = this.panel.querySelector("[data-failure]");
    if (!(place instanceof HTMLElement)) return;
    place.textContent = words;
    place.hidden = !words;
  }

  /** @param {number} seconds until the next message may be sent; the server is the one who decides */
  countDown(seconds) {
    clearInterval(this.timer);
    const place = this.panel.querySelector("[data-countdown]");
    if (!(place instanceof HTMLElement)) return;
    const until = Date.now() + seconds * 1000;
    const tell = () => {
      const rest = Math.ceil((until - Date.now()) / 1000);
      place.hidden = rest <= 0;
      place.textContent = (this.panel.dataset["sayWait"] ?? "").replace("{seconds}", String(Math.max(rest, 0)));
      if (rest <= 0) clearInterval(this.timer);
    };
    tell();
    if (seconds > 0) this.timer = setInterval(tell, 1000);
  }
}

/**
 * The question being answered first, then by voices, then by age: as the server sorts them.
 * @param {Element} item
 * @param {Element} other
 */
function isBefore(item, other) {
  const [a, b] = [item, other].map((one) => [
    one.getAttribute("data-state") === "taken" ? 0 : 1,
    -Number(one.querySelector("[data-votes]")?.getAttribute("data-votes") ?? 0),
    Number(one.getAttribute("data-order")),
  ]);
  for (const [place, value] of (a ?? []).entries()) {
    const against = b?.[place] ?? 0;
    if (value !== against) return value < against;
  }
  return false;
}

/**
 * A visitor's own hours: only the device knows them.
 * @param {HTMLElement} panel
 */
function showOwnZone(panel) {
  const place = panel.querySelector("[data-own-zone]");
  const time = panel.querySelector("time");
  const words = place?.querySelector("dd");
  if (!(place instanceof HTMLElement) || !time || !words) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  words.textContent = format.formatRange(new Date(time.dateTime), new Date(time.dataset["end"] ?? time.dateTime));
  place.hidden = false;
}
