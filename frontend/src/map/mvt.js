/**
 * Reads a vector tile of points (Mapbox Vector Tile 2.1) straight into a batch: no object per point, texts only when
 * they are asked for, in turns short enough for a slow phone. Runs on the page and in a worker, which no import map
 * reaches: whoever calls brings the library.
 *
 * @import { PbfReader } from "pbf"
 * @import { TileAt } from "./clusters.js"
 * @import { Pace } from "../turns.js"
 *
 * @typedef {object} Layer where the parts of a layer lie in the bytes
 * @property {string[]} keys
 * @property {number[]} values
 * @property {number[]} features
 * @property {number} extent
 */

import { KINDS } from "../types.js";
import { APPROXIMATE, Batch, CLOSED, STACK } from "./batch.js";

/** Matrix from which tiles hold the places themselves; before it, clusters. */
export const FIRST_PLACES = 10;

/** Numbers of the fields in the specification. */
const TILE = { layer: 3 };
const LAYER = { features: 2, keys: 3, values: 4, extent: 5 };
const FEATURE = { tags: 2, geometry: 4 };
const VALUE = { string: 1, float: 2, double: 3, int: 4, uint: 5, sint: 6, bool: 7 };

/** How many fields are read between two looks at the clock. */
const STRIDE = 512;

/**
 * @param {PbfReader} pbf over the bytes of a tile; an empty one has none @param {TileAt} at @param {Pace} turns
 * @returns {Promise<Batch>} without its `nearby`
 */
export async function readTile(pbf, at, turns) {
  const end = layerEnd(pbf);
  if (end === 0) return new Batch(0, 0);
  const layer = await scan(pbf, end, turns);
  return new Features(pbf, layer, at).read(turns);
}

/** Texts of a tile, read from its bytes when somebody asks. */
export class Texts {
  #pbf;
  /** Most are needed once and only when pointed at. @type {Map<number, string | number | boolean>} */
  #known = new Map();

  /**
   * @param {PbfReader} pbf @param {ArrayLike<number>} positions of the values
   * @param {Uint32Array} ids number of the value that is a mark's id, plus one @param {Uint32Array} names the same
   */
  constructor(pbf, positions, ids, names) {
    this.#pbf = pbf;
    this.positions = positions;
    this.ids = ids;
    this.names = names;
  }

  /** Let the marks of a batch have ids and names. @param {Batch} batch */
  serve(batch) {
    const text = (/** @type {number} */ value) => (value ? String(this.value(value - 1)) : "");
    batch.texts = this;
    batch.id = (i) => text(this.ids[i] ?? 0);
    batch.name = (i) => text(this.names[i] ?? 0);
  }

  /** @param {number} number of a value @returns {string | number | boolean} */
  value(number) {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const pbf = this.#pbf;
    const back = pbf.pos;
    pbf.pos = this.positions[number] ?? 0;
    const value = readValue(pbf);
    pbf.pos = back;
    this.#known.set(number, value);
    return value;
  }
}

/** Go to the first layer. @param {PbfReader} pbf @returns {number} where it ends, 0 when there is none */
function layerEnd(pbf) {
  for (let field = pbf.nextField(); field; field = pbf.nextField()) {
    if (field === TILE.layer) return pbf.readVarint() + pbf.pos;
  }
  return 0;
}

/** @param {PbfReader} pbf @param {number} end @param {Pace} turns @returns {Promise<Layer>} */
async function scan(pbf, end, turns) {
  /** @type {Layer} */
  const layer = { keys: [], values: [], features: [], extent: 4096 };
  let seen = 0;
  for (let field = pbf.nextField(end); field; field = pbf.nextField(end)) {
    if (field === LAYER.features) layer.features.push(pbf.pos);
    else if (field === LAYER.values) layer.values.push(pbf.pos);
    else if (field === LAYER.keys) layer.keys.push(pbf.readString());
    else if (field === LAYER.extent) layer.extent = pbf.readVarint();
    if (++seen % STRIDE === 0 && turns.tired) await turns.rest();
  }
  return layer;
}

/** The features of one layer. */
class Features {
  #pbf;
  #layer;
  #at;
  #batch;
  #texts;
  /** Index of the first place at a point. @type {Map<number, number>} */
  #points = new Map();

  /** @param {PbfReader} pbf @param {Layer} layer @param {TileAt} at */
  constructor(pbf, layer, at) {
    this.#pbf = pbf;
    this.#layer = layer;
    this.#at = at;
    const size = layer.features.length;
    this.#batch = new Batch(size, 1 / (layer.extent * 2 ** at.z));
    this.#texts = new Texts(pbf, layer.values, new Uint32Array(size), new Uint32Array(size));
  }

  /** @param {Pace} turns @returns {Promise<Batch>} */
  async read(turns) {
    const batch = this.#batch;
    for (const [number, position] of this.#layer.features.entries()) {
      this.#feature(position);
      if (number % STRIDE === STRIDE - 1 && turns.tired) await turns.rest();
    }
    this.#points.clear();
    this.#texts.serve(batch);
    return batch;
  }

  /** @param {number} position of a feature's bytes */
  #feature(position) {
    const pbf = this.#pbf;
    pbf.pos = position;
    const end = pbf.readVarint() + pbf.pos;
    let [tags, x, y] = [0, Number.NaN, Number.NaN];
    for (let field = pbf.nextField(end); field; field = pbf.nextField(end)) {
      if (field === FEATURE.tags) tags = pbf.pos;
      else if (field === FEATURE.geometry) {
        pbf.readVarint();
        pbf.readVarint();
        [x, y] = [pbf.readSVarint(), pbf.readSVarint()];
        break;
      }
    }
    if (!Number.isNaN(x)) this.#add(x, y, tags);
  }

  /** @param {number} x @param {number} y in units of the tile @param {number} tags where they lie */
  #add(x, y, tags) {
    const { extent } = this.#layer;
    const { z, row, col } = this.#at;
    const batch = this.#batch;
    const isPlaces = z >= FIRST_PLACES;
    // What lies in the margin belongs to the next tile, which has it too.
    if (isPlaces && (x < 0 || y < 0 || x >= extent || y >= extent)) return;
    const i = batch.length++;
    batch.x[i] = (col + x / extent) / 2 ** z;
    batch.y[i] = (row + y / extent) / 2 ** z;
    batch.count[i] = 1;
    this.#texts.ids[i] = this.#texts.names[i] = 0;
    this.#read(i, tags);
    batch.places += batch.count[i] ?? 0;
    if (isPlaces) this.#gather(i, y * extent + x);
  }

  /** Read the properties of a mark. @param {number} i @param {number} tags where they lie */
  #read(i, tags) {
    const pbf = this.#pbf;
    const batch = this.#batch;
    let kind = -1;
    pbf.pos = tags;
    const end = tags ? pbf.readVarint() + pbf.pos : 0;
    while (pbf.pos < end) {
      const key = this.#layer.keys[pbf.readVarint()] ?? "";
      const value = pbf.readVarint();
      if (key === "id") this.#texts.ids[i] = value + 1;
      else if (key === "name") this.#texts.names[i] = value + 1;
      else if (key === "kind") kind = KINDS.indexOf(/** @type {any} */ (this.#texts.value(value)));
      else this.#property(i, key, this.#texts.value(value));
    }
    if (kind < 0) return batch.settleKind(i);
    batch.kind[i] = kind;
    batch.shares[i * KINDS.length + kind] = batch.count[i] ?? 1;
  }

  /** @param {number} i @param {string} key @param {string | number | boolean} value */
  #property(i, key, value) {
    const batch = this.#batch;
    if (key === "count") batch.count[i] = Number(value);
    else if (key === "zoom") batch.parting[i] = Number(value);
    else if (key === "stack") batch.look[i] = (batch.look[i] ?? 0) | (value ? STACK : 0);
    else if (key === "approximate") batch.look[i] = (batch.look[i] ?? 0) | (value ? APPROXIMATE : 0);
    else if (key === "status") batch.look[i] = (batch.look[i] ?? 0) | (value === "open" ? 0 : CLOSED);
    else {
      const share = KINDS.indexOf(/** @type {any} */ (key));
      if (share >= 0) batch.shares[i * KINDS.length + share] = Number(value);
    }
  }

  /** Places at one and the same point become one mark. @param {number} i the last mark @param {number} point */
  #gather(i, point) {
    const batch = this.#batch;
    const first = this.#points.get(point);
    if (first === undefined) {
      this.#points.set(point, i);
      return;
    }
    for (let k = 0; k < KINDS.length; k++) {
      const at = first * KINDS.length + k;
      batch.shares[at] = (batch.shares[at] ?? 0) + batch.share(i, k);
      batch.shares[i * KINDS.length + k] = 0;
    }
    batch.count[first] = (batch.count[first] ?? 0) + (batch.count[i] ?? 0);
    batch.look[first] = STACK;
    batch.settleKind(first);
    batch.look[i] = batch.parting[i] = 0;
    batch.length--;
  }
}

/** @param {PbfReader} pbf before the length of a value @returns {string | number | boolean} */
function readValue(pbf) {
  const end = pbf.readVarint() + pbf.pos;
  const field = pbf.nextField(end);
  if (field === VALUE.string) return pbf.readString();
  if (field === VALUE.bool) return pbf.readBoolean();
  if (field === VALUE.float) return pbf.readFloat();
  if (field === VALUE.double) return pbf.readDouble();
  if (field === VALUE.sint) return pbf.readSVarint();
  return field === VALUE.int || field === VALUE.uint ? pbf.readVarint(field === VALUE.int) : "";
}
