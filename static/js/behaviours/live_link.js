/** Says when the page has lost its live connection, and when it is back. Reading and writing go on without it. */

import { connectionOfPage } from "../live/page.js";
import { sentence } from "../live/texts.js";

const SILENCE_MS = 5_000;

/** @param {HTMLElement} banner */
export function bind(banner) {
  if (!document.querySelector("[data-live-rooms]")) return;
  const connection = connectionOfPage();
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isStale = false;

  /** @param {string} words @param {Record<string, string>} [values] */
  const show = (words, values) => {
    banner.hidden = false;
    banner.querySelector("[data-words]")?.replaceChildren(sentence(words, values));
  };
  const follow = () => {
    clearTimeout(timer);
    if (isStale) return;
    if (connection.state === "signed_out") show("signed-out");
    else if (connection.state === "open") banner.hidden = true;
    else timer = setTimeout(() => show("link-lost", { time: time.format(connection.lostAt) }), SILENCE_MS);
  };
  connection.addEventListener("state", follow);
  connection.addEventListener("stale", () => {
    isStale = true;
    show("stale");
  });
  banner.querySelector("[data-retry]")?.addEventListener("click", (event) => {
    if (isStale || connection.state === "signed_out") return;
    event.preventDefault();
    connection.retry();
  });
  follow();
}
