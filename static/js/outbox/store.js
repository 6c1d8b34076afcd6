/** Messages that could not be sent yet, in this browser's own database: pages and the service worker both read it. */

const DATABASE = "beffroi";
const STORE = "outbox";

/**
 * @typedef {object} Waiting
 * @property {string} token the `client_token` under which the message is sent, however often that is tried
 * @property {string} url
 * @property {[string, string][]} fields
 * @property {string} member who wrote it: nobody else sends it
 * @property {string} label where it goes, in words
 * @property {string} text
 * @property {number} at
 * @property {number} status 0 while it waits for the network, else that of the refusal
 * @property {string} reason
 * @property {string} signIn
 */

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "token" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function inStore(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction(STORE, mode);
      const request = act(change.objectStore(STORE));
      change.oncomplete = () => resolve(request.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  } finally {
    database.close();
  }
}

/** @param {Waiting} message */
export async function put(message) {
  await inStore("readwrite", (store) => store.put(message));
}

/** @param {string} token */
export async function drop(token) {
  await inStore("readwrite", (store) => store.delete(token));
}

/** @returns {Promise<Waiting[]>} the oldest first */
export async function all() {
  const found = await inStore("readonly", (store) => store.getAll());
  return found.sort((one, other) => one.at - other.at);
}
