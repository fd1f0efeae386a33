/**
 * Batches on their way from the worker to the page: typed arrays change hands, nothing is copied.
 *
 * @import { PbfReader } from "pbf"
 * @typedef {object} Parcel
 * @property {number} length @property {number} places @property {number} step
 * @property {Record<typeof COLUMNS[number], any>} columns
 * @property {Uint32Array} positions @property {Uint32Array} ids @property {Uint32Array} names
 * @property {ArrayBuffer | null} tree null where there are no marks
 */

import { Batch } from "./batch.js";
import { Texts } from "./mvt.js";

const COLUMNS = /** @type {const} */ (["x", "y", "count", "shares", "kind", "look", "parting"]);

/**
 * @param {Batch} batch @param {ArrayBuffer | null} tree
 * @returns {{parcel: Parcel, transfer: ArrayBuffer[]}}
 */
export function pack(batch, tree) {
  const { length, places, step, texts } = batch;
  const columns = /** @type {Parcel["columns"]} */ (Object.fromEntries(COLUMNS.map((name) => [name, batch[name]])));
  const positions = Uint32Array.from(texts?.positions ?? []);
  const { ids, names } = texts ?? { ids: new Uint32Array(0), names: new Uint32Array(0) };
  const transfer = [...Object.values(columns), positions, ids, names].map(({ buffer }) => buffer);
  if (tree) transfer.push(tree);
  return { parcel: { length, places, step, columns, positions, ids, names, tree }, transfer };
}

/** The batch of a parcel, still without its index. @param {Parcel} parcel @param {PbfReader} pbf over the tile's bytes */
export function unpack({ length, places, step, columns, positions, ids, names }, pbf) {
  const batch = Object.assign(new Batch(0, step), columns, { length, places });
  new Texts(pbf, positions, ids, names).serve(batch);
  return batch;
}
