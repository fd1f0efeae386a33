/**
 * Marks by the thousand: one entry per mark in typed arrays, and no object for any of them until somebody points at it.
 *
 * @import { Bbox, Kind, Mark } from "../types.js"
 * @import { Nearby } from "./nearby.js"
 * @import { Texts } from "./mvt.js"
 */

import { KINDS } from "../types.js";
import { toLat, toLon } from "./mercator.js";

/** Bits of `look`. The position is only the commune's; closed or moved away; several places at one and the same point. */
export const APPROXIMATE = 1;
export const CLOSED = 2;
export const STACK = 4;

/** Nobody is named. */
const nothing = () => "";

export class Batch {
  /** How many marks there are; the arrays may be longer. */
  length = 0;
  /** Sum of all counts. */
  places = 0;
  /** Public id of a mark that is one place. @type {(i: number) => string} */
  id = nothing;
  /** Its name, where the data say it. @type {(i: number) => string} */
  name = nothing;
  /** Marks by position; `nearby.js` makes it. @type {Nearby | null} */
  nearby = null;
  /** Where ids and names are read from, of a tile. @type {Texts | null} */
  texts = null;

  /** @param {number} size most marks it will hold @param {number} step the finest difference of two positions, in Mercator units */
  constructor(size, step) {
    this.step = step;
    /** Position in Mercator units: the world is 1 × 1. */
    this.x = new Float64Array(size);
    this.y = new Float64Array(size);
    /** Places in a mark. */
    this.count = new Uint32Array(size);
    /** Places by kind, three entries a mark in the order of `KINDS`. */
    this.shares = new Uint32Array(size * KINDS.length);
    /** Index in `KINDS` of its kind, or of the most frequent one. */
    this.kind = new Uint8Array(size);
    this.look = new Uint8Array(size);
    /** Zoom of the map that parts a cluster. */
    this.parting = new Uint8Array(size);
  }

  /** Copy a mark of another batch to the end of this one. @param {Batch} from @param {number} i @returns {number} its index here */
  take(from, i) {
    const at = this.length++;
    for (const name of /** @type {const} */ (["x", "y", "count", "kind", "look", "parting"])) {
      this[name][at] = from[name][i] ?? 0;
    }
    for (let k = 0; k < KINDS.length; k++) {
      this.shares[at * KINDS.length + k] = from.shares[i * KINDS.length + k] ?? 0;
    }
    this.places += from.count[i] ?? 0;
    return at;
  }

  /** Let the kind of a mark be its most frequent one. @param {number} i */
  settleKind(i) {
    let best = 0;
    for (let k = 1; k < KINDS.length; k++) if (this.share(i, k) > this.share(i, best)) best = k;
    this.kind[i] = best;
  }

  /** @param {number} i @param {number} kind index in `KINDS` */
  share(i, kind) {
    return this.shares[i * KINDS.length + kind] ?? 0;
  }

  /** Everything about one mark. @param {number} i @returns {Mark} */
  mark(i) {
    const { x: xs, y: ys, step } = this;
    const [x = 0, y = 0, look = 0, count = 0] = [xs[i], ys[i], this.look[i], this.count[i]];
    return {
      at: [toLon(x), toLat(y)],
      bbox: /** @type {Bbox} */ ([toLon(x - step), toLat(y + step), toLon(x + step), toLat(y - step)]),
      count,
      kind: /** @type {Kind} */ (KINDS[this.kind[i] ?? 0]),
      id: count === 1 ? this.id(i) : "",
      name: count === 1 ? this.name(i) : "",
      stack: (look & STACK) !== 0,
      parting: this.parting[i] ?? 0,
      approximate: (look & APPROXIMATE) !== 0,
      closed: (look & CLOSED) !== 0,
    };
  }
}
