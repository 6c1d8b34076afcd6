/** Light mode: a picture that comes live becomes a link too, before anything of it is fetched. */

/**
 * A fragment as this page shows it.
 * @param {string} html
 * @returns {string}
 */
export function asShown(html) {
  const page = document.documentElement;
  if (!page.hasAttribute("data-light") || !html.includes("<img")) return html;
  const inert = document.createElement("template");
  inert.innerHTML = html;
  for (const picture of inert.content.querySelectorAll("img:not(.face)")) picture.replaceWith(linkTo(picture, page));
  return inert.innerHTML;
}

/**
 * The same link as the server makes (`app/site/lighten.py`).
 * @param {Element} picture
 * @param {HTMLElement} page
 */
function linkTo(picture, page) {
  const [src, alt, width, height] = ["src", "alt", "width", "height"].map((name) => picture.getAttribute(name) ?? "");
  const link = document.createElement("a");
  link.className = "image-tap";
  link.href = picture.closest("a")?.getAttribute("href") ?? src ?? "";
  Object.assign(link.dataset, { behaviour: "show-picture", src, alt, width, height });
  link.textContent = (page.dataset["sayPicture"] ?? "{alt}").replace("{alt}", alt || "");
  return link;
}
