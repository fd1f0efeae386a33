/**
 * The only module that knows Leaflet (the global `L`). Everybody else speaks longitude, latitude and marks.
 *
 * @import { Bbox, Kind, LonLat, Mark, View } from "../types.js"
 * @import { Ground } from "./ground.js"
 * @import { Label } from "./labels.js"
 *
 * @typedef {{top: number, right: number, bottom: number, left: number}} Insets CSS pixels covered by something else
 * @typedef {object} Options
 * @property {string} lang
 * @property {Bbox} extent
 * @property {{url: string, attribution: string}} raster the operator's tiles beyond zoom 11, url may be ""
 * @property {() => Insets} insets
 * @property {(view: View, byPerson: boolean) => void} onMove after every move
 * @property {() => void} onTouch a person begins to move the map
 * @property {(mark: Mark) => void} onPick a mark was tapped
 * @property {(id: string) => void} onHover a single marker is pointed at, "" when no longer
 */

import { afterPaint, press } from "../ui/answer.js";
import { coloursOf, drawPlain, LAST_ZOOM } from "./ground.js";
import { paintLabels } from "./labels.js";
import { coverOf, iconOf, pointerOf } from "./markers.js";

const MAX_ZOOM = 18;
/** The whole country on a desktop, and in the upper half of a phone. */
const MIN_ZOOM = 4;
/** Sharper than this costs memory on a phone and shows nothing more. */
const MAX_DENSITY = 2;
/** A mark that stays looks pressed this long (ms); others go with the move. */
const PRESSED = 600;

export class MapView {
  #map;
  #options;
  #ground;
  #labels;
  #byPerson = false;
  /** What is drawn, by all that is known of it. @type {Map<string, L.Marker>} */
  #marks = new Map();
  /** @type {Record<"chosen" | "pointed" | "me", L.Marker | null>} */
  #own = { chosen: null, pointed: null, me: null };
  /** @type {L.Circle | null} */
  #circle = null;

  /** @param {HTMLElement} element @param {Options} options */
  constructor(element, options) {
    this.#options = options;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [west, south, east, north] = options.extent;
    this.#map = L.map(element, {
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      maxBounds: [
        [south - 40, west - 30],
        [north + 25, east + 30],
      ],
      maxBoundsViscosity: 0.8,
      zoomSnap: 0.5,
      zoomControl: false,
      attributionControl: false,
      trackResize: false,
      zoomAnimation: !calm,
      fadeAnimation: false,
      markerZoomAnimation: !calm,
      inertia: !calm,
      zoomAnimationThreshold: 3,
      wheelPxPerZoomLevel: 90,
      bounceAtZoomLimits: false,
    });
    this.#ground = new GroundLayer({ tileSize: 512, keepBuffer: 2, updateWhenZooming: false });
    this.#ground.addTo(this.#map);
    this.#labels = new LabelLayer();
    this.#labels.addTo(this.#map);
    if (options.raster.url) {
      L.tileLayer(options.raster.url, { minZoom: LAST_ZOOM + 1, maxZoom: MAX_ZOOM }).addTo(this.#map);
    }
    this.#map.getPane("markerPane")?.setAttribute("aria-hidden", "true");
    this.#listen(element);
  }

  /** @param {HTMLElement} element */
  #listen(element) {
    for (const name of ["pointerdown", "wheel", "keydown"]) {
      element.addEventListener(name, () => (this.#byPerson = true), { capture: true, passive: true });
    }
    this.#map.on("dragstart", () => this.#options.onTouch());
    this.#map.on("moveend", () => this.#options.onMove(this.view(), this.#byPerson));
    new ResizeObserver(() => {
      this.#byPerson = false;
      this.#map.invalidateSize({ pan: false });
    }).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint());
  }

  /** @returns {View} */
  view() {
    const { lat, lng } = this.#map.getCenter();
    return { zoom: this.#map.getZoom(), lon: lng, lat };
  }

  /** What a person can see: the map without what covers it. @returns {Bbox} */
  frame() {
    const { top, right, bottom, left } = this.#options.insets();
    const { x, y } = this.#map.getSize();
    const high = this.#map.containerPointToLatLng([left, top]);
    const low = this.#map.containerPointToLatLng([x - right, y - bottom]);
    return [high.lng, low.lat, low.lng, high.lat];
  }

  /** The whole of the map element. @returns {Bbox} */
  bounds() {
    const box = this.#map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }

  /** @param {View} view */
  show({ zoom, lon, lat }) {
    this.#byPerson = false;
    this.#map.setView([lat, lon], zoom, { animate: false });
  }

  /**
   * @param {Bbox} bbox
   * @param {{maxZoom?: number, animate?: boolean, byPerson?: boolean, margin?: number, insets?: Insets}} [how]
   */
  fit([west, south, east, north], { maxZoom = 15, animate = true, byPerson = false, margin = 36, insets } = {}) {
    const { top, right, bottom, left } = insets ?? this.#options.insets();
    this.#byPerson = byPerson;
    this.#map.fitBounds(
      [
        [south, west],
        [north, east],
      ],
      {
        paddingTopLeft: [left + margin, top + margin],
        paddingBottomRight: [right + margin, bottom + margin],
        maxZoom,
        animate: animate && this.#map.options.zoomAnimation === true,
      },
    );
  }

  /** Move only if the point is covered or outside. @param {LonLat} at @param {Insets} insets */
  reveal([lon, lat], insets) {
    const point = this.#map.latLngToContainerPoint([lat, lon]);
    const { x, y } = this.#map.getSize();
    const left = insets.left + 40;
    const right = x - insets.right - 40;
    const top = insets.top + 40;
    const bottom = y - insets.bottom - 40;
    if (point.x >= left && point.x <= right && point.y >= top && point.y <= bottom) return;
    this.#byPerson = false;
    const middle = L.point((left + right) / 2, (top + bottom) / 2);
    this.#map.panBy(point.subtract(middle), { animate: this.#map.options.zoomAnimation === true, duration: 0.2 });
  }

  /** @param {1 | -1} step */
  zoom(step) {
    this.#byPerson = true;
    this.#map.setZoom(this.#map.getZoom() + step);
  }

  canZoom() {
    const zoom = this.#map.getZoom();
    return { closer: zoom < MAX_ZOOM, away: zoom > MIN_ZOOM };
  }

  /** @param {Ground} ground @param {Label[]} [labels] */
  setGround(ground, labels) {
    this.#ground.ground = ground;
    if (labels) this.#labels.labels = labels;
    this.#repaint();
  }

  /** @param {Label[]} labels communes around, beyond the zoom of the ground */
  setNearLabels(labels) {
    this.#labels.near = labels;
    this.#labels.redraw();
  }

  /** Let a province stand out. @param {string} code or "" */
  choose(code) {
    if (this.#ground.chosen === code) return;
    this.#ground.chosen = code;
    this.#ground.redraw();
  }

  #repaint() {
    this.#ground.redraw();
    this.#labels.redraw();
  }

  /** Draw these marks and no others; those that stay are not touched. @param {Mark[]} marks */
  setMarks(marks) {
    // Not by their keys: a place may have been moved, closed or named anew since it was drawn.
    const wanted = new Map(marks.map((mark) => [JSON.stringify(mark), mark]));
    for (const [look, marker] of this.#marks) {
      if (wanted.has(look)) continue;
      marker.remove();
      this.#marks.delete(look);
    }
    for (const [look, mark] of wanted) {
      if (!this.#marks.has(look)) this.#marks.set(look, this.#draw(mark));
    }
    this.#labels.obstacles = marks;
    this.#labels.redraw();
  }

  /** @param {Mark} mark */
  #draw(mark) {
    const icon = L.divIcon(iconOf(mark, this.#options.lang));
    const [lon, lat] = mark.at;
    const marker = L.marker([lat, lon], { icon, keyboard: false, title: mark.name, riseOnHover: true });
    marker.on("click", () => this.#press(marker, mark));
    if (mark.id) {
      marker.on("mouseover", () => this.#options.onHover(mark.id));
      marker.on("mouseout", () => this.#options.onHover(""));
    }
    return marker.addTo(this.#map);
  }

  /** @param {L.Marker} marker @param {Mark} mark */
  #press(marker, mark) {
    const element = marker.getElement();
    if (element) press(element);
    afterPaint(() => {
      this.#options.onPick(mark);
      setTimeout(() => element?.classList.remove("is-pressed"), PRESSED);
    });
  }

  /**
   * A mark of its own above all others, because the place may be inside a cluster.
   * @param {"chosen" | "pointed"} which
   * @param {{at: LonLat, kind: Kind | ""} | null} place
   */
  point(which, place) {
    this.#own[which]?.remove();
    this.#own[which] = null;
    if (!place) return;
    const icon = L.divIcon(pointerOf(place.kind || "production_site", which));
    const [lon, lat] = place.at;
    const options = { icon, keyboard: false, interactive: false, zIndexOffset: which === "chosen" ? 2000 : 1000 };
    this.#own[which] = L.marker([lat, lon], options).addTo(this.#map);
  }

  /** Where a person is, with the circle that is searched. @param {LonLat | null} at @param {number} radius in metres */
  locate(at, radius) {
    this.#own.me?.remove();
    this.#circle?.remove();
    this.#own.me = this.#circle = null;
    if (!at) return;
    const [lon, lat] = at;
    const icon = L.divIcon({ className: "me", iconSize: [22, 22] });
    this.#own.me = L.marker([lat, lon], { icon, keyboard: false, interactive: false, zIndexOffset: -1000 }).addTo(
      this.#map,
    );
    this.#circle = L.circle([lat, lon], { radius, interactive: false, className: "near-circle" }).addTo(this.#map);
  }
}

/** Tiles of the ground, drawn on canvas. */
class GroundLayer extends L.GridLayer {
  /** @type {Ground | null} */
  ground = null;
  /** Code of the province that stands out. */
  chosen = "";

  /** @override @param {L.Coords} coords @returns {HTMLCanvasElement} */
  createTile({ x, y, z }) {
    const side = this.getTileSize().x;
    const density = Math.min(MAX_DENSITY, devicePixelRatio || 1);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side * density;
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) return canvas;
    context.scale(density, density);
    const colours = coloursOf(this._map.getContainer());
    if (z > LAST_ZOOM || !this.ground)
      drawPlain(context, side, this.ground ? colours : { ...colours, plain: colours.sea, grid: colours.sea });
    else this.ground.draw(context, { x, y, zoom: z, side }, colours, this.chosen);
    return canvas;
  }
}

/** One canvas of names over the ground, under the markers; drawn anew when the map rests. */
class LabelLayer extends L.Layer {
  /** @type {Label[]} */
  labels = [];
  /** @type {Label[]} */
  near = [];
  /** @type {Mark[]} */
  obstacles = [];
  #canvas = document.createElement("canvas");
  #ready = false;

  /** @override @param {L.Map} map */
  onAdd(map) {
    const pane = map.createPane("labels");
    pane.style.zIndex = "350";
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true");
    this.#canvas.className = "leaflet-zoom-hide";
    pane.append(this.#canvas);
    map.on("moveend viewreset resize", this.redraw, this);
    map.whenReady(() => {
      this.#ready = true;
      this.redraw();
    });
    return this;
  }

  redraw() {
    const map = this._map;
    if (!this.#ready) return this;
    const { x: width, y: height } = map.getSize();
    const canvas = this.#canvas;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const project = (/** @type {LonLat} */ [lon, lat]) => {
      const point = map.latLngToContainerPoint([lat, lon]);
      return /** @type {[number, number]} */ ([point.x, point.y]);
    };
    const obstacles = this.obstacles.map((mark) => coverOf(mark, project(mark.at)));
    const labels = [...this.labels, ...this.near];
    paintLabels(
      canvas,
      { width, height },
      labels,
      map.getZoom(),
      project,
      obstacles,
      getComputedStyle(map.getContainer()),
    );
    return this;
  }
}
