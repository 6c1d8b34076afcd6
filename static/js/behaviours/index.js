import { bind as liveLink } from "./live_link.js";
import { bind as liveList } from "./live_list.js";
import { bind as liveTopic } from "./live_topic.js";

/**
 * The behaviours of the pages, by the name that `data-behaviour` gives them. Each is a module of this folder
 * whose `bind(element)` makes one element act; the element works without it too.
 * @typedef {(element: HTMLElement) => void} Bind
 */

/** @type {Record<string, Bind>} */
export const behaviours = {
  "live-link": liveLink,
  "live-list": liveList,
  "live-topic": liveTopic,
};
