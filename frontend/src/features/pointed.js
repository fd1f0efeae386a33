/**
 * “Point at it on the map” in the form of a missing place. The map and what draws it come only when somebody asks for
 * them; the form is complete without: it takes the position of the phone, or words, as well.
 *
 * @import { LonLat } from "../types.js"
 */

import { boot } from "../boot.js";
import { byId } from "../dom.js";

/** How near a province is shown. */
const PROVINCE_ZOOM = 9;

const button = document.querySelector("[data-action=point]");
if (button instanceof HTMLButtonElement) {
  byId("point").hidden = false;
  button.addEventListener("click", () => open(button).catch(() => fail(button)));
}

/** @param {HTMLButtonElement} button */
async function open(button) {
  const element = byId("where-map");
  byId("pointing").hidden = false;
  button.hidden = true;
  const { leaflet = "", styles = "" } = element.dataset;
  await Promise.all([...styles.split(" ").map(style), script(leaflet)]);
  const { PinMap } = await import("../map/pinning.js");
  const [lat, lon] = [field("lat"), field("lon")];
  /** @returns {LonLat | null} */
  const noted = () => (lat.value && lon.value ? [Number(lon.value), Number(lat.value)] : null);
  const province = /** @type {HTMLSelectElement} */ (byId("province"));
  const pins = new PinMap(element, "point_of_sale", (at) => {
    [lon.value, lat.value] = [at[0].toFixed(6), at[1].toFixed(6)];
    say(at);
  });
  pins.begin(noted(), null);
  const there = () => {
    const { provinces } = /** @type {{provinces: Record<string, LonLat>}} */ (/** @type {unknown} */ (boot));
    const at = provinces[province.value];
    if (at && !noted()) pins.look(at, PROVINCE_ZOOM);
  };
  there();
  pins.dress();
  province.addEventListener("change", there);
  // The position of the phone came meanwhile.
  lon.addEventListener("change", () => {
    const at = noted();
    if (at) [pins.put(at), pins.reveal(at)];
  });
  byId("point-away").addEventListener("click", () => {
    [lon.value, lat.value] = ["", ""];
    pins.clear();
    byId("point-said").replaceChildren();
  });
  // The button that had the focus is gone.
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

/** @param {LonLat} at */
function say([lon, lat]) {
  const said = byId("point-said");
  said.textContent = (said.dataset.done ?? "").replace("{position}", `${lat.toFixed(5)}, ${lon.toFixed(5)}`);
}

/** Without the map the other ways stay. @param {HTMLButtonElement} button */
function fail(button) {
  byId("pointing").hidden = true;
  button.remove();
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement} */ (byId(name));
}

/** @param {string} href */
function style(href) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return added(link);
}

/** @param {string} src */
function script(src) {
  const element = document.createElement("script");
  element.src = src;
  return added(element);
}

/** @param {HTMLElement} element */
function added(element) {
  return new Promise((resolve, reject) => {
    element.addEventListener("load", resolve, { once: true });
    element.addEventListener("error", reject, { once: true });
    document.head.append(element);
  });
}
