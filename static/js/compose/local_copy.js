/** What is typed, kept on this device until the server has it. A shared computer keeps nothing. */

const DAYS_30 = 30 * 24 * 3600 * 1000;
const PREFIX = "draft:";

/**
 * @typedef {object} Copy
 * @property {[string, string][]} fields
 * @property {string} text
 * @property {string} label names the message answered
 * @property {string} draft public id of the draft on the server, empty where none is known
 * @property {string} version the version of it that was seen
 * @property {boolean} isSynced whether the server has it all
 * @property {number} at
 */

export class LocalCopy {
  /** @param {string} key */
  constructor(key) {
    this.key = PREFIX + key;
    this.store = storage();
    forgetOld(this.store);
  }

  get isKept() {
    return this.store !== null;
  }

  read() {
    return read(this.store, this.key);
  }

  /** @param {Copy} copy */
  write(copy) {
    try {
      this.store?.setItem(this.key, JSON.stringify(copy));
    } catch {
      // The device is full: the text stays in the page.
    }
  }

  forget() {
    this.store?.removeItem(this.key);
  }
}

/**
 * Forget every copy of one composer, whichever state of the text it began with.
 * @param {string} key
 */
export function forgetCopies(key) {
  const store = storage();
  for (const name of Object.keys(store ?? {})) if (name.startsWith(PREFIX + key)) store?.removeItem(name);
}

/** @returns {Storage | null} */
function storage() {
  if (document.documentElement.hasAttribute("data-shared")) return null;
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/**
 * @param {Storage | null} store
 * @param {string} key
 * @returns {Copy | null}
 */
function read(store, key) {
  try {
    const copy = JSON.parse(store?.getItem(key) ?? "null");
    return copy && { fields: [], label: "", draft: "", version: "", isSynced: false, ...copy };
  } catch {
    return null;
  }
}

/** @param {Storage | null} store */
function forgetOld(store) {
  for (const key of Object.keys(store ?? {})) {
    if (key.startsWith(PREFIX) && Date.now() - (read(store, key)?.at ?? 0) > DAYS_30) store?.removeItem(key);
  }
}
