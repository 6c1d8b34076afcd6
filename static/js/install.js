/** The service worker and the outbox, on devices that may keep something; on a shared computer whatever is there goes. */

import { hasSome, isAllowed, start } from "./outbox/page.js";

export function install() {
  if (document.documentElement.hasAttribute("data-shared")) {
    forgetAll().catch(reportError);
    return;
  }
  if (isAllowed() && hasSome()) start().catch(reportError);
  if (!("serviceWorker" in navigator)) return;
  const register = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

async function forgetAll() {
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  if ("caches" in globalThis) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  if (workers.length) indexedDB.deleteDatabase("beffroi");
}
