/** A topic's page that follows its topic: new and changed posts, reactions, the head, who reads and who writes. */

import { connectionOfPage, memberOfPage, roomsOf } from "../live/page.js";
import { Pill } from "../live/pill.js";
import { keepingPlace } from "../live/place.js";
import { addPoll, addPost, fragmentOf, itemOf, refreshBar, replaceFragment, showReactions } from "../live/posts.js";
import { showPresence, showTyping, tellTyping } from "../live/presence.js";
import { followReading } from "../live/reading.js";
import { sentence } from "../live/texts.js";

/** @typedef {import("../live/posts.js").Carried} Carried */
/** @typedef {import("../live/room.js").Packet} Packet */

/** Posts on a page, as `PAGE` in app/forum/models.py. */
const PAGE = 20;
const SPREAD_MS = 4_000;

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
    this.pill = new Pill(thread.querySelector("[data-live-pill]"), "new-posts");
    this.watch = followReading(room, thread.querySelector("[data-live-place]"));
    for (const item of thread.querySelectorAll(".post-item")) this.watch(item);
    showPresence(room, thread.querySelector("[data-live-presence]"));
    showTyping(room, thread.querySelector("[data-live-typing]"));
    tellTyping(room, thread.querySelector("textarea[data-typing]"));
    // One message after the other: a long fragment that is being fetched must not be overtaken by its own edit.
    this.work = Promise.resolve();
    room.addEventListener("happened", (event) => {
      if (event instanceof CustomEvent) this.work = this.work.then(() => this.apply(event.detail)).catch(reportError);
    });
    for (const name of ["reload", "closed"]) {
      room.addEventListener(name, () => connectionOfPage().dispatchEvent(new Event("stale")));
    }
  }

  /** @param {Packet} packet */
  async apply({ type, data = {}, html = "" }) {
    if (type === "post") for (const post of data["posts"]) await this.arrive(post, data["author"]);
    else if (type === "posts_changed") for (const post of data["posts"]) await this.change(post);
    else if (type === "reactions") this.react(data["public_id"], data["counts"]);
    else if (type === "topic_head" && html) this.showHead(html);
    else if (type === "poll") this.poll(data);
  }

  /**
   * @param {Carried} post
   * @param {number} author
   */
  async arrive(post, author) {
    if (itemOf(this.thread, post.id)) return this.change(post);
    this.count(post.number);
    const isOwn = String(author) === memberOfPage();
    const isHere = Math.ceil(post.number / PAGE) === Number(this.thread.dataset["page"]);
    const html = isHere ? await fragmentOf(post) : null;
    if (html === null) return this.pill.addElsewhere();
    const item = addPost(this.thread, post, html, isOwn);
    this.watch(item);
    if (post.poll) void addPoll(item, post.poll);
    if (!isOwn) this.pill.add(item);
  }

  /** @param {Carried} post */
  async change(post) {
    const item = itemOf(this.thread, post.id);
    const html = item && (await fragmentOf(post));
    if (!item || !html) return;
    const wasShown = !item.querySelector(".post.gone");
    const isShown = post.state === "visible";
    replaceFragment(item, html);
    if (!isShown) item.querySelector("[data-poll]")?.remove();
    else if (post.poll && !item.querySelector("[data-poll]")) void addPoll(item, post.poll);
    const decides = item.querySelector("[data-act=accept], .remove") !== null;
    if (wasShown && !isShown && !decides) item.querySelector("[data-bar]")?.remove();
    // A post shown again has its reactions to show too: all readers ask, not all at once.
    else if (decides) await refreshBar(item, post.id);
    else if (isShown && !wasShown) setTimeout(() => refreshBar(item, post.id).catch(reportError), Math.random() * SPREAD_MS);
  }

  /**
   * @param {string} id
   * @param {Record<string, number>} counts
   */
  react(id, counts) {
    const item = itemOf(this.thread, id);
    if (item) showReactions(item, id, counts);
  }

  /** @param {Record<string, any>} told */
  poll(told) {
    const item = itemOf(this.thread, told["post"]);
    const poll = item?.querySelector("[data-poll]");
    if (poll) poll.dispatchEvent(new CustomEvent("polled", { detail: told }));
    else if (item && told["url"]) setTimeout(() => addPoll(item, told["url"]), Math.random() * SPREAD_MS);
  }

  /** @param {string} html */
  showHead(html) {
    const head = document.getElementById("topic-head");
    if (head) keepingPlace(() => (head.outerHTML = html));
  }

  /** @param {number} total */
  count(total) {
    if (total <= Number(this.thread.dataset["count"])) return;
    this.thread.dataset["count"] = String(total);
    const shown = this.thread.querySelector("[data-live-total]");
    if (shown) shown.textContent = String(total);
    document.querySelector("[data-live-count]")?.replaceChildren(sentence("posts", {}, total));
  }
}
