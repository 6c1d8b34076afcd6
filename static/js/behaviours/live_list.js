/** A list of topics that follows its spaces: a topic's row is kept up to date where it stands; others are announced. */

import { connectionOfPage, roomsOf } from "../live/page.js";
import { Pill } from "../live/pill.js";
import { keepingPlace } from "../live/place.js";

/** @typedef {import("../live/room.js").Packet} Packet */

/** @param {HTMLElement} list */
export function bind(list) {
  const pill = new Pill(document.querySelector("[data-live-pill]"), "moved-topics");
  /** @type {Set<string>} topics already announced */
  const announced = new Set();
  for (const room of roomsOf(list)) {
    room.addEventListener("happened", (event) => {
      if (!(event instanceof CustomEvent)) return;
      /** @type {Packet} */
      const packet = event.detail;
      if (packet.type === "topic_row") showRow(list, packet, pill, announced);
      if (packet.type === "read") markRead(list, packet.data?.["public_id"]);
    });
    room.addEventListener("reload", () => connectionOfPage().dispatchEvent(new Event("stale")));
  }
}

/**
 * @param {HTMLElement} list
 * @param {Packet} packet
 * @param {Pill} pill
 * @param {Set<string>} announced
 */
function showRow(list, { data = {}, html }, pill, announced) {
  const row = rowOf(list, data["topic"]);
  if (row) {
    keepingPlace(() => {
      if (html) row.outerHTML = html;
      else row.remove();
    });
  } else if (html && belongs(list, data) && !announced.has(data["topic"])) {
    announced.add(data["topic"]);
    pill.addElsewhere();
  }
}

/**
 * Whether a topic would stand in this list, which may be of one category or of one language.
 * @param {HTMLElement} list
 * @param {Record<string, any>} data
 */
function belongs(list, data) {
  return ["category", "lang"].every((name) => !list.dataset[name] || list.dataset[name] === data[name]);
}

/**
 * @param {HTMLElement} list
 * @param {string} id
 */
function rowOf(list, id) {
  return list.querySelector(`[data-topic="${CSS.escape(id)}"]`);
}

/**
 * @param {HTMLElement} list
 * @param {string} id
 */
function markRead(list, id) {
  const row = rowOf(list, id);
  row?.classList.remove("unread");
  row?.querySelector("[data-unread]")?.remove();
}
