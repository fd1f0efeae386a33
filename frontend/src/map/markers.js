/**
 * Markers and clusters as SVG text. Shape says the kind, not colour alone: circle = production site, square =
 * processing facility, drop = point of sale. Hollow and dashed: the position is only the commune's. Pure.
 *
 * @import { Kind, Mark, Shares } from "../types.js"
 */

import { shortCount } from "../format.js";
import { KINDS } from "../types.js";
import { radiusOf } from "./clusters.js";

/** Side of a single marker's picture in CSS pixels; the touch target around it is larger. */
const SIDE = 32;

/** Side of what a finger can hit, in CSS pixels. */
const TARGET = 44;

/** Where the point of the picture lies that marks the position. @param {Kind} kind @returns {[number, number]} */
function anchorOf(kind) {
  return kind === "point_of_sale" ? [16, 30] : [16, 16];
}

const SHAPES = {
  production_site: '<circle cx="16" cy="16" r="9.5"/>',
  processing_facility: '<rect x="7" y="7" width="18" height="18" rx="3.5"/>',
  point_of_sale: '<path d="M16 30C11.6 24.6 7 19.6 7 14a9 9 0 0 1 18 0c0 5.6-4.6 10.6-9 16Z"/>',
};

const SIGNS = {
  production_site: '<circle cx="16" cy="16" r="3"/>',
  processing_facility: '<rect x="13" y="13" width="6" height="6" rx="1"/>',
  point_of_sale: '<circle cx="16" cy="14" r="3.2"/>',
};

/** @param {{kind: Kind, approximate?: boolean, closed?: boolean}} place */
function placeSvg({ kind, approximate = false }) {
  const look = approximate ? " hollow" : "";
  return `<svg class="pin ${kind}${look}" viewBox="0 0 32 32" width="${SIDE}" height="${SIDE}"><g class="edge">${SHAPES[kind]}</g><g class="body">${SHAPES[kind]}</g><g class="sign">${SIGNS[kind]}</g></svg>`;
}

/**
 * A ring in the kinds' shares with the count inside.
 * @param {Mark} mark @param {string} lang
 */
function clusterSvg(mark, lang) {
  const radius = radiusOf(mark.count);
  const side = radius * 2 + 6;
  const middle = side / 2;
  const size = radius > 24 ? 13.5 : 12.5;
  return `<svg class="cluster" viewBox="0 0 ${side} ${side}" width="${side}" height="${side}"><circle class="plate" cx="${middle}" cy="${middle}" r="${radius}"/>${ring(mark.shares, middle, radius - 2)}<text x="${middle}" y="${middle}" dy=".36em" font-size="${size}">${shortCount(mark.count, lang)}</text></svg>`;
}

/** Side of a cluster's picture. @param {number} count */
function sideOf(count) {
  return radiusOf(count) * 2 + 6;
}

/**
 * Arcs of a ring, one per kind present, with a hair of space between them.
 * @param {Shares} shares @param {number} middle @param {number} radius
 */
export function ring(shares, middle, radius) {
  const total = KINDS.reduce((sum, kind) => sum + shares[kind], 0) || 1;
  const length = 2 * Math.PI * radius;
  const present = KINDS.filter((kind) => shares[kind] > 0);
  const gap = present.length > 1 ? 1.5 : 0;
  let begun = 0;
  return present
    .map((kind) => {
      const part = Math.max((shares[kind] / total) * length, present.length > 1 ? 4 : 0);
      const arc = `<circle class="arc ${kind}" cx="${middle}" cy="${middle}" r="${radius}" stroke-dasharray="${round(part - gap)} ${round(length - part + gap)}" stroke-dashoffset="${round(-begun)}" transform="rotate(-90 ${middle} ${middle})"/>`;
      begun += part;
      return arc;
    })
    .join("");
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * What Leaflet needs to know of a mark's picture.
 * @param {Mark} mark @param {string} lang
 */
export function iconOf(mark, lang) {
  const className = `mark${mark.closed ? " closed" : ""}`;
  if (mark.count === 1) return { className, html: placeSvg(mark), ...seat(mark.kind) };
  const side = Math.max(TARGET, sideOf(mark.count));
  return { className, html: clusterSvg(mark, lang), iconSize: pair(side, side), iconAnchor: pair(side / 2, side / 2) };
}

/** A mark that stands out. @param {Kind} kind @param {string} which class name */
export function pointerOf(kind, which) {
  return { className: `mark ${which}`, html: placeSvg({ kind }), ...seat(kind) };
}

/**
 * What a mark covers around its point, in CSS pixels.
 * @param {Mark} mark @param {[number, number]} point
 */
export function coverOf({ count, kind }, [x, y]) {
  const radius = radiusOf(count);
  if (count === 1 && kind === "point_of_sale") return { left: x - 13, right: x + 13, top: y - 30, bottom: y + 4 };
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

/** @param {Kind} kind */
function seat(kind) {
  const [x, y] = anchorOf(kind);
  const edge = (TARGET - SIDE) / 2;
  return { iconSize: pair(TARGET, TARGET), iconAnchor: pair(x + edge, y + edge) };
}

/** @param {number} a @param {number} b @returns {[number, number]} */
function pair(a, b) {
  return [a, b];
}
