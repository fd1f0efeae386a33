import assert from "node:assert/strict";
import { test } from "node:test";
import { Ground, join, unroll } from "../src/map/ground.js";
import { overlap, place } from "../src/map/labels.js";
import { pointerOf } from "../src/map/markers.js";
import { around, metresBetween, toLat, toLon, toX, toY } from "../src/map/mercator.js";
import { arcsOf } from "../src/map/painter.js";

const FRAME = { left: 0, top: 0, right: 400, bottom: 400 };
const free = () => false;
const measure = (/** @type {string} */ text) => text.length * 7;
const project = (/** @type {[number, number]} */ [lon, lat]) => /** @type {[number, number]} */ ([lon, lat]);

/**
 * @param {string} name @param {number} x @param {number} y @param {Partial<import("../src/map/labels.js").Label>} [more]
 * @returns {import("../src/map/labels.js").Label}
 */
function label(name, x, y, more = {}) {
  return { name, within: "", kind: "province", at: [x, y], rank: 1, ...more };
}

test("Mercator goes there and back", () => {
  for (const [lon, lat] of /** @type {[number, number][]} */ ([
    [105.85, 21.02],
    [111.92, 8.64],
    [-70, -33],
  ])) {
    assert.ok(Math.abs(toLon(toX(lon)) - lon) < 1e-9);
    assert.ok(Math.abs(toLat(toY(lat)) - lat) < 1e-9);
  }
});

test("Hà Nội to Thành phố Hồ Chí Minh is about 1,140 km", () => {
  const metres = metresBetween([105.8542, 21.0285], [106.6297, 10.8231]);
  assert.ok(Math.abs(metres - 1_138_000) < 10_000, String(metres));
});

test("the frame of a circle reaches its radius on all sides", () => {
  const [west, south, east, north] = around([105, 21], 10_000);
  assert.ok(Math.abs(metresBetween([105, 21], [east, 21]) - 10_000) < 50);
  assert.ok(Math.abs(metresBetween([105, 21], [105, north]) - 10_000) < 50);
  assert.ok(west < 105 && south < 21);
});

test("steps of the basemap unroll to points and arcs join to rings, backwards too", () => {
  assert.deepEqual(unroll([10, 20, 1, 2, -3, 0]), [10, 20, 11, 22, 8, 22]);
  const arcs = [unroll([0, 0, 1, 0, 0, 1]), unroll([0, 0, 0, 1, 1, 0])];
  assert.deepEqual(join([0, ~1], arcs), [0, 0, 1, 0, 1, 1, 0, 1, 0, 0]);
});

test("labels don't lie on each other; the more important one stays", async () => {
  const placed = await place(
    [label("Hà Nội", 100, 100), label("Hưng Yên", 105, 102)],
    7,
    project,
    measure,
    FRAME,
    free,
  );
  const [first, second] = placed;
  assert.equal(first?.name, "Hà Nội");
  assert.ok(!second || Math.abs(second.y - 100) > 15);
});

test("a province gives way to a marker, an archipelago is named in any case", async () => {
  const names = await place(
    [label("Quần đảo Hoàng Sa", 200, 200, { kind: "archipelago", within: "Đà Nẵng" }), label("Huế", 100, 100)],
    6,
    project,
    measure,
    FRAME,
    () => true,
  );
  assert.deepEqual(
    names.map((each) => each.name),
    ["Quần đảo Hoàng Sa"],
  );
  assert.deepEqual(names[0]?.lines, ["Quần đảo Hoàng Sa", "(Đà Nẵng)"]);
});

test("an archipelago's name stands beside the ring of a cluster on it, at any zoom", async () => {
  const islands = label("Quần đảo Trường Sa", 200, 200, { kind: "archipelago", within: "Khánh Hòa" });
  const ring = { left: 170, right: 230, top: 170, bottom: 230 };
  for (const zoom of [4, 6, 9]) {
    const [placed] = await place([islands], zoom, project, measure, FRAME, (box) => overlap(box, ring));
    const line = 12.5 * 1.25;
    assert.ok(placed && (placed.y - line / 2 >= 230 || placed.y + line * (placed.lines.length - 0.5) <= 170));
  }
});

test("on a small map an archipelago has one line that still says whose it is", async () => {
  const [placed] = await place(
    [label("Quần đảo Trường Sa", 200, 200, { kind: "archipelago", within: "Khánh Hòa" })],
    4.5,
    project,
    measure,
    FRAME,
    free,
  );
  assert.deepEqual(placed?.lines, ["Trường Sa (Khánh Hòa)"]);
});

test("kinds of labels come and go with the zoom", async () => {
  const commune = label("Hà Tiên", 100, 100, { kind: "commune" });
  assert.equal((await place([commune], 10, project, measure, FRAME, free)).length, 0);
  assert.equal((await place([commune], 12, project, measure, FRAME, free)).length, 1);
  assert.equal((await place([label("Huế", 100, 100)], 12, project, measure, FRAME, free)).length, 0);
});

test("boxes that only touch don't overlap", () => {
  assert.equal(overlap({ left: 0, top: 0, right: 10, bottom: 10 }, { left: 10, top: 0, right: 20, bottom: 10 }), false);
});

test("a ring has an arc for each kind that is there, and a rare kind can still be seen", () => {
  const arcs = arcsOf([30, 0, 10], 15);
  assert.deepEqual(
    arcs.map((arc) => arc.kind),
    [0, 2],
  );
  const wide = arcs.map((arc) => arc.to - arc.from);
  assert.ok(Math.abs((wide[0] ?? 0) / (wide[1] ?? 1) - 3) < 0.5);
  const [common, rare] = arcsOf([9999, 0, 1], 15);
  assert.ok(rare && (rare.to - rare.from) * 15 > 2);
  assert.ok(common && rare.to - common.from <= 2 * Math.PI + 1e-9);
  assert.equal(arcsOf([0, 5, 0], 15).length, 1);
});

test("each kind has its own shape; the drop points with its tip", () => {
  const shapes = /** @type {const} */ (["production_site", "processing_facility", "point_of_sale"]).map((kind) =>
    pointerOf(kind, "chosen"),
  );
  assert.equal(new Set(shapes.map((icon) => icon.html)).size, 3);
  assert.ok((shapes[2]?.iconAnchor[1] ?? 0) > (shapes[0]?.iconAnchor[1] ?? 0));
});

test("a tile traces only the part of a coast it shows", () => {
  const line = Array.from({ length: 400 }, (_, i) => [
    Math.round(105_000 + Math.cos(i / 60) * 4_000),
    Math.round(16_000 + i * 20),
  ]);
  const steps = line.flatMap(([x = 0, y = 0], i) => {
    const [beforeX = 0, beforeY = 0] = line[i - 1] ?? [];
    return i ? [x - beforeX, y - beforeY] : [x, y];
  });
  const empty = { land: [], far: [], borders: [], islets: [], small: [] };
  const ground = new Ground({ ...empty, grid: 0.001, arcs: [steps], areas: { a: [[0]] } });
  const colours = { sea: "", land: "", far: "", coast: "", province: "", border: "", plain: "", grid: "", chosen: "" };
  const traced = (/** @type {import("../src/map/ground.js").Tile} */ tile) => {
    let count = 0;
    const context = new Proxy(/** @type {any} */ ({}), {
      get: (_, name) => (name === "lineTo" ? () => count++ : () => {}),
      set: () => true,
    });
    ground.draw(context, tile, colours, "");
    return count;
  };
  const all = traced({ x: 0, y: 0, zoom: 8, side: 256 * 2 ** 8 });
  const side = 512;
  const scale = 256 * 2 ** 11;
  const one = traced({
    x: Math.floor((toX(105) * scale) / side),
    y: Math.floor((toY(20) * scale) / side),
    zoom: 11,
    side,
  });
  assert.ok(all > 600, String(all));
  assert.ok(one < 200, String(one));
});
