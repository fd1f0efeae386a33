/**
 * Names on the map: which ones fit at a zoom, and drawing them crisp, with a halo. Placing is pure.
 *
 * @import { LonLat } from "../types.js"
 * @import { Pace } from "../turns.js"
 * @import { Looked } from "./names.js"
 * @import { Context } from "./picture.js"
 *
 * @typedef {"province" | "zone" | "archipelago" | "sea" | "country" | "commune"} LabelKind
 * @typedef {{name: string, within: string, kind: LabelKind, at: LonLat, rank: number}} Label
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box in CSS pixels
 * @typedef {Label & {x: number, y: number, lines: string[]}} Placed middle of the first line
 * @typedef {{size: number, weight: number, italic?: boolean, spacing?: number, upper?: boolean}} Style
 * @typedef {Record<"label" | "faint" | "sea" | "halo", string>} Ink
 */

import { AT_ONCE } from "../turns.js";
import { picture } from "./picture.js";

/** From which zoom, and to which one, a kind of label is drawn. @type {Record<LabelKind, [number, number]>} */
const ZOOMS = {
  sea: [4, 11],
  archipelago: [4, 11],
  province: [5, 11],
  country: [5, 8],
  zone: [7, 11],
  commune: [11, 20],
};

/** @param {LabelKind} kind @param {number} zoom @returns {Style} */
export function styleOf(kind, zoom) {
  if (kind === "sea") return { size: Math.min(22, 6 + zoom * 1.9), weight: 500, italic: true, spacing: 2 };
  if (kind === "archipelago") return { size: zoom < 5 ? 11 : 12.5, weight: 600, italic: true };
  if (kind === "country") return { size: 12, weight: 500, spacing: 2, upper: true };
  if (kind === "province") return { size: Math.min(16, 6.5 + zoom), weight: 600 };
  return { size: 12, weight: 500 };
}

/** Small seas are named when they are wide enough. @param {Label} label @param {number} zoom */
function isShown(label, zoom) {
  const [first, last] = ZOOMS[label.kind];
  return zoom >= (label.kind === "sea" && label.rank > 0 ? 6 : first) && zoom <= last;
}

/** Far enough (CSS pixels) from a point for the ring of a large cluster. */
const AROUND = 42;

/**
 * Labels that fit without lying on each other, the important ones first. A label gives way to markers by
 * moving up or down; seas and archipelagos are named in any case.
 * @param {Label[]} labels in order of importance
 * @param {number} zoom
 * @param {(at: LonLat) => [number, number]} project to CSS pixels
 * @param {(text: string, style: Style) => number} measure width in CSS pixels
 * @param {Box} frame @param {(box: Box) => boolean} covered whether a marker lies there
 * @param {Pace} [pace]
 * @returns {Promise<Placed[]>}
 */
export async function place(labels, zoom, project, measure, frame, covered, pace = AT_ONCE) {
  /** @type {Box[]} */
  const taken = [];
  /** @type {Placed[]} */
  const placed = [];
  for (const label of labels) {
    if (!isShown(label, zoom)) continue;
    if (pace.tired) await pace.rest();
    const [x, y] = project(label.at);
    if (x < frame.left - 80 || x > frame.right + 80 || y < frame.top - 40 || y > frame.bottom + 40) continue;
    const style = styleOf(label.kind, zoom);
    const lines = linesOf(label, zoom);
    const width = Math.max(...lines.map((line) => measure(line, style)));
    const insists = label.kind === "sea" || label.kind === "archipelago";
    const lift = style.size + 8;
    const islands = label.kind === "archipelago";
    const beside = islands && zoom < 5 ? [-14, 14] : label.kind === "zone" || islands ? [14, -14] : [0, -lift, lift];
    const spots = beside.map((down) => ({ x, y: y + down }));
    if (islands) {
      const above = y - AROUND - (lines.length - 1) * style.size * 1.25;
      spots.push({ x: x + width / 3, y: y + 14 }, { x, y: above }, { x, y: y + AROUND });
    }
    const free = spots
      .map((spot) => ({ ...spot, box: boxOf(spot.x, spot.y, width, style.size * 1.25, lines.length) }))
      .filter(({ box }) => !taken.some((other) => overlap(box, other)));
    const clear = free.find(({ box }) => !covered(box));
    const spot = clear ?? (insists ? free[0] : undefined);
    if (!spot) continue;
    taken.push(spot.box);
    placed.push({ ...label, x: spot.x, y: spot.y, lines });
  }
  return placed;
}

/** An archipelago is named with the province it belongs to, on one line when the map is small. @param {Label} label @param {number} zoom */
function linesOf({ kind, name, within }, zoom) {
  if (kind !== "archipelago" || !within) return [name];
  return zoom < 5 ? [`${name.replace("Quần đảo ", "")} (${within})`] : [name, `(${within})`];
}

/** @param {number} x @param {number} y @param {number} width @param {number} line @param {number} lines @returns {Box} */
function boxOf(x, y, width, line, lines) {
  return { left: x - width / 2 - 3, right: x + width / 2 + 3, top: y - line / 2, bottom: y + line * (lines - 0.5) };
}

/** @param {Box} a @param {Box} b */
export function overlap(a, b) {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

/**
 * @param {Context} context scaled to CSS pixels
 * @param {Placed[]} placed @param {number} zoom @param {string} font family @param {Ink} ink
 */
function drawLabels(context, placed, zoom, font, ink) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const label of placed) {
    const style = styleOf(label.kind, zoom);
    prepare(context, style, font);
    context.fillStyle = label.kind === "sea" ? ink.sea : label.kind === "country" ? ink.faint : ink.label;
    context.strokeStyle = ink.halo;
    context.lineWidth = 3;
    for (const [i, line] of label.lines.entries()) {
      const shown = style.upper ? line.toUpperCase() : line;
      const y = label.y + i * style.size * 1.25;
      if (label.kind !== "sea") context.strokeText(shown, label.x, y);
      context.fillText(shown, label.x, y);
    }
  }
}

/** @param {Context} context @param {Style} style @param {string} font */
function prepare(context, style, font) {
  context.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px ${font}`;
  if ("letterSpacing" in context) context.letterSpacing = `${style.spacing ?? 0}px`;
}

/** Sharper than this costs memory on a phone and shows nothing more. */
const MAX_DENSITY = 2;

/** Widths of lines that were measured, in CSS pixels: the same names come again and again. @type {Map<string, number>} */
const widths = new Map();

/** Where lines are measured. @type {Context | null} */
let gauge = null;

/** Width of a line in CSS pixels. @param {string} line @param {Style} style @param {string} family */
function widthOf(line, style, family) {
  const name = `${line}/${Object.values(style).join()}`;
  const known = widths.get(name);
  if (known !== undefined) return known;
  gauge ??= picture(document.createElement("canvas"), 1, 1).context;
  if (!gauge) return 0;
  prepare(gauge, style, family);
  const { width } = gauge.measureText(style.upper ? line.toUpperCase() : line);
  widths.set(name, width);
  return width;
}

/**
 * Place labels in turns; draw all that fit on a canvas of the map's size, which shows what it showed until then.
 * @param {HTMLCanvasElement} canvas @param {Omit<Looked, "left" | "top">} looked where the map is
 * @param {Label[]} labels @param {(box: Box) => boolean} covered whether a marker lies there @param {Pace} pace
 */
export async function paintLabels(canvas, { width, height, zoom, styles, project, settle }, labels, covered, pace) {
  if (!width) return;
  const family = styles.fontFamily;
  const frame = { left: 0, top: 0, right: width, bottom: height };
  const measure = (/** @type {string} */ line, /** @type {Style} */ style) => widthOf(line, style, family);
  const placed = await place(labels, zoom, project, measure, frame, covered, pace);
  if (pace.tired) await pace.rest();
  const density = Math.min(MAX_DENSITY, devicePixelRatio || 1);
  const { context, show } = picture(canvas, width * density, height * density);
  if (!context) return;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  context.scale(density, density);
  const colour = (/** @type {string} */ name) => styles.getPropertyValue(name).trim();
  drawLabels(context, placed, zoom, family, {
    label: colour("--map-label"),
    faint: colour("--map-faint"),
    sea: colour("--map-sea-label"),
    halo: colour("--map-halo"),
  });
  settle();
  show();
}

/**
 * Labels of a basemap file in a language of the site.
 * @param {NonNullable<import("./ground.js").GroundFile["labels"]>} rows
 * @param {string} language
 * @returns {Label[]}
 */
export function toLabels(rows, language) {
  return rows.map(([name, english, kind, lon, lat, rank, within]) => ({
    name: language === "en" && (kind === "sea" || kind === "country") ? english : name,
    within,
    kind: /** @type {LabelKind} */ (kind),
    at: /** @type {LonLat} */ ([lon, lat]),
    rank,
  }));
}
