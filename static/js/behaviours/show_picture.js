/** In light mode a picture is a link: a tap puts the picture in its place, without leaving the page. */

/** @param {HTMLElement} link */
export function bind(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { src, alt, width, height } = link.dataset;
    const picture = Object.assign(document.createElement("img"), { alt: alt ?? "" });
    if (width && height) Object.assign(picture, { width: Number(width), height: Number(height) });
    picture.tabIndex = -1;
    picture.src = src ?? "";
    link.replaceWith(picture);
    picture.focus();
  });
}
