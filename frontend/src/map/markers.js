/**
 * A mark that stands out, as SVG text: the open record, and the card somebody points at. It lies over the canvas of all
 * marks, so that nothing there is drawn anew for it. Pure.
 *
 * @import { Kind, Mark } from "../types.js"
 */

import { radiusOf } from "./clusters.js";
import { anchorOf, SHAPES, SIDE, SIGNS } from "./shapes.js";

/** Side of the element in CSS pixels. */
const TARGET = 44;

/** @param {Kind} kind @param {string} which class name */
export function pointerOf(kind, which) {
  const [x, y] = anchorOf(kind);
  const edge = (TARGET - SIDE) / 2;
  const path = (/** @type {string} */ name, /** @type {string} */ d) => `<g class="${name}"><path d="${d}"/></g>`;
  const parts = path("edge", SHAPES[kind]) + path("body", SHAPES[kind]) + path("sign", SIGNS[kind]);
  return {
    className: `mark ${which}`,
    html: `<svg class="pin ${kind}" viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}">${parts}</svg>`,
    iconSize: /** @type {[number, number]} */ ([TARGET, TARGET]),
    iconAnchor: /** @type {[number, number]} */ ([x + edge, y + edge]),
  };
}

/** The ring that answers a tap on a mark at once. @param {Mark} mark */
export function ringOf(mark) {
  const radius = radiusOf(mark.count) + 7;
  const lift = mark.count === 1 && mark.kind === "point_of_sale" ? 15 : 0;
  return {
    className: `press ${mark.kind}`,
    iconSize: /** @type {[number, number]} */ ([radius * 2, radius * 2]),
    iconAnchor: /** @type {[number, number]} */ ([radius, radius + lift]),
  };
}
