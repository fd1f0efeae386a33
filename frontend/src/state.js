/**
 * The address is the state: query = filters, `open` = record, hash = view. Pure functions first, then the store that
 * keeps address, history and listeners together.
 *
 * @import { Bbox, State, View } from "./types.js"
 */

/** Parameters that never belong to the address of a state. */
const PASSING = ["fragment", "page"];

/** A view is written with as many decimals as a pixel is wide at its zoom, so that addresses stay short. */
const DECIMALS_BY_ZOOM = 3;

/**
 * @param {string} href
 * @returns {State}
 */
export function parse(href) {
  const url = new URL(href, "http://localhost");
  const query = new URLSearchParams();
  for (const [name, value] of url.searchParams) {
    if (name !== "open" && value !== "" && !PASSING.includes(name)) query.append(name, value);
  }
  return { query, open: url.searchParams.get("open") ?? "", view: parseView(url.hash) };
}

/**
 * `#z/lat/lon`, as on other maps. Anything else is no view.
 * @param {string} hash
 * @returns {View | null}
 */
export function parseView(hash) {
  const match = /^#(\d{1,2}(?:\.5)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  if (zoom > 20 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null;
  return { zoom, lat, lon };
}

/** @param {View | null} view */
export function viewHash(view) {
  if (!view) return "";
  const decimals = Math.max(2, Math.ceil(view.zoom / DECIMALS_BY_ZOOM));
  return `#${view.zoom}/${view.lat.toFixed(decimals)}/${view.lon.toFixed(decimals)}`;
}

/**
 * Query text in a stable order with commas and colons left readable.
 * @param {URLSearchParams} query
 */
export function queryText(query) {
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/**
 * Address of a state, relative to the page.
 * @param {string} path
 * @param {State} state
 */
export function href(path, state) {
  const query = new URLSearchParams(state.query);
  if (state.open) query.set("open", state.open);
  return path + queryText(query) + viewHash(state.view);
}

/** @param {State} a @param {State} b */
export function sameQuery(a, b) {
  return a.query.toString() === b.query.toString();
}

/**
 * Values that change what is found; used for the map's tiles. A frame chosen in the address is for the list only, and
 * what networks add to shared links (`fbclid`) is nothing the API knows.
 * @param {State} state
 * @param {string[]} known names of the filters
 */
export function tileFilter(state, known) {
  const query = new URLSearchParams();
  for (const [name, value] of state.query) {
    if (name !== "bbox" && known.includes(name)) query.append(name, value);
  }
  return query;
}

/**
 * The list's query: the filters, and the frame once a person moved the map (a frame in the address wins).
 * @param {State} state
 * @param {Bbox | null} frame
 */
export function listQuery(state, frame) {
  const query = new URLSearchParams(state.query);
  if (frame && state.view && !query.has("bbox") && query.get("located") !== "false") {
    query.set("bbox", bboxText(frame));
  }
  return query;
}

/** @param {Bbox} bbox @param {number} [decimals] five are a metre; the box of a single point needs seven */
export function bboxText(bbox, decimals = 5) {
  return bbox.map((number) => Number(number.toFixed(decimals))).join(",");
}

/**
 * @param {string | null} text
 * @returns {Bbox | null}
 */
export function parseBbox(text) {
  const numbers = (text ?? "").split(",").map(Number);
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || text === "") return null;
  return /** @type {Bbox} */ (numbers);
}

/**
 * @typedef {(now: State, before: State) => void} Listener
 * @typedef {{depth: number, up: number, layer: string}} Entry what we keep in `history.state`: steps made inside this
 * page; steps since the last one without an open record; a layer over the page ("filters") or ""
 */

/** Keeps the address, the browser's history and the listeners in step. */
export class Store {
  /** @type {State} */
  state;
  /** @type {Listener[]} */
  #listeners = [];
  /** @type {string} */
  #path;

  /** @param {string} path of the map page, with its language */
  constructor(path) {
    this.#path = path;
    this.state = parse(location.href);
    if (!isEntry(history.state)) history.replaceState({ depth: 0, up: 0, layer: "" }, "");
    addEventListener("popstate", () => this.#read());
  }

  /** @returns {Entry} */
  get entry() {
    return isEntry(history.state) ? history.state : { depth: 0, up: 0, layer: "" };
  }

  /** @param {Listener} listener */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /**
   * Change the state. A step a person would undo with Back is pushed; a moved map only replaces.
   * @param {Partial<State>} change
   * @param {{replace?: boolean, layer?: string}} [how]
   */
  go(change, { replace = false, layer = "" } = {}) {
    const before = this.state;
    const { depth, up, layer: layerBefore } = this.entry;
    const next = { ...before, ...change };
    const address = href(this.#path, next);
    if (address === href(this.#path, before) && layer === layerBefore) return;
    this.state = next;
    const step = replace ? 0 : 1;
    const known = !before.open || up > 0;
    const entry = { depth: depth + step, up: next.open && known ? up + step : 0, layer };
    if (replace) history.replaceState(entry, "", address);
    else history.pushState(entry, "", address);
    this.#tell(before);
  }

  /** Close the open record: back to where it was opened from; a shared link to a record leads to the list anew. */
  closeRecord() {
    const { up } = this.entry;
    if (up > 0) history.go(-up);
    else this.go({ open: "" });
  }

  /** Take the layer away. */
  closeLayer() {
    if (this.entry.layer) history.back();
  }

  #read() {
    const before = this.state;
    this.state = parse(location.href);
    this.#tell(before);
  }

  /** @param {State} before */
  #tell(before) {
    for (const listener of this.#listeners) listener(this.state, before);
  }
}

/** @param {unknown} value @returns {value is Entry} */
function isEntry(value) {
  return typeof value === "object" && value !== null && "depth" in value && "layer" in value;
}
