/**
 * The behaviours of the pages, by the name that `data-behaviour` gives them. Each is a module of this folder
 * whose `bind(element)` makes one element act; the element works without it too.
 * @typedef {(element: HTMLElement) => void} Bind
 */

/** @type {Record<string, Bind>} */
export const behaviours = {
  "live-link": onDemand(() => import("./live_link.js")),
  "live-list": onDemand(() => import("./live_list.js")),
  "live-topic": onDemand(() => import("./live_topic.js")),
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
