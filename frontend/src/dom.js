/** Small helpers for the document: find, swap a fragment, keep focus and scroll. */

import { liken } from "./liken.js";

/**
 * An element the page always has.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`#${id} is missing`);
  return /** @type {T} */ (element);
}

/**
 * An element some pages have.
 * @param {string} id
 */
export function maybe(id) {
  return document.getElementById(id);
}

/**
 * Put a fragment in the place of the elements with the same ids. Scroll positions stay; so does focus, when the focused
 * control is there again under the same id, or name and value.
 * @param {string} html elements with ids, one after the other
 * @param {{top?: boolean}} [options] scroll the swapped elements to their beginning
 * @returns {string[]} ids that were swapped
 */
export function swap(html, { top = false } = {}) {
  return parts(html).flatMap((fresh) => put(fresh, { top }));
}

/** The elements of a fragment, outside of the page. @param {string} html @returns {Element[]} */
export function parts(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.children];
}

/**
 * Put one element of a fragment in the place of the one with its id.
 * @param {Element} fresh @param {{top?: boolean}} [options] @returns {string[]} its id, when there was one
 */
export function put(fresh, { top = false } = {}) {
  const old = fresh.id ? document.getElementById(fresh.id) : null;
  if (!old) return [];
  const focus = remember();
  const { scrollTop, scrollLeft } = old;
  for (const { name } of [...old.attributes]) {
    if (name.startsWith("data-") && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (name.startsWith("data-") && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  // Before the new content comes: afterwards the whole of it would have to be laid out at once.
  if (top && scrollTop) old.scrollTop = 0;
  if (old.querySelector("form")) liken(old, fresh);
  else if (!isSame(old, fresh)) old.replaceChildren(...fresh.childNodes);
  if (scrollTop && !top && old.scrollTop !== scrollTop) old.scrollTop = scrollTop;
  if (scrollLeft) old.scrollLeft = scrollLeft;
  focus();
  return [fresh.id];
}

/** Whether two elements hold the same. @param {Element} a @param {Element} b */
function isSame({ childNodes: a }, { childNodes: b }) {
  return a.length === b.length && [...a].every((node, i) => node.isEqualNode(b[i] ?? null));
}

/** Remember which control has the focus; the answer gives it back if the control came again. */
function remember() {
  const had = document.activeElement;
  if (!(had instanceof HTMLElement) || had === document.body) return () => {};
  const { id } = had;
  const name = had.getAttribute("name");
  const value = had.getAttribute("value");
  const form = had.closest("form")?.id;
  const around = had.closest("#chips, #list")?.id;
  const words = had.textContent;
  return () => {
    if (had.isConnected) return;
    let again = id ? document.getElementById(id) : null;
    if (!again && name && form) {
      const same = [...document.querySelectorAll(`#${form} [name="${CSS.escape(name)}"]`)];
      again = /** @type {HTMLElement | null} */ (same.find((el) => el.getAttribute("value") === value) ?? null);
    }
    if (!again && around) {
      const like = [...document.querySelectorAll(`#${around} :is(a, button, summary)`)];
      again = /** @type {HTMLElement | null} */ (like.find((el) => el.textContent === words) ?? null);
    }
    if (!again && around) again = document.querySelector(around === "chips" ? "#chips button" : "#list");
    again?.focus({ preventScroll: true });
  };
}

/**
 * Call after a pause, with the last arguments.
 * @template {unknown[]} A
 * @param {(...args: A) => void} action @param {number} pause in milliseconds
 * @returns {(...args: A) => void}
 */
export function debounced(action, pause) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => action(...args), pause);
  };
}

/** Whether the person asked for less motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether the panel stands beside the map (desktop) or slides over it (phone). */
export function beside() {
  return matchMedia("(min-width: 1024px)").matches;
}

/**
 * Make an element with attributes and children.
 * @param {string} tag @param {Record<string, string>} [attributes] @param {(Node | string)[]} [children]
 */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
