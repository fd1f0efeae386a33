import assert from "node:assert/strict";
import { test } from "node:test";
import { RANK, seeFirst, Turns } from "../src/turns.js";

/** @param {number[]} done @param {number} rank */
async function takeTurn(done, rank) {
  await new Turns(undefined, rank).rest();
  done.push(rank);
}

test("of all that wait for a turn marks go first and names last", async () => {
  /** @type {number[]} */
  const done = [];
  await Promise.all([RANK.names, RANK.page, RANK.marks, RANK.page].map((rank) => takeTurn(done, rank)));
  assert.deepEqual(done, [RANK.marks, RANK.page, RANK.page, RANK.names]);
});

test("until marks are seen nothing but marks goes on", async () => {
  /** @type {(() => void)[]} */
  const frames = [];
  globalThis.requestAnimationFrame = (work) => frames.push(() => work(0));
  /** @type {number[]} */
  const done = [];
  seeFirst();
  const names = takeTurn(done, RANK.names);
  await takeTurn(done, RANK.marks);
  await takeTurn(done, RANK.marks);
  assert.deepEqual(done, [RANK.marks, RANK.marks]);
  for (const frame of frames) frame();
  await names;
  assert.deepEqual(done, [RANK.marks, RANK.marks, RANK.names]);
});

test("where nothing is ever painted the page goes on all the same", async () => {
  globalThis.requestAnimationFrame = () => 0;
  seeFirst();
  /** @type {number[]} */
  const done = [];
  await takeTurn(done, RANK.page);
  assert.deepEqual(done, [RANK.page]);
});
