import assert from "node:assert/strict";
import { test } from "node:test";
import KDBush from "kdbush";
import { PbfReader } from "pbf";
import { readTile } from "../src/map/mvt.js";
import { arrange, nearbyFrom, nearbyOf } from "../src/map/nearby.js";
import { pack, unpack } from "../src/map/parcels.js";
import { TileReader } from "../src/map/reader.js";
import { fill } from "../src/map/trees.js";
import { AT_ONCE, Queue } from "../src/turns.js";
import { writeTile } from "./tiles_of_marks.js";

const AT = { z: 12, row: 1802, col: 3252 };
const many = (/** @type {number} */ number) =>
  Array.from({ length: number }, (_, i) => ({
    x: (i * 37) % 4096,
    y: Math.floor(i / 8) % 4096,
    tags: { id: `P${i}`, name: `Place ${i}`, kind: i % 2 ? "point_of_sale" : "production_site" },
  }));

test("a batch that a worker read is the same on the page", async () => {
  const bytes = writeTile([...many(300), { x: 0, y: 0, tags: { id: "Z", kind: "point_of_sale" } }]);
  const here = await readTile(new PbfReader(bytes), AT, AT_ONCE);
  const there = await readTile(new PbfReader(bytes), AT, AT_ONCE);
  const { parcel, transfer } = pack(there, /** @type {ArrayBuffer} */ (fill(KDBush, there).data));
  const arrived = structuredClone(parcel, { transfer });
  assert.equal(there.x.length, 0, "nothing was copied");
  const batch = unpack(arrived, new PbfReader(bytes));
  batch.nearby = nearbyFrom(/** @type {ArrayBuffer} */ (arrived.tree));
  assert.deepEqual([batch.length, batch.places, batch.step], [here.length, here.places, here.step]);
  for (let i = 0; i < here.length; i += 7) assert.deepEqual(batch.mark(i), here.mark(i));
  const [x = 0, y = 0] = [here.x[40], here.y[40]];
  assert.deepEqual(batch.nearby.within(x, y, 1e-6).sort(), nearbyOf(here).within(x, y, 1e-6).sort());
});

test("an index made bit by bit finds what one made at once finds", async () => {
  const bytes = writeTile(many(20_000));
  const batch = await readTile(new PbfReader(bytes), AT, AT_ONCE);
  const whole = nearbyOf(batch);
  batch.nearby = null;
  await arrange(batch, AT_ONCE);
  const parts = nearbyOf(batch);
  assert.ok(parts.parts.length > 1);
  const sorted = (/** @type {number[]} */ found) => found.sort((a, b) => a - b);
  const [x = 0, y = 0] = [batch.x[9000], batch.y[9000]];
  assert.ok(whole.within(x, y, 1e-5).length > 1);
  assert.deepEqual(sorted(parts.within(x, y, 1e-5)), sorted(whole.within(x, y, 1e-5)));
  const box = /** @type {const} */ ([x - 2e-5, y - 2e-5, x + 2e-5, y + 2e-5]);
  assert.deepEqual(sorted(parts.range(...box)), sorted(whole.range(...box)));
});

test("where no worker can be started the page reads the tile itself", async () => {
  const reader = new TileReader({ script: "/nowhere.js", pbf: "/pbf.js", kdbush: "/kdbush.js" });
  const batch = await reader.read(writeTile(many(10)), AT, AT_ONCE);
  assert.deepEqual([batch.length, batch.mark(3).name], [10, "Place 3"]);
  assert.equal((await reader.read(new ArrayBuffer(0), AT, AT_ONCE)).length, 0);
});

test("work in a queue is done in its order and later than now", async () => {
  /** @type {number[]} */
  const done = [];
  const queue = new Queue();
  for (const n of [1, 2, 3]) queue.add(() => done.push(n));
  assert.deepEqual(done, []);
  await new Promise((resolve) => queue.add(() => resolve(null)));
  assert.deepEqual(done, [1, 2, 3]);
});
