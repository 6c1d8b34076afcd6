import { isDone, post } from "../request.js";

/**
 * Rows that can be dragged into another order. The order is sent to the form named by `data-form`, whose buttons do the
 * same without a script, and with one leave the focus where it is; a row that could not be kept goes back to its place.
 * @param {HTMLElement} list
 */
export function bind(list) {
  const form = document.getElementById(list.dataset.form ?? "");
  if (!(form instanceof HTMLFormElement)) return;
  /** @type {HTMLElement | null} */
  let carried = null;
  let before = orderOf(list);
  for (const row of rowsOf(list)) if (row instanceof HTMLElement) row.draggable = true;

  list.addEventListener("dragstart", (event) => {
    const row = rowUnder(list, event.target);
    if (!row) return;
    event.stopPropagation();
    carried = row;
    before = orderOf(list);
    row.classList.add("carried");
    event.dataTransfer?.setData("text/plain", row.dataset.slug ?? "");
  });
  list.addEventListener("dragover", (event) => {
    const row = rowUnder(list, event.target);
    if (!carried || !row) return;
    event.preventDefault();
    event.stopPropagation();
    if (row === carried) return;
    const { top, height } = row.getBoundingClientRect();
    row[event.clientY > top + height / 2 ? "after" : "before"](carried);
  });
  list.addEventListener("dragend", async (event) => {
    if (!carried) return;
    event.stopPropagation();
    carried.classList.remove("carried");
    carried = null;
    if (orderOf(list) === before) return;
    markEnds(form, list);
    if (!(await keep(form, list))) location.reload();
  });
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const row = rowUnder(list, button);
    if (!(button instanceof HTMLButtonElement) || !row) return;
    const isUp = button.name === "up";
    const beside = isUp ? row.previousElementSibling : row.nextElementSibling;
    if (!beside) return;
    event.preventDefault();
    beside[isUp ? "before" : "after"](row);
    markEnds(form, list);
    const other = buttonsOf(form).find((one) => one.value === button.value && one !== button);
    (button.disabled ? other : button)?.focus();
    if (!(await keep(form, list))) location.reload();
  });
}

/** @param {HTMLFormElement} form */
function buttonsOf(form) {
  return [...form.elements].filter((one) => one instanceof HTMLButtonElement);
}

/**
 * The first row goes no further up, the last one no further down.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} list
 */
function markEnds(form, list) {
  const slugs = orderOf(list).split(" ");
  for (const button of buttonsOf(form)) button.disabled = button.value === slugs.at(button.name === "up" ? 0 : -1);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} list
 * @returns {Promise<boolean>} whether the server keeps the order
 */
async function keep(form, list) {
  const body = new FormData(form);
  body.set("order", orderOf(list));
  const kept = isDone(await post(form.action, body));
  const said = document.querySelector("[data-sorted]");
  if (kept && said) said.textContent = list.dataset.moved ?? "";
  return kept;
}

/** @param {HTMLElement} list */
function rowsOf(list) {
  return [...list.children].filter((row) => row instanceof HTMLElement && row.dataset.slug);
}

/** @param {HTMLElement} list */
function orderOf(list) {
  return rowsOf(list)
    .map((row) => /** @type {HTMLElement} */ (row).dataset.slug)
    .join(" ");
}

/**
 * @param {HTMLElement} list
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function rowUnder(list, target) {
  const found = rowsOf(list).find((row) => target instanceof Node && row.contains(target));
  return /** @type {HTMLElement | null} */ (found ?? null);
}
