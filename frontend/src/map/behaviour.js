/**
 * How the map moves: how near and how far it goes, in which steps, and how softly.
 *
 * @import { Bbox } from "../types.js"
 */

export const MAX_ZOOM = 18;
/** The whole country on a desktop, and in the upper half of a phone. */
const MIN_ZOOM = 4;

/**
 * What Leaflet is told.
 * @param {Bbox} extent of the country; there is a good way to its neighbours @param {boolean} calm nothing moves by itself
 */
export function behaviour([west, south, east, north], calm) {
  return {
    minZoom: MIN_ZOOM,
    maxZoom: MAX_ZOOM,
    maxBounds: /** @type {[number, number][]} */ ([
      [south - 40, west - 30],
      [north + 25, east + 30],
    ]),
    maxBoundsViscosity: 0.8,
    zoomSnap: 0.5,
    zoomControl: false,
    attributionControl: false,
    trackResize: false,
    zoomAnimation: !calm,
    fadeAnimation: false,
    markerZoomAnimation: !calm,
    inertia: !calm,
    zoomAnimationThreshold: 3,
    wheelPxPerZoomLevel: 90,
    bounceAtZoomLimits: false,
  };
}

/** Whether there is a nearer and a farther view. @param {number} zoom */
export function canZoom(zoom) {
  return { closer: zoom < MAX_ZOOM, away: zoom > MIN_ZOOM };
}
