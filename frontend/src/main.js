/**
 * The map page. The address is the state; everything here only follows it: list, map, record and form.
 *
 * @import { Bbox, Insets, LonLat, Mark, State } from "./types.js"
 * @import { Scene } from "./map/scene.js"
 * @import { Suggestion } from "./features/search.js"
 */

import { isAbort } from "./api.js";
import { boot } from "./boot.js";
import { beside, byId, debounced } from "./dom.js";
import { Filters, WHERE } from "./features/filters.js";
import { followLinks } from "./features/links.js";
import { List } from "./features/list.js";
import { Near } from "./features/near.js";
import { RecordView } from "./features/record.js";
import { Search } from "./features/search.js";
import { whatLiesThere } from "./features/stacks.js";
import { layGround, nameCommunes } from "./map/basemap.js";
import { canZoom } from "./map/behaviour.js";
import { Controls } from "./map/controls.js";
import { MapView } from "./map/leaflet.js";
import { around } from "./map/mercator.js";
import { MarkTiles, TILES } from "./map/tiles.js";
import { bboxText, parse, parseBbox, Store, sameQuery, tileFilter, viewHash } from "./state.js";
import { Queue } from "./turns.js";
import { afterPaint, onceSeen, press } from "./ui/answer.js";
import { tell } from "./ui/message.js";
import { Sheet } from "./ui/sheet.js";

/** The list waits this long (ms) after a move, so that a second one doesn't ask twice. */
const REST = 250;
const CLOSE = 10;

document.documentElement.classList.add("js");

const store = new Store(boot.urls.map);
const sheet = new Sheet();
const near = new Near(store);
const filters = new Filters(store, () => drawList());
const record = new RecordView();
const list = new List((card) => map.point("pointed", card?.at ? { at: card.at, kind: card.kind } : null));
const tiles = new MarkTiles(boot.urls.tiles, list.version, boot.worker);
const search = new Search({ onWords: findWords, onChoose: choose });
const map = new MapView(byId("map"), {
  lang: boot.lang,
  extent: boot.extent,
  raster: { url: boot.basemap.tile_url, attribution: boot.basemap.tile_attribution },
  insets,
  onMove: moved,
  onTouch: () => !beside() && sheet.stop !== "peek" && sheet.go("peek"),
  onPick: pick,
  onHover: (id) => list.mark(id, "is-hovered"),
  onPainted: painted,
});
const controls = new Controls(byId("map"), (step) => map.zoom(step));
/** @type {(zoom: number) => void} */
let ground = () => {};

const nameCommunesSoon = debounced(nameCommunes(map), REST);

/** What covers the map: on a phone the search above and the sheet below. @returns {Insets} */
function insets() {
  if (beside()) return { top: 0, right: 0, bottom: 0, left: 0 };
  const top = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
  return { top, right: 0, bottom: sheet.height("peek"), left: 0 };
}

/** The same, with the sheet as it stands. */
function insetsNow() {
  const bottom = Math.min(sheet.height(), innerHeight * 0.55);
  return { ...insets(), bottom };
}

/** What follows a move, each in a task of its own. */
const works = new Queue();
/** Number of the last move. */
let moves = 0;

/** @param {import("./types.js").View} view @param {boolean} byPerson */
function moved(view, byPerson) {
  const [move, before] = [++moves, store.state.view];
  works.add(() => {
    if (move !== moves) return;
    controls.show(view.zoom, canZoom(view.zoom));
    // What was asked for meanwhile has a view of its own.
    if (byPerson && store.state.view === before) store.go({ view }, { replace: true, layer: store.entry.layer });
    else if (!passing) drawMarks();
  });
  works.add(() => {
    if (move !== moves) return;
    ground(view.zoom);
    nameCommunesSoon(map.bounds(), view.zoom);
  });
}

async function drawMarks() {
  try {
    const scene = await tiles.scene(map.bounds(), map.view().zoom, tileFilter(store.state, boot.filters));
    map.setMarks(scene);
    countSoon(scene);
  } catch (error) {
    tell(error, drawMarks);
  }
}

const countSoon = debounced((/** @type {Scene} */ scene) => controls.say(scene.countIn(map.frame())), REST);

/** Tell whoever watches (tests, measurements) that the marks can be seen. @param {Scene} scene */
function painted(scene) {
  onceSeen(() => {
    performance.clearMeasures("ocop:painted");
    performance.measure("ocop:painted", TILES);
    const element = byId("map");
    element.dataset.marks = String(scene.marks);
    element.dataset.places = String(scene.places);
    element.dispatchEvent(new CustomEvent("ocop:painted", { bubbles: true, detail: { seen: () => map.seen() } }));
  });
}

async function drawList() {
  const frame = store.state.view ? map.frame() : null;
  try {
    const { state } = store;
    const isWanted = () => sameQuery(state, store.state) && viewHash(state.view) === viewHash(store.state.view);
    await list.show(state, frame, { filters: filters.isOpen, isWanted, rest: () => map.still.passed() });
    if (tiles.follow(list.version) && !passing) drawMarks();
  } catch (error) {
    tell(error, drawList);
  }
}

const drawListSoon = debounced(() => drawList(), REST);

/** The map is about to move on by itself: marks of where it is now would be asked for in vain. */
let passing = false;

/** Let the map show the whole answer. */
async function fitAnswer() {
  const { state } = store;
  const how = { insets: insetsNow() };
  const country = { ...how, maxZoom: 6.5, margin: 4 };
  const bbox = parseBbox(state.query.get("bbox"));
  const where = near.where;
  passing = false;
  if (bbox) return map.fit(bbox, how);
  if (where) return map.fit(around(where.at, Math.min(where.radius, 20_000)), how);
  if (!WHERE.some((name) => state.query.has(name))) return map.fit(boot.extent, country);
  passing = true;
  try {
    const filter = tileFilter(state, boot.filters);
    const found = await tiles.extent(filter);
    passing = false;
    if (found) map.fit(found, { ...how, maxZoom: CLOSE });
    else map.fit(boot.extent, country);
  } catch (error) {
    passing = false;
    if (!isAbort(error)) map.fit(boot.extent, country);
  }
}

/** The open record was found by its name, not on the map: the map goes there, and back again when it is closed. */
let closer = false;
/** Where the sheet stood before a mark raised it. @type {import("./ui/sheet.js").Stop | null} */
let lowered = null;

async function drawRecord() {
  const { open, query } = store.state;
  if (!open) {
    record.hide();
    list.mark("", "is-selected");
    map.point("chosen", null);
    if (lowered) sheet.go(lowered);
    lowered = null;
    if (closer && !store.state.view) fitAnswer();
    closer = false;
    return;
  }
  list.mark(open, "is-selected");
  try {
    const shown = await record.show(store.state, () => store.state.open === open);
    if (!shown) return;
    const { at, kind } = shown;
    sheet.raise("half");
    map.point("chosen", at ? { at, kind } : null);
    if (closer) passing = false;
    if (at && closer) map.fit([...at, ...at], { maxZoom: CLOSE, insets: insetsNow() });
    else if (at) map.reveal(at, insetsNow());
    else if (closer) fitAnswer();
  } catch (error) {
    passing = false;
    tell(error, drawRecord);
  }
  search.set(query.get("q") ?? "");
}

/** What the filters themselves show on the map: a province, a circle. */
function stand() {
  map.choose(store.state.query.get("province") ?? "");
  const where = near.where;
  const reach = store.state.query.get("reach");
  map.locate(where?.at ?? null, where?.radius ?? 0);
  if (reach) reached(reach);
}

/** The area that is reached by road, when it is there and still asked for. @param {string} reach */
async function reached(reach) {
  const { areaOf } = await import("./features/reach.js");
  const area = await areaOf(reach);
  const where = near.where;
  if (area && store.state.query.get("reach") === reach) map.locate(where?.at ?? null, where?.radius ?? 0, area);
}

/** @param {State} now @param {State} before */
function follow(now, before) {
  const asked = !sameQuery(now, before);
  const looked = viewHash(now.view) !== viewHash(before.view);
  filters.sync();
  near.sync();
  search.set(now.query.get("q") ?? "");
  stand();
  if (looked && now.view && viewHash(now.view) !== viewHash(map.view())) map.show(now.view);
  if ((asked && WHERE.some((name) => now.query.get(name) !== before.query.get(name))) || looked) {
    if (!now.view) fitAnswer();
  }
  if ((asked || looked) && !passing) drawMarks();
  if (asked) drawList();
  else if (looked) {
    list.expect();
    drawListSoon();
  }
  if (now.open !== before.open) drawRecord();
}

/** @param {Mark} mark */
function pick(mark) {
  if (mark.id) {
    if (!store.state.open) lowered = sheet.stop;
    sheet.raise("half");
    record.expect(mark.name);
    openRecord(mark.id, store.state.open !== "");
  } else if (mark.stack) {
    sheet.raise("half");
    openStack(mark);
  } else {
    const zoom = Math.min(18, Math.max(mark.parting, Math.floor(map.view().zoom) + 1));
    map.fit([...mark.at, ...mark.at], { maxZoom: zoom, byPerson: true, insets: insetsNow() });
  }
}

/** List what lies at one point. @param {Mark} mark */
async function openStack(mark) {
  const { state } = store;
  const look = (/** @type {Bbox} */ bbox) => tiles.within(bbox, tileFilter(state, boot.filters));
  try {
    const there = await whatLiesThere(mark, map.view().zoom, look);
    if (store.state !== state) return;
    if ("near" in there) return map.fit(there.near, { maxZoom: 18, byPerson: true, insets: insetsNow() });
    const query = new URLSearchParams(state.query);
    query.set("bbox", bboxText(there.list, 7));
    store.go({ query, open: "" });
  } catch (error) {
    tell(error, () => openStack(mark));
  }
}

/** @param {string} words */
function findWords(words) {
  const query = new URLSearchParams(store.state.query);
  if (words) query.set("q", words);
  else query.delete("q");
  query.delete("bbox");
  store.go({ query, view: null, open: "" });
  sheet.raise("half");
}

/** @param {Suggestion} suggestion */
function choose(suggestion) {
  const at = suggestion.point ?? (suggestion.bbox ? middle(suggestion.bbox) : null);
  if (near.waiting && at) return near.go(at);
  const query = new URLSearchParams(store.state.query);
  query.delete("q");
  query.delete("bbox");
  if (suggestion.filter) {
    if ("province" in suggestion.filter) query.delete("commune");
    for (const [name, value] of Object.entries(suggestion.filter)) query.set(name, String(value));
    store.go({ query, view: null, open: "" });
  } else if (suggestion.id) {
    closer = true;
    store.go({ open: suggestion.id, view: null });
  }
  sheet.raise("half");
}

/** @param {Bbox} bbox @returns {LonLat} */
function middle([west, south, east, north]) {
  return [(west + east) / 2, (south + north) / 2];
}

function showMore() {
  list.more().catch((error) => tell(error, showMore));
}

/** @param {HTMLAnchorElement} link @param {string} id of the record it leads to */
function openFrom(link, id) {
  if (link.closest("#list")) {
    list.mark(id, "is-selected");
    record.expect(link.closest(".card") ? (link.textContent ?? "") : "");
  } else press(link);
  openRecord(id, false);
}

/** @param {string} id @param {boolean} replace */
function openRecord(id, replace) {
  afterPaint(() => {
    if (store.state.open === id) drawRecord();
    else store.go({ open: id }, { replace });
  });
}

/** @param {URL} url @param {HTMLAnchorElement} link */
function goTo(url, link) {
  const { query, open } = parse(url.href);
  // The server writes the frame it was asked for into its links; here the frame follows the map.
  if (!store.state.query.has("bbox") || link.dataset.action === "whole") query.delete("bbox");
  const moves = WHERE.some((name) => query.get(name) !== store.state.query.get(name));
  const home = !open && query.toString() === "";
  const anew = moves || home || query.get("located") === "false" || link.dataset.action === "whole";
  store.go({ query, open, view: anew ? null : store.state.view });
}

followLinks({
  onRecord: openFrom,
  onClose: () => store.closeRecord(),
  onMore: showMore,
  onState: (url, link) => {
    press(link);
    afterPaint(() => {
      const before = store.state;
      goTo(url, link);
      if (store.state === before) link.classList.remove("is-pressed");
    });
  },
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && store.state.open && !filters.isOpen) store.closeRecord();
});
addEventListener("online", () => drawMarks());
store.listen(follow);

closer = store.state.open !== "" && !store.state.view;
if (store.state.view) map.show(store.state.view);
else {
  passing = store.state.open !== "" || store.state.query.toString() !== "";
  map.fit(boot.extent, { animate: false, insets: insetsNow(), maxZoom: 6.5, margin: 4 });
  if (passing && !store.state.open) fitAnswer();
}
stand();
filters.sync();
if (store.state.view) drawList();
if (store.state.open) drawRecord();
layGround(map).then(
  (lay) => {
    ground = lay;
    ground(map.view().zoom);
  },
  (error) => tell(error, () => location.reload()),
);
