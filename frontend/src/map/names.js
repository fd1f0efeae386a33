/**
 * The canvas of names over the ground: after anything has changed they are placed anew, in turns, and drawn when all have
 * their places. Knows nothing of Leaflet.
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
 * @property {() => void} settle puts the canvas where the map was looked at
 */

import { isAbort } from "../api.js";
import { RANK, Turns } from "../turns.js";
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
  #work = new AbortController();

  /** @param {HTMLCanvasElement} canvas @param {() => Looked} look */
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
    if (this.#ready && !this.#due) this.#due = requestAnimationFrame(() => this.#renew());
  }

  #renew() {
    this.#due = 0;
    this.#work.abort();
    this.#work = new AbortController();
    this.#paint(new Turns(this.#work.signal, RANK.names)).catch((error) => {
      if (!isAbort(error)) throw error;
    });
  }

  /** @param {Turns} turns */
  async #paint(turns) {
    await turns.rest();
    const looked = this.#look();
    const { zoom, left: x, top: y } = looked;
    const { scene } = this;
    const covered = (/** @type {Box} */ { left, top, right, bottom }) =>
      scene.covers({ left: left + x, top: top + y, right: right + x, bottom: bottom + y }, zoom);
    await paintLabels(this.#canvas, looked, [...this.labels, ...this.near], covered, turns);
  }
}
