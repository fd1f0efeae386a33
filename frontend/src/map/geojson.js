/**
 * A tile of clusters as GeoJSON, in the shape of a decoded vector tile.
 *
 * @import { TileAt } from "./clusters.js"
 */

import { KINDS } from "../types.js";
import { APPROXIMATE, Batch, CLOSED, STACK } from "./batch.js";
import { toX, toY, WORLD } from "./mercator.js";

/** @param {any} answer @param {TileAt} at @returns {Batch} */
export function readJsonTile(answer, at) {
  const features = Array.isArray(answer?.features) ? answer.features : [];
  const batch = new Batch(features.length, 1 / (4096 * 2 ** at.z));
  for (const { geometry, properties: given } of features) {
    const i = batch.length++;
    const [lon, lat] = geometry.coordinates;
    batch.x[i] = toX(lon);
    batch.y[i] = toY(lat);
    batch.count[i] = given.count;
    batch.places += given.count;
    for (const [k, kind] of KINDS.entries()) batch.shares[i * KINDS.length + k] = given[kind] ?? 0;
    batch.settleKind(i);
    const hollow = ["commune", "commune_point", "none"].includes(given.location_accuracy);
    const closed = given.count === 1 && given.status !== "open";
    batch.look[i] = (hollow ? APPROXIMATE : 0) | (closed ? CLOSED : 0) | (given.stack ? STACK : 0);
    const [west = 0, , east = 0] = given.bbox ?? [];
    batch.parting[i] =
      given.bbox && east > west ? Math.min(18, Math.ceil(Math.log2(30 / (toX(east) - toX(west)) / WORLD))) : 0;
  }
  batch.id = (i) => features[i].properties.id ?? "";
  batch.name = (i) => features[i].properties.name ?? "";
  return batch;
}
