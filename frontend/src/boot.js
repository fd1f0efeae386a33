/**
 * What the server handed to the page, and its words.
 *
 * @import { Boot } from "./types.js"
 */

/** @returns {Boot} */
function read() {
  const element = document.getElementById("boot");
  return JSON.parse(element?.textContent ?? "{}");
}

export const boot = read();

/**
 * A text in the page's language. Values stand for `{name}`; a number picks the plural (`key_one` where it exists).
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values = {}) {
  const one = values.count === 1 ? boot.strings[`${key}_one`] : undefined;
  const template = one ?? boot.strings[key] ?? key;
  return template.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(boot.lang) : value;
  });
}
