import assert from "node:assert/strict";
import { test } from "node:test";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { APPROXIMATE, CLOSED, STACK } from "../src/map/batch.js";
import { toLat, toLon } from "../src/map/mercator.js";
import { readTile } from "../src/map/mvt.js";
import { Turns } from "../src/turns.js";
import { writeTile } from "./tiles_of_marks.js";

const NEAR = { z: 12, row: 1802, col: 3252 };
const FAR = { z: 6, row: 28, col: 50 };
const read = (/** @type {import("./tiles_of_marks.js").Point[]} */ points, at = NEAR) =>
  readTile(new PbfReader(writeTile(points)), at, new Turns());

test("an empty tile has no marks", async () => {
  assert.equal((await readTile(new PbfReader(new ArrayBuffer(0)), NEAR, new Turns())).length, 0);
  assert.equal((await read([])).length, 0);
});

test("a place keeps its id, name, kind, accuracy and state, and lies where the tile says", async () => {
  const batch = await read([
    {
      x: 1024,
      y: 2048,
      tags: { id: "F6RVEY5J", name: "Chợ Bến Thành", kind: "point_of_sale", status: "closed", approximate: true },
    },
    { x: 3000, y: 10, tags: { id: "00190ABC", kind: "production_site" } },
  ]);
  assert.equal(batch.length, 2);
  assert.equal(batch.places, 2);
  const shop = batch.mark(0);
  assert.equal(shop.id, "F6RVEY5J");
  assert.equal(shop.name, "Chợ Bến Thành");
  assert.equal(shop.kind, "point_of_sale");
  assert.equal(batch.look[0], APPROXIMATE | CLOSED);
  assert.ok(Math.abs(shop.at[0] - toLon((3252 + 0.25) / 4096)) < 1e-9);
  assert.ok(Math.abs(shop.at[1] - toLat((1802 + 0.5) / 4096)) < 1e-9);
  const site = batch.mark(1);
  assert.deepEqual([site.id, site.name, site.approximate, site.closed], ["00190ABC", "", false, false]);
});

test("a cluster has its count, its shares and the zoom that parts it", async () => {
  const tags = { count: 90, production_site: 60, point_of_sale: 30, zoom: 9 };
  const batch = await read([{ x: 100, y: 100, tags }], FAR);
  assert.equal(batch.places, 90);
  assert.deepEqual([batch.share(0, 0), batch.share(0, 1), batch.share(0, 2)], [60, 0, 30]);
  const mark = batch.mark(0);
  assert.deepEqual([mark.count, mark.parting, mark.kind, mark.id], [90, 9, "production_site", ""]);
});

test("what lies in the margin of a tile of places is left to the next tile", async () => {
  const tags = { id: "A", kind: "point_of_sale" };
  const batch = await read([
    { x: -5, y: 10, tags },
    { x: 4096, y: 10, tags },
    { x: 4095, y: 0, tags },
  ]);
  assert.equal(batch.length, 1);
  assert.equal(batch.places, 1);
});

test("places at one and the same point are a stack with their count", async () => {
  const place = (/** @type {string} */ id, /** @type {string} */ kind, x = 7) => ({ x, y: 7, tags: { id, kind } });
  const batch = await read([
    place("A", "production_site"),
    place("B", "point_of_sale"),
    place("C", "point_of_sale"),
    place("D", "processing_facility", 900),
    place("E", "point_of_sale", 7),
  ]);
  assert.equal(batch.length, 2);
  assert.equal(batch.places, 5);
  assert.equal(batch.look[0], STACK);
  assert.equal(batch.count[0], 4);
  assert.equal(batch.mark(0).kind, "point_of_sale");
  assert.equal(batch.mark(0).id, "");
  assert.deepEqual([batch.mark(1).id, batch.look[1], batch.mark(1).kind], ["D", 0, "processing_facility"]);
});

test("ten thousand points are read as the reference reads them", async () => {
  const kinds = ["production_site", "processing_facility", "point_of_sale"];
  const points = Array.from({ length: 10_000 }, (_, i) => ({
    x: (i * 37) % 4096,
    y: Math.floor(i / 10) * 4,
    tags: { id: `P${i}`, kind: kinds[i % 3] ?? "", ...(i % 7 ? {} : { status: "moved" }) },
  }));
  const bytes = writeTile(points);
  const batch = await readTile(new PbfReader(bytes), NEAR, new Turns());
  const layer = new VectorTile(new PbfReader(bytes)).layers.places;
  assert.ok(layer);
  assert.equal(batch.length, layer.length);
  for (let i = 0; i < layer.length; i += 97) {
    const feature = layer.feature(i);
    const [[point] = []] = feature.loadGeometry();
    assert.equal(Math.round(((batch.x[i] ?? 0) * 4096 - NEAR.col) * 4096), point?.x);
    assert.equal(Math.round(((batch.y[i] ?? 0) * 4096 - NEAR.row) * 4096), point?.y);
    const mark = batch.mark(i);
    assert.deepEqual([mark.id, mark.kind], [feature.properties.id, feature.properties.kind]);
    assert.equal(mark.closed, feature.properties.status === "moved");
  }
});

test("reading ends when nobody wants the tile any more", async () => {
  const controller = new AbortController();
  const turns = new Turns(controller.signal);
  controller.abort();
  await assert.rejects(turns.rest(), { name: "AbortError" });
});
