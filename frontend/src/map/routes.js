/**
 * A map of routes: lines and numbered stops over the ground. Beside `leaflet.js`, whose layers it draws, and
 * `pinning.js`, one of the few modules that know Leaflet.
 *
 * @import { Bbox, LonLat } from "../types.js"
 * @import { Ground } from "./ground.js"
 * @import { Label } from "./labels.js"
 */

import { boot } from "../boot.js";
import { calm } from "../dom.js";
import { behaviour, MAX_ZOOM } from "./behaviour.js";
import { LAST_ZOOM } from "./ground.js";
import { GroundLayer, LabelLayer } from "./leaflet.js";

/** As near as the first view goes. */
const CLOSEST = 14;
const SIDE = 26;

export class RouteMap {
  #map;
  #ground = new GroundLayer({ tileSize: 512, keepBuffer: 2, updateWhenZooming: false });
  #labels = new LabelLayer();
  #bounds = L.latLngBounds([]);
  #onRest;

  /** @param {HTMLElement} element @param {(frame: Bbox, zoom: number) => void} onRest when the map rests */
  constructor(element, onRest) {
    this.#onRest = onRest;
    // One finger scrolls the page past the map; two, or the buttons, move it.
    this.#map = L.map(element, {
      ...behaviour(boot.extent, calm()),
      scrollWheelZoom: false,
      dragging: !L.Browser.mobile,
    });
    const { closer = "", away = "" } = element.dataset;
    L.control.zoom({ zoomInTitle: closer, zoomOutTitle: away }).addTo(this.#map);
    this.#map.addLayer(this.#ground).addLayer(this.#labels);
    const { tile_url: url } = boot.basemap;
    if (url) L.tileLayer(url, { minZoom: LAST_ZOOM + 1, maxZoom: MAX_ZOOM }).addTo(this.#map);
    this.#map.on("moveend", () => this.look());
    new ResizeObserver(() => this.#map.invalidateSize({ pan: false })).observe(element);
  }

  /** Tell what is seen. */
  look() {
    const box = this.#map.getBounds();
    this.#onRest([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], this.#map.getZoom());
  }

  /** The way of a lorry, dashed where it is only estimated. @param {number} number @param {LonLat[][]} parts @param {boolean} estimate */
  draw(number, parts, estimate) {
    const lines = parts.map((part) => part.map(([lon, lat]) => L.latLng(lat, lon)));
    const className = `route r${number}`;
    L.polyline(lines, { className: "route-edge", interactive: false, weight: 8 }).addTo(this.#map);
    const dashes = estimate ? { dashArray: "8 7" } : {};
    L.polyline(lines, { className, interactive: false, weight: 4, ...dashes }).addTo(this.#map);
    for (const point of lines.flat()) this.#bounds.extend(point);
  }

  /** @param {LonLat} at */
  depot(at) {
    this.#mark(at, "route-depot", "", 18, 1000);
  }

  /** @param {number} number of the lorry @param {string} mark @param {string} name @param {LonLat} at */
  stop(number, mark, name, at) {
    this.#mark(at, `route-stop r${number}`, mark, SIDE, 500).bindTooltip(`${mark} · ${name}`);
  }

  /** What nobody serves. @param {string} name @param {LonLat} at */
  left(name, at) {
    this.#mark(at, "route-left", "×", 22, 0).bindTooltip(name);
  }

  /** @param {LonLat} at @param {string} className @param {string} words @param {number} side @param {number} above */
  #mark([lon, lat], className, words, side, above) {
    const html = document.createElement("span");
    html.textContent = words;
    const icon = L.divIcon({ className, html, iconSize: [side, side] });
    this.#bounds.extend([lat, lon]);
    return L.marker([lat, lon], { icon, keyboard: false, zIndexOffset: above }).addTo(this.#map);
  }

  /** Show everything. */
  fit() {
    const [west, south, east, north] = boot.extent;
    const all = this.#bounds.isValid() ? this.#bounds : L.latLngBounds([south, west], [north, east]);
    this.#map.fitBounds(all, { padding: [28, 28], maxZoom: CLOSEST, animate: false });
  }

  /** @param {Ground} ground @param {Label[]} [labels] */
  setGround(ground, labels) {
    this.#ground.ground = ground;
    if (labels) this.#labels.names.labels = labels;
    this.#ground.repaint();
    this.#labels.names.redraw();
  }

  /** @param {Label[]} labels */
  setNearLabels(labels) {
    this.#labels.names.near = labels;
    this.#labels.names.redraw();
  }
}
