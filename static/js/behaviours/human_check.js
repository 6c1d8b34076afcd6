/**
 * Does the arithmetic that shows that a browser is at work, and takes the question away once it is done. Where the
 * browser cannot (no secure context), the question stays.
 */

const AT_ONCE = 512;

/** @param {HTMLElement} part */
export function bind(part) {
  const form = part.closest("form");
  const token = part.querySelector("[name=human_token]");
  const proof = part.querySelector("[name=human_proof]");
  const question = part.querySelector("[data-question]");
  const bits = Number(part.dataset["bits"]);
  if (!form || !(token instanceof HTMLInputElement) || !(proof instanceof HTMLInputElement)) return;
  if (!bits || !globalThis.crypto?.subtle || !(question instanceof HTMLElement)) return;
  if (question.querySelector("[aria-invalid]")) return; // somebody answers already
  question.hidden = true;
  let isWaiting = false;
  const solved = solve(token.value, bits).then((found) => {
    proof.value = found;
    if (isWaiting) form.requestSubmit();
  });
  solved.catch(() => (question.hidden = false));
  form.addEventListener("submit", (event) => {
    if (proof.value || !question.hidden) return;
    event.preventDefault();
    isWaiting = true;
    const status = part.querySelector("[data-status]");
    if (!(status instanceof HTMLElement)) return;
    status.hidden = false;
    status.textContent = part.dataset["busy"] ?? "";
  });
}

/**
 * The first number whose digest with the token begins with so many zero bits.
 * @param {string} token
 * @param {number} bits
 * @returns {Promise<string>}
 */
async function solve(token, bits) {
  const encoder = new TextEncoder();
  for (let start = 0; ; start += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, place) => start + place);
    const digests = await Promise.all(numbers.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(`${token}:${number}`))));
    const found = digests.findIndex((digest) => zeros(new DataView(digest)) >= bits);
    if (found >= 0) return String(start + found);
    await new Promise((resume) => setTimeout(resume));
  }
}

/** @param {DataView} digest */
function zeros(digest) {
  const first = Math.clz32(digest.getUint32(0));
  return first < 32 ? first : 32 + Math.clz32(digest.getUint32(4));
}
