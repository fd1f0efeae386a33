/**
 * The map of a plan: one line per lorry, its stops numbered in their order, what nobody serves.
 *
 * @import { LonLat } from "../../types.js"
 * @typedef {{mark: string, name: string, at: LonLat}} PlanStop
 * @typedef {{number: number, name: string, depot: LonLat, parts: LonLat[][], estimate: boolean, stops: PlanStop[]}} PlanRoute
 * @typedef {{routes: PlanRoute[], left: {name: string, at: LonLat}[]}} Plan
 */

import { layGround, nameCommunes } from "../../map/basemap.js";
import { RouteMap } from "../../map/routes.js";

/** @param {HTMLElement} element */
export async function showPlan(element) {
  const data = document.getElementById("plan-data")?.textContent;
  /** @type {Plan} */
  const plan = JSON.parse(data ?? "null");
  /** @type {(zoom: number) => void} */
  let finer = () => {};
  const map = new RouteMap(element, (frame, zoom) => {
    finer(zoom);
    name(frame, zoom).catch(() => {});
  });
  const name = nameCommunes(map);
  for (const { number, depot, parts, stops, estimate } of plan.routes) {
    map.draw(number, parts, estimate);
    map.depot(depot);
    for (const stop of stops) map.stop(number, stop.mark, stop.name, stop.at);
  }
  for (const one of plan.left) map.left(one.name, one.at);
  map.fit();
  element.dataset.routes = String(plan.routes.length);
  finer = await layGround(map).catch(() => () => {});
  map.look();
}
