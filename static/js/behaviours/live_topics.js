/** A list of topics that follows its spaces: a topic's row is kept up to date where it stands; others are announced. */

import { connectionOfPage, memberOfPage, roomsOf } from "../live/page.js";
import { Pill } from "../live/pill.js";
import { keepingPlace } from "../live/place.js";
import { sentence } from "../live/texts.js";

/** @typedef {import("../live/room.js").Packet} Packet */

/** @param {HTMLElement} list */
export function bind(list) {
  const pill = new Pill(document.querySelector("[data-live-pill]"), "moved-topics");
  /** @type {Set<string>} topics already announced */
  const announced = new Set();
  const own = memberOfPage();
  const rooms = [...roomsOf(list), ...(own ? [connectionOfPage().follow(`user:${own}`, null)] : [])];
  for (const room of rooms) {
    room.addEventListener("happened", (event) => {
      if (!(event instanceof CustomEvent)) return;
      /** @type {Packet} */
      const { type, data = {}, html = "" } = event.detail;
      if (type === "read") return markRead(rowOf(list, data["public_id"]));
      if (type === "topic_left") return takeAway(list, data);
      if (type !== "topic_row") return;
      if (rowOf(list, data["topic"])) return replaceRow(list, data, html);
      if (!html || !belongs(list, data) || announced.has(data["topic"])) return;
      announced.add(data["topic"]);
      pill.addElsewhere();
    });
    room.addEventListener("reload", () => connectionOfPage().dispatchEvent(new Event("stale")));
  }
}

/**
 * The row comes as those see it who have not read what is new; how much that is, only this page knows.
 * @param {HTMLElement} list
 * @param {Record<string, any>} data
 * @param {string} html
 */
function replaceRow(list, data, html) {
  const before = rowOf(list, data["topic"]);
  if (!before) return;
  const unread = unreadOf(before) + data["count"] - Number(before.dataset["count"]);
  const isOwn = String(data["author"]) === memberOfPage();
  keepingPlace(() => {
    before.insertAdjacentHTML("afterend", html);
    before.remove();
  });
  const row = rowOf(list, data["topic"]);
  if (!row || !html) return;
  if (isOwn || !memberOfPage() || unread <= 0) return markRead(row);
  const badge = document.createElement("span");
  badge.className = "badge long";
  badge.dataset["unread"] = String(unread);
  badge.append(sentence("unread", {}, unread));
  row.querySelector(".topic-title")?.append(" ", badge);
}

/**
 * A topic that left this category, or its space altogether.
 * @param {HTMLElement} list
 * @param {Record<string, any>} data
 */
function takeAway(list, data) {
  if (data["is_gone"] || list.dataset["liveCategory"] === data["category"]) {
    keepingPlace(() => rowOf(list, data["topic"])?.remove());
  }
}

/** @param {HTMLElement} row */
function unreadOf(row) {
  const badge = row.querySelector(".topic-title .badge");
  return Number(badge?.getAttribute("data-unread") ?? badge?.textContent?.replace(/\D/g, "") ?? 0);
}

/**
 * Whether a topic would stand at the top of this list, which may be of one category or one language.
 * @param {HTMLElement} list
 * @param {Record<string, any>} data
 */
function belongs(list, data) {
  const { liveAfter, liveTag, liveView, liveCategory, liveLang } = list.dataset;
  if (liveAfter !== undefined || liveTag || liveView === "unanswered" || liveView === "following") return false;
  return (!liveCategory || liveCategory === data["category"]) && (!liveLang || liveLang === data["lang"]);
}

/**
 * @param {HTMLElement} list
 * @param {string} id
 * @returns {HTMLElement | null}
 */
function rowOf(list, id) {
  return list.querySelector(`[data-topic="${CSS.escape(id)}"]`);
}

/** @param {HTMLElement | null} row */
function markRead(row) {
  row?.classList.remove("unread");
  row?.querySelector(".topic-mark")?.replaceChildren();
  row?.querySelector(".topic-title .badge")?.remove();
}
