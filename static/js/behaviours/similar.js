/** Topics like the one whose title is being typed. */

const PAUSE_MS = 700;

/** @param {HTMLElement} shown */
export function bind(shown) {
  const title = document.getElementById(shown.dataset["similarTo"] ?? "");
  if (!(title instanceof HTMLInputElement)) return;
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const look = async () => {
    const mine = ++turn;
    const url = new URL(shown.dataset["similarUrl"] ?? "", location.href);
    url.searchParams.set("title", title.value);
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (mine === turn && answer?.ok) shown.innerHTML = await answer.text();
  };
  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
}
