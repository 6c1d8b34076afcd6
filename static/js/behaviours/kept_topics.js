/** The offline page: the topics that this device keeps, the last read first. */

/** @param {HTMLElement} root */
export function bind(root) {
  fill(root).catch(() => {});
  addEventListener("online", () => location.reload());
}

/** @param {HTMLElement} root */
async function fill(root) {
  const list = root.querySelector("ul");
  if (!list || !("caches" in globalThis)) return;
  const pages = await caches.open("pages");
  const requests = [...(await pages.keys())].reverse();
  const items = await Promise.all(requests.map(async (request) => itemOf(request.url, await pages.match(request, { ignoreVary: true }))));
  const found = items.filter((item) => item !== null);
  if (!found.length) return;
  list.replaceChildren(...found);
  list.hidden = false;
  for (const part of root.querySelectorAll("[data-none]")) part.setAttribute("hidden", "");
}

/**
 * @param {string} url
 * @param {Response | undefined} answer
 */
async function itemOf(url, answer) {
  if (!answer) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const title = page.querySelector("h1");
  if (!title) return null;
  const link = Object.assign(document.createElement("a"), { href: url, className: "title", textContent: title.textContent });
  link.lang = title.lang;
  link.dir = title.dir;
  const heading = document.createElement("h2");
  heading.className = "topic-title";
  heading.append(link);
  const number = page.querySelector('.pages [aria-current="page"]')?.textContent;
  if (number && number.trim() !== "1") heading.append(` ${number.trim()}`);
  const item = document.createElement("li");
  item.className = "category";
  item.append(heading);
  return item;
}
