/**
 * The canvas of names over the ground: drawn anew, once, before the next frame after anything has changed. Knows nothing
 * of Leaflet.
 *
 * @import { LonLat } from "../types.js"
 * @import { Box, Label } from "./labels.js"
 *
 * @typedef {object} Looked where the map is
 * @property {number} zoom
 * @property {number} left CSS pixels of the world at that zoom @property {number} top
 * @property {number} width CSS pixels @property {number} height
 * @property {CSSStyleDeclaration} styles
 * @property {(at: LonLat) => [number, number]} project to CSS pixels from the map's corner
 */

import { paintLabels } from "./labels.js";
import { Scene } from "./scene.js";

export class Names {
  /** Of the ground. @type {Label[]} */
  labels = [];
  /** Of the communes around. @type {Label[]} */
  near = [];
  /** Names give way to its marks. */
  scene = new Scene([], "");
  #canvas;
  #look;
  #ready = false;
  #due = 0;

  /** @param {HTMLCanvasElement} canvas @param {() => Looked} look puts the canvas over the map and says where that is */
  constructor(canvas, look) {
    this.#canvas = canvas;
    this.#look = look;
  }

  /** The map has a place. */
  begin() {
    this.#ready = true;
    this.redraw();
  }

  /** Once before the next frame, however many things have changed. */
  redraw() {
    if (this.#ready && !this.#due) this.#due = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#due = 0;
    const { zoom, left: x, top: y, width, height, styles, project } = this.#look();
    const covered = (/** @type {Box} */ { left, top, right, bottom }) =>
      this.scene.covers({ left: left + x, top: top + y, right: right + x, bottom: bottom + y }, zoom);
    paintLabels(this.#canvas, { width, height }, [...this.labels, ...this.near], zoom, project, covered, styles);
  }
}
