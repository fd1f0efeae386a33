/**
 * A record in the panel: its fragment, focus, title, sharing.
 *
 * @import { Kind, LonLat, State } from "../types.js"
 * @typedef {{id: string, at: LonLat | null, kind: Kind | ""}} Shown
 */

import { getHtml, isAbort, latest } from "../api.js";
import { boot, text } from "../boot.js";
import { byId, make, swap } from "../dom.js";
import { queryText } from "../state.js";
import { say } from "../ui/message.js";
import { reveal, share } from "./share.js";

export class RecordView {
  #panel = byId("panel");
  #record = byId("record");
  #title = document.title.split(" · ").at(-1) ?? document.title;
  #ask = latest((signal, /** @type {string} */ url) => getHtml(url, signal));
  /** @type {HTMLElement | null} */
  #from = null;

  constructor() {
    this.#record.addEventListener("click", (event) => this.#share(event));
    if (this.#record.dataset.id) this.#ready();
  }

  /** Id of the record that is on screen, or "". */
  get id() {
    return this.#panel.dataset.view === "record" ? (this.#record.dataset.id ?? "") : "";
  }

  /**
   * Make room for a record before it is asked for: its name, the way back, and grey lines for the rest.
   * @param {string} name or "" when it isn't known
   */
  expect(name) {
    if (this.#panel.dataset.view === "record") return;
    this.#leave();
    const back = make("a", { class: "back", href: boot.urls.map, "data-action": "close-record" }, [text("list")]);
    const rest = make("div", { class: "skeleton", "aria-hidden": "true" });
    const parts = name ? [back, make("h2", { class: "record-title" }, [name]), rest] : [back, rest];
    this.#record.replaceChildren(make("div", { class: "record" }, parts));
    this.#record.scrollTop = 0;
    this.#panel.dataset.view = "record";
  }

  /** Remember where the focus was, to give it back. */
  #leave() {
    this.#from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  }

  /**
   * Bring a record on screen.
   * @param {State} state with `open`
   * @param {() => boolean} wanted whether it still is, when the answer comes
   * @returns {Promise<Shown | null>} what it is and where; null when it came too late
   */
  async show(state, wanted) {
    if (this.#record.dataset.id !== state.open) {
      if (this.#panel.dataset.view === "list") this.#leave();
      this.#panel.setAttribute("aria-busy", "true");
      try {
        const query = new URLSearchParams(state.query);
        query.set("open", state.open);
        query.set("fragment", "record");
        const html = await this.#ask(boot.urls.map + queryText(query));
        if (!wanted()) return null;
        swap(html, { top: true });
      } catch (error) {
        if (!isAbort(error) && !this.#record.dataset.id && wanted()) this.hide();
        throw error;
      } finally {
        this.#panel.removeAttribute("aria-busy");
      }
      this.#ready();
    }
    this.#panel.dataset.view = "record";
    document.title = `${this.#record.dataset.title ?? ""} · ${this.#title}`;
    this.#record.focus({ preventScroll: true });
    return this.#shown();
  }

  /** Back to the list, with the focus where it was. */
  hide() {
    if (this.#panel.dataset.view === "list") return;
    this.#panel.dataset.view = "list";
    document.title = this.#title;
    const id = this.#record.dataset.id ?? "";
    const link = document.querySelector(`#list .card[data-id="${CSS.escape(id)}"] a`);
    const back = this.#from?.isConnected ? this.#from : link;
    if (back instanceof HTMLElement && back !== document.body) back.focus({ preventScroll: true });
    delete this.#record.dataset.id;
    this.#record.replaceChildren();
  }

  /** @returns {Shown} */
  #shown() {
    const { id = "", lon, lat } = this.#record.dataset;
    const kind = /kind-(production_site|processing_facility|point_of_sale)/.exec(
      this.#record.querySelector(".record-kind .kind")?.className ?? "",
    );
    return { id, at: lon && lat ? [Number(lon), Number(lat)] : null, kind: /** @type {Kind | ""} */ (kind?.[1] ?? "") };
  }

  #ready() {
    reveal(this.#record);
  }

  /** @param {Event} event */
  #share(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action=share]") : null;
    if (button instanceof HTMLElement) share(button, this.#record.dataset.title ?? document.title, say);
  }
}
