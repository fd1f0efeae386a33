/**
 * Brings the basemap: the overview at once, the finer shapes only when the map is close enough to show them.
 *
 * @import { Bbox } from "../types.js"
 * @import { GroundFile } from "./ground.js"
 * @import { Label } from "./labels.js"
 * @import { MapView } from "./leaflet.js"
 */

import { getJson, latest } from "../api.js";
import { boot } from "../boot.js";
import { Ground } from "./ground.js";
import { toLabels } from "./labels.js";

/** From this zoom on the finer shapes show. */
const DETAIL_ZOOM = 8;

/**
 * @param {Pick<MapView, "setGround">} map
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

/** From this zoom on communes are named, which the files don't know. */
const COMMUNE_ZOOM = 11;
/** Communes are asked for by squares of this many degrees, so that a small move asks nothing new. */
const SQUARE = 0.2;
const MOST = 120;

/**
 * Names the communes of a frame.
 * @param {Pick<MapView, "setNearLabels">} map
 * @returns {(frame: Bbox, zoom: number) => Promise<void>} call it when the map rests
 */
export function nameCommunes(map) {
  let shown = "";
  const ask = latest((signal, /** @type {string} */ url) => getJson(url, signal));
  return async ([west, south, east, north], zoom) => {
    const out = (/** @type {number} */ degrees) => Number((Math.ceil(degrees / SQUARE) * SQUARE).toFixed(1));
    const frame = zoom < COMMUNE_ZOOM ? "" : [-out(-west), -out(-south), out(east), out(north)].join(",");
    if (frame === shown) return;
    shown = frame;
    if (!frame) return map.setNearLabels([]);
    const answer = await ask(`${boot.urls.communes}?bbox=${frame}&limit=${MOST}&shape=point&properties=name`).catch(
      () => null,
    );
    if (frame === shown) map.setNearLabels((answer?.features ?? []).flatMap(toCommune));
  };
}

/** @param {any} feature @returns {Label[]} */
function toCommune({ geometry, properties }) {
  if (!geometry) return [];
  return [{ name: properties.name, within: "", kind: "commune", at: geometry.coordinates, rank: 60 }];
}
