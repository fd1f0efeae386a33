/**
 * The list: asks for its fragment, tells the count, appends the next page, and points at the map.
 *
 * @import { Bbox, Kind, LonLat, State } from "../types.js"
 * @typedef {{id: string, at: LonLat | null, kind: Kind | ""}} Card
 */

import { getHtml, latest } from "../api.js";
import { boot } from "../boot.js";
import { byId, swap } from "../dom.js";
import { listQuery, queryText } from "../state.js";

export class List {
  #list = byId("list");
  #count = byId("count");
  #ask = latest((signal, /** @type {string} */ url) => getHtml(url, signal));
  /** Number of the last question; an older one that was given up doesn't say that the list, or the form, is there. */
  #turn = 0;

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
  }

  /**
   * Show what the state asks for.
   * @param {State} state
   * @param {Bbox | null} frame of the map
   * @param {{filters: boolean}} also whether the filter form is asked for too
   */
  async show(state, frame, { filters }) {
    const turn = ++this.#turn;
    const busy = filters ? [this.#list, byId("filters")] : [this.#list];
    for (const element of busy) element.setAttribute("aria-busy", "true");
    try {
      const html = await this.#ask(listUrl(state, frame, filters ? ["list", "chips", "filters"] : ["list", "chips"]));
      swap(html, { top: true });
      this.#tellCount();
    } finally {
      if (turn === this.#turn) for (const element of busy) element.removeAttribute("aria-busy");
    }
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

  /** Append the page that a link leads to; focus goes on at its first card. @param {string} href */
  async more(href) {
    const url = new URL(href, location.href);
    url.searchParams.set("fragment", "list");
    const html = await this.#ask(url.pathname + url.search);
    const page = new DOMParser().parseFromString(html, "text/html");
    const cards = [...page.querySelectorAll(".cards > .card")];
    this.#list.querySelector(".cards")?.append(...cards);
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
