/**
 * Has tiles of places read by a worker. The page reads them itself, in turns, until the worker stands ready, and where
 * it can't be started or breaks.
 *
 * @import { Pace } from "../turns.js"
 * @import { Batch } from "./batch.js"
 * @import { TileAt } from "./clusters.js"
 * @import { Parcel } from "./parcels.js"
 * @typedef {{script: string, pbf: string, kdbush: string}} WorkerAt addresses
 * @typedef {{ready?: true, number?: number, parcel?: Parcel, failed?: string}} Message
 */

import { PbfReader } from "pbf";
import { FIRST_PLACES, readTile } from "./mvt.js";
import { arrange, nearbyFrom } from "./nearby.js";
import { unpack } from "./parcels.js";

/** A worker is started when somebody is this many matrices away from tiles of places: many visits need none. */
const EARLY = 2;

export class TileReader {
  #at;
  /** @type {Worker | null} */
  #worker = null;
  #ready = false;
  #broken = false;
  #number = 0;
  /** Who waits for which tile. @type {Map<number, (parcel: Parcel | null) => void>} */
  #waiting = new Map();

  /** @param {WorkerAt | null} at where the worker is, null without one */
  constructor(at) {
    this.#at = at;
  }

  /**
   * @param {ArrayBuffer} bytes @param {TileAt} at @param {Pace} pace of the page itself
   * @returns {Promise<Batch>}
   */
  async read(bytes, at, pace) {
    if (at.z >= FIRST_PLACES - EARLY) this.#start();
    const parcel = this.#ready && at.z >= FIRST_PLACES ? await this.#ask(bytes, at) : null;
    const pbf = new PbfReader(bytes);
    if (parcel) {
      const batch = unpack(parcel, pbf);
      batch.nearby = parcel.tree && nearbyFrom(parcel.tree);
      return batch;
    }
    const batch = await readTile(pbf, at, pace);
    await arrange(batch, pace);
    return batch;
  }

  #start() {
    if (this.#worker || this.#broken || !this.#at) return;
    const { script, pbf, kdbush } = this.#at;
    try {
      const worker = new Worker(script, { type: "module" });
      worker.addEventListener("message", ({ data }) => this.#hear(data));
      worker.addEventListener("error", () => this.#stop());
      worker.addEventListener("messageerror", () => this.#stop());
      worker.postMessage({ pbf: new URL(pbf, location.href).href, kdbush: new URL(kdbush, location.href).href });
      this.#worker = worker;
    } catch {
      this.#stop();
    }
  }

  /** @param {ArrayBuffer} bytes @param {TileAt} at @returns {Promise<Parcel | null>} null when it can't be read there */
  #ask(bytes, at) {
    const number = this.#number++;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#worker?.postMessage({ number, bytes, at });
    });
  }

  /** @param {Message} message */
  #hear({ ready, number, parcel, failed }) {
    if (ready) this.#ready = true;
    if (failed !== undefined && number === undefined) return this.#stop();
    if (number === undefined) return;
    this.#waiting.get(number)?.(parcel ?? null);
    this.#waiting.delete(number);
  }

  /** Never again on this page; whoever waits reads on the page. */
  #stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#broken = true;
    this.#ready = false;
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}
