/**
 * The shapes of the kinds, for canvas and SVG alike: circle = production site, square = processing facility, drop =
 * point of sale. Paths in a box of 32 × 32.
 *
 * @import { Kind } from "../types.js"
 */

/** Side of the box. */
export const SIDE = 32;

/** @type {Record<Kind, string>} */
export const SHAPES = {
  production_site: "M16 6.5a9.5 9.5 0 0 1 0 19a9.5 9.5 0 0 1 0-19Z",
  processing_facility:
    "M10.5 7h11a3.5 3.5 0 0 1 3.5 3.5v11a3.5 3.5 0 0 1-3.5 3.5h-11a3.5 3.5 0 0 1-3.5-3.5v-11a3.5 3.5 0 0 1 3.5-3.5Z",
  point_of_sale: "M16 30C11.6 24.6 7 19.6 7 14a9 9 0 0 1 18 0c0 5.6-4.6 10.6-9 16Z",
};

/** The sign in the middle. @type {Record<Kind, string>} */
export const SIGNS = {
  production_site: "M16 13a3 3 0 0 1 0 6a3 3 0 0 1 0-6Z",
  processing_facility: "M14 13h4a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1Z",
  point_of_sale: "M16 10.8a3.2 3.2 0 0 1 0 6.4a3.2 3.2 0 0 1 0-6.4Z",
};

/** Where the point of the shape lies that marks the position. @param {Kind} kind @returns {[number, number]} */
export function anchorOf(kind) {
  return kind === "point_of_sale" ? [16, 30] : [16, 16];
}
