/** Words of the live layer, translated by the server and waiting in `<template data-live-text="name" data-form="few">`. */

const LANG = document.documentElement.lang;
const plural = new Intl.PluralRules(LANG);
const list = new Intl.ListFormat(LANG, { type: "conjunction" });
const numeral = new Intl.NumberFormat(LANG);

/**
 * A sentence as nodes, each `{name}` replaced by what is given: a string, or a node such as a name in its own language.
 * @param {string} name
 * @param {Record<string, string | Node>} values
 * @param {number} [count] chooses the plural form and is shown as `{count}`
 */
export function sentence(name, values = {}, count) {
  const given = count === undefined ? values : { ...values, count: numeral.format(count) };
  const whole = document.createDocumentFragment();
  for (const part of pattern(name, count).split(/(\{\w+\})/)) {
    const value = part.startsWith("{") ? given[part.slice(1, -1)] : undefined;
    whole.append(value ?? part);
  }
  return whole;
}

/**
 * @param {string} name
 * @param {number} [count]
 * @returns {string}
 */
function pattern(name, count) {
  const forms = document.querySelectorAll(`template[data-live-text="${name}"]`);
  const wanted = count === undefined ? "other" : plural.select(count);
  const by = (/** @type {string} */ form) => [...forms].find((one) => one.getAttribute("data-form") === form);
  const chosen = by(wanted) ?? by("other") ?? forms[0];
  if (!(chosen instanceof HTMLTemplateElement)) throw new Error(`No words are named "${name}"`);
  return chosen.content.textContent?.trim() ?? "";
}

/**
 * People's names, each isolated in its own language and direction, joined as the language of the page joins.
 * @param {{ name: string, lang: string }[]} people
 */
export function names(people) {
  const whole = document.createDocumentFragment();
  const marks = people.map((_, place) => String.fromCharCode(0xe000 + place));
  for (const part of list.formatToParts(marks)) {
    const person = part.type === "element" ? people[part.value.charCodeAt(0) - 0xe000] : undefined;
    if (!person) {
      whole.append(part.value);
      continue;
    }
    const isolated = document.createElement("bdi");
    isolated.textContent = person.name;
    if (person.lang) isolated.lang = person.lang;
    whole.append(isolated);
  }
  return whole;
}
