/** Writes vector tiles for the tests, as the server does. */

import { PbfWriter } from "pbf";

/** @typedef {{x: number, y: number, tags: Record<string, string | number | boolean>}} Point in units of the tile */

/**
 * One layer of points with properties.
 * @param {Point[]} points @param {number} [extent]
 * @returns {ArrayBuffer}
 */
export function writeTile(points, extent = 4096) {
  /** @type {string[]} */
  const keys = [];
  /** @type {(string | number | boolean)[]} */
  const values = [];
  const known = new Map();
  const number = (/** @type {any[]} */ list, /** @type {string | number | boolean} */ wanted) => {
    const name = `${list === keys} ${typeof wanted} ${wanted}`;
    if (!known.has(name)) known.set(name, list.push(wanted) - 1);
    return known.get(name);
  };
  const pbf = new PbfWriter();
  pbf.writeMessage(
    3,
    (_, layer) => {
      layer.writeVarintField(15, 2);
      layer.writeStringField(1, "places");
      for (const { x, y, tags } of points) {
        const pairs = Object.entries(tags).flatMap(([key, value]) => [number(keys, key), number(values, value)]);
        layer.writeMessage(
          2,
          (_feature, feature) => {
            feature.writePackedVarint(2, pairs);
            feature.writeVarintField(3, 1);
            feature.writePackedVarint(4, [9, zigzag(x), zigzag(y)]);
          },
          null,
        );
      }
      for (const key of keys) layer.writeStringField(3, key);
      for (const value of values) layer.writeMessage(4, writeValue, value);
      layer.writeVarintField(5, extent);
    },
    null,
  );
  const bytes = pbf.finish();
  return /** @type {ArrayBuffer} */ (bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** @param {number} n */
function zigzag(n) {
  return n < 0 ? -n * 2 - 1 : n * 2;
}

/** @param {string | number | boolean} value @param {PbfWriter} pbf */
function writeValue(value, pbf) {
  if (typeof value === "string") pbf.writeStringField(1, value);
  else if (typeof value === "boolean") pbf.writeBooleanField(7, value);
  else pbf.writeVarintField(4, value);
}
