/**
 * What a finger or a mouse does with marks: a tap presses one, the mouse over one shows its name and its card. Knows
 * nothing of Leaflet.
 *
 * @import { Mark } from "../types.js"
 * @import { Scene } from "./scene.js"
 *
 * @typedef {object} Look what pointing needs to know of the map, and who is told
 * @property {(event: MouseEvent) => {x: number, y: number, zoom: number}} at where it is, in Mercator units
 * @property {() => Scene} scene what is drawn
 * @property {(mark: Mark) => void} onPress
 * @property {(place: Mark | null) => void} onHover the mouse is over another single place, or over none any more
 */

/** What lies over the map and has taps of its own. */
const OWN = "button, a, .map-note, .map-credit";

export class Pointing {
  #element;
  #look;
  /** Id of the place the mouse is over, or "". */
  #hovered = "";

  /** @param {HTMLElement} element of the map @param {Look} look */
  constructor(element, look) {
    this.#element = element;
    this.#look = look;
    element.addEventListener("dblclick", (event) => this.#hit(event, false) && event.stopPropagation(), true);
    this.#follow();
    element.addEventListener("pointerleave", () => this.#hover(null));
  }

  /** A tap or a click on the map that was no drag. @param {MouseEvent} event */
  press(event) {
    const mark = this.#hit(event, /** @type {PointerEvent} */ (event).pointerType !== "mouse");
    if (mark) this.#look.onPress(mark);
  }

  /** Look once per frame at where the mouse is. */
  #follow() {
    /** @type {MouseEvent | null} */
    let latest = null;
    const look = () => {
      const event = latest;
      latest = null;
      this.#hover(event?.buttons === 0 ? this.#hit(event, false) : null);
    };
    this.#element.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse") return;
      if (!latest) requestAnimationFrame(look);
      latest = event;
    });
  }

  /** @param {MouseEvent} event @param {boolean} finger @returns {Mark | null} */
  #hit(event, finger) {
    if (event.target instanceof Element && event.target.closest(OWN)) return null;
    const { x, y, zoom } = this.#look.at(event);
    const scene = this.#look.scene();
    const found = scene.hit(x, y, zoom, finger);
    return found && scene.describe(found, zoom);
  }

  /** What the mouse is over: it has a name, and its card stands out. @param {Mark | null} mark */
  #hover(mark) {
    const element = this.#element;
    element.classList.toggle("over-mark", mark !== null);
    if (element.title !== (mark?.name ?? "")) element.title = mark?.name ?? "";
    const id = mark?.id ?? "";
    if (id === this.#hovered) return;
    this.#hovered = id;
    this.#look.onHover(id ? mark : null);
  }
}

/**
 * Marks with where they are on the screen, for whoever watches the map.
 * @param {Scene} scene
 * @param {{zoom: number, left: number, top: number, width: number, height: number}} box of the map on the screen
 * @param {(at: import("../types.js").LonLat) => [number, number]} project to CSS pixels from the map's corner
 */
export function seenIn(scene, { zoom, left, top, width, height }, project) {
  return scene.batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, i) => {
      const mark = batch.mark(i);
      const [x, y] = project(mark.at);
      return { ...mark, x: x + left, y: y + top, inView: x >= 0 && y >= 0 && x <= width && y <= height, zoom };
    }),
  );
}
