/**
 * Types shared by the modules. Longitude comes before latitude everywhere except inside `map/leaflet.js`.
 *
 * @import { Scene } from "./map/scene.js"
 *
 * @typedef {[number, number]} LonLat degrees, EPSG:4326
 * @typedef {[number, number, number, number]} Bbox west, south, east, north in degrees
 * @typedef {"production_site" | "processing_facility" | "point_of_sale"} Kind
 *
 * @typedef {object} View what the map shows
 * @property {number} zoom
 * @property {number} lon
 * @property {number} lat
 *
 * @typedef {{top: number, right: number, bottom: number, left: number}} Insets CSS pixels covered by something else
 * @typedef {object} MapOptions
 * @property {string} lang
 * @property {Bbox} extent
 * @property {{url: string, attribution: string}} raster the operator's tiles beyond zoom 11, url may be ""
 * @property {() => Insets} insets
 * @property {(view: View, byPerson: boolean) => void} onMove after every move
 * @property {() => void} onTouch a person begins to move the map
 * @property {(mark: Mark) => void} onPick a mark was tapped
 * @property {(id: string) => void} onHover a single marker is pointed at, "" when no longer
 * @property {(scene: Scene) => void} onPainted the marks of a scene can be seen
 *
 * @typedef {object} State everything the address says
 * @property {URLSearchParams} query the filters, as the API names them
 * @property {string} open public id of the open record, or ""
 * @property {View | null} view null until a person moved the map
 *
 * @typedef {object} Mark a marker or a cluster that somebody points at
 * @property {LonLat} at
 * @property {Bbox} bbox the point, as exactly as the data tell it
 * @property {number} count 1 for a single place
 * @property {boolean} stack several places at one and the same point
 * @property {number} parting zoom of the map that parts a cluster
 * @property {string} id of a single place, or ""
 * @property {string} name of a single place, or "" where the data don't say it
 * @property {Kind} kind of a single place, or the most frequent one
 * @property {boolean} approximate the position is only the commune's
 * @property {boolean} closed
 *
 * @typedef {object} Boot what the server hands to the page
 * @property {string} lang
 * @property {{map: string, record: string, tiles: string, suggest: string, communes: string, items: string}} urls
 * @property {{overview: string, detail: string, tile_url: string, tile_attribution: string}} basemap
 * @property {{script: string, pbf: string, kdbush: string} | null} worker addresses of the worker and of its libraries
 * @property {Bbox} extent
 * @property {string[]} filters names of the filters in addresses, the same for the API
 * @property {Record<Kind, string>} kinds
 * @property {Record<string, string>} strings
 */

export const KINDS = /** @type {const} */ (["production_site", "processing_facility", "point_of_sale"]);
