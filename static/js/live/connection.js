/**
 * One connection of the page to the live layer, shared by everything that follows a room.
 *
 * It comes back by itself (websocket first, then polling; 1 to 10 s with jitter, so that a restarted server is not
 * stormed) and then every room asks for what it missed.
 */

import { io } from "socket.io-client";
import { Room } from "./room.js";

/** @typedef {import("./room.js").Packet} Packet */
/** @typedef {"waiting" | "open" | "signed_out"} State */

const LONGEST_WAIT = 10_000;

export class Connection extends EventTarget {
  /**
   * @param {string} lang interface language of the page: the language in which messages come
   * @param {{ url?: string, options?: Partial<import("socket.io-client").ManagerOptions> }} [where]
   */
  constructor(lang, { url = "", options = {} } = {}) {
    super();
    /** @type {Map<string, Room>} */
    this.rooms = new Map();
    /** @type {State} */
    this.state = "waiting";
    this.lostAt = Date.now();
    this.socket = io(url, {
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      auth: { lang },
      reconnectionDelay: 2_000,
      reconnectionDelayMax: LONGEST_WAIT,
      randomizationFactor: 0.5,
      ...options,
    });
    this.socket.on("connect", () => this.opened());
    this.socket.on("disconnect", (reason) => this.lost(reason));
    this.socket.on("signed_out", () => this.become("signed_out"));
    this.socket.on("happened", (/** @type {Packet} */ packet) => this.rooms.get(packet.room)?.receive(packet));
    this.socket.on("head", ({ room, seq }) => this.rooms.get(room)?.hearHead(seq));
    this.socket.on("kicked", ({ room }) => this.rooms.get(room)?.close("forbidden"));
    for (const name of ["presence", "typing"]) {
      this.socket.on(name, (told) => this.rooms.get(told.room)?.tell(name, told));
    }
  }

  /**
   * Follow a room from `lastSeq` on. Messages are given once each, in order, through the room's events.
   * @param {string} name
   * @param {number | null} lastSeq null: from now on
   */
  follow(name, lastSeq) {
    const room = this.rooms.get(name) ?? new Room(this, name, lastSeq);
    this.rooms.set(name, room);
    if (this.socket.connected) room.join();
    return room;
  }

  /**
   * Ask the server; null when there is no answer in time.
   * @param {string} name
   * @param {object} payload
   * @returns {Promise<Record<string, any> | null>}
   */
  async ask(name, payload) {
    try {
      return await this.socket.timeout(LONGEST_WAIT).emitWithAck(name, payload);
    } catch {
      return null;
    }
  }

  /** Try again now. */
  retry() {
    this.socket.connect();
  }

  close() {
    this.socket.disconnect();
  }

  opened() {
    this.become("open");
    for (const room of this.rooms.values()) room.join();
  }

  /** @param {string} reason */
  lost(reason) {
    if (this.state === "signed_out") return;
    this.lostAt = Date.now();
    this.become("waiting");
    // The client library comes back by itself, except when the server closed: a reader that was too slow.
    if (reason === "io server disconnect") {
      setTimeout(() => this.retry(), 1_000 + Math.random() * (LONGEST_WAIT - 1_000));
    }
  }

  /** @param {State} state */
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
