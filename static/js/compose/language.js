/** The language of a text: what the field is told of it, and a correction offered while it is being typed. */

import { isDone, post } from "../request.js";

const PAUSE_MS = 800;
const MIN_WORDS = 8;

/**
 * @param {HTMLElement} composer
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} field
 */
export function watchLanguage(composer, form, field) {
  const select = composer.querySelector("select");
  const proposal = composer.querySelector("[data-proposal]");
  if (!(select instanceof HTMLSelectElement) || !(proposal instanceof HTMLButtonElement)) return;
  let isChosen = false;
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const apply = () => {
    field.lang = select.value;
    field.dir = select.selectedOptions[0]?.dataset["dir"] ?? "auto";
    proposal.hidden = true;
  };
  const detect = async () => {
    const turn = ++asked;
    const answer = await post(composer.dataset["languageUrl"] ?? "", new FormData(form));
    if (turn !== asked || isChosen || !isDone(answer)) return;
    const { lang, proposal: words } = answer.data;
    proposal.hidden = !lang || lang === select.value;
    proposal.value = lang;
    proposal.textContent = words;
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (!isChosen && field.value.trim().split(/\s+/).length >= MIN_WORDS) timer = setTimeout(detect, PAUSE_MS);
  });
  select.addEventListener("change", () => {
    isChosen = true;
    apply();
  });
  proposal.addEventListener("click", (event) => {
    event.preventDefault();
    isChosen = true;
    select.value = proposal.value;
    apply();
    field.focus();
  });
}
