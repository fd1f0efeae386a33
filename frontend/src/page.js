/**
 * A record's own page: sharing, and a small picture of where it is. The page is complete without.
 *
 * @import { Kind, LonLat } from "./types.js"
 */

import { reveal, share } from "./features/share.js";
import { coloursOf, Ground } from "./map/ground.js";
import { overlap, paintLabels, toLabels } from "./map/labels.js";
import { pointerOf } from "./map/markers.js";
import { toX, toY, WORLD } from "./map/mercator.js";
import { picture as pictureOn } from "./map/picture.js";
import { AT_ONCE } from "./turns.js";

/** How near the small picture looks, unless it says `data-zoom`. */
const ZOOM = 7.5;
const MAX_DENSITY = 2;

reveal(document);
for (const button of document.querySelectorAll("[data-action=share]")) {
  if (!(button instanceof HTMLElement)) continue;
  button.addEventListener("click", () => share(button, document.title, (words) => button.replaceChildren(words)));
}
for (const element of document.querySelectorAll("[data-small-map]")) {
  if (element instanceof HTMLElement) picture(element).catch(() => element.remove());
}

/** @param {HTMLElement} element with `data-lon`, `data-lat`, `data-kind` and the address of the ground */
async function picture(element) {
  const { lon, lat, kind, ground: address = "" } = element.dataset;
  const zoom = Number(element.dataset.zoom) || ZOOM;
  const response = await fetch(address);
  if (!response.ok) throw new Error(address);
  const file = await response.json();
  const ground = new Ground(file);
  const labels = toLabels(file.labels, document.documentElement.lang);
  const canvas = document.createElement("canvas");
  const names = document.createElement("canvas");
  const pointer = document.createElement("div");
  const icon = pointerOf(/** @type {Kind} */ (kind), "chosen");
  pointer.className = icon.className;
  pointer.innerHTML = icon.html;
  element.replaceChildren(canvas, names, pointer);
  const bar = scaleBar(element.dataset);
  if (bar) element.append(bar);
  const other = otherEnd(element.dataset);
  const draw = () => {
    const { clientWidth: width, clientHeight: height } = element;
    const density = Math.min(MAX_DENSITY, devicePixelRatio || 1);
    if (!width) return;
    const { context, show } = pictureOn(canvas, width * density, height * density, { alpha: false });
    if (!context) return;
    context.scale(density, density);
    const scale = WORLD * 2 ** zoom;
    const side = Math.max(width, height);
    const x = (toX(Number(lon)) * scale - width / 2) / side;
    const y = (toY(Number(lat)) * scale - height / 2) / side;
    ground.draw(context, { x, y, zoom, side }, coloursOf(element), "");
    if (other) {
      const there = [toX(other[0]) * scale - x * side, toY(other[1]) * scale - y * side];
      way(context, element, [width / 2, height / 2], /** @type {[number, number]} */ (there));
    }
    show();
    const project = (/** @type {LonLat} */ at) =>
      /** @type {[number, number]} */ ([toX(at[0]) * scale - x * side, toY(at[1]) * scale - y * side]);
    const [left, top] = [width / 2, height / 2];
    const pin = { left: left - 20, right: left + 20, top: top - 34, bottom: top + 6 };
    const covered = (/** @type {import("./map/labels.js").Box} */ box) => overlap(box, pin);
    const styles = getComputedStyle(element);
    paintLabels(names, { width, height, zoom, styles, project, settle: () => {} }, labels, covered, AT_ONCE);
    pointer.style.left = `${width / 2 - icon.iconAnchor[0]}px`;
    pointer.style.top = `${height / 2 - icon.iconAnchor[1]}px`;
  };
  new ResizeObserver(draw).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

/** The other end of a move, where the map shows one. @param {DOMStringMap} data @returns {LonLat | null} */
function otherEnd({ otherLon, otherLat }) {
  return otherLon && otherLat ? [Number(otherLon), Number(otherLat)] : null;
}

/**
 * Draw the way of a move and its other end.
 * @param {import("./map/picture.js").Context} context @param {HTMLElement} element
 * @param {[number, number]} from @param {[number, number]} to in pixels
 */
function way(context, element, from, to) {
  context.strokeStyle = getComputedStyle(element).color;
  context.lineWidth = 2;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.arc(to[0], to[1], 6, 0, 2 * Math.PI);
  context.stroke();
}

/** How long a round distance is on the map. @param {DOMStringMap} data */
function scaleBar({ bar, length }) {
  if (!bar || !length) return null;
  const element = document.createElement("span");
  element.className = "scale-bar";
  element.style.width = `${bar}px`;
  element.textContent = length;
  return element;
}
