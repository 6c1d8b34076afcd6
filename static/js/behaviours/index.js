import { bind as answer } from "./answer.js";
import { bind as appearance } from "./appearance.js";
import { bind as copyLink } from "./copy_link.js";
import { bind as follow } from "./follow.js";
import { bind as menu } from "./menu.js";
import { bind as showPicture } from "./show_picture.js";
import { bind as strip } from "./strip.js";

/**
 * The behaviours of the pages, by the name that `data-behaviour` gives them. Each is a module of this folder
 * whose `bind(element)` makes one element act; the element works without it too.
 * @typedef {(element: HTMLElement) => void} Bind
 */

/** @type {Record<string, Bind>} */
export const behaviours = {
  answer,
  appearance,
  composer: onDemand(() => import("./composer.js")),
  "copy-link": copyLink,
  "drop-copy": onDemand(() => import("./drop_copy.js")),
  follow,
  "kept-topics": onDemand(() => import("./kept_topics.js")),
  "held-queue": onDemand(() => import("./held_queue.js")),
  "human-check": onDemand(() => import("./human_check.js")),
  "live-link": onDemand(() => import("./live_link.js")),
  "live-pulse": onDemand(() => import("./live_pulse.js")),
  "live-session": onDemand(() => import("./live_session.js")),
  "live-shelves": onDemand(() => import("./live_shelves.js")),
  "live-topic": onDemand(() => import("./live_topic.js")),
  "live-topics": onDemand(() => import("./live_topics.js")),
  menu,
  outbox: onDemand(() => import("./outbox.js")),
  poll: onDemand(() => import("./poll.js")),
  "post-actions": onDemand(() => import("./post_actions.js")),
  "quote-selection": onDemand(() => import("./quote_selection.js")),
  "report-queue": onDemand(() => import("./report_queue.js")),
  shortcuts: onDemand(() => import("./shortcuts.js")),
  "show-picture": showPicture,
  similar: onDemand(() => import("./similar.js")),
  sortable: onDemand(() => import("./sortable.js")),
  statement: onDemand(() => import("./statement.js")),
  strip,
  suggest: onDemand(() => import("./suggest.js")),
};

/**
 * A behaviour whose module is heavy: it is fetched with the first element that asks for it.
 * @param {() => Promise<{ bind: Bind }>} load
 * @returns {Bind}
 */
function onDemand(load) {
  return (element) => {
    load().then((module) => module.bind(element), reportError);
  };
}
