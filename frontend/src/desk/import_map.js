/**
 * The points of an import on the map: near ones as one mark with their number, each by itself when close enough.
 *
 * @import { Bbox, Kind, Mark } from "../types.js"
 * @typedef {[number, number, number, string, Kind | "", string]} ImportPoint row, longitude, latitude, verdict, kind, name
 */

import { getJson } from "../api.js";
import { boot } from "../boot.js";
import { layGround } from "../map/basemap.js";
import { Batch } from "../map/batch.js";
import { canZoom } from "../map/behaviour.js";
import { separate } from "../map/clusters.js";
import { Controls } from "../map/controls.js";
import { MapView } from "../map/leaflet.js";
import { toX, toY, WORLD } from "../map/mercator.js";
import { Scene } from "../map/scene.js";
import { KINDS } from "../types.js";

/** Points that share a square of this many CSS pixels become one mark at once: thousands need no comparing. */
const SQUARE = 40;
const CLOSEST = 18;
/** The finest difference of two positions, in Mercator units. */
const STEP = 1e-9;

/** @param {HTMLElement} element with the address of the points in `data-points` */
export async function showPoints(element) {
  const answer = await getJson(element.dataset.points ?? "", new AbortController().signal);
  /** @type {ImportPoint[]} */
  const points = answer.points;
  if (!points.length) throw new Error("no points");
  element.hidden = false;
  /** @type {(zoom: number) => void} */
  let ground = () => {};
  const map = new MapView(element, {
    lang: boot.lang,
    extent: boot.extent,
    raster: { url: boot.basemap.tile_url, attribution: boot.basemap.tile_attribution },
    insets: () => ({ top: 0, right: 0, bottom: 0, left: 0 }),
    onMove: ({ zoom }) => {
      ground(zoom);
      controls.show(zoom, canZoom(zoom));
      // The layer of the marks is there only when the first move is over.
      queueMicrotask(() => draw(zoom));
    },
    onTouch: () => {},
    onPick: pick,
    onHover: () => {},
    onPainted: (scene) => {
      element.dataset.marks = String(scene.marks);
      element.dataset.places = String(scene.places);
    },
  });
  const controls = new Controls(element, (step) => map.zoom(step));
  const caption = element.closest("figure")?.querySelector("[data-picked]");

  /** @param {number} zoom */
  function draw(zoom) {
    map.setMarks(new Scene([separate([batchOf(points, zoom)], zoom)], `import ${zoom}`));
    controls.say(points.length);
  }

  /** @param {Mark} mark */
  function pick(mark) {
    const [lon, lat] = mark.at;
    if (mark.count > 1 && !mark.stack)
      map.show({ zoom: Math.min(CLOSEST, Math.max(mark.parting, map.view().zoom + 2)), lon, lat });
    else if (caption) caption.textContent = mark.name;
  }

  map.fit(frameOf(points), { animate: false, maxZoom: 14 });
  ground = await layGround(map);
  ground(map.view().zoom);
}

/** @param {ImportPoint[]} points @returns {Bbox} */
function frameOf(points) {
  const lons = points.map(([, lon]) => lon);
  const lats = points.map(([, , lat]) => lat);
  const least = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => Math.min(a, b));
  const most = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** Marks of the points, those of one square together. @param {ImportPoint[]} points @param {number} zoom @returns {Batch} */
export function batchOf(points, zoom) {
  const side = WORLD * 2 ** zoom;
  const batch = new Batch(points.length, STEP);
  /** @type {Map<string, number>} */
  const squares = new Map();
  /** @type {ImportPoint[]} */
  const firsts = [];
  for (const point of points) {
    const [, lon, lat, , kind] = point;
    const [x, y] = [toX(lon), toY(lat)];
    const key = zoom >= CLOSEST ? `${x} ${y}` : `${Math.floor((x * side) / SQUARE)} ${Math.floor((y * side) / SQUARE)}`;
    const k = Math.max(0, KINDS.indexOf(/** @type {Kind} */ (kind)));
    let at = squares.get(key);
    if (at === undefined) {
      at = batch.length++;
      squares.set(key, at);
      firsts.push(point);
    }
    const count = batch.count[at] ?? 0;
    batch.x[at] = ((batch.x[at] ?? 0) * count + x) / (count + 1);
    batch.y[at] = ((batch.y[at] ?? 0) * count + y) / (count + 1);
    batch.count[at] = count + 1;
    batch.parting[at] = count ? Math.min(CLOSEST, Math.ceil(zoom) + 2) : 0;
    const share = at * KINDS.length + k;
    batch.shares[share] = (batch.shares[share] ?? 0) + 1;
    batch.settleKind(at);
    batch.places++;
  }
  batch.id = (i) => String(firsts[i]?.[0] ?? "");
  batch.name = (i) => (firsts[i] ? `${firsts[i][0]}. ${firsts[i][5]}` : "");
  return batch;
}
