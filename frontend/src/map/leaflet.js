/**
 * The only module that knows Leaflet (the global `L`). Everybody else speaks longitude, latitude and marks.
 *
 * @import { Bbox, Kind, LonLat, Mark, View } from "../types.js"
 * @import { Ground } from "./ground.js"
 * @import { Label } from "./labels.js"
 * @import { Sheet } from "./marks.js"
 * @import { Frame } from "./painter.js"
 * @import { Found } from "./scene.js"
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
 * @property {(scene: Scene) => void} onPainted the marks of a scene can be seen
 */

import { afterPaint } from "../ui/answer.js";
import { radiusOf } from "./clusters.js";
import { coloursOf, drawPlain, LAST_ZOOM } from "./ground.js";
import { paintLabels } from "./labels.js";
import { pointerOf } from "./markers.js";
import { Marks } from "./marks.js";
import { toX, toY } from "./mercator.js";
import { picture } from "./picture.js";
import { Scene } from "./scene.js";

const MAX_ZOOM = 18;
/** The whole country on a desktop, and in the upper half of a phone. */
const MIN_ZOOM = 4;
/** Sharper than this costs memory on a phone and shows nothing more. */
const MAX_DENSITY = 2;
/** A mark looks pressed this long (ms). */
const PRESSED = 600;
/** Marks are drawn this part of the map's size beyond each edge, so that a short move draws nothing. */
const BEYOND = 0.25;
/** Milliseconds that the marks of before may stay stretched after a zoom, while the new ones are on their way. */
const STRETCHED = 60;

export class MapView {
  #map;
  #options;
  #ground;
  #labels;
  #marks;
  /** Id of the place the mouse is over, or "". */
  #hovered = "";
  #byPerson = false;
  /** @type {Record<"chosen" | "pointed" | "pressed" | "me", L.Marker | null>} */
  #own = { chosen: null, pointed: null, pressed: null, me: null };
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
    this.#marks = new MarkLayer(options.lang, options.onPainted);
    this.#marks.addTo(this.#map);
    this.#listen(element);
    this.#point(element);
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
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#repaint();
      this.#marks.renew();
    });
  }

  /** Taps and the mouse on marks. @param {HTMLElement} element */
  #point(element) {
    this.#map.on("click", ({ originalEvent: event }) => {
      const finger = /** @type {PointerEvent} */ (event).pointerType !== "mouse";
      const found = this.#hit(event, finger);
      if (found) this.#press(found);
    });
    element.addEventListener("dblclick", (event) => this.#hit(event, false) && event.stopPropagation(), true);
    /** @type {MouseEvent | null} */
    let latest = null;
    const hover = () => {
      const event = latest;
      latest = null;
      this.#hover(element, event?.buttons === 0 ? this.#hit(event, false) : null);
    };
    element.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse") return;
      if (!latest) requestAnimationFrame(hover);
      latest = event;
    });
    element.addEventListener("pointerleave", () => this.#hover(element, null));
  }

  /** @param {MouseEvent} event @param {boolean} finger @returns {Found | null} */
  #hit(event, finger) {
    if (event.target instanceof Element && event.target.closest("button, a, .map-note, .map-credit")) return null;
    const { lat, lng } = this.#map.mouseEventToLatLng(event);
    return this.#marks.scene.hit(toX(lng), toY(lat), this.#map.getZoom(), finger);
  }

  /** What the mouse is over: it has a name, and its card stands out. @param {HTMLElement} element @param {Found | null} found */
  #hover(element, found) {
    const mark = found && this.#marks.scene.describe(found, this.#map.getZoom());
    const id = mark?.id ?? "";
    element.classList.toggle("over-mark", mark !== null);
    if (element.title !== (mark?.name ?? "")) element.title = mark?.name ?? "";
    if (id === this.#hovered) return;
    this.#hovered = id;
    this.point("pointed", id && mark ? mark : null);
    this.#options.onHover(id);
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

  /** Show these marks and no others. @param {Scene} scene */
  setMarks(scene) {
    if (scene.key === this.#marks.scene.key) return;
    this.#marks.show(scene);
    this.#labels.scene = scene;
    this.#labels.redraw();
  }

  /** Where the marks of the map are seen, for whoever watches it. */
  seen() {
    const zoom = this.#map.getZoom();
    const { x: width, y: height } = this.#map.getSize();
    const { left, top } = this.#map.getContainer().getBoundingClientRect();
    return this.#marks.scene.batches.flatMap((batch) =>
      Array.from({ length: batch.length }, (_, i) => {
        const mark = batch.mark(i);
        const { x, y } = this.#map.latLngToContainerPoint([mark.at[1], mark.at[0]]);
        return { ...mark, x: x + left, y: y + top, inView: x >= 0 && y >= 0 && x <= width && y <= height, zoom };
      }),
    );
  }

  /** @param {Found} found */
  #press(found) {
    const mark = this.#marks.scene.describe(found, this.#map.getZoom());
    const radius = radiusOf(mark.count) + 7;
    const [lon, lat] = mark.at;
    const lift = mark.count === 1 && mark.kind === "point_of_sale" ? 15 : 0;
    const icon = L.divIcon({
      className: `press ${mark.kind}`,
      iconSize: [radius * 2, radius * 2],
      iconAnchor: [radius, radius + lift],
    });
    this.#own.pressed?.remove();
    const pressed = L.marker([lat, lon], { icon, keyboard: false, interactive: false }).addTo(this.#map);
    this.#own.pressed = pressed;
    setTimeout(() => pressed.remove(), PRESSED);
    afterPaint(() => this.#options.onPick(mark));
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
    const { context, show } = picture(canvas, side * density, side * density, { alpha: false });
    if (!context) return canvas;
    context.scale(density, density);
    const colours = coloursOf(this._map.getContainer());
    if (z > LAST_ZOOM || !this.ground)
      drawPlain(context, side, this.ground ? colours : { ...colours, plain: colours.sea, grid: colours.sea });
    else this.ground.draw(context, { x, y, zoom: z, side }, colours, this.chosen);
    show();
    return canvas;
  }
}

/** One canvas of names over the ground, under the markers; drawn anew when the map rests. */
class LabelLayer extends L.Layer {
  /** @type {Label[]} */
  labels = [];
  /** @type {Label[]} */
  near = [];
  scene = new Scene([], "");
  #canvas = document.createElement("canvas");
  #ready = false;
  #due = 0;

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

  /** Once before the next frame, however many things have changed. */
  redraw() {
    if (this.#ready && !this.#due) this.#due = requestAnimationFrame(() => this.#paint());
    return this;
  }

  #paint() {
    this.#due = 0;
    const map = this._map;
    const { x: width, y: height } = map.getSize();
    const canvas = this.#canvas;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const project = (/** @type {LonLat} */ [lon, lat]) => {
      const point = map.latLngToContainerPoint([lat, lon]);
      return /** @type {[number, number]} */ ([point.x, point.y]);
    };
    const zoom = map.getZoom();
    const corner = map.getPixelBounds().min ?? L.point(0, 0);
    const covered = (/** @type {import("./labels.js").Box} */ { left, top, right, bottom }) =>
      this.scene.covers(
        { left: left + corner.x, top: top + corner.y, right: right + corner.x, bottom: bottom + corner.y },
        zoom,
      );
    const labels = [...this.labels, ...this.near];
    paintLabels(canvas, { width, height }, labels, zoom, project, covered, getComputedStyle(map.getContainer()));
  }
}

/** The sheets of marks: they stretch with the map while it zooms, and are drawn anew when it rests. */
class MarkLayer extends L.Layer {
  scene = new Scene([], "");
  #lang;
  #onPainted;
  /** @type {Marks | null} */
  #marks = null;
  #stretched = 0;

  /** @param {string} lang @param {(scene: Scene) => void} onPainted */
  constructor(lang, onPainted) {
    super();
    this.#lang = lang;
    this.#onPainted = onPainted;
  }

  /** @override @param {L.Map} map */
  onAdd(map) {
    const pane = map.createPane("marks");
    pane.style.zIndex = "590";
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true");
    this.#marks = new Marks(pane, this.#lang, (sheet) => this.#place(sheet, map.getCenter(), map.getZoom()));
    map.on("zoomanim", (event) => {
      const { center, zoom } = /** @type {L.ZoomAnimEvent} */ (event);
      this.#marks?.place((sheet) => this.#place(sheet, center, zoom));
    });
    map.on("zoom viewreset", () => this.#marks?.place());
    map.on("move", () => this.#marks?.frame?.zoom === map.getZoom() && this.#follow());
    map.on("moveend resize", () => this.#follow());
    return this;
  }

  /** @param {Scene} scene */
  show(scene) {
    this.scene = scene;
    this.#draw();
  }

  /** Colours or density have changed. */
  renew() {
    this.#marks?.forget();
    this.#draw();
  }

  /** The map has moved: what was drawn may not reach far enough, or be stretched. */
  #follow() {
    const frame = this.#marks?.frame;
    const bounds = this._map.getPixelBounds();
    const { min, max } = bounds;
    if (!frame || !min || !max) return;
    clearTimeout(this.#stretched);
    if (frame.zoom !== this._map.getZoom()) this.#stretched = window.setTimeout(() => this.#draw(), STRETCHED);
    else if (
      min.x < frame.left ||
      min.y < frame.top ||
      max.x > frame.left + frame.width ||
      max.y > frame.top + frame.height
    )
      this.#draw();
  }

  async #draw() {
    clearTimeout(this.#stretched);
    const { scene } = this;
    if (!scene.key) return;
    const changed = await this.#marks?.draw(scene, this.#frame());
    if (changed && scene === this.scene) this.#onPainted(scene);
  }

  /** The map and a part beyond its edges. @returns {Frame} */
  #frame() {
    const map = this._map;
    const size = map.getSize();
    const beyond = size.multiplyBy(BEYOND).ceil();
    const { x: left, y: top } = map.getPixelOrigin().add(map.containerPointToLayerPoint(beyond.multiplyBy(-1)).round());
    return { zoom: map.getZoom(), left, top, width: size.x + 2 * beyond.x, height: size.y + 2 * beyond.y };
  }

  /** @param {Sheet} sheet @param {L.LatLng} center @param {number} zoom of the map, perhaps of where it is going to */
  #place({ canvas, frame }, center, zoom) {
    const map = this._map;
    const scale = map.getZoomScale(zoom, frame.zoom);
    const half = map.getSize().divideBy(2);
    // As Leaflet's own layers: the pixel at the pane's corner once the map is there.
    const pane = L.DomUtil.getPosition(map.getPane("mapPane") ?? canvas) ?? L.point(0, 0);
    const origin = map.project(center, zoom).subtract(half).add(pane).round();
    const offset = L.point(frame.left, frame.top).multiplyBy(scale).subtract(origin);
    L.DomUtil.setTransform(canvas, offset, scale);
  }
}
