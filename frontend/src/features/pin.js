/**
 * The pin of the edit form: moved on the map, by the device's own position, or by typing; where it lies is asked back
 * from the server, which alone decides. Everything ends up in the fields of the form.
 *
 * @import { Kind, LonLat } from "../types.js"
 */

import { boot } from "../boot.js";
import { byId, debounced } from "../dom.js";
import { PinMap } from "../map/pinning.js";

/** Milliseconds after the last key before a typed position is looked up. */
const PAUSE = 500;
/** A device that knows less than this (metres) says little. */
const ROUGH = 200;

/** @param {HTMLElement} element the map, with its words and addresses in `data-` */
export function placePin(element) {
  const position = /** @type {HTMLInputElement} */ (byId("id_position"));
  const accuracy = /** @type {HTMLSelectElement} */ (byId("id_location_accuracy"));
  const source = /** @type {HTMLInputElement} */ (byId("id_location_source"));
  const kind = /** @type {HTMLSelectElement} */ (byId("id_kind"));
  const before = { text: position.defaultValue, accuracy: accuracy.value, source: source.value };
  const { at, middle } = /** @type {{at: LonLat | null, middle: LonLat | null}} */ (/** @type {unknown} */ (boot));

  /** @param {LonLat} point @param {string} worth @param {string} how */
  const write = ([lon, lat], worth, how) => {
    position.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
    accuracy.value = worth;
    source.value = how;
    look();
  };
  const pins = new PinMap(element, /** @type {Kind} */ (kind.value || "production_site"), (point) => {
    say("");
    write(point, "address", element.dataset.hand ?? "");
  });
  pins.begin(at, middle);
  pins.dress();

  const look = () => ask(element, position.value, (point) => [pins.put(point), pins.reveal(point)]);
  position.addEventListener("input", debounced(look, PAUSE));
  byId("id_commune").addEventListener("change", () => position.value !== before.text && look());
  byId("pin-back").addEventListener("click", () => {
    position.value = before.text;
    accuracy.value = before.accuracy;
    source.value = before.source;
    if (at) pins.put(at);
    if (at) pins.reveal(at);
    byId("whereabouts").replaceChildren();
    byId("outside").hidden = true;
    say("");
  });
  byId("pin-here").addEventListener("click", () => locate(element, pins, write));
  for (const part of document.querySelectorAll(".with-map")) part.removeAttribute("hidden");
  // Somebody was quicker than the script.
  if (position.value !== before.text) look();
}

/** @param {HTMLElement} element @param {PinMap} pins @param {(at: LonLat, worth: string, how: string) => void} write */
function locate(element, pins, write) {
  const { asking = "", denied = "", found = "" } = element.dataset;
  if (!("geolocation" in navigator)) return say(denied);
  say(asking);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      /** @type {LonLat} */
      const point = [coords.longitude, coords.latitude];
      const metres = Math.max(1, Math.round(coords.accuracy));
      const how = found.replace("{metres}", metres.toLocaleString(document.documentElement.lang));
      say(how);
      write(point, metres > ROUGH ? "address" : "gps", how);
      pins.put(point, metres);
      pins.reveal(point);
    },
    () => say(denied),
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 },
  );
}

/** @param {string} words */
function say(words) {
  byId("pin-said").textContent = words;
}

let turn = 0;

/** Ask where a position lies, and show it. @param {HTMLElement} element @param {string} text @param {(at: LonLat) => void} onFound */
async function ask(element, text, onFound) {
  const { look = "", place = "" } = element.dataset;
  const mine = ++turn;
  if (!text.trim()) return byId("whereabouts").replaceChildren();
  const commune = /** @type {HTMLInputElement} */ (byId("id_commune")).value;
  const query = new URLSearchParams({ position: text, place, commune });
  const answer = await fetch(`${look}?${query}`, { headers: { "X-Fragment": "1" } }).catch(() => null);
  const html = answer && answer.status < 500 ? await answer.text() : "";
  if (mine !== turn) return;
  const fragment = new DOMParser().parseFromString(html, "text/html");
  const found = fragment.querySelector(".found");
  byId("whereabouts").replaceChildren(...fragment.body.childNodes);
  if (!(found instanceof HTMLElement)) return;
  byId("outside").hidden = found.dataset.outside === undefined;
  onFound([Number(found.dataset.lon), Number(found.dataset.lat)]);
}
