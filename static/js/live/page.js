/** The one connection of this page, opened when the first behaviour asks for it. */

import { Connection } from "./connection.js";

/** @type {Connection | undefined} */
let connection;

/** @returns {Connection} */
export function connectionOfPage() {
  if (!connection) {
    connection = new Connection(document.documentElement.lang);
    // A page kept for "back" must not hold a socket; shown again, it asks for what it missed.
    addEventListener("pagehide", () => connection?.close());
    addEventListener("pageshow", (event) => event.persisted && connection?.retry());
  }
  return connection;
}

/** The number of the member who reads this page; an empty string for a visitor. */
export function memberOfPage() {
  return document.querySelector("[data-live-member]")?.getAttribute("data-live-member") ?? "";
}

/**
 * The rooms an element names, each with the last event that the page already shows (`topic:12=34`, or `data-live-seq`
 * for all); without such a number a room is followed from now on.
 * @param {HTMLElement} element
 */
export function roomsOf(element) {
  const named = (element.dataset["liveRooms"] ?? "").split(" ").filter(Boolean);
  return named.map((one) => {
    const [name = "", seq = element.dataset["liveSeq"]] = one.split("=");
    return connectionOfPage().follow(name, seq === undefined ? null : Number(seq));
  });
}
