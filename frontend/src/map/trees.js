/**
 * Makes trees of positions, on the page and in a worker, which no import map reaches: whoever calls brings the library.
 *
 * @import KDBush from "kdbush"
 * @import { Batch } from "./batch.js"
 */

/**
 * @param {typeof KDBush} Tree the library @param {Batch} batch
 * @param {number} [first] @param {number} [end] index of the first mark, and of the first one that is left out
 */
export function fill(Tree, batch, first = 0, end = batch.length) {
  const last = Math.min(end, batch.length);
  const tree = new Tree(last - first, 64, Float64Array);
  for (let i = first; i < last; i++) tree.add(batch.x[i] ?? 0, batch.y[i] ?? 0);
  return tree.finish();
}
