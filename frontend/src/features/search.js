/**
 * The search field: suggestions as one types (combobox of the ARIA practices: arrows, Enter, Escape), or a search for
 * the words themselves.
 *
 * @import { Bbox, LonLat } from "../types.js"
 *
 * @typedef {object} Suggestion
 * @property {string} type product, producer, place, province, commune or category
 * @property {string} [id]
 * @property {string} label
 * @property {string} [detail]
 * @property {number} [stars]
 * @property {string} [certificate] state of the certificate that gives the stars
 * @property {string} [href]
 * @property {Bbox} [bbox]
 * @property {LonLat} [point]
 * @property {Record<string, string>} [filter]
 *
 * @typedef {object} Handlers
 * @property {(words: string) => void} onWords search for the words
 * @property {(suggestion: Suggestion) => void} onChoose
 */

import { getJson, isAbort, latest } from "../api.js";
import { boot, text } from "../boot.js";
import { byId, debounced, make } from "../dom.js";
import { fold } from "../format.js";

const PAUSE = 120;
const SHORTEST = 2;

export class Search {
  #input = /** @type {HTMLInputElement} */ (byId("q"));
  #form = byId("search");
  #box = byId("suggestions");
  #clear = make("button", { type: "button", class: "clear", "aria-label": text("clear_search") });
  #handlers;
  /** @type {Suggestion[]} */
  #found = [];
  /** Index of the option that Enter takes; -1 = the words themselves. */
  #at = -1;
  #ask = latest((signal, /** @type {string} */ url) => getJson(url, signal));
  #type = debounced(() => this.#suggest(), PAUSE);

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#clear.innerHTML =
      '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M6 6l12 12M18 6 6 18"/></svg>';
    this.#input.after(this.#clear);
    this.#clear.addEventListener("click", () => this.#empty());
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("focus", () => this.#typed());
    this.#input.addEventListener("blur", () => this.#close());
    this.#box.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#box.addEventListener("click", (event) => this.#click(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#words();
    });
    this.#buttons();
  }

  /** Show the words of the address. @param {string} words */
  set(words) {
    if (document.activeElement !== this.#input || this.#box.hidden) this.#input.value = words;
    this.#buttons();
  }

  #buttons() {
    this.#clear.hidden = this.#input.value === "";
  }

  #typed() {
    this.#buttons();
    if (this.#input.value.trim().length < SHORTEST) this.#close();
    else if (document.activeElement === this.#input) this.#type();
  }

  async #suggest() {
    const words = this.#input.value.trim();
    if (words.length < SHORTEST) return;
    const query = new URLSearchParams({ q: words, lang: boot.lang });
    try {
      const answer = await this.#ask(`${boot.urls.suggest}?${query}`);
      this.#found = Array.isArray(answer?.suggestions) ? answer.suggestions : [];
    } catch (error) {
      if (isAbort(error)) return;
      this.#found = [];
    }
    if (document.activeElement === this.#input) this.#draw(words);
  }

  /** @param {string} words */
  #draw(words) {
    const options = this.#found.map((suggestion, i) => option(suggestion, i, words));
    options.push(everywhere(words, options.length));
    this.#box.replaceChildren(...options);
    this.#box.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#point(-1);
  }

  #close() {
    this.#box.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#point(-1);
  }

  /** @param {number} at */
  #point(at) {
    this.#at = at;
    for (const [i, element] of [...this.#box.children].entries()) {
      element.setAttribute("aria-selected", String(i === at));
      if (i === at) element.scrollIntoView({ block: "nearest" });
    }
    if (at >= 0) this.#input.setAttribute("aria-activedescendant", `suggestion-${at}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const length = this.#box.hidden ? 0 : this.#box.childElementCount;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      if (!length) this.#typed();
      else this.#point(((this.#at + 1 + step + length + 1) % (length + 1)) - 1);
    } else if (event.key === "Escape" && (length || this.#input.value)) {
      event.preventDefault(); // the browser would empty the field, the page would close the record
      if (length) this.#close();
      else this.#empty();
    } else if (event.key === "Enter" && this.#at >= 0 && length) {
      event.preventDefault();
      this.#take(this.#at);
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const element = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (element) this.#take([...this.#box.children].indexOf(element));
  }

  /** @param {number} at */
  #take(at) {
    const suggestion = this.#found[at];
    if (!suggestion) return this.#words();
    this.#close();
    this.#input.value = suggestion.filter ? "" : suggestion.label;
    this.#buttons();
    this.#input.blur();
    this.#handlers.onChoose(suggestion);
  }

  #words() {
    this.#close();
    this.#input.blur();
    this.#handlers.onWords(this.#input.value.trim());
  }

  #empty() {
    this.#input.value = "";
    this.#buttons();
    this.#close();
    this.#handlers.onWords("");
    this.#input.focus();
  }
}

/** @param {Suggestion} suggestion @param {number} i @param {string} words */
function option(suggestion, i, words) {
  const label = make("span", {}, [...emphasised(suggestion.label, words)]);
  const type = boot.strings[`type_${suggestion.type}`] ?? "";
  const detail = [starsOf(suggestion), type, suggestion.detail].filter(Boolean).join(" · ");
  label.append(make("small", {}, [detail]));
  return make("li", { role: "option", id: `suggestion-${i}`, "aria-selected": "false" }, [label]);
}

/** Stars as on the badges: hollow when their certificate has ended, with the word for it. @param {Suggestion} suggestion */
function starsOf({ stars = 0, certificate = "" }) {
  const star = certificate === "expired" || certificate === "revoked" ? "☆" : "★";
  return [star.repeat(stars), stars ? boot.strings[`state_${certificate}`] : ""].filter(Boolean).join(" ");
}

/** @param {string} words @param {number} i */
function everywhere(words, i) {
  const label = make("span", {}, [text("search_all", { text: words })]);
  return make("li", { role: "option", id: `suggestion-${i}`, "aria-selected": "false", class: "everywhere" }, [label]);
}

/**
 * The words of a label that begin as a typed word does, in bold, accents or not.
 * @param {string} label @param {string} words
 * @returns {(Node | string)[]}
 */
function emphasised(label, words) {
  const typed = fold(words).split(" ").filter(Boolean);
  return label.split(/(\s+)/).map((part) => {
    const folded = fold(part);
    const hit = folded && typed.some((word) => folded.startsWith(word));
    return hit ? make("mark", {}, [part]) : part;
  });
}
