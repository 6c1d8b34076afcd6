/** A topic's page that follows its topic: new and changed posts, reactions, the head, who reads and who writes. */

import { connectionOfPage, roomsOf } from "../live/page.js";
import { Pill } from "../live/pill.js";
import { keepingPlace } from "../live/place.js";
import { addPost, fragmentOf, itemOf, replacePost } from "../live/posts.js";
import { showPresence, showTyping, tellTyping } from "../live/presence.js";
import { followReading } from "../live/reading.js";

/** @typedef {import("../live/posts.js").Carried} Carried */
/** @typedef {import("../live/room.js").Packet} Packet */

/** @param {HTMLElement} thread */
export function bind(thread) {
  for (const room of roomsOf(thread)) new Topic(thread, room);
}

class Topic {
  /**
   * @param {HTMLElement} thread
   * @param {import("../live/room.js").Room} room
   */
  constructor(thread, room) {
    this.thread = thread;
    this.room = room;
    this.pill = new Pill(thread.querySelector("[data-live-pill]"), "new-posts");
    this.watch = thread.dataset["member"] ? followReading(room) : undefined;
    for (const item of thread.querySelectorAll(".post-item")) this.watch?.(item);
    showPresence(room, thread.querySelector("[data-live-presence]"));
    showTyping(room, thread.querySelector("[data-live-typing]"));
    tellTyping(room, thread.querySelector("textarea[data-typing]"));
    // One message after the other: a long fragment that is being fetched must not be overtaken by its own edit.
    this.work = Promise.resolve();
    room.addEventListener("happened", (event) => {
      if (event instanceof CustomEvent) this.work = this.work.then(() => this.apply(event.detail)).catch(reportError);
    });
    room.addEventListener("reload", () => this.stale());
    room.addEventListener("closed", () => this.stale());
  }

  /** @param {Packet} packet */
  async apply({ type, data = {}, html = "" }) {
    if (type === "post") for (const post of data["posts"]) await this.arrive(post, data["author"]);
    else if (type === "posts_changed") for (const post of data["posts"]) await this.change(post);
    else if (type === "reactions") this.react(data["public_id"], data["counts"]);
    else if (type === "topic_head") this.head(html);
  }

  /**
   * @param {Carried} post
   * @param {number} author
   */
  async arrive(post, author) {
    if (itemOf(this.thread, post.id)) return this.change(post);
    if (this.thread.dataset["lastPage"] === undefined) return this.pill.addElsewhere();
    const html = await fragmentOf(post);
    if (html === null) return this.pill.addElsewhere();
    const item = addPost(this.thread, post, html);
    this.watch?.(item);
    if (String(author) !== this.thread.dataset["member"]) this.pill.add(item);
  }

  /** @param {Carried} post */
  async change(post) {
    const item = itemOf(this.thread, post.id);
    const html = item && (await fragmentOf(post));
    if (item && html) replacePost(item, post, html);
  }

  /**
   * @param {string} id
   * @param {Record<string, number>} counts
   */
  react(id, counts) {
    for (const button of itemOf(this.thread, id)?.querySelectorAll("[data-reaction]") ?? []) {
      const count = counts[button.getAttribute("data-reaction") ?? ""] ?? 0;
      const shown = button.querySelector(".number");
      if (shown) shown.textContent = count ? new Intl.NumberFormat(document.documentElement.lang).format(count) : "";
      button.toggleAttribute("data-none", count === 0);
    }
  }

  /** @param {string} html */
  head(html) {
    const head = document.querySelector("[data-topic-head]");
    if (head && html) keepingPlace(() => (head.innerHTML = html));
  }

  /** The page can no longer be kept up to date by itself: say so, and let the reader load it again. */
  stale() {
    connectionOfPage().dispatchEvent(new Event("stale"));
  }
}
