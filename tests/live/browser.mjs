// Browsers for the live contract: the platform's own client modules and the real socket.io-client, driven by JSON lines.

import { createInterface } from "node:readline";
import { Connection } from "../../static/js/live/connection.js";

const browsers = new Map();
const print = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const acts = {
  open({ browser, url, lang, headers, transports }) {
    const options = { extraHeaders: headers, transports, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };
    const connection = new Connection(lang, { url, options });
    browsers.set(browser, connection);
    const { socket } = connection;
    socket.on("connect", () => print({ browser, event: "connect", detail: null }));
    socket.on("connect_error", (error) => print({ browser, event: "connect_error", detail: String(error.message) }));
    socket.on("disconnect", (reason) => print({ browser, event: "disconnect", detail: reason }));
    socket.onAny((event, detail) => print({ browser, event, detail }));
  },
  async ask({ browser, id, name, payload }) {
    print({ browser, answer: id, value: await browsers.get(browser).ask(name, payload) });
  },
  follow({ browser, room, seq }) {
    const followed = browsers.get(browser).follow(room, seq);
    for (const name of ["happened", "reload", "closed"]) {
      followed.addEventListener(name, (event) => print({ browser, event: `room:${name}`, detail: event.detail ?? null }));
    }
  },
  drop({ browser }) {
    // The network goes, the page stays: the client comes back by itself.
    browsers.get(browser).socket.io.engine.close();
  },
  close({ browser }) {
    browsers.get(browser)?.close();
    browsers.delete(browser);
  },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  void acts[command.do](command);
});
process.stdin.on("end", () => process.exit(0));
print({ browser: 0, event: "started", detail: null });
