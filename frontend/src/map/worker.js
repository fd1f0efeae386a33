/**
 * Reads tiles of places beside the page: whatever a tile holds, a finger on the screen never waits for it.
 *
 * @import KDBush from "kdbush"
 * @import { PbfReader } from "pbf"
 * @import { TileAt } from "./clusters.js"
 * @typedef {{pbf: string, kdbush: string}} Libraries where they lie: no import map reaches a worker
 * @typedef {{number: number, bytes: ArrayBuffer, at: TileAt}} Order
 */

import { AT_ONCE } from "../turns.js";
import { readTile } from "./mvt.js";
import { pack } from "./parcels.js";
import { fill } from "./trees.js";

/** @type {Promise<[{PbfReader: typeof PbfReader}, {default: typeof KDBush}]>} */
let libraries;

/** @param {Libraries} where */
async function begin({ pbf, kdbush }) {
  libraries = Promise.all([import(pbf), import(kdbush)]);
  await libraries;
  postMessage({ ready: true });
}

/** @param {Order} order */
async function read({ number, bytes, at }) {
  const [{ PbfReader: Reader }, { default: Tree }] = await libraries;
  const batch = await readTile(new Reader(bytes), at, AT_ONCE);
  const tree = batch.length ? /** @type {ArrayBuffer} */ (fill(Tree, batch).data) : null;
  const { parcel, transfer } = pack(batch, tree);
  postMessage({ number, parcel }, { transfer });
}

addEventListener("message", ({ data }) => {
  const work = "pbf" in data ? begin(data) : read(data);
  work.catch((error) => postMessage({ number: data.number, failed: String(error) }));
});
