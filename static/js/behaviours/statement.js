/** The statement of reasons follows the decision and the reason chosen, until someone writes in it. */

import { ask, isDone } from "../request.js";

/** @param {HTMLElement} form */
export function bind(form) {
  const act = form.querySelector("[name=act]");
  const reason = form.querySelector("[name=reason]");
  const text = form.querySelector("[name=statement]");
  if (!(act instanceof HTMLSelectElement && reason instanceof HTMLSelectElement)) return;
  if (!(text instanceof HTMLTextAreaElement)) return;
  let usual = text.value;
  const follow = async () => {
    if (text.value.trim() && text.value !== usual) return;
    const query = new URLSearchParams({ act: act.value, reason: reason.value, said_in: form.dataset["lang"] ?? "" });
    const answer = await ask(`${form.dataset["source"]}?${query}`);
    if (!isDone(answer) || (text.value.trim() && text.value !== usual)) return;
    usual = text.value = String(answer.data["text"] ?? "");
  };
  act.addEventListener("change", follow);
  reason.addEventListener("change", follow);
}
