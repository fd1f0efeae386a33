/**
 * The filter form, enhanced: every change goes to the address at once; Back undoes all that was changed since it was
 * opened, its button and Escape keep it.
 *
 * @import { Store } from "../state.js"
 */

import { beside, byId, maybe } from "../dom.js";
import { afterPaint, press } from "../ui/answer.js";

/** What chooses where to look: a change moves the map to the new answer. */
export const WHERE = ["province", "commune", "q", "near", "radius", "bbox", "producer", "product", "reach"];

export class Filters {
  #store;
  #section = byId("filters");
  #before = "";
  #covers = false;
  #opening = false;
  #refresh;

  /** @param {Store} store @param {() => void} refresh brings the form with the counts of the present answer */
  constructor(store, refresh) {
    this.#store = store;
    this.#refresh = refresh;
    document.addEventListener("click", (event) => this.#click(event));
    this.#section.addEventListener("change", () => this.#apply());
    this.#section.addEventListener("submit", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#section.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  get isOpen() {
    return !this.#section.hidden;
  }

  /** Follow the history: the layer is in it. */
  sync() {
    const wanted = this.#store.entry.layer === "filters";
    if (wanted !== this.isOpen) this.#section.hidden = !wanted;
    if (wanted !== this.#covers) this.#cover(wanted);
  }

  /** What the form covers can't be reached while it does. @param {boolean} covers */
  #cover(covers) {
    this.#covers = covers;
    document.documentElement.classList.toggle("filters-open", covers);
    maybe("open-filters")?.setAttribute("aria-expanded", String(covers));
    for (const covered of document.querySelectorAll(beside() ? ".top, #panel" : ".top, #panel, #map")) {
      covered.toggleAttribute("inert", covers);
    }
    if (covers) byId("close-filters").focus({ preventScroll: true });
    else maybe("open-filters")?.focus({ preventScroll: true });
  }

  /**
   * First the button looks pressed, then the form comes as it is; its place in the history and the present counts come
   * after it.
   * @param {HTMLElement} button
   */
  open(button) {
    if (this.isOpen || this.#opening) return;
    this.#opening = true;
    this.#before = this.#store.state.query.toString();
    press(button);
    afterPaint(() => {
      this.#section.hidden = false;
      this.#section.setAttribute("aria-busy", "true");
      afterPaint(() => {
        this.#opening = false;
        button.classList.remove("is-pressed");
        this.#store.go({}, { layer: "filters" });
        this.#refresh();
      });
    });
  }

  /** Keep what was chosen; nothing chosen is nothing to undo. */
  close() {
    if (!this.isOpen) return;
    if (this.#before === this.#store.state.query.toString()) this.#store.closeLayer();
    else this.#store.go({}, { replace: true });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest("#open-filters");
    if (button instanceof HTMLElement) this.open(button);
    if (event.target.closest("#close-filters")) this.close();
  }

  #apply() {
    const form = byId("filter-form");
    if (!(form instanceof HTMLFormElement)) return;
    const query = chosen(this.#store.state.query, form);
    const moved = WHERE.some((name) => query.get(name) !== this.#store.state.query.get(name));
    const view = moved ? null : this.#store.state.view;
    this.#store.go({ query, view, open: "" }, { replace: true, layer: this.#store.entry.layer });
  }
}

/**
 * The query with what the form says. A commune only lasts as long as its province.
 * @param {URLSearchParams} before @param {HTMLFormElement} form
 */
function chosen(before, form) {
  const query = new URLSearchParams(before);
  const data = new FormData(form);
  const names = new Set();
  for (const control of form.elements) {
    const name = control.getAttribute("name");
    if (name && control.getAttribute("type") !== "hidden") names.add(name);
  }
  for (const name of names) {
    const values = data.getAll(name).filter((value) => typeof value === "string" && value !== "");
    if (values.length) query.set(name, values.join(","));
    else query.delete(name);
  }
  if (query.get("province") !== before.get("province")) query.delete("commune");
  return query;
}
