/**
 * Web Mercator by hand (EPSG:3857), in units where the whole world is a square of 1 × 1, origin at the north-west.
 *
 * @import { Bbox, LonLat } from "../types.js"
 */

/** Side of the world in CSS pixels at zoom 0. */
export const WORLD = 256;

/** @param {number} lon */
export function toX(lon) {
  return (lon + 180) / 360;
}

/** @param {number} lat */
export function toY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** @param {number} y */
export function toLat(y) {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/** @param {number} x */
export function toLon(x) {
  return x * 360 - 180;
}

/**
 * Distance on the screen in CSS pixels.
 * @param {LonLat} a @param {LonLat} b @param {number} zoom
 */
export function pixelsBetween(a, b, zoom) {
  const side = WORLD * 2 ** zoom;
  return Math.hypot((toX(a[0]) - toX(b[0])) * side, (toY(a[1]) - toY(b[1])) * side);
}

/**
 * Distance over the ground in metres (sphere of 6,371 km).
 * @param {LonLat} a @param {LonLat} b
 */
export function metresBetween(a, b) {
  const rad = Math.PI / 180;
  const dLat = (b[1] - a[1]) * rad;
  const dLon = (b[0] - a[0]) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.sqrt(h));
}

/**
 * Frame of a circle.
 * @param {LonLat} centre @param {number} radius in metres
 * @returns {Bbox}
 */
export function around([lon, lat], radius) {
  const dLat = radius / 111_320;
  const dLon = dLat / Math.cos((lat * Math.PI) / 180);
  return [lon - dLon, lat - dLat, lon + dLon, lat + dLat];
}

/** @param {Bbox} a @param {Bbox} b @returns {Bbox} */
export function union(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** @param {Bbox} bbox @param {LonLat} point */
export function contains([west, south, east, north], [lon, lat]) {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}
