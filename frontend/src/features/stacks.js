/**
 * Several places at one point: which point that is, exactly. A tile seen from far says only about where a stack lies, and
 * calls places one point that lie a few metres apart.
 *
 * @import { Bbox, Mark } from "../types.js"
 */

import { union } from "../map/mercator.js";

/** Wider than this (degrees) a mark's box may hold its neighbours: about a metre. */
const EXACT = 0.00001;
/** From this zoom on going nearer shows nothing more. */
const NEAREST = 17;

/**
 * @param {Mark} mark that says it is a stack @param {number} zoom of the map
 * @param {(bbox: Bbox) => Promise<Mark[]>} look the marks of a frame as exactly as they are known, the largest first
 * @returns {Promise<{list: Bbox} | {near: Bbox}>} the point to list, or a frame to go nearer to because it is no single point
 */
export async function whatLiesThere(mark, zoom, look) {
  const [west, , east] = mark.bbox;
  if (east - west <= EXACT) return { list: mark.bbox };
  const found = await look(mark.bbox);
  const whole = found.find(({ count }) => count === mark.count);
  if (whole) return { list: whole.bbox };
  const all = found.map(({ bbox }) => bbox).reduce(union, found[0]?.bbox ?? mark.bbox);
  return found.length > 1 && zoom < NEAREST ? { near: all } : { list: all };
}
