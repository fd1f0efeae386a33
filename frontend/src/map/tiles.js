/**
 * Loads tiles of marks, keeps the last ones, forgets requests nobody waits for.
 *
 * @import { Bbox, Mark } from "../types.js"
 * @import { Batch } from "./batch.js"
 * @import { TileAt } from "./clusters.js"
 * @import { WorkerAt } from "./reader.js"
 */

import { getBytes, getJson } from "../api.js";
import { queryText } from "../state.js";
import { RANK, Turns } from "../turns.js";
import { matrixOf, separate, tilesFor } from "./clusters.js";
import { union } from "./mercator.js";
import { FIRST_PLACES } from "./mvt.js";
import { TileReader } from "./reader.js";
import { Scene } from "./scene.js";

/** Tiles kept, and marks in them: about 50 bytes each. */
const KEPT_TILES = 160;
const KEPT_MARKS = 400_000;
/** Matrix whose tiles tell positions apart that are 15 cm away from each other. */
const FINEST = 16;

/** Name of the moment at which the last tile of a view was there, for whoever measures. */
export const TILES = "ocop:tiles";

export class MarkTiles {
  /** @type {Map<string, Batch>} */
  #cache = new Map();
  #marks = 0;
  /** @type {AbortController | null} */
  #asking = null;
  #template;
  #reader;
  /** Names the state of the data that the tiles are asked for. */
  version;

  /**
   * @param {string} template with {z}, {row}, {col} @param {string} version of the collection
   * @param {WorkerAt | null} worker
   */
  constructor(template, version, worker) {
    this.#template = template;
    this.#reader = new TileReader(worker);
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
    this.#marks = 0;
    return true;
  }

  /**
   * What a frame shows. An earlier question still under way is given up. Rejects with `AbortError` when it was.
   * @param {Bbox} bbox @param {number} zoom @param {URLSearchParams} filter
   * @returns {Promise<Scene>}
   */
  async scene(bbox, zoom, filter) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    performance.clearMarks(TILES);
    performance.mark(TILES);
    const wanted = tilesFor(bbox, zoom).map((at) => ({ at, url: this.#url(at, filter, "mvt") }));
    const turns = new Turns(asking.signal, RANK.marks);
    const batches = await Promise.all(wanted.map(({ at, url }) => this.#tile(url, at, asking.signal, turns)));
    asking.signal.throwIfAborted();
    if (turns.tired) await turns.rest();
    const key = wanted.map(({ url }) => url).join("\n");
    if (matrixOf(zoom) >= FIRST_PLACES) return new Scene(batches, key);
    return new Scene([separate(batches, zoom)], `${key}\n${zoom}`);
  }

  /**
   * Frame of everything that is found, or null when nothing is: one tile holds the world.
   * @param {URLSearchParams} filter
   * @returns {Promise<Bbox | null>}
   */
  async extent(filter) {
    const forever = new AbortController().signal;
    const answer = await getJson(this.#url({ z: 0, row: 0, col: 0 }, filter, "json"), forever);
    /** @type {Bbox[]} */
    const boxes = (answer?.features ?? []).map((/** @type {any} */ { geometry, properties }) => {
      return properties.bbox ?? [...geometry.coordinates, ...geometry.coordinates];
    });
    return boxes.length ? boxes.reduce(union) : null;
  }

  /**
   * The marks in a frame as exactly as they are known, the largest first: what a far tile calls one point may be a row of shops.
   * @param {Bbox} bbox @param {URLSearchParams} filter
   * @returns {Promise<Mark[]>}
   */
  async within(bbox, filter) {
    const forever = new AbortController().signal;
    const turns = new Turns();
    const wanted = tilesFor(bbox, FINEST + 1).map((at) => this.#tile(this.#url(at, filter, "mvt"), at, forever, turns));
    return new Scene(await Promise.all(wanted), "").within(bbox).sort((a, b) => b.count - a.count);
  }

  /** @param {TileAt} at @param {URLSearchParams} filter @param {string} format */
  #url({ z, row, col }, filter, format) {
    const query = new URLSearchParams(filter);
    query.set("f", format);
    if (this.version) query.set("v", this.version);
    const path = this.#template.replace("{z}", `${z}`).replace("{row}", `${row}`).replace("{col}", `${col}`);
    return path + queryText(query);
  }

  /** @param {string} url @param {TileAt} at @param {AbortSignal} signal @param {Turns} turns */
  async #tile(url, at, signal, turns) {
    const known = this.#cache.get(url);
    if (known) {
      this.#cache.delete(url);
      this.#cache.set(url, known);
      return known;
    }
    const { version } = this;
    if (turns.tired) await turns.rest();
    const bytes = await getBytes(url, signal);
    performance.mark(TILES);
    turns.begin();
    const batch = await this.#reader.read(bytes, at, turns);
    if (version === this.version) this.#keep(url, batch);
    return batch;
  }

  /** @param {string} url @param {Batch} batch */
  #keep(url, batch) {
    this.#cache.set(url, batch);
    this.#marks += batch.length;
    for (const [oldest, { length }] of this.#cache) {
      if (oldest === url || (this.#cache.size <= KEPT_TILES && this.#marks <= KEPT_MARKS)) break;
      this.#cache.delete(oldest);
      this.#marks -= length;
    }
  }
}
