/**
 * The list: asks for its fragment, tells the count, appends the next page, and points at the map.
 *
 * @import { Bbox, Kind, LonLat, State } from "../types.js"
 * @typedef {{id: string, at: LonLat | null, kind: Kind | ""}} Card
 *
 * @typedef {object} Showing
 * @property {boolean} filters whether the filter form is asked for too
 * @property {() => boolean} isWanted whether the page is still in the state that was asked for
 * @property {() => Promise<void>} rest until the map rests: nothing is laid out while it moves
 */

import { getHtml, latest } from "../api.js";
import { boot } from "../boot.js";
import { byId, parts, put } from "../dom.js";
import { listQuery, queryText } from "../state.js";
import { Turns } from "../turns.js";
import { append, layOut } from "./cards.js";

export class List {
  #list = byId("list");
  #count = byId("count");
  #filters = byId("filters");
  #ask = latest((signal, /** @type {string} */ url) => getHtml(url, signal));
  #askMore = latest((signal, /** @type {string} */ url) => getHtml(url, signal));
  /** Number of the last question; an older one that was given up doesn't say that the list, or the form, is there. */
  #turn = 0;
  /** Until the list that was asked for last is there, or will not come. @type {Promise<void>} */
  #shown = Promise.resolve();
  /** Ends `#shown`; null when nothing is under way. @type {(() => void) | null} */
  #end = null;

  /** @param {(card: Card | null) => void} onPoint a card is pointed at or focused, null when no longer */
  constructor(onPoint) {
    const point = (/** @type {Event} */ event) => {
      const card = event.target instanceof Element ? event.target.closest(".card") : null;
      onPoint(card instanceof HTMLElement ? readCard(card) : null);
    };
    this.#list.addEventListener("pointerover", (event) => event.pointerType === "mouse" && point(event));
    this.#list.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && onPoint(null));
    // A finger that opens a card gives it the focus too: nothing to point at on the way.
    this.#list.addEventListener("focusin", (event) => {
      if (event.target instanceof Element && event.target.matches(":focus-visible")) point(event);
    });
    this.#list.addEventListener("focusout", () => onPoint(null));
    this.#layOut(() => this.#turn === 0);
  }

  /**
   * Show what the state asks for.
   * @param {State} state
   * @param {Bbox | null} frame of the map
   * @param {Showing} showing
   */
  async show(state, frame, { filters, isWanted, rest }) {
    const turn = this.expect();
    if (filters) this.#filters.setAttribute("aria-busy", "true");
    const url = listUrl(state, frame, filters ? ["list", "chips", "filters"] : ["list", "chips"]);
    try {
      await this.#bring(url, () => turn === this.#turn && isWanted(), rest);
    } finally {
      if (turn === this.#turn) this.#settle();
    }
  }

  /** What is seen is not the answer any more; another one will be asked for. @returns {number} of that question */
  expect() {
    if (!this.#end) this.#shown = new Promise((resolve) => (this.#end = resolve));
    this.#list.setAttribute("aria-busy", "true");
    return ++this.#turn;
  }

  #settle() {
    for (const part of [this.#list, this.#filters]) part.removeAttribute("aria-busy");
    this.#end?.();
    this.#end = null;
  }

  /**
   * An answer to what is no longer asked changes nothing: a newer question is on its way.
   * @param {string} url @param {() => boolean} isWanted @param {() => Promise<void>} rest
   */
  async #bring(url, isWanted, rest) {
    const html = await this.#ask(url);
    await rest();
    if (!isWanted()) return;
    const turns = new Turns();
    await turns.rest();
    if (!isWanted()) return;
    for (const part of parts(html)) {
      if (turns.tired) await turns.rest();
      if (!isWanted()) return;
      put(part, { top: true });
      if (part.id === "list") this.#tellCount();
    }
    await this.#layOut(isWanted);
  }

  /** Nothing moves any more when cards come into view. @param {() => boolean} isWanted */
  #layOut(isWanted) {
    return layOut(this.#list.querySelectorAll(".card"), isWanted);
  }

  /** The version of the data that the list was read with. */
  get version() {
    return this.#list.dataset.version ?? "";
  }

  /** The server's words about the count, moved to where they are announced. */
  #tellCount() {
    const { countText = "", countNote = "" } = this.#list.dataset;
    const note = document.createElement("small");
    note.textContent = countNote;
    const said = `${countText}${countNote}`;
    if (this.#count.textContent !== said) this.#count.replaceChildren(countText, ...(countNote ? [note] : []));
  }

  /**
   * Append the next page; focus goes on at its first card. A list that is just being asked for comes first, and the page
   * after it is appended: a tap is never lost.
   */
  async more() {
    for (;;) {
      await this.#shown;
      const turn = this.#turn;
      const link = this.#list.querySelector("a[rel=next]");
      if (!(link instanceof HTMLAnchorElement)) return;
      const url = new URL(link.href);
      url.searchParams.set("fragment", "list");
      const html = await this.#askMore(url.pathname + url.search);
      if (turn === this.#turn) return this.#append(html);
    }
  }

  /** @param {string} html of the next page */
  #append(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const cards = [...page.querySelectorAll(".cards > .card")];
    const list = this.#list.querySelector(".cards");
    if (list) append(list, cards);
    const nav = this.#list.querySelector(".list-more");
    const fresh = page.querySelector(".list-more");
    fresh?.querySelector("[rel=prev]")?.remove();
    if (fresh?.childElementCount) nav?.replaceWith(fresh);
    else nav?.remove();
    const first = cards[0]?.querySelector("a");
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }

  /** @param {string} id @returns {HTMLElement | null} */
  cardOf(id) {
    return this.#list.querySelector(`.card[data-id="${CSS.escape(id)}"]`);
  }

  /** Let one card stand out. @param {string} id or "" @param {"is-hovered" | "is-selected"} how */
  mark(id, how) {
    for (const card of this.#list.querySelectorAll(`.${how}`)) card.classList.remove(how);
    if (id) this.cardOf(id)?.classList.add(how);
  }
}

/**
 * Address of fragments for a state.
 * @param {State} state @param {Bbox | null} frame @param {string[]} names
 */
export function listUrl(state, frame, names) {
  const query = listQuery(state, frame);
  query.set("fragment", names.join(","));
  return boot.urls.map + queryText(query);
}

/** @param {HTMLElement} card @returns {Card} */
export function readCard(card) {
  const { id = "", lon, lat, kind = "" } = card.dataset;
  return { id, at: lon && lat ? [Number(lon), Number(lat)] : null, kind: /** @type {Kind | ""} */ (kind) };
}
