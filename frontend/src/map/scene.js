/**
 * All that is drawn at one moment, and what lies under a finger. Pure.
 *
 * @import { Bbox, Mark } from "../types.js"
 * @import { Batch } from "./batch.js"
 * @import { Box } from "./labels.js"
 */

import { KINDS } from "../types.js";
import { STACK } from "./batch.js";
import { radiusOf } from "./clusters.js";
import { toX, toY, WORLD } from "./mercator.js";
import { nearbyOf } from "./nearby.js";

/** Half of what a finger can hit, in CSS pixels: targets are 44 px. */
export const FINGER = 22;
/** A mouse is more exact; this much (CSS pixels) beyond the edge still hits. */
const MOUSE = 3;
/** The middle of a drop lies this far above its tip, in CSS pixels. */
const DROP = 15;
const SHOP = KINDS.indexOf("point_of_sale");
/** Closer than this (CSS pixels) single marks can't be told apart: a tap goes nearer instead of guessing. */
const SAME = 2;
/** Beyond this zoom nothing can be parted by going nearer. */
export const LAST_PARTING = 17;

/** @typedef {{batch: Batch, i: number}} Found */

export class Scene {
  /** @param {Batch[]} batches @param {string} key names what is shown: the same key looks the same */
  constructor(batches, key) {
    this.batches = batches;
    this.key = key;
  }

  /** Number of marks. */
  get marks() {
    return this.batches.reduce((sum, batch) => sum + batch.length, 0);
  }

  /** Number of places in all marks. */
  get places() {
    return this.batches.reduce((sum, batch) => sum + batch.places, 0);
  }

  /** How many places lie in a frame, as far as the marks tell: a cluster counts where its middle is. @param {Bbox} bbox */
  countIn([west, south, east, north]) {
    const [left, right, top, bottom] = [toX(west), toX(east), toY(north), toY(south)];
    let sum = 0;
    for (const { length, x, y, count } of this.batches) {
      for (let i = 0; i < length; i++) {
        const [px = 0, py = 0] = [x[i], y[i]];
        if (px >= left && px <= right && py >= top && py <= bottom) sum += count[i] ?? 0;
      }
    }
    return sum;
  }

  /** Everything about the marks in a frame. @param {Bbox} bbox @returns {Mark[]} */
  within([west, south, east, north]) {
    const frame = /** @type {const} */ ([toX(west), toY(north), toX(east), toY(south)]);
    return this.batches.flatMap((batch) =>
      nearbyOf(batch)
        .range(...frame)
        .map((i) => batch.mark(i)),
    );
  }

  /**
   * What a finger or a mouse hits: the mark whose edge is nearest.
   * @param {number} x @param {number} y in Mercator units @param {number} zoom @param {boolean} finger
   * @returns {Found | null}
   */
  hit(x, y, zoom, finger) {
    const side = WORLD * 2 ** zoom;
    const reach = (radiusOf(1e6) + FINGER) / side;
    /** @type {Found | null} */
    let best = null;
    let nearest = Number.POSITIVE_INFINITY;
    for (const batch of this.batches) {
      for (const i of nearbyOf(batch).within(x, y, reach)) {
        const radius = radiusOf(batch.count[i] ?? 1);
        const lift = batch.count[i] === 1 && batch.kind[i] === SHOP ? DROP : 0;
        const away = Math.hypot(((batch.x[i] ?? 0) - x) * side, ((batch.y[i] ?? 0) - y) * side - lift);
        const allowed = finger ? Math.max(FINGER, radius + MOUSE) : radius + MOUSE;
        if (away > allowed || away - radius >= nearest) continue;
        nearest = away - radius;
        best = { batch, i };
      }
    }
    return best;
  }

  /**
   * Everything about a mark that was hit. Single marks that can't be told apart at this zoom answer like a cluster.
   * @param {Found} found @param {number} zoom
   * @returns {Mark}
   */
  describe({ batch, i }, zoom) {
    const mark = batch.mark(i);
    if (mark.stack || zoom >= LAST_PARTING) return mark;
    const side = WORLD * 2 ** zoom;
    const [x = 0, y = 0] = [batch.x[i], batch.y[i]];
    const crowd = nearbyOf(batch).within(x, y, SAME / side);
    if (mark.count > 1 || crowd.length < 2) return mark;
    const count = crowd.reduce((sum, each) => sum + (batch.count[each] ?? 0), 0);
    return { ...mark, count, id: "", name: "", parting: Math.min(LAST_PARTING, Math.ceil(zoom) + 3) };
  }

  /**
   * Whether a box on the screen covers a mark.
   * @param {Box} box in CSS pixels of the world at that zoom @param {number} zoom
   */
  covers({ left, top, right, bottom }, zoom) {
    const side = WORLD * 2 ** zoom;
    const reach = radiusOf(1e6);
    for (const batch of this.batches) {
      const near = nearbyOf(batch).range(
        (left - reach) / side,
        (top - reach) / side,
        (right + reach) / side,
        (bottom + reach) / side,
      );
      for (const i of near) {
        const cover = coverOf(batch.count[i] ?? 1, batch.kind[i] ?? 0);
        const [x, y] = [(batch.x[i] ?? 0) * side, (batch.y[i] ?? 0) * side];
        if (x + cover.right > left && x + cover.left < right && y + cover.bottom > top && y + cover.top < bottom)
          return true;
      }
    }
    return false;
  }
}

/** What a mark covers around its point, in CSS pixels. @param {number} count @param {number} kind @returns {Box} */
function coverOf(count, kind) {
  if (count === 1 && kind === SHOP) return { left: -13, right: 13, top: -30, bottom: 4 };
  const radius = radiusOf(count);
  return { left: -radius, right: radius, top: -radius, bottom: radius };
}

/** Whether a mark is several places at one point. @param {Batch} batch @param {number} i */
export function isStack(batch, i) {
  return ((batch.look[i] ?? 0) & STACK) !== 0;
}
