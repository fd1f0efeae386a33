/**
 * Draws a scene on a canvas, in turns: single places first, then clusters and stacks, the larger ones above.
 *
 * @import { Kind } from "../types.js"
 * @import { Turns } from "../turns.js"
 * @import { Batch } from "./batch.js"
 * @import { Context } from "./picture.js"
 * @import { Scene } from "./scene.js"
 * @import { Inks, Sprites } from "./sprites.js"
 *
 * @typedef {object} Frame what a canvas shows
 * @property {number} zoom
 * @property {number} left CSS pixels of the world at that zoom
 * @property {number} top
 * @property {number} width CSS pixels
 * @property {number} height
 *
 * @typedef {object} Tools
 * @property {Sprites} sprites @property {Inks} inks
 * @property {string} font family @property {(count: number) => string} words a count in few letters
 */

import { KINDS } from "../types.js";
import { radiusOf } from "./clusters.js";
import { WORLD } from "./mercator.js";
import { isStack } from "./scene.js";

/** A mark that reaches into the frame from outside, in CSS pixels. */
const MARGIN = 36;
/** Side of the squares, in CSS pixels, in which a crowd is counted; fixed to the world, so that a move changes nothing. */
const CROWD_SIDE = 48;
/** More single marks than this in such a square are drawn small. */
const CROWD = 5;
/** Of a crowd's marks in a square of this side (CSS pixels) only one is drawn: the others would lie over it. */
const SPOT = 6;
/** How many marks are drawn between two looks at the clock. */
const STRIDE = 64;

/** Counts marks in squares fixed to the world. */
class Squares {
  #side;
  #left;
  #top;
  #columns;
  #counts;

  /** @param {Frame} frame @param {number} side */
  constructor({ left, top, width, height }, side) {
    this.#side = side;
    this.#left = Math.floor((left - MARGIN) / side);
    this.#top = Math.floor((top - MARGIN) / side);
    this.#columns = Math.ceil((width + 2 * MARGIN) / side) + 2;
    this.#counts = new Uint16Array(this.#columns * (Math.ceil((height + 2 * MARGIN) / side) + 2));
  }

  /** @param {number} x @param {number} y CSS pixels of the world */
  #at(x, y) {
    return (Math.floor(y / this.#side) - this.#top) * this.#columns + Math.floor(x / this.#side) - this.#left;
  }

  /** Count one more. @param {number} x @param {number} y @returns {number} how many there were before */
  add(x, y) {
    const at = this.#at(x, y);
    const before = this.#counts[at] ?? 0;
    this.#counts[at] = before + 1;
    return before;
  }

  /** @param {number} x @param {number} y */
  count(x, y) {
    return this.#counts[this.#at(x, y)] ?? 0;
  }
}

/**
 * @param {Context} context of an empty canvas, scaled to CSS pixels
 * @param {Scene} scene @param {Frame} frame @param {Tools} tools @param {Turns} turns
 */
export async function paintScene(context, scene, frame, tools, turns) {
  const { singles, groups } = await sort(scene, frame, turns);
  const crowd = new Squares(frame, CROWD_SIDE);
  const spots = new Squares(frame, SPOT);
  const side = WORLD * 2 ** frame.zoom;
  for (const { batch, found, length } of singles) {
    for (let n = 0; n < length; n++) {
      const i = found[n] ?? 0;
      crowd.add((batch.x[i] ?? 0) * side, (batch.y[i] ?? 0) * side);
    }
    if (turns.tired) await turns.rest();
  }
  for (const { batch, found, length } of singles) {
    for (let n = 0; n < length; n++) {
      const i = found[n] ?? 0;
      const [x, y] = [(batch.x[i] ?? 0) * side, (batch.y[i] ?? 0) * side];
      if (n % STRIDE === 0 && turns.tired) await pause(context, turns);
      const small = crowd.count(x, y) > CROWD;
      if (small && spots.add(x, y)) continue;
      tools.sprites.stamp(context, batch.kind[i] ?? 0, batch.look[i] ?? 0, small, x - frame.left, y - frame.top);
    }
  }
  for (const { batch, i } of groups) {
    if (turns.tired) await pause(context, turns);
    drawGroup(context, batch, i, [(batch.x[i] ?? 0) * side - frame.left, (batch.y[i] ?? 0) * side - frame.top], tools);
  }
}

/** Let others go first, with everything drawn so far: a browser would keep it all for the end. @param {Context} context @param {Turns} turns */
async function pause(context, turns) {
  context.getImageData(0, 0, 1, 1);
  await turns.rest();
}

/**
 * What of a scene lies in a frame: single marks by batch, groups in the order in which they are drawn.
 * @param {Scene} scene @param {Frame} frame @param {Turns} turns
 */
async function sort(scene, frame, turns) {
  const side = WORLD * 2 ** frame.zoom;
  const [left, right] = [(frame.left - MARGIN) / side, (frame.left + frame.width + MARGIN) / side];
  const [top, bottom] = [(frame.top - MARGIN) / side, (frame.top + frame.height + MARGIN) / side];
  const groups = [];
  const singles = [];
  for (const batch of scene.batches) {
    const found = new Uint32Array(batch.length);
    let length = 0;
    for (let i = 0; i < batch.length; i++) {
      const [x = 0, y = 0] = [batch.x[i], batch.y[i]];
      if (x < left || x > right || y < top || y > bottom) continue;
      if (batch.count[i] === 1) found[length++] = i;
      else groups.push({ batch, i });
    }
    if (length) singles.push({ batch, found, length });
    if (turns.tired) await turns.rest();
  }
  groups.sort((a, b) => (a.batch.count[a.i] ?? 0) - (b.batch.count[b.i] ?? 0));
  return { singles, groups };
}

/**
 * A ring in the kinds' shares with the count inside; a stack lies on a second plate.
 * @param {Context} context @param {Batch} batch @param {number} i
 * @param {[number, number]} at @param {Tools} tools
 */
function drawGroup(context, batch, i, [x, y], { inks, font, words }) {
  const count = batch.count[i] ?? 0;
  const radius = radiusOf(count);
  context.lineWidth = 1;
  context.strokeStyle = inks.shade;
  context.fillStyle = inks.paper;
  for (const offset of isStack(batch, i) ? [4, 0] : [0]) {
    context.beginPath();
    context.arc(x + offset, y + offset, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.lineWidth = 4;
  for (const arc of arcsOf(
    KINDS.map((_, kind) => batch.share(i, kind)),
    radius - 2,
  )) {
    context.strokeStyle = inks[/** @type {Kind} */ (KINDS[arc.kind])];
    context.beginPath();
    context.arc(x, y, radius - 2, arc.from, arc.to);
    context.stroke();
  }
  context.fillStyle = inks.ink;
  context.font = `650 ${radius > 24 ? 13.5 : 12.5}px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(words(count), x, y + 0.5);
}

/**
 * Arcs of a ring, one per kind that is there, with a hair of space between them; a rare kind can still be seen.
 * @param {number[]} shares @param {number} radius in CSS pixels
 * @returns {{kind: number, from: number, to: number}[]} angles, the first begins at the top
 */
export function arcsOf(shares, radius) {
  const present = shares.flatMap((share, kind) => (share > 0 ? [{ share, kind }] : []));
  const least = present.length > 1 ? 4 / radius : 0;
  const gap = present.length > 1 ? 1.5 / radius : 0;
  const sum = present.reduce((total, { share }) => total + share, 0) || 1;
  const wide = present.map(({ share }) => Math.max((share / sum) * 2 * Math.PI, least));
  const whole = wide.reduce((total, each) => total + each, 0) || 1;
  let begun = -Math.PI / 2;
  return present.map(({ kind }, n) => {
    const part = ((wide[n] ?? 0) / whole) * 2 * Math.PI;
    const arc = { kind, from: begun, to: begun + part - gap };
    begun += part;
    return arc;
  });
}
