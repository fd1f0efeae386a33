/**
 * Marks of a batch by their position. An index is made of parts, so that no part of the work is long.
 *
 * @import { Pace } from "../turns.js"
 * @import { Batch } from "./batch.js"
 * @typedef {{first: number, tree: KDBush}} Part the marks from `first` on
 */

import KDBush from "kdbush";
import { fill } from "./trees.js";

/** Marks in one part where the page itself makes the index: 2 ms of a desktop computer. */
const PART = 8192;

export class Nearby {
  /** @param {Part[]} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** Indexes of the marks around a point. @param {number} x @param {number} y @param {number} reach all in Mercator units */
  within(x, y, reach) {
    return this.parts.flatMap(({ first, tree }) => tree.within(x, y, reach).map((i) => i + first));
  }

  /** Indexes of the marks in a box. @param {number} left @param {number} top @param {number} right @param {number} bottom */
  range(left, top, right, bottom) {
    return this.parts.flatMap(({ first, tree }) => tree.range(left, top, right, bottom).map((i) => i + first));
  }
}

/** The index of a batch; made now if nobody has. @param {Batch} batch */
export function nearbyOf(batch) {
  batch.nearby ??= new Nearby([{ first: 0, tree: fill(KDBush, batch) }]);
  return batch.nearby;
}

/** Make the index of a batch bit by bit. @param {Batch} batch @param {Pace} pace */
export async function arrange(batch, pace) {
  /** @type {Part[]} */
  const parts = [];
  for (let first = 0; first < batch.length; first += PART) {
    if (pace.tired) await pace.rest();
    parts.push({ first, tree: fill(KDBush, batch, first, first + PART) });
  }
  batch.nearby = new Nearby(parts);
}

/** Take over an index that a worker made. @param {ArrayBuffer} data */
export function nearbyFrom(data) {
  return new Nearby([{ first: 0, tree: KDBush.from(data) }]);
}
