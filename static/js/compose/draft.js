/** Keeps what is typed on this device until it is sent. On a shared computer nothing is kept. */

const DAYS_30 = 30 * 24 * 3600 * 1000;
const PAUSE_MS = 600;
const PREFIX = "draft:";

export class Draft {
  /**
   * @param {string} key
   * @param {HTMLTextAreaElement} field
   * @param {(at: Date) => void} onKept
   */
  constructor(key, field, onKept) {
    this.key = PREFIX + key;
    this.field = field;
    this.onKept = onKept;
    this.store = storage();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    field.addEventListener("input", () => this.later());
    addEventListener("pagehide", () => this.timer && this.save());
    addEventListener("beforeunload", (event) => {
      // The only copy is in this page: ask before it goes.
      if (!this.store && field.value !== field.defaultValue) event.preventDefault();
    });
    forgetOld(this.store);
  }

  /**
   * Bring back what was typed and not sent. A quotation that the page begins with goes after it.
   * @returns {boolean} whether there was something
   */
  restore() {
    const text = read(this.store, this.key)?.text ?? "";
    const value = this.field.value;
    if (!text.trim() || text === value) return false;
    const isEdit = this.key.includes(":edit:");
    const begins = value.startsWith("> [post:");
    if (value.trim() && !isEdit && !begins) return false;
    this.field.value = begins && !text.includes(value.trim()) ? `${text.trimEnd()}\n\n${value}` : text;
    return true;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.field.value.trim()) return this.forget();
    try {
      this.store?.setItem(this.key, JSON.stringify({ text: this.field.value, at: Date.now() }));
      if (this.store) this.onKept(new Date());
    } catch {
      // The device is full: the text stays in the page.
    }
  }

  forget() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.store?.removeItem(this.key);
  }
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
 * @returns {{ text: string, at: number } | null}
 */
function read(store, key) {
  try {
    return JSON.parse(store?.getItem(key) ?? "null");
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
