/**
 * From cluster tiles to marks: which tiles a view needs, what their features mean, and which marks would lie on each
 * other and become one. Pure; loading is in `tiles.js`.
 *
 * @import { Bbox, Kind, LonLat, Mark, Shares } from "../types.js"
 */

import { KINDS } from "../types.js";
import { contains, pixelsBetween, toX, toY, union, WORLD } from "./mercator.js";

/** Side of a cluster tile in CSS pixels: matrix z is the map's zoom − 1. */
export const TILE = 512;

/** From this zoom on, marks are merged only when they share a point: nobody can zoom in any further to part them. */
export const LAST_MERGE_ZOOM = 17;

/** Places closer than this, in degrees, share a point (about 1 m). */
const SAME_POINT = 1e-5;

/**
 * Rows and columns of the tiles that cover a frame.
 * @param {Bbox} bbox @param {number} zoom of the map
 * @returns {{z: number, row: number, col: number}[]}
 */
export function tilesFor([west, south, east, north], zoom) {
  const z = Math.max(0, Math.round(zoom) - 1);
  const side = 2 ** z;
  const clamp = (/** @type {number} */ n) => Math.min(side - 1, Math.max(0, Math.floor(n * side)));
  const tiles = [];
  for (let row = clamp(toY(north)); row <= clamp(toY(south)); row++) {
    for (let col = clamp(toX(west)); col <= clamp(toX(east)); col++) tiles.push({ z, row, col });
  }
  return tiles;
}

/**
 * A feature of a cluster tile as a mark, or null when it isn't one.
 * @param {any} feature GeoJSON as the server sends it
 * @returns {Mark | null}
 */
export function toMark(feature) {
  const at = feature?.geometry?.coordinates;
  const given = feature?.properties;
  if (!Array.isArray(at) || typeof given?.count !== "number") return null;
  const shares = /** @type {Shares} */ ({});
  for (const kind of KINDS) shares[kind] = Number(given[kind] ?? 0);
  const point = /** @type {LonLat} */ ([at[0], at[1]]);
  const bbox = /** @type {Bbox} */ (Array.isArray(given.bbox) ? given.bbox : [...point, ...point]);
  const single = given.count === 1 && typeof given.id === "string";
  const kind = single && KINDS.includes(given.kind) ? given.kind : mostOf(shares);
  if (single) shares[/** @type {Kind} */ (kind)] = 1;
  return {
    key: single ? given.id : `${given.count}@${point[0].toFixed(4)},${point[1].toFixed(4)}`,
    at: point,
    count: given.count,
    shares,
    bbox,
    stack: given.count > 1 && isPoint(bbox),
    id: single ? given.id : "",
    name: single ? String(given.name ?? "") : "",
    kind,
    approximate: single && ["commune", "commune_point", "none"].includes(given.location_accuracy),
    closed: single && given.status !== undefined && given.status !== "open",
  };
}

/** @param {Bbox} bbox */
export function isPoint([west, south, east, north]) {
  return east - west < SAME_POINT && north - south < SAME_POINT;
}

/** @param {Shares} shares @returns {Kind} */
export function mostOf(shares) {
  return KINDS.reduce((best, kind) => (shares[kind] > shares[best] ? kind : best), KINDS[0]);
}

/** Radius of a mark in CSS pixels: grows with the logarithm of the count. @param {number} count */
export function radiusOf(count) {
  return count === 1 ? 13 : Math.round(Math.min(30, 15 + Math.log10(count) * 4.5));
}

/**
 * Merge marks that would lie on each other. The larger one swallows the smaller one; the order of arrival of the tiles
 * makes no difference.
 * @param {Mark[]} marks @param {number} zoom of the map
 * @returns {Mark[]}
 */
export function separate(marks, zoom) {
  const order = [...marks].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  /** @type {Mark[]} */
  const kept = [];
  const seen = new Set();
  for (const mark of order) {
    if (seen.has(mark.key)) continue;
    seen.add(mark.key);
    const near = kept.findIndex((other) => tooClose(other, mark, zoom));
    const other = kept[near];
    if (other) kept[near] = merged(other, mark);
    else kept.push(mark);
  }
  return kept;
}

/** @param {Mark} a @param {Mark} b @param {number} zoom */
function tooClose(a, b, zoom) {
  if (zoom >= LAST_MERGE_ZOOM) return pixelsBetween(a.at, b.at, zoom) < 1 && isPoint(union(a.bbox, b.bbox));
  return pixelsBetween(a.at, b.at, zoom) < (radiusOf(a.count) + radiusOf(b.count)) * 0.92;
}

/** @param {Mark} a the larger @param {Mark} b @returns {Mark} */
function merged(a, b) {
  const count = a.count + b.count;
  const shares = /** @type {Shares} */ ({});
  for (const kind of KINDS) shares[kind] = a.shares[kind] + b.shares[kind];
  const bbox = union(a.bbox, b.bbox);
  const mix = (/** @type {0 | 1} */ i) => (a.at[i] * a.count + b.at[i] * b.count) / count;
  /** @type {LonLat} */
  const at = [mix(0), mix(1)];
  return {
    ...a,
    key: `${count}@${at[0].toFixed(4)},${at[1].toFixed(4)}`,
    at,
    count,
    shares,
    bbox,
    stack: isPoint(bbox),
    id: "",
    name: "",
    kind: mostOf(shares),
    approximate: false,
    closed: false,
  };
}

/**
 * How many places lie in a frame, as far as the marks tell: a cluster counts where its middle is.
 * @param {Mark[]} marks @param {Bbox} bbox
 */
export function countIn(marks, bbox) {
  return marks.reduce((sum, mark) => (contains(bbox, mark.at) ? sum + mark.count : sum), 0);
}

/** World pixels of a point, for tests and for spreading. @param {LonLat} at @param {number} zoom */
export function worldPixels([lon, lat], zoom) {
  const side = WORLD * 2 ** zoom;
  return [toX(lon) * side, toY(lat) * side];
}
