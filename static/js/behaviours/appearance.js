/** Theme and light mode, at once: the form keeps the choice for later pages, this page changes by itself. */

/** @param {HTMLElement} form */
export function bind(form) {
  if (!(form instanceof HTMLFormElement)) return;
  const button = form.querySelector('[type="submit"]');
  if (button instanceof HTMLElement) button.hidden = true;
  form.addEventListener("change", async () => {
    const chosen = new FormData(form);
    const page = document.documentElement;
    const theme = String(chosen.get("theme") ?? "auto");
    if (theme === "auto") delete page.dataset["theme"];
    else page.dataset["theme"] = theme;
    const isLight = chosen.has("light");
    page.toggleAttribute("data-light", isLight);
    const query = new URLSearchParams([...chosen].map(([name, value]) => [name, String(value)]));
    // The answer leads back to this page, which is here already: its cookies are all that is wanted.
    await fetch(`${form.action}?${query}`, { credentials: "same-origin", redirect: "manual" }).catch(() => form.submit());
    // A page that came light has no web fonts in its styles.
    if (!isLight && document.querySelector('link[rel="stylesheet"][href*="/light."]')) location.reload();
  });
}
