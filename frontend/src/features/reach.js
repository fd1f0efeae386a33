/**
 * What is reached by road within some minutes, as an area: asked once, kept while the page is open.
 */

import { getJson } from "../api.js";

/** @type {Map<string, Promise<GeoJSON.Geometry | null>>} */
const known = new Map();

/**
 * The area of `longitude,latitude,minutes`; null where the roads can't tell.
 * @param {string} reach
 */
export function areaOf(reach) {
  const found = known.get(reach) ?? ask(reach);
  known.set(reach, found);
  return found;
}

/** @param {string} reach @returns {Promise<GeoJSON.Geometry | null>} */
async function ask(reach) {
  const [lon, lat, minutes] = reach.split(",");
  try {
    const feature = await getJson(
      `/api/actions/reach?from=${lon},${lat}&minutes=${minutes}`,
      new AbortController().signal,
    );
    return feature.geometry;
  } catch {
    known.delete(reach);
    return null;
  }
}
