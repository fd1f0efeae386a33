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
 * A text in the page's language; `values` fill `{name}`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values = {}) {
  return (boot.strings[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(boot.lang) : value;
  });
}

/** Address of a record's own page. @param {string} id */
export function recordHref(id) {
  return boot.urls.record.replace("{id}", id);
}

/** Id of the record that an address leads to, or "". @param {URL} url */
export function recordId(url) {
  const [before = "", after = ""] = boot.urls.record.split("{id}");
  const { pathname } = url;
  if (!pathname.startsWith(before) || !pathname.endsWith(after)) return "";
  const id = pathname.slice(before.length, pathname.length - after.length);
  return /^[0-9A-Za-z]{8}$/.test(id) ? id : "";
}
