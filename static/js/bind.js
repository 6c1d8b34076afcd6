/** Binds behaviours to the elements that name them: `<form data-behaviour="draft composer">`. */

import { behaviours } from "./behaviours/index.js";

/** @type {WeakMap<Element, Set<string>>} */
const bound = new WeakMap();

/**
 * Bind every behaviour named in `root`, itself included. Call it for each piece of HTML put into the page;
 * an element already bound keeps what it has. One behaviour that fails leaves the others at work.
 * @param {Document | Element} root
 */
export function bindAll(root) {
  const inside = [...root.querySelectorAll("[data-behaviour]")];
  for (const element of root instanceof Element ? [root, ...inside] : inside) {
    if (element instanceof HTMLElement) bindOne(element);
  }
}

/** @param {HTMLElement} element */
function bindOne(element) {
  const names = bound.get(element) ?? new Set();
  bound.set(element, names);
  for (const name of (element.dataset.behaviour ?? "").split(" ").filter(Boolean)) {
    if (names.has(name)) continue;
    names.add(name);
    try {
      behaviourNamed(name)(element);
    } catch (error) {
      reportError(error);
    }
  }
}

/**
 * @param {string} name
 * @returns {import("./behaviours/index.js").Bind}
 */
function behaviourNamed(name) {
  const bind = behaviours[name];
  if (!bind) throw new Error(`No behaviour is named "${name}"`);
  return bind;
}
