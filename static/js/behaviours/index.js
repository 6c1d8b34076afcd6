import { bind as answer } from "./answer.js";
import { bind as appearance } from "./appearance.js";
import { bind as copyLink } from "./copy_link.js";
import { bind as dropCopy } from "./drop_copy.js";
import { bind as follow } from "./follow.js";
import { bind as liveLink } from "./live_link.js";
import { bind as livePulse } from "./live_pulse.js";
import { bind as liveShelves } from "./live_shelves.js";
import { bind as liveTopic } from "./live_topic.js";
import { bind as liveTopics } from "./live_topics.js";
import { bind as menu } from "./menu.js";
import { bind as poll } from "./poll.js";
import { bind as postActions } from "./post_actions.js";
import { bind as quoteSelection } from "./quote_selection.js";
import { bind as shortcuts } from "./shortcuts.js";
import { bind as showPicture } from "./show_picture.js";
import { bind as strip } from "./strip.js";
import { bind as suggest } from "./suggest.js";

/**
 * The behaviours of the pages, by the name that `data-behaviour` gives them. Each is a module of this folder
 * whose `bind(element)` makes one element act; the element works without it too.
 *
 * What the pages of readers use is one file: on a slow line a request costs more than the bytes of a behaviour that
 * this page goes without. On demand comes what is heavy, or what few pages have.
 * @typedef {(element: HTMLElement) => void} Bind
 */

/** @type {Record<string, Bind>} */
export const behaviours = {
  answer,
  appearance,
  composer: onDemand(() => import("./composer.js")),
  "copy-link": copyLink,
  "drop-copy": dropCopy,
  follow,
  "held-queue": onDemand(() => import("./held_queue.js")),
  "human-check": onDemand(() => import("./human_check.js")),
  "kept-topics": onDemand(() => import("./kept_topics.js")),
  "live-link": liveLink,
  "live-pulse": livePulse,
  "live-session": onDemand(() => import("./live_session.js")),
  "live-shelves": liveShelves,
  "live-topic": liveTopic,
  "live-topics": liveTopics,
  menu,
  outbox: onDemand(() => import("./outbox.js")),
  poll,
  "post-actions": postActions,
  "quote-selection": quoteSelection,
  "report-queue": onDemand(() => import("./report_queue.js")),
  shortcuts,
  "show-picture": showPicture,
  similar: onDemand(() => import("./similar.js")),
  sortable: onDemand(() => import("./sortable.js")),
  statement: onDemand(() => import("./statement.js")),
  strip,
  suggest,
};

/**
 * A behaviour whose module is fetched with the first element that asks for it.
 * @param {() => Promise<{ bind: Bind }>} load
 * @returns {Bind}
 */
function onDemand(load) {
  return (element) => {
    load().then((module) => module.bind(element), reportError);
  };
}
