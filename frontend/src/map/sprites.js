/**
 * Pictures of single marks, drawn once per density and colours, side by side on one sheet.
 *
 * @import { Kind } from "../types.js"
 * @import { Context } from "./picture.js"
 */

import { KINDS } from "../types.js";
import { APPROXIMATE, CLOSED } from "./batch.js";
import { anchorOf, SHAPES, SIDE, SIGNS } from "./shapes.js";

/** Side of a picture in CSS pixels: the shape and its edge. */
const EDGE = 4;
const CELL = SIDE + 2 * EDGE;
const ANCHORS_X = KINDS.map((kind) => anchorOf(kind)[0]);
const ANCHORS_Y = KINDS.map((kind) => anchorOf(kind)[1]);
/** In a crowd marks are smaller and have no sign. */
const SMALL = 0.6;
/** Looks of a kind: bits of `Batch.look`, and one more for small ones. */
const LOOKS = 8;
const SMALL_BIT = 4;

/**
 * @typedef {Record<Kind | "edge" | "shade" | "paper" | "sunken" | "ink", string>} Inks colours of the style sheet
 */

/** Colours of marks as the style sheet has them now. @param {CSSStyleDeclaration} styles @returns {Inks} */
export function inksOf(styles) {
  const colour = (/** @type {string} */ name) => styles.getPropertyValue(`--${name}`).trim();
  return {
    production_site: colour("site"),
    processing_facility: colour("facility"),
    point_of_sale: colour("shop"),
    edge: colour("mark-edge"),
    shade: colour("mark-shade"),
    paper: colour("paper"),
    sunken: colour("sunken"),
    ink: colour("ink"),
  };
}

export class Sprites {
  #density;
  #inks;
  #sheet;

  /** @param {Inks} inks @param {number} density device pixels per CSS pixel */
  constructor(inks, density) {
    this.#inks = inks;
    this.#density = density;
    const [width = 1, height = 1] = [LOOKS * CELL * density, KINDS.length * CELL * density].map(Math.ceil);
    const canvas = sheetOf(width, height);
    const context = /** @type {Context | null} */ (canvas.getContext("2d"));
    if (context) for (let row = 0; row < KINDS.length; row++) this.#drawRow(context, row);
    // Stamping from a bitmap is many times faster than from a canvas, which might change in between.
    this.#sheet = canvas instanceof HTMLCanvasElement ? canvas : canvas.transferToImageBitmap();
  }

  /**
   * @param {Context} context scaled to CSS pixels
   * @param {number} kind index in `KINDS` @param {number} look bits @param {boolean} small
   * @param {number} x @param {number} y where the mark points to
   */
  stamp(context, kind, look, small, x, y) {
    const column = (look & (APPROXIMATE | CLOSED)) | (small ? SMALL_BIT : 0);
    const side = CELL * this.#density;
    const scale = small ? SMALL : 1;
    const [left, top] = [x - EDGE - (ANCHORS_X[kind] ?? 0) * scale, y - EDGE - (ANCHORS_Y[kind] ?? 0) * scale];
    context.drawImage(this.#sheet, column * side, kind * side, side, side, left, top, CELL, CELL);
  }

  /** @param {Context} context @param {number} row index in `KINDS` */
  #drawRow(context, row) {
    for (let column = 0; column < LOOKS; column++) this.#draw(context, row, column);
  }

  /** @param {Context} context @param {number} row @param {number} column */
  #draw(context, row, column) {
    const kind = /** @type {Kind} */ (KINDS[row]);
    const inks = this.#inks;
    const small = (column & SMALL_BIT) !== 0;
    const hollow = (column & APPROXIMATE) !== 0;
    const shape = new Path2D(SHAPES[kind]);
    context.setTransform(this.#density, 0, 0, this.#density, column * CELL * this.#density, row * CELL * this.#density);
    context.translate(EDGE, EDGE);
    if (small) context.scale(SMALL, SMALL);
    context.globalAlpha = column & CLOSED ? 0.5 : 1;
    context.lineJoin = "round";
    context.setLineDash([]);
    context.strokeStyle = hollow ? inks.edge : inks.shade;
    context.lineWidth = hollow ? 5.5 : 5;
    context.stroke(shape);
    context.fillStyle = hollow ? inks.edge : inks[kind];
    context.fill(shape);
    context.strokeStyle = hollow ? inks[kind] : inks.edge;
    context.lineWidth = small ? 3 : 2.5;
    context.setLineDash(hollow ? [4, 2.4] : []);
    context.stroke(shape);
    if (small) return;
    context.fillStyle = hollow ? inks[kind] : inks.edge;
    context.fill(new Path2D(SIGNS[kind]));
  }
}

/** @param {number} width @param {number} height @returns {OffscreenCanvas | HTMLCanvasElement} */
function sheetOf(width, height) {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}
