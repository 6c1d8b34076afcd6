/** "3 new messages": announces what came and never moves what is being read; the reader decides. */

import { isInView } from "./place.js";
import { sentence } from "./texts.js";

export class Pill {
  /**
   * @param {Element | null} link the page's pill, hidden until needed
   * @param {string} words name of the sentence, which has plural forms
   */
  constructor(link, words) {
    this.link = link instanceof HTMLAnchorElement ? link : null;
    this.home = this.link?.getAttribute("href") ?? "";
    this.words = words;
    /** @type {HTMLElement[]} */
    this.unseen = [];
    this.elsewhere = 0;
    this.observer = new IntersectionObserver((entries) => this.seen(entries.filter((one) => one.isIntersecting)));
  }

  /**
   * Something new stands in the page.
   * @param {HTMLElement} item
   */
  add(item) {
    if (isInView(item) && document.visibilityState === "visible") return;
    this.unseen.push(item);
    this.observer.observe(item);
    this.show();
  }

  /** Something new stands on another page. */
  addElsewhere() {
    this.elsewhere += 1;
    this.show();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  seen(entries) {
    if (document.visibilityState !== "visible" || entries.length === 0) return;
    const last = Math.max(...entries.map((one) => this.unseen.indexOf(/** @type {HTMLElement} */ (one.target))));
    for (const item of this.unseen.splice(0, last + 1)) this.observer.unobserve(item);
    this.show();
  }

  show() {
    const count = this.unseen.length + this.elsewhere;
    if (!this.link) return;
    this.link.hidden = count === 0;
    const announcer = this.link.parentElement?.querySelector("[data-live-announcer]");
    if (count === 0) return announcer?.replaceChildren();
    announcer?.replaceChildren(sentence(this.words, {}, count));
    const first = this.unseen[0]?.querySelector("[id]");
    this.link.setAttribute("href", first ? `#${first.id}` : this.home);
    this.link.querySelector("[data-words]")?.replaceChildren(sentence(this.words, {}, count));
  }
}
