import assert from "node:assert/strict";
import { test } from "node:test";
import { whatLiesThere } from "../src/features/stacks.js";
import { FIRST_PLACES } from "../src/map/mvt.js";
import { MarkTiles } from "../src/map/tiles.js";
import { writeTile } from "./tiles_of_marks.js";

const EXTENT = 4096;
const NONE = new URLSearchParams();
/** Where sixty shops share one point, in Mercator units. */
const SHOPS = { x: 0.7942312345, y: 0.4398123456 };
/** Six metres. */
const STEP = 1.5e-7;

/** @param {{x: number, y: number}[]} places @returns {MarkTiles} of a server that knows these places */
function tilesOf(places) {
  globalThis.fetch = async (address) => {
    const [z = 0, row = 0, col = 0] = String(address).split("?")[0]?.split("/").slice(-3).map(Number) ?? [];
    const points = places.flatMap(({ x, y }, i) => {
      const [px, py] = [Math.round((x * 2 ** z - col) * EXTENT), Math.round((y * 2 ** z - row) * EXTENT)];
      const inside = px >= -64 && py >= -64 && px < EXTENT + 64 && py < EXTENT + 64;
      return inside ? [{ x: px, y: py, tags: { id: `P${i}`, kind: "point_of_sale" } }] : [];
    });
    return new Response(writeTile(points, EXTENT));
  };
  return new MarkTiles("/tiles/{z}/{row}/{col}", "", null);
}

/** The stack as it is seen from far. @param {MarkTiles} tiles */
async function stackOf(tiles) {
  const { batches } = await tiles.scene(boxOf(SHOPS), FIRST_PLACES + 1, NONE);
  const marks = batches.flatMap((batch) => Array.from({ length: batch.length }, (_, i) => batch.mark(i)));
  const stack = marks.find((mark) => mark.stack);
  assert.ok(stack);
  return stack;
}

/** @param {import("../src/types.js").Bbox} bbox in metres, nearly */
const width = ([west, , east]) => (east - west) * 110_000;

test("of a stack seen from far only what is on its very point is listed", async () => {
  const tiles = tilesOf([...Array(60).fill(SHOPS), { x: SHOPS.x + 2 * STEP, y: SHOPS.y }]);
  const seen = await stackOf(tiles);
  assert.ok(width(seen.bbox) > 15, "its box from far holds the neighbour");
  assert.equal(seen.count, 60);
  const there = await whatLiesThere(seen, 11, (bbox) => tiles.within(bbox, NONE));
  assert.ok("list" in there && width(there.list) < 0.5);
  const listed = await tiles.within(there.list, NONE);
  assert.deepEqual(
    listed.map(({ count }) => count),
    [60],
  );
});

test("neighbours that only look like one point from far are gone nearer to", async () => {
  const tiles = tilesOf([SHOPS, { x: SHOPS.x + STEP / 10, y: SHOPS.y }, { x: SHOPS.x, y: SHOPS.y + STEP / 10 }]);
  const seen = await stackOf(tiles);
  assert.equal(seen.count, 3);
  const there = await whatLiesThere(seen, 11, (bbox) => tiles.within(bbox, NONE));
  assert.ok("near" in there && width(there.near) < 5);
  const nearest = await whatLiesThere(seen, 17, (bbox) => tiles.within(bbox, NONE));
  assert.ok("list" in nearest, "there is nothing nearer to go to");
});

test("a stack that is known exactly asks for nothing", async () => {
  const tiles = tilesOf([SHOPS, SHOPS]);
  const [exact] = await tiles.within(boxOf(SHOPS), NONE);
  assert.ok(exact?.stack);
  assert.deepEqual(await whatLiesThere(exact, 17, () => assert.fail("asked")), { list: exact.bbox });
});

/** @param {{x: number, y: number}} at @returns {import("../src/types.js").Bbox} */
function boxOf({ x, y }) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  const lon = x * 360 - 180;
  return [lon - 0.0001, lat - 0.0001, lon + 0.0001, lat + 0.0001];
}
