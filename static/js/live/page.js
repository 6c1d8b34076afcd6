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

/**
 * The rooms an element names, with the last event that the server had put into the page: `topic:12=34 space:3=9`.
 * @param {HTMLElement} element
 */
export function roomsOf(element) {
  const named = (element.dataset["rooms"] ?? "").split(" ").filter(Boolean);
  return named.map((one) => {
    const [name = "", seq = "0"] = one.split("=");
    return connectionOfPage().follow(name, Number(seq));
  });
}
