/**
 * From tiles to what is drawn: which tiles a view needs, and which clusters would lie on each other and become one.
 * Pure; loading is in `tiles.js`.
 *
 * @import { Bbox } from "../types.js"
 * @typedef {{z: number, row: number, col: number}} TileAt
 */

import { KINDS } from "../types.js";
import { Batch, STACK } from "./batch.js";
import { toX, toY, WORLD } from "./mercator.js";

/** Side of a tile in CSS pixels: matrix z is the map's zoom − 1. */
export const TILE = 512;

/** Matrix of the tiles that a zoom of the map shows. @param {number} zoom */
export function matrixOf(zoom) {
  return Math.max(0, Math.round(zoom) - 1);
}

/**
 * Rows and columns of the tiles that cover a frame.
 * @param {Bbox} bbox @param {number} zoom of the map
 * @returns {TileAt[]}
 */
export function tilesFor([west, south, east, north], zoom) {
  const z = matrixOf(zoom);
  const side = 2 ** z;
  const clamp = (/** @type {number} */ n) => Math.min(side - 1, Math.max(0, Math.floor(n * side)));
  const tiles = [];
  for (let row = clamp(toY(north)); row <= clamp(toY(south)); row++) {
    for (let col = clamp(toX(west)); col <= clamp(toX(east)); col++) tiles.push({ z, row, col });
  }
  return tiles;
}

/** Radius of a mark in CSS pixels: grows with the logarithm of the count. @param {number} count */
export function radiusOf(count) {
  return count === 1 ? 13 : Math.round(Math.min(30, 15 + Math.log10(count) * 4.5));
}

/**
 * Merge clusters that would lie on each other. The larger one swallows the smaller one; the order of arrival of the
 * tiles makes no difference.
 * @param {Batch[]} batches @param {number} zoom of the map
 * @returns {Batch}
 */
export function separate(batches, zoom) {
  const all = batches.flatMap((batch) => Array.from({ length: batch.length }, (_, i) => ({ batch, i })));
  const size = (/** @type {{batch: Batch, i: number}} */ { batch, i }) => batch.count[i] ?? 0;
  const place = (/** @type {{batch: Batch, i: number}} */ { batch, i }) => (batch.x[i] ?? 0) + (batch.y[i] ?? 0) * 2;
  all.sort((a, b) => size(b) - size(a) || place(a) - place(b));
  const kept = new Batch(all.length, Math.max(0, ...batches.map((batch) => batch.step)));
  /** Of which mark each one was made. @type {typeof all} */
  const origin = [];
  for (const each of all) {
    const near = swallower(kept, each.batch, each.i, zoom);
    if (near < 0) {
      kept.take(each.batch, each.i);
      origin.push(each);
    } else swallow(kept, near, each.batch, each.i, zoom);
  }
  kept.id = (i) => origin[i]?.batch.id(origin[i].i) ?? "";
  kept.name = (i) => origin[i]?.batch.name(origin[i].i) ?? "";
  return kept;
}

/** Index of the first mark that touches another, or −1. @param {Batch} kept @param {Batch} batch @param {number} i @param {number} zoom */
function swallower(kept, batch, i, zoom) {
  const side = WORLD * 2 ** zoom;
  const [x = 0, y = 0, count = 0] = [batch.x[i], batch.y[i], batch.count[i]];
  const radius = radiusOf(count);
  for (let k = 0; k < kept.length; k++) {
    const reach = (radiusOf(kept.count[k] ?? 0) + radius) * 0.92;
    const dx = ((kept.x[k] ?? 0) - x) * side;
    const dy = ((kept.y[k] ?? 0) - y) * side;
    if (dx * dx + dy * dy < reach * reach) return k;
  }
  return -1;
}

/** @param {Batch} kept @param {number} k @param {Batch} batch @param {number} i @param {number} zoom */
function swallow(kept, k, batch, i, zoom) {
  const [a = 0, b = 0] = [kept.count[k], batch.count[i]];
  const [ax = 0, ay = 0, bx = 0, by = 0] = [kept.x[k], kept.y[k], batch.x[i], batch.y[i]];
  const apart = Math.hypot(ax - bx, ay - by) * WORLD * 2 ** zoom;
  const stacks = [kept, batch].every((each, n) => isOnePoint(each, n ? i : k));
  const onePoint = stacks && Math.max(Math.abs(ax - bx), Math.abs(ay - by)) <= Math.min(kept.step, batch.step) / 2;
  kept.parting[k] = partingOf(kept.parting[k] ?? 0, batch.parting[i] ?? 0, zoom, apart, radiusOf(a) + radiusOf(b));
  kept.x[k] = (ax * a + bx * b) / (a + b);
  kept.y[k] = (ay * a + by * b) / (a + b);
  kept.count[k] = a + b;
  kept.places += b;
  for (let n = 0; n < KINDS.length; n++) {
    const at = k * KINDS.length + n;
    kept.shares[at] = (kept.shares[at] ?? 0) + batch.share(i, n);
  }
  kept.look[k] = onePoint ? STACK : 0;
  kept.settleKind(k);
}

/** Whether a mark stands for one point alone. @param {Batch} batch @param {number} i */
function isOnePoint(batch, i) {
  return batch.count[i] === 1 || ((batch.look[i] ?? 0) & STACK) !== 0;
}

/**
 * Zoom that parts two marks which touch: when they are a touch apart, or when one of them opens itself.
 * @param {number} a zoom that parts the one, 0 for a single place @param {number} b
 * @param {number} zoom @param {number} apart CSS pixels at that zoom @param {number} touch
 */
function partingOf(a, b, zoom, apart, touch) {
  const pair = Math.ceil(zoom + Math.log2(touch / apart));
  const own = [a, b].filter((each) => each > zoom);
  return Math.min(255, pair, ...own);
}
