/**
 * The sheets all marks are drawn on. One is seen; the next one is drawn out of sight, in turns, and takes its place when
 * it is finished. Knows nothing of Leaflet.
 *
 * @import { Frame, Tools } from "./painter.js"
 * @import { Scene } from "./scene.js"
 * @typedef {{canvas: HTMLCanvasElement, frame: Frame, key: string}} Sheet
 */

import { isAbort } from "../api.js";
import { calm } from "../dom.js";
import { shortCount } from "../format.js";
import { RANK, seeFirst, Turns } from "../turns.js";
import { paintScene } from "./painter.js";
import { discard, picture } from "./picture.js";
import { inksOf, Sprites } from "./sprites.js";

/** Sharper than this costs memory on a phone and shows nothing more. */
const MAX_DENSITY = 2;
/** Milliseconds in which new marks come and old ones go, as `.marks` in map.css. */
const CHANGE = 180;

/**
 * Whether a frame reaches around a part of the world.
 * @param {Frame} frame @param {{x: number, y: number}} min @param {{x: number, y: number}} max in CSS pixels of the world
 */
export function holds({ left, top, width, height }, min, max) {
  return min.x >= left && min.y >= top && max.x <= left + width && max.y <= top + height;
}

export class Marks {
  #pane;
  #lang;
  #place;
  /** The seen one last. @type {Sheet[]} */
  #sheets = [];
  /** @type {(Tools & {density: number}) | null} */
  #tools = null;
  #work = new AbortController();
  /** What the sheet that is drawn at present will show. */
  #coming = "";

  /**
   * @param {HTMLElement} pane @param {string} lang
   * @param {(sheet: Sheet) => void} place puts a sheet where it belongs on the map
   */
  constructor(pane, lang, place) {
    this.#pane = pane;
    this.#lang = lang;
    this.#place = place;
  }

  /** Make what drawing needs while the first marks are on their way. */
  async prepare() {
    await new Turns().rest();
    const { words } = this.#prepare();
    for (const count of [1000, 10_000]) words(count);
  }

  /** Put all sheets where they belong, wherever the map is now. @param {(sheet: Sheet) => void} [place] */
  place(place = this.#place) {
    for (const sheet of this.#sheets) place(sheet);
  }

  /** The frame that is seen. */
  get frame() {
    return this.#sheets.at(-1)?.frame;
  }

  /** Colours or density have changed. */
  forget() {
    this.#tools = null;
    for (const sheet of this.#sheets) sheet.key = "";
    this.#coming = "";
  }

  /**
   * Draw a scene; what is seen already, or is being drawn, is not drawn again.
   * @param {Scene} scene @param {Frame} frame
   * @returns {Promise<boolean>} whether something new is seen
   */
  async draw(scene, frame) {
    const key = [scene.key, ...Object.values(frame)].join(" ");
    const before = this.#sheets.at(-1);
    if (key === this.#coming) return false;
    this.#work.abort();
    this.#coming = "";
    if (before?.key === key) return false;
    this.#coming = key;
    const work = new AbortController();
    this.#work = work;
    const turns = new Turns(work.signal, RANK.marks);
    try {
      // Nothing of it in the task that moved the map: a sheet alone takes some milliseconds of a slow phone.
      if (before) await turns.rest();
      const tools = this.#prepare();
      const canvas = document.createElement("canvas");
      const [width, height] = [frame.width, frame.height].map((side) => Math.round(side * tools.density));
      canvas.style.width = `${frame.width}px`;
      canvas.style.height = `${frame.height}px`;
      canvas.className = "marks leaflet-zoom-animated";
      const { context, show } = picture(canvas, width ?? 0, height ?? 0, { inTurns: true });
      if (!context) return false;
      context.scale(tools.density, tools.density);
      if (turns.tired) await turns.rest();
      await paintScene(context, scene, frame, tools, turns);
      if (turns.tired) await turns.rest();
      show();
      this.#coming = "";
      this.#show({ canvas, frame, key }, before?.key.split(" ")[0] !== scene.key);
      return true;
    } catch (error) {
      if (!isAbort(error)) throw error;
      return false;
    }
  }

  /** @param {Sheet} sheet @param {boolean} differs from what was seen, not only in its frame */
  #show(sheet, differs) {
    const old = this.#sheets;
    this.#sheets = [...old, sheet];
    this.#place(sheet);
    const soft = differs && old.length > 0 && !calm();
    sheet.canvas.classList.toggle("is-coming", soft);
    this.#pane.append(sheet.canvas);
    seeFirst();
    const drop = () => {
      for (const { canvas } of old) discard(canvas);
      this.#sheets = this.#sheets.filter((each) => !old.includes(each));
    };
    if (soft) setTimeout(drop, CHANGE);
    else drop();
    if (soft) for (const { canvas } of old) canvas.classList.add("is-going");
  }

  /** @returns {Tools & {density: number}} */
  #prepare() {
    const density = Math.min(MAX_DENSITY, devicePixelRatio || 1);
    if (this.#tools?.density === density) return this.#tools;
    const styles = getComputedStyle(this.#pane);
    const inks = inksOf(styles);
    const words = (/** @type {number} */ count) => shortCount(count, this.#lang);
    this.#tools = { density, inks, sprites: new Sprites(inks, density), font: styles.fontFamily, words };
    return this.#tools;
  }
}
