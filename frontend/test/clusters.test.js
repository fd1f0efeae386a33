import assert from "node:assert/strict";
import { test } from "node:test";
import { Batch, STACK } from "../src/map/batch.js";
import { matrixOf, radiusOf, separate, tilesFor } from "../src/map/clusters.js";
import { pixelsBetween, toX, toY } from "../src/map/mercator.js";
import { LAST_PARTING, Scene } from "../src/map/scene.js";

const STEP = 1 / 4096 / 2 ** 6;

/**
 * Marks as a tile brings them.
 * @param {{lon: number, lat?: number, count?: number, id?: string, kind?: number, parting?: number, stack?: boolean}[]} given
 */
function batchOf(given, step = STEP) {
  const batch = new Batch(given.length, step);
  for (const { lon, lat = 21, count = 1, kind = 0, parting = 0, stack = false } of given) {
    const i = batch.length++;
    batch.x[i] = toX(lon);
    batch.y[i] = toY(lat);
    batch.count[i] = count;
    batch.shares[i * 3 + kind] = count;
    batch.kind[i] = kind;
    batch.parting[i] = parting;
    batch.look[i] = stack ? STACK : 0;
    batch.places += count;
  }
  batch.id = (i) => given[i]?.id ?? "";
  return batch;
}

/** @param {Batch} batch */
const marksOf = (batch) => Array.from({ length: batch.length }, (_, i) => batch.mark(i));

test("tiles of a frame: matrix one below the map's zoom, 512 pixels a tile", () => {
  assert.deepEqual(tilesFor([105.8, 21, 105.9, 21.1], 6), [{ z: 5, row: 14, col: 25 }]);
  assert.equal(tilesFor([-180, -85, 180, 85], 1).length, 1);
  assert.equal(tilesFor([-180, -85, 180, 85], 3).length, 16);
});

test("half zooms ask for the nearer matrix", () => {
  assert.equal(matrixOf(6.5), 6);
  assert.equal(tilesFor([105, 20, 106, 21], 6.5)[0]?.z, 6);
});

test("marks that would touch become one, with the sum and the middle", () => {
  const one = separate([batchOf([{ lon: 105, count: 10 }]), batchOf([{ lon: 105.05, count: 4, kind: 2 }])], 7);
  assert.equal(one.length, 1);
  assert.equal(one.places, 14);
  const mark = one.mark(0);
  assert.deepEqual([mark.count, one.share(0, 0), one.share(0, 2), mark.stack], [14, 10, 4, false]);
  assert.ok(mark.at[0] > 105 && mark.at[0] < 105.05);
});

test("marks far enough apart stay, in whatever order they came", () => {
  const marks = [
    { lon: 105, count: 10 },
    { lon: 107, count: 4 },
    { lon: 109, lat: 12, id: "A" },
  ];
  const look = (/** @type {typeof marks} */ list) => marksOf(separate([batchOf(list)], 7));
  assert.deepEqual(look(marks), look([...marks].reverse()));
  assert.equal(look(marks).length, 3);
  assert.ok(look(marks).some((mark) => mark.id === "A"));
});

test("no two marks lie on each other after merging a crowd, and nobody is lost", () => {
  const crowd = Array.from({ length: 300 }, (_, i) => ({
    lon: 104 + ((i * 37) % 100) / 20,
    lat: 10 + ((i * 61) % 100) / 10,
    count: 1 + (i % 9),
  }));
  const given = batchOf(crowd);
  const kept = separate([given], 7);
  assert.equal(kept.places, given.places);
  const marks = marksOf(kept);
  assert.equal(
    marks.reduce((sum, mark) => sum + mark.count, 0),
    given.places,
  );
  for (const a of marks) {
    for (const b of marks) {
      if (a === b) continue;
      assert.ok(pixelsBetween(a.at, b.at, 7) > Math.min(radiusOf(a.count), radiusOf(b.count)));
    }
  }
});

test("two places of one point stay together for ever: a stack; a little apart, they part when they fit", () => {
  const stack = separate([batchOf([{ lon: 105, count: 3, stack: true }, { lon: 105 }])], 7).mark(0);
  assert.deepEqual([stack.count, stack.stack], [4, true]);
  const pair = separate([batchOf([{ lon: 105 }, { lon: 105.001 }])], 7).mark(0);
  assert.equal(pair.stack, false);
  const touch = radiusOf(1) * 2;
  assert.ok(pixelsBetween([105, 21], [105.001, 21], pair.parting) >= touch);
  assert.ok(pixelsBetween([105, 21], [105.001, 21], pair.parting - 1) < touch);
});

test("a merged cluster parts as soon as one of its own does", () => {
  const given = [
    { lon: 105, count: 9, parting: 9 },
    { lon: 105.0001, count: 4, parting: 12 },
  ];
  assert.equal(separate([batchOf(given)], 7).mark(0).parting, 9);
});

test("a finger hits what is within 22 pixels, a mouse only the mark itself", () => {
  const scene = new Scene([batchOf([{ lon: 105, id: "A" }])], "");
  const away = (/** @type {number} */ pixels) => toX(105) + pixels / (256 * 2 ** 14);
  assert.equal(scene.hit(away(20), toY(21), 14, true)?.i, 0);
  assert.equal(scene.hit(away(20), toY(21), 14, false), null);
  assert.equal(scene.hit(away(10), toY(21), 14, false)?.i, 0);
  assert.equal(scene.hit(away(24), toY(21), 14, true), null);
});

test("of two marks the nearer edge is hit; a drop is hit where it is seen, above its tip", () => {
  const scene = new Scene(
    [
      batchOf([
        { lon: 105, count: 1000 },
        { lon: 105.02, kind: 2 },
      ]),
    ],
    "",
  );
  const side = 256 * 2 ** 10;
  assert.equal(scene.hit(toX(105.02), toY(21) - 15 / side, 10, true)?.i, 1);
  assert.equal(scene.hit(toX(105), toY(21), 10, true)?.i, 0);
});

test("places too near to be told apart answer like a cluster until they can be parted", () => {
  const scene = new Scene(
    [
      batchOf(
        [
          { lon: 105, id: "A" },
          { lon: 105.00001, id: "B" },
        ],
        1e-9,
      ),
    ],
    "",
  );
  const found = scene.hit(toX(105), toY(21), 12, true);
  assert.ok(found);
  const far = scene.describe(found, 12);
  assert.deepEqual([far.count, far.id, far.stack], [2, "", false]);
  assert.ok(far.parting > 12);
  assert.equal(scene.describe(found, LAST_PARTING).count, 1);
});

test("places in view are counted where their mark is", () => {
  const scene = new Scene([batchOf([{ lon: 105, count: 10 }]), batchOf([{ lon: 120, count: 4 }])], "");
  assert.equal(scene.countIn([104, 20, 106, 22]), 10);
  assert.deepEqual([scene.marks, scene.places], [2, 14]);
});

test("a box on the screen knows whether a mark lies under it", () => {
  const scene = new Scene([batchOf([{ lon: 105, count: 10 }])], "");
  const [x, y] = [toX(105) * 256 * 2 ** 8, toY(21) * 256 * 2 ** 8];
  assert.equal(scene.covers({ left: x + 5, right: x + 60, top: y - 8, bottom: y + 8 }, 8), true);
  assert.equal(scene.covers({ left: x + 40, right: x + 60, top: y - 8, bottom: y + 8 }, 8), false);
});

test("a larger count has a larger mark, up to a limit", () => {
  assert.ok(radiusOf(1) < radiusOf(10) && radiusOf(10) < radiusOf(1000));
  assert.equal(radiusOf(1_000_000), 30);
});
