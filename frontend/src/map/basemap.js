/**
 * Brings the basemap: the overview at once, the finer shapes only when the map is close enough to show them.
 *
 * @import { LonLat } from "../types.js"
 * @import { GroundFile } from "./ground.js"
 * @import { Label, LabelKind } from "./labels.js"
 * @import { MapView } from "./leaflet.js"
 */

import { getJson } from "../api.js";
import { boot } from "../boot.js";
import { Ground } from "./ground.js";

/** From this zoom on the finer shapes show. */
const DETAIL_ZOOM = 8;

/**
 * @param {MapView} map
 * @returns {Promise<(zoom: number) => void>} call it with the zoom after every move
 */
export async function layGround(map) {
  const forever = new AbortController().signal;
  if (!boot.basemap.overview) return () => {};
  const overview = /** @type {GroundFile} */ (await getJson(boot.basemap.overview, forever));
  map.setGround(new Ground(overview), toLabels(overview.labels ?? [], boot.lang));
  let asked = boot.basemap.detail === "";
  return (zoom) => {
    if (asked || zoom < DETAIL_ZOOM) return;
    asked = true;
    getJson(boot.basemap.detail, forever).then(
      (detail) => map.setGround(new Ground(detail)),
      () => (asked = false),
    );
  };
}

/** @param {NonNullable<GroundFile["labels"]>} rows @param {string} language @returns {Label[]} */
export function toLabels(rows, language) {
  return rows.map(([name, english, kind, lon, lat, rank, within]) => ({
    name: language === "en" && (kind === "sea" || kind === "country") ? english : name,
    within,
    kind: /** @type {LabelKind} */ (kind),
    at: /** @type {LonLat} */ ([lon, lat]),
    rank,
  }));
}
