/** Sends forms as scripts do: JSON comes back, and no answer at all is an answer too. */

const PATIENCE_MS = 20_000;

/**
 * @typedef {object} Answer
 * @property {number} status 0 when none came
 * @property {Record<string, any>} data
 */

/**
 * @param {string} url
 * @param {FormData} form
 * @returns {Promise<Answer>}
 */
export function post(url, form) {
  return ask(url, { method: "POST", body: form });
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 */
export async function ask(url, options = {}) {
  try {
    const answer = await fetch(url, {
      ...options,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    return { status: answer.status, data: isJson ? await answer.json() : {} };
  } catch {
    return { status: 0, data: {} };
  }
}

/** @param {Answer} answer */
export function isDone({ status }) {
  return status >= 200 && status < 300;
}

/**
 * A form's token changes with its session: take over the one that an answer brings.
 * @param {HTMLFormElement} form
 * @param {Answer} answer
 */
export function renewToken(form, { data }) {
  const field = form.elements.namedItem("csrf_token");
  if (field instanceof HTMLInputElement && data["csrf_token"]) field.value = data["csrf_token"];
}
