/**
 * Loads cluster tiles, keeps the last ones, forgets requests nobody waits for.
 *
 * @import { Bbox, Mark } from "../types.js"
 */

import { getJson } from "../api.js";
import { queryText } from "../state.js";
import { separate, tilesFor, toMark } from "./clusters.js";

const KEPT = 160;

export class ClusterTiles {
  /** @type {Map<string, Mark[]>} */
  #cache = new Map();
  /** @type {AbortController | null} */
  #asking = null;
  #template;
  /** Names the state of the data that the tiles are asked for. */
  version;

  /** @param {string} template with {z}, {row}, {col} @param {string} version of the collection */
  constructor(template, version) {
    this.#template = template;
    this.version = version;
  }

  /**
   * Take over the version that the list was read with.
   * @param {string} version
   * @returns {boolean} whether the marks on the map are older
   */
  follow(version) {
    if (!version || version === this.version) return false;
    this.version = version;
    this.#cache.clear();
    return true;
  }

  /**
   * Marks of a frame. An earlier question still under way is given up. Rejects with `AbortError` when it was.
   * @param {Bbox} bbox @param {number} zoom @param {URLSearchParams} filter
   * @returns {Promise<Mark[]>}
   */
  async marks(bbox, zoom, filter) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const urls = tilesFor(bbox, zoom).map((tile) => this.#url(tile, filter));
    const tiles = await Promise.all(urls.map((url) => this.#tile(url, asking.signal)));
    return separate(tiles.flat(), zoom);
  }

  /** @param {{z: number, row: number, col: number}} tile @param {URLSearchParams} filter */
  #url({ z, row, col }, filter) {
    const query = new URLSearchParams(filter);
    if (this.version) query.set("v", this.version);
    const path = this.#template.replace("{z}", `${z}`).replace("{row}", `${row}`).replace("{col}", `${col}`);
    return path + queryText(query);
  }

  /** @param {string} url @param {AbortSignal} signal */
  async #tile(url, signal) {
    const known = this.#cache.get(url);
    if (known) return known;
    const answer = await getJson(url, signal);
    const features = Array.isArray(answer?.features) ? answer.features : [];
    const marks = features.map(toMark).filter((/** @type {Mark | null} */ mark) => mark !== null);
    this.#cache.set(url, marks);
    const oldest = this.#cache.keys().next().value;
    if (this.#cache.size > KEPT && oldest !== undefined) this.#cache.delete(oldest);
    return marks;
  }
}
