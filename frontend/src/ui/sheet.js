/**
 * The panel: on a phone a bottom sheet with three stops, dragged or moved by button and arrow keys; on a desktop it
 * simply stands beside the map. The style sheet draws the stops; here they are only named.
 *
 * @typedef {"peek" | "half" | "full"} Stop
 */

import { text } from "../boot.js";
import { beside, byId } from "../dom.js";

/** @type {Stop[]} */
const STOPS = ["peek", "half", "full"];
/** Faster than this (CSS pixels per millisecond) a flick decides, not the place where it ended. */
const FLICK = 0.4;
/** Part of the window, as `--half` in layout.css. */
const HALF = 0.44;
/** Less than this is a tap. */
const TAP = 6;

export class Sheet {
  #panel = byId("panel");
  #head = /** @type {HTMLElement} */ (this.#panel.querySelector(".panel-head"));
  #button = byId("toggle-list");

  constructor() {
    this.#button.addEventListener("click", () => this.go(this.stop === "full" ? "peek" : "full"));
    this.#head.addEventListener("keydown", (event) => this.#key(event));
    this.#head.addEventListener("pointerdown", (event) => this.#drag(event));
    this.#label();
  }

  /** @returns {Stop} */
  get stop() {
    return /** @type {Stop} */ (this.#panel.dataset.stop ?? "half");
  }

  /** @param {Stop} stop */
  go(stop) {
    this.#panel.style.removeProperty("--drag");
    if (stop === this.stop) return;
    this.#panel.dataset.stop = stop;
    this.#label();
  }

  /** At least this high. @param {Stop} stop */
  raise(stop) {
    if (STOPS.indexOf(this.stop) < STOPS.indexOf(stop)) this.go(stop);
  }

  /** Height of the visible part in CSS pixels; 0 beside the map. @param {Stop} [stop] */
  height(stop = this.stop) {
    if (beside()) return 0;
    const full = this.#panel.offsetHeight;
    if (stop === "full") return full;
    return stop === "half" ? innerHeight * HALF : this.#head.offsetHeight;
  }

  #label() {
    const isFull = this.stop === "full";
    this.#button.textContent = text(isFull ? "map" : "list");
    this.#button.setAttribute("aria-expanded", String(this.stop !== "peek"));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    const next = STOPS[STOPS.indexOf(this.stop) + step];
    if (!step || !next || beside()) return;
    event.preventDefault();
    this.go(next);
  }

  /** @param {PointerEvent} down */
  #drag(down) {
    if (beside() || down.button !== 0 || (down.target instanceof Element && down.target.closest("button, a"))) return;
    const full = this.#panel.offsetHeight;
    const begin = full - this.height();
    let last = { y: down.clientY, time: down.timeStamp, speed: 0 };
    const move = (/** @type {PointerEvent} */ event) => {
      const way = event.clientY - down.clientY;
      if (Math.abs(way) > TAP) this.#panel.classList.add("dragging");
      const place = Math.max(0, Math.min(full - this.height("peek"), begin + way));
      this.#panel.style.setProperty("--drag", `${place}px`);
      const time = Math.max(1, event.timeStamp - last.time);
      last = { y: event.clientY, time: event.timeStamp, speed: (event.clientY - last.y) / time };
    };
    const end = (/** @type {PointerEvent} */ event) => {
      this.#head.removeEventListener("pointermove", move);
      this.#head.removeEventListener("pointerup", end);
      this.#head.removeEventListener("pointercancel", end);
      this.#panel.classList.remove("dragging");
      this.#panel.style.removeProperty("--drag");
      const way = event.clientY - down.clientY;
      if (Math.abs(way) <= TAP) this.go(this.stop === "peek" ? "half" : this.stop === "half" ? "full" : "half");
      else this.go(this.#nearest(full - begin - way, last.speed));
    };
    this.#head.setPointerCapture(down.pointerId);
    this.#head.addEventListener("pointermove", move);
    this.#head.addEventListener("pointerup", end);
    this.#head.addEventListener("pointercancel", end);
  }

  /** @param {number} height where the drag ended @param {number} speed downwards @returns {Stop} */
  #nearest(height, speed) {
    if (Math.abs(speed) > FLICK) {
      const beyond = STOPS.filter((stop) => (speed < 0 ? this.height(stop) > height : this.height(stop) < height));
      return (speed < 0 ? beyond[0] : beyond.at(-1)) ?? this.stop;
    }
    const away = (/** @type {Stop} */ stop) => Math.abs(this.height(stop) - height);
    return STOPS.reduce((best, stop) => (away(stop) < away(best) ? stop : best));
  }
}
