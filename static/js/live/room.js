/**
 * One followed room. Every message has a `seq` that counts up by one in its room: what comes twice is dropped, what
 * comes too early waits, and a hole is asked for.
 *
 * Events: `happened` (detail: Packet, once each and in order), `presence`, `typing` (detail: what was told),
 * `reload` (too much was missed: the page is to be loaded again), `closed` (detail: why the room may not be followed).
 */

/**
 * @typedef {object} Packet
 * @property {string} room
 * @property {number} seq
 * @property {string} type
 * @property {Record<string, any>} [data]
 * @property {string} [html]
 * @property {string} [url]
 */

/** Messages of one moment may overtake each other by this much. */
const PATIENCE_MS = 300;

export class Room extends EventTarget {
  /**
   * @param {import("./connection.js").Connection} connection
   * @param {string} name
   * @param {number | null} lastSeq the last event that the page already shows; null: only what happens from now on
   */
  constructor(connection, name, lastSeq) {
    super();
    this.connection = connection;
    this.name = name;
    /** @type {number | null} */
    this.lastSeq = lastSeq;
    /** @type {Map<number, Packet>} messages that came before their turn */
    this.early = new Map();
    this.isJoining = false;
    this.isClosed = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Join, or ask again for what is missing. */
  async join() {
    if (this.isJoining || this.isClosed) return;
    this.isJoining = true;
    const answer = await this.connection.ask("join", { room: this.name, last_seq: this.lastSeq });
    this.isJoining = false;
    if (!answer) return;
    if (answer["error"]) return this.close(answer["error"]);
    if (answer["presence"]) this.tell("presence", answer["presence"]);
    if (answer["reload"]) return this.reload();
    this.lastSeq ??= Number(answer["head"]);
    for (const packet of answer["missed"]) this.receive(packet);
    this.takeEarly();
    if (answer["more"] || answer["head"] > this.lastSeq) void this.join();
  }

  /** @param {Packet} packet */
  receive(packet) {
    if (this.isClosed || (this.lastSeq !== null && packet.seq <= this.lastSeq)) return;
    this.early.set(packet.seq, packet);
    if (this.lastSeq === null) return;
    this.takeEarly();
    if (this.early.size > 0) this.askSoon();
    else this.waitNoMore();
  }

  /** @param {number} seq the seq of the newest event that the server knows */
  hearHead(seq) {
    if (this.lastSeq !== null && seq > this.lastSeq) this.askSoon();
  }

  /**
   * Say something in the room; nothing is promised.
   * @param {string} name
   * @param {object} [payload]
   */
  say(name, payload = {}) {
    if (!this.isClosed) this.connection.socket.volatile.emit(name, { room: this.name, ...payload });
  }

  /** @param {string} why */
  close(why) {
    this.isClosed = true;
    this.waitNoMore();
    this.tell("closed", why);
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  reload() {
    this.isClosed = true;
    this.tell("reload");
  }

  takeEarly() {
    for (let packet = this.next(); packet; packet = this.next()) {
      this.early.delete(packet.seq);
      this.lastSeq = packet.seq;
      if (packet.type === "reload") return this.reload();
      if (packet.type !== "quiet") this.tell("happened", packet);
    }
  }

  next() {
    const last = this.lastSeq ?? Infinity;
    for (const seq of this.early.keys()) if (seq <= last) this.early.delete(seq);
    return this.early.get(last + 1);
  }

  waitNoMore() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  askSoon() {
    // Not put off by what goes on coming: a hole in a busy room is asked for in time.
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.join();
    }, PATIENCE_MS);
  }
}
