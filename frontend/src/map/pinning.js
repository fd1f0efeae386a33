/**
 * A small map to put one pin right: it is dragged, or the map is tapped where it belongs. For officers only; beside
 * `leaflet.js`, whose layers it draws, the one module that knows Leaflet.
 *
 * @import { Kind, LonLat } from "../types.js"
 * @import { Ground } from "./ground.js"
 * @import { Label } from "./labels.js"
 */

import { boot } from "../boot.js";
import { calm } from "../dom.js";
import { layGround, nameCommunes } from "./basemap.js";
import { behaviour, MAX_ZOOM } from "./behaviour.js";
import { LAST_ZOOM } from "./ground.js";
import { GroundLayer, LabelLayer } from "./leaflet.js";
import { pointerOf } from "./markers.js";

/** How near the map begins: at a place, at the middle of its commune. */
const CLOSE = 15;
const ABOUT = 11;

export class PinMap {
  #map;
  #ground = new GroundLayer({ tileSize: 512, keepBuffer: 2, updateWhenZooming: false });
  #labels = new LabelLayer();
  #onMove;
  #icon;
  /** @type {L.Marker | null} */
  #pin = null;
  /** @type {L.CircleMarker | null} */
  #before = null;
  /** @type {L.Circle | null} */
  #circle = null;

  /** @param {HTMLElement} element @param {Kind} kind @param {(at: LonLat) => void} onMove when a person has moved the pin */
  constructor(element, kind, onMove) {
    this.#onMove = onMove;
    this.#icon = L.divIcon(pointerOf(kind, "chosen"));
    // One finger scrolls the page past the map; two, or the buttons, move it. The pin itself follows one finger.
    this.#map = L.map(element, { ...behaviour(boot.extent, calm()), scrollWheelZoom: false, zoomControl: true });
    this.#map.addLayer(this.#ground).addLayer(this.#labels);
    const { tile_url: url } = boot.basemap;
    if (url) L.tileLayer(url, { minZoom: LAST_ZOOM + 1, maxZoom: MAX_ZOOM }).addTo(this.#map);
    this.#map.on("click", ({ latlng }) => this.#moved(latlng));
  }

  /** Bring the ground; the map works without it. */
  async dress() {
    const name = nameCommunes(this);
    const finer = await layGround(this).catch(() => () => {});
    const look = () => {
      const box = this.#map.getBounds();
      finer(this.#map.getZoom());
      name([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], this.#map.getZoom()).catch(() => {});
    };
    this.#map.on("moveend", look);
    look();
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

  /** Where the map begins. @param {LonLat | null} at of the place @param {LonLat | null} middle of its commune */
  begin(at, middle) {
    const [west, south, east, north] = boot.extent;
    const [lon, lat] = at ?? middle ?? [(west + east) / 2, (south + north) / 2];
    this.#map.setView([lat, lon], at ? CLOSE : middle ? ABOUT : 5, { animate: false });
    if (!at) return;
    this.#before = L.circleMarker([lat, lon], { radius: 6, interactive: false, className: "pin-before" });
    this.#before.addTo(this.#map);
    this.put(at);
  }

  /** Show the pin, without telling anybody. @param {LonLat} at @param {number} [metres] how exact that is */
  put([lon, lat], metres = 0) {
    this.#circle?.remove();
    this.#circle = null;
    if (metres) {
      this.#circle = L.circle([lat, lon], { radius: metres, interactive: false, className: "near-circle" });
      this.#circle.addTo(this.#map);
    }
    if (this.#pin) this.#pin.setLatLng([lat, lon]);
    else {
      this.#pin = L.marker([lat, lon], {
        icon: this.#icon,
        draggable: true,
        keyboard: false,
        autoPan: true,
        zIndexOffset: 1000,
      });
      this.#pin.addTo(this.#map).on("dragend", () => this.#pin && this.#moved(this.#pin.getLatLng()));
    }
  }

  /** Take the pin away, without telling anybody. */
  clear() {
    this.#circle?.remove();
    this.#pin?.remove();
    this.#circle = this.#pin = null;
  }

  /** Look at a region. @param {LonLat} at @param {number} zoom */
  look([lon, lat], zoom) {
    this.#map.setView([lat, lon], zoom, { animate: false });
  }

  /** Bring the pin into view. @param {LonLat} at */
  reveal([lon, lat]) {
    if (this.#map.getBounds().pad(-0.1).contains([lat, lon])) return;
    this.#map.setView([lat, lon], Math.max(this.#map.getZoom(), ABOUT), { animate: false });
  }

  /** @param {L.LatLng} latlng */
  #moved({ lng, lat }) {
    this.put([lng, lat]);
    this.#onMove([lng, lat]);
  }
}
