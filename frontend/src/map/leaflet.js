/**
 * The module that knows Leaflet (the global `L`; `pinning.js` is the officers'). Others speak longitude, latitude, marks.
 *
 * @import { Bbox, Insets, Kind, LonLat, MapOptions, Mark, View } from "../types.js"
 * @import { Ground } from "./ground.js"
 * @import { Label } from "./labels.js"
 * @import { Sheet } from "./marks.js"
 * @import { Frame } from "./painter.js"
 */

import { calm } from "../dom.js";
import { Gate, Queue } from "../turns.js";
import { afterPaint } from "../ui/answer.js";
import { behaviour, MAX_ZOOM } from "./behaviour.js";
import { coloursOf, drawTile, LAST_ZOOM } from "./ground.js";
import { pointerOf, ringOf } from "./markers.js";
import { holds, Marks } from "./marks.js";
import { toX, toY } from "./mercator.js";
import { Names } from "./names.js";
import { discard } from "./picture.js";
import { Pointing, seenIn } from "./pointing.js";
import { Scene } from "./scene.js";

/** A mark looks pressed this long (ms). */
const PRESSED = 600;
/** Marks are drawn this part of the map's size beyond each edge, so that a short move draws nothing. */
const BEYOND = 0.25;
/** Milliseconds that the marks of before may stay stretched after a zoom, while the new ones are on their way. */
const STRETCHED = 60;
const SILENT = { keyboard: false, interactive: false };

export class MapView {
  #map;
  #options;
  #ground;
  #labels;
  #marks;
  #byPerson = false;
  /** Open while the map rests. */
  still = new Gate();
  /** @type {Record<"chosen" | "pointed" | "pressed" | "me", L.Marker | null>} */
  #own = { chosen: null, pointed: null, pressed: null, me: null };
  /** @type {L.Layer | null} */
  #circle = null;

  /** @param {HTMLElement} element @param {MapOptions} options */
  constructor(element, options) {
    this.#options = options;
    this.#map = L.map(element, behaviour(options.extent, calm()));
    this.#ground = new GroundLayer({ tileSize: 512, keepBuffer: 2, updateWhenZooming: false }).addTo(this.#map);
    this.#ground.on("tileunload", ({ tile }) => discard(tile));
    this.#labels = new LabelLayer().addTo(this.#map);
    if (options.raster.url) {
      L.tileLayer(options.raster.url, { minZoom: LAST_ZOOM + 1, maxZoom: MAX_ZOOM }).addTo(this.#map);
    }
    this.#map.getPane("markerPane")?.setAttribute("aria-hidden", "true");
    this.#marks = new MarkLayer(options.lang, options.onPainted).addTo(this.#map);
    this.#listen(element);
    this.#point(element);
  }

  /** @param {HTMLElement} element */
  #listen(element) {
    for (const name of ["pointerdown", "wheel", "keydown"]) {
      element.addEventListener(name, () => (this.#byPerson = true), { capture: true, passive: true });
    }
    this.#map.on("dragstart", () => this.#options.onTouch());
    this.#map.on("movestart", () => this.still.shut());
    this.#map.on("moveend", () => this.still.openAfter(afterPaint));
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
    const pointing = new Pointing(element, {
      at: (event) => {
        const { lat, lng } = this.#map.mouseEventToLatLng(event);
        return { x: toX(lng), y: toY(lat), zoom: this.#map.getZoom() };
      },
      scene: () => this.#marks.scene,
      onPress: (mark) => this.#press(mark),
      onHover: (place) => {
        this.point("pointed", place);
        this.#options.onHover(place?.id ?? "");
      },
    });
    this.#map.on("click", ({ originalEvent }) => pointing.press(originalEvent));
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
    const room = L.bounds([insets.left + 40, insets.top + 40], [x - insets.right - 40, y - insets.bottom - 40]);
    if (room.contains(point)) return;
    this.#byPerson = false;
    this.#map.panBy(point.subtract(room.getCenter()), {
      animate: this.#map.options.zoomAnimation === true,
      duration: 0.2,
    });
  }

  /** @param {1 | -1} step */
  zoom(step) {
    this.#byPerson = true;
    this.#map.setZoom(this.#map.getZoom() + step);
  }

  /** @param {Ground} ground @param {Label[]} [labels] */
  setGround(ground, labels) {
    this.#ground.ground = ground;
    if (labels) this.#labels.names.labels = labels;
    this.#repaint();
  }

  /** @param {Label[]} labels communes around, beyond the zoom of the ground */
  setNearLabels(labels) {
    this.#labels.names.near = labels;
    this.#labels.names.redraw();
  }

  /** Let a province stand out. @param {string} code or "" */
  choose(code) {
    if (this.#ground.chosen === code) return;
    this.#ground.chosen = code;
    this.#ground.repaint();
  }

  #repaint() {
    this.#ground.repaint();
    this.#labels.names.redraw();
  }

  /** Show these marks and no others. @param {Scene} scene */
  setMarks(scene) {
    if (scene.key === this.#marks.scene.key) return;
    this.#marks.show(scene);
    this.#labels.names.scene = scene;
    this.#labels.names.redraw();
  }

  /** Where the marks of the map are seen, for whoever watches it. */
  seen() {
    const { x: width, y: height } = this.#map.getSize();
    const { left, top } = this.#map.getContainer().getBoundingClientRect();
    return seenIn(this.#marks.scene, { zoom: this.#map.getZoom(), left, top, width, height }, (at) =>
      pixelsOf(this.#map, at),
    );
  }

  /** @param {Mark} mark */
  #press(mark) {
    const [lon, lat] = mark.at;
    this.#own.pressed?.remove();
    const pressed = L.marker([lat, lon], { icon: L.divIcon(ringOf(mark)), ...SILENT }).addTo(this.#map);
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
    const options = { icon, ...SILENT, zIndexOffset: which === "chosen" ? 2000 : 1000 };
    this.#own[which] = L.marker([lat, lon], options).addTo(this.#map);
  }

  /** Where one searches: circle or area. @param {LonLat?} at @param {number} radius in m @param {GeoJSON.Geometry} [area] */
  locate(at, radius, area) {
    for (const shown of [this.#own.me, this.#circle]) shown?.remove();
    const style = { className: "near-circle" };
    this.#circle = area ? L.geoJSON(area, { ...SILENT, style }).addTo(this.#map) : null;
    if (!at) return;
    const [lon, lat] = at;
    const icon = L.divIcon({ className: "me", iconSize: [22, 22] });
    this.#own.me = L.marker([lat, lon], { icon, ...SILENT, zIndexOffset: -1000 }).addTo(this.#map);
    this.#circle ??= L.circle([lat, lon], { radius, interactive: false, ...style }).addTo(this.#map);
  }
}

/** Tiles of the ground, drawn on canvas. */
export class GroundLayer extends L.GridLayer {
  /** @type {Ground | null} */
  ground = null;
  /** Code of the province that stands out. */
  chosen = "";
  #queue = new Queue();

  /** @override @param {L.Coords} coords @param {L.DoneCallback} done @returns {HTMLCanvasElement} */
  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    this.#draw(canvas, coords, () => done(undefined, canvas));
    return canvas;
  }

  /** Other colours, finer shapes, another province: what is seen stays until it is drawn anew. */
  repaint() {
    for (const { el, coords } of Object.values(this._tiles)) {
      if (el instanceof HTMLCanvasElement) this.#draw(el, coords, () => {});
    }
  }

  /** @param {HTMLCanvasElement} canvas @param {L.Coords} coords @param {() => void} done */
  #draw(canvas, { x, y, z: zoom }, done) {
    const side = this.getTileSize().x;
    this.#queue.add(() => {
      if (!canvas.isConnected) return;
      drawTile(canvas, this.ground, { x, y, zoom, side }, coloursOf(this._map.getContainer()), this.chosen);
      done();
    });
  }
}

/** One canvas of names over the ground, under the markers; drawn anew when the map rests. */
export class LabelLayer extends L.Layer {
  #canvas = document.createElement("canvas");
  names = new Names(this.#canvas, () => this.#look());

  /** @override @param {L.Map} map */
  onAdd(map) {
    this.#canvas.className = "leaflet-zoom-hide";
    paneOf(map, "labels", 350).append(this.#canvas);
    map.on("moveend viewreset resize", () => this.names.redraw());
    map.whenReady(() => this.names.begin());
    return this;
  }

  #look() {
    const map = this._map;
    const corner = map.containerPointToLayerPoint([0, 0]);
    const settle = () => L.DomUtil.setPosition(this.#canvas, corner);
    const { x: width, y: height } = map.getSize();
    const { x: left, y: top } = map.getPixelBounds().min ?? L.point(0, 0);
    const styles = getComputedStyle(map.getContainer());
    const project = (/** @type {LonLat} */ at) => pixelsOf(map, at);
    return { zoom: map.getZoom(), left, top, width, height, styles, settle, project };
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
    const pane = paneOf(map, "marks", 590);
    this.#marks = new Marks(pane, this.#lang, (sheet) => this.#place(sheet, map.getCenter(), map.getZoom()));
    this.#marks.prepare();
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
    const { min, max } = this._map.getPixelBounds();
    if (!frame || !min || !max) return;
    clearTimeout(this.#stretched);
    if (frame.zoom !== this._map.getZoom()) this.#stretched = window.setTimeout(() => this.#draw(), STRETCHED);
    else if (!holds(frame, min, max)) this.#draw();
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

/** Where a place lies, in CSS pixels from the map's corner. @param {L.Map} map @param {LonLat} at @returns {[number, number]} */
function pixelsOf(map, [lon, lat]) {
  const { x, y } = map.latLngToContainerPoint([lat, lon]);
  return [x, y];
}

/** A layer of its own that is only looked at. @param {L.Map} map @param {string} name @param {number} height its `z-index` */
function paneOf(map, name, height) {
  const pane = map.createPane(name);
  pane.style.zIndex = String(height);
  pane.style.pointerEvents = "none";
  pane.setAttribute("aria-hidden", "true");
  return pane;
}
