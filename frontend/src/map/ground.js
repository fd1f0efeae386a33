/**
 * The map's own ground: decodes a basemap file and draws one tile of it on a canvas. Knows nothing of Leaflet.
 *
 * @import { Context } from "./picture.js"
 *
 * @typedef {object} GroundFile as `manage.py build_basemap` writes it: rings and lines are flat steps on a grid
 * @property {number} grid degrees
 * @property {number[][]} land
 * @property {number[][]} far
 * @property {number[][]} borders
 * @property {number[][]} islets
 * @property {[number, number][]} small middles of what is too small to be seen
 * @property {number[][]} arcs
 * @property {Record<string, number[][]>} areas rings of arc numbers by province code
 * @property {[string, string, string, number, number, number, string, string][]} [labels]
 *
 * @typedef {{points: Float64Array, box: [number, number, number, number]}} Line in Mercator units
 * @typedef {Record<"sea" | "land" | "far" | "coast" | "province" | "border" | "plain" | "grid" | "chosen", string>} Colours
 * @typedef {{x: number, y: number, zoom: number, side: number}} Tile column, row, zoom and side in CSS pixels
 */

import { toX, toY, WORLD } from "./mercator.js";
import { picture } from "./picture.js";

/** Sharper than this costs memory on a phone and shows nothing more. */
const MAX_DENSITY = 2;
/** Beyond this zoom the shapes say less than they seem to: the ground stays plain. */
export const LAST_ZOOM = 11;

export class Ground {
  #land;
  #far;
  #borders;
  #islets;
  #small;
  /** @type {Line[]} */
  #areas = [];
  /** @type {Map<string, Line[]>} */
  #byCode = new Map();
  /** @type {Line[]} */
  #inner = [];
  /** @type {Line[]} */
  #outer = [];

  /** @param {GroundFile} file */
  constructor(file) {
    const decode = (/** @type {number[]} */ steps) => toLine(unroll(steps), file.grid);
    this.#land = file.land.map(decode);
    this.#far = file.far.map(decode);
    this.#borders = file.borders.map(decode);
    this.#islets = file.islets.map(decode);
    this.#small = file.small.map(([lon, lat]) => [toX(lon), toY(lat)]);
    const arcs = file.arcs.map(unroll);
    const uses = new Uint8Array(arcs.length);
    for (const [code, rings] of Object.entries(file.areas)) {
      const lines = rings.map((ring) => {
        for (const number of ring) {
          const arc = number < 0 ? ~number : number;
          uses[arc] = (uses[arc] ?? 0) + 1;
        }
        return toLine(join(ring, arcs), file.grid);
      });
      this.#byCode.set(code, lines);
      this.#areas.push(...lines);
    }
    for (const [number, arc] of arcs.entries()) {
      (uses[number] === 1 ? this.#outer : this.#inner).push(toLine(arc, file.grid));
    }
  }

  /**
   * @param {Context} context already scaled to CSS pixels
   * @param {Tile} tile
   * @param {Colours} colours
   * @param {string} chosen code of a province to stand out, or ""
   */
  draw(context, tile, colours, chosen) {
    const pen = new Pen(context, tile);
    context.fillStyle = colours.sea;
    context.fillRect(0, 0, tile.side, tile.side);
    context.lineJoin = "round";
    pen.fill(this.#far, colours.far);
    pen.fill(this.#land, colours.far);
    pen.stroke(this.#borders, colours.border, 1, [4, 3]);
    pen.fill(this.#areas, colours.land);
    pen.fill(this.#islets, colours.land);
    if (chosen) pen.fill(this.#byCode.get(chosen) ?? [], colours.chosen);
    pen.stroke(this.#inner, colours.province, tile.zoom < 7 ? 0.7 : 1);
    pen.stroke(this.#outer, colours.coast, tile.zoom < 7 ? 0.9 : 1.2);
    pen.stroke(this.#islets, colours.coast, 1);
    if (chosen) pen.stroke(this.#byCode.get(chosen) ?? [], colours.coast, 2);
    pen.dots(this.#small, colours.coast, 1.5);
  }
}

/**
 * Nothing is known at this zoom: a calm ground whose dots let one see the map move.
 * @param {Context} context @param {number} side @param {Colours} colours
 */
function drawPlain(context, side, colours) {
  context.fillStyle = colours.plain;
  context.fillRect(0, 0, side, side);
  context.fillStyle = colours.grid;
  for (let x = 16; x < side; x += 32) for (let y = 16; y < side; y += 32) context.fillRect(x - 1, y - 1, 2, 2);
}

/** Draws lines in Mercator units on one tile, leaving out what lies beyond it and steps smaller than a pixel. */
class Pen {
  #context;
  #tile;
  #scale;

  /** @param {Context} context @param {Tile} tile */
  constructor(context, tile) {
    this.#context = context;
    this.#tile = tile;
    this.#scale = WORLD * 2 ** tile.zoom;
  }

  /** @param {Line[]} lines @param {string} colour */
  fill(lines, colour) {
    if (!this.#trace(lines, true)) return;
    this.#context.fillStyle = colour;
    this.#context.fill("evenodd");
  }

  /** @param {Line[]} lines @param {string} colour @param {number} width @param {number[]} [dash] */
  stroke(lines, colour, width, dash = []) {
    if (!this.#trace(lines, false)) return;
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = width;
    this.#context.setLineDash(dash);
    this.#context.stroke();
  }

  /** @param {number[][]} points @param {string} colour @param {number} radius */
  dots(points, colour, radius) {
    const { x, y, side } = this.#tile;
    this.#context.fillStyle = colour;
    this.#context.beginPath();
    for (const [u = 0, v = 0] of points) {
      const px = u * this.#scale - x * side;
      const py = v * this.#scale - y * side;
      if (px < -4 || py < -4 || px > side + 4 || py > side + 4) continue;
      this.#context.moveTo(px + radius, py);
      this.#context.arc(px, py, radius, 0, 2 * Math.PI);
    }
    this.#context.fill();
  }

  /** @param {Line[]} lines @param {boolean} closed @returns {boolean} whether anything lies on the tile */
  #trace(lines, closed) {
    const { x, y, side } = this.#tile;
    const scale = this.#scale;
    const left = x * side;
    const top = y * side;
    const margin = 4;
    const [west, north] = [(left - margin) / scale, (top - margin) / scale];
    const [east, south] = [(left + side + margin) / scale, (top + side + margin) / scale];
    const context = this.#context;
    context.beginPath();
    let any = false;
    for (const { points, box } of lines) {
      if (box[0] > east || box[2] < west || box[1] > south || box[3] < north) continue;
      any = true;
      traceLine(context, points, scale, left, top, side + margin);
      if (closed) context.closePath();
    }
    return any;
  }
}

/**
 * Trace one line. Steps smaller than a pixel are left out, and so is a point that lies, like both its neighbours, beyond
 * the same edge: that changes nothing on the tile and spares most of a long coast.
 * @param {Context} context @param {Float64Array} points
 * @param {number} scale @param {number} left @param {number} top of the tile, in CSS pixels of the world
 * @param {number} limit beyond which nothing shows
 */
function traceLine(context, points, scale, left, top, limit) {
  let [x, y, side] = [Number.NaN, Number.NaN, 0];
  let [heldX, heldY, heldSide] = [0, 0, -1];
  const end = points.length - 2;
  for (let i = 0; i <= end; i += 2) {
    const px = /** @type {number} */ (points[i]) * scale - left;
    const py = /** @type {number} */ (points[i + 1]) * scale - top;
    const beyond = (px < -4 ? 1 : px > limit ? 2 : 0) | (py < -4 ? 4 : py > limit ? 8 : 0);
    if (i === 0) {
      context.moveTo(px, py);
      [x, y, side] = [px, py, beyond];
      continue;
    }
    if (heldSide >= 0 && !(side & heldSide & beyond)) {
      context.lineTo(heldX, heldY);
      [x, y, side] = [heldX, heldY, heldSide];
    }
    heldSide = -1;
    if (i < end && Math.abs(px - x) < 0.7 && Math.abs(py - y) < 0.7) continue;
    heldX = px;
    heldY = py;
    heldSide = beyond;
  }
  if (heldSide >= 0) context.lineTo(heldX, heldY);
}

/** Steps back to points on the grid. @param {number[]} steps @returns {number[]} */
export function unroll(steps) {
  const points = new Array(steps.length);
  let x = 0;
  let y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i] ?? 0;
    y += steps[i + 1] ?? 0;
    points[i] = x;
    points[i + 1] = y;
  }
  return points;
}

/**
 * A ring from arcs; a negative number is an arc read backwards (`~n`).
 * @param {number[]} ring @param {number[][]} arcs @returns {number[]}
 */
export function join(ring, arcs) {
  /** @type {number[]} */
  const points = [];
  for (const number of ring) {
    const arc = arcs[number < 0 ? ~number : number] ?? [];
    for (let i = points.length ? 2 : 0; i < arc.length; i += 2) {
      const at = number < 0 ? arc.length - 2 - i : i;
      points.push(arc[at] ?? 0, arc[at + 1] ?? 0);
    }
  }
  return points;
}

/** @param {number[]} cells @param {number} grid @returns {Line} */
function toLine(cells, grid) {
  const points = new Float64Array(cells.length);
  /** @type {[number, number, number, number]} */
  const box = [2, 2, -1, -1];
  for (let i = 0; i < cells.length; i += 2) {
    const x = toX((cells[i] ?? 0) * grid);
    const y = toY((cells[i + 1] ?? 0) * grid);
    points[i] = x;
    points[i + 1] = y;
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return { points, box };
}

/** Colours of the ground from the style sheet, so that dark is dark. @param {HTMLElement} element @returns {Colours} */
export function coloursOf(element) {
  const styles = getComputedStyle(element);
  const colour = (/** @type {string} */ name) => styles.getPropertyValue(`--map-${name}`).trim() || "#ccc";
  return {
    sea: colour("sea"),
    land: colour("land"),
    far: colour("far"),
    coast: colour("coast"),
    province: colour("province"),
    border: colour("border"),
    plain: colour("plain"),
    grid: colour("grid"),
    chosen: colour("chosen"),
  };
}

/**
 * Draw one tile on its canvas: plain where the shapes say nothing, sea before they are there.
 * @param {HTMLCanvasElement} canvas
 * @param {Ground | null} ground @param {Tile} tile @param {Colours} colours @param {string} chosen code of a province or ""
 */
export function drawTile(canvas, ground, tile, colours, chosen) {
  const { side } = tile;
  const density = Math.min(MAX_DENSITY, devicePixelRatio || 1);
  const { context, show } = picture(canvas, side * density, side * density, { alpha: false });
  if (!context) return;
  context.scale(density, density);
  if (!ground) drawPlain(context, side, { ...colours, plain: colours.sea, grid: colours.sea });
  else if (tile.zoom > LAST_ZOOM) drawPlain(context, side, colours);
  else ground.draw(context, tile, colours, chosen);
  show();
}
