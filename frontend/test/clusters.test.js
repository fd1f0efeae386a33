import assert from "node:assert/strict";
import { test } from "node:test";
import { countIn, isPoint, radiusOf, separate, tilesFor, toMark } from "../src/map/clusters.js";
import { pixelsBetween } from "../src/map/mercator.js";

/**
 * A mark as a tile brings it.
 * @param {number} lon @param {number} lat @param {number} count @param {Record<string, unknown>} [more]
 */
function mark(lon, lat, count, more = {}) {
  const properties = {
    count,
    production_site: count,
    processing_facility: 0,
    point_of_sale: 0,
    bbox: [lon, lat, lon + 0.01, lat + 0.01],
    ...more,
  };
  const made = toMark({ geometry: { coordinates: [lon, lat] }, properties });
  assert.ok(made);
  return made;
}

/** @param {number} lon @param {number} lat @param {string} id */
function single(lon, lat, id) {
  return mark(lon, lat, 1, { id, kind: "point_of_sale", name: id, bbox: undefined });
}

test("tiles of a frame: matrix one below the map's zoom, 512 pixels a tile", () => {
  assert.deepEqual(tilesFor([105.8, 21, 105.9, 21.1], 6), [{ z: 5, row: 14, col: 25 }]);
  assert.equal(tilesFor([-180, -85, 180, 85], 1).length, 1);
  assert.equal(tilesFor([-180, -85, 180, 85], 3).length, 16);
});

test("half zooms ask for the nearer matrix", () => {
  assert.equal(tilesFor([105, 20, 106, 21], 6.5)[0]?.z, 6);
});

test("a single place keeps its id, kind, accuracy and state", () => {
  const made = mark(105, 21, 1, {
    id: "F6RVEY5J",
    kind: "point_of_sale",
    name: "Chợ",
    status: "closed",
    location_accuracy: "commune",
  });
  assert.equal(made.id, "F6RVEY5J");
  assert.equal(made.kind, "point_of_sale");
  assert.equal(made.approximate, true);
  assert.equal(made.closed, true);
  assert.equal(made.shares.point_of_sale, 1);
});

test("what is no cluster feature is left out", () => {
  assert.equal(toMark({}), null);
  assert.equal(toMark({ geometry: null, properties: { count: 1 } }), null);
});

test("marks that would touch become one, with the sum and the common frame", () => {
  const [one, ...others] = separate([mark(105, 21, 10), mark(105.05, 21, 4)], 7);
  assert.equal(others.length, 0);
  assert.equal(one?.count, 14);
  assert.equal(one?.shares.production_site, 14);
  assert.deepEqual(one?.bbox, [105, 21, 105.06, 21.01]);
  assert.ok(one && one.at[0] > 105 && one.at[0] < 105.05);
});

test("marks far enough apart stay, in whatever order they came", () => {
  const marks = [mark(105, 21, 10), mark(107, 21, 4), single(109, 12, "A")];
  const keys = (/** @type {typeof marks} */ list) => list.map((each) => each.key).sort();
  assert.deepEqual(keys(separate(marks, 7)), keys(separate([...marks].reverse(), 7)));
  assert.equal(separate(marks, 7).length, 3);
});

test("no two marks lie on each other after merging a crowd", () => {
  const crowd = Array.from({ length: 300 }, (_, i) =>
    mark(104 + ((i * 37) % 100) / 20, 10 + ((i * 61) % 100) / 10, 1 + (i % 9)),
  );
  const kept = separate(crowd, 7);
  assert.equal(
    kept.reduce((sum, each) => sum + each.count, 0),
    crowd.reduce((sum, each) => sum + each.count, 0),
  );
  for (const a of kept) {
    for (const b of kept) {
      if (a === b) continue;
      assert.ok(pixelsBetween(a.at, b.at, 7) > Math.min(radiusOf(a.count), radiusOf(b.count)));
    }
  }
});

test("at the last zoom only places of one point stay together: a stack", () => {
  const apart = separate([single(105, 21, "A"), single(105.0001, 21, "B")], 18);
  assert.equal(apart.length, 2);
  const [stack] = separate([single(105, 21, "A"), single(105, 21, "B")], 18);
  assert.equal(stack?.count, 2);
  assert.equal(stack?.stack, true);
  assert.ok(stack && isPoint(stack.bbox));
});

test("the same tile asked twice counts once", () => {
  assert.equal(separate([single(105, 21, "A"), single(105, 21, "A")], 7)[0]?.count, 1);
});

test("places in view are counted where their mark is", () => {
  assert.equal(countIn([mark(105, 21, 10), mark(120, 21, 4)], [104, 20, 106, 22]), 10);
});

test("a larger count has a larger mark, up to a limit", () => {
  assert.ok(radiusOf(1) < radiusOf(10) && radiusOf(10) < radiusOf(1000));
  assert.equal(radiusOf(1_000_000), 30);
});
