import assert from "node:assert/strict";
import { test } from "node:test";
import { bboxText, href, listQuery, parse, parseBbox, parseView, tileFilter, viewHash } from "../src/state.js";

/** @type {import("../src/types.js").Bbox} */
const FRAME = [103.8, 10.1, 104.1, 10.4];

test("an address is read into filters, record and view, and written back the same", () => {
  const address = "/vi/?province=91&stars=4,5&open=F6RVEY5J#9.5/10.2300/103.9700";
  const state = parse(`http://example.vn${address}`);
  assert.equal(state.open, "F6RVEY5J");
  assert.equal(state.query.get("stars"), "4,5");
  assert.deepEqual(state.view, { zoom: 9.5, lat: 10.23, lon: 103.97 });
  assert.equal(href("/vi/", state), address);
});

test("empty values, fragments and pages are no part of a state", () => {
  assert.equal(href("/vi/", parse("/vi/?q=&kind=point_of_sale&fragment=list&page=3")), "/vi/?kind=point_of_sale");
});

test("an accented search survives the way through the address", () => {
  const state = parse("/vi/?q=n%C6%B0%E1%BB%9Bc+m%E1%BA%AFm");
  assert.equal(state.query.get("q"), "nước mắm");
  assert.equal(parse(href("/vi/", state)).query.get("q"), "nước mắm");
});

test("a hash that is no view is no view", () => {
  for (const hash of [
    "",
    "#",
    "#list",
    "#5/10",
    "#99/10/105",
    "#5/95/105",
    "#5/NaN/105",
    "#5/10/105/0",
    "#5.3/10/105",
  ]) {
    assert.equal(parseView(hash), null, hash);
  }
});

test("a view keeps only the decimals that its zoom shows", () => {
  assert.equal(viewHash({ zoom: 5, lat: 16.123456, lon: 107.987654 }), "#5/16.12/107.99");
  assert.equal(viewHash({ zoom: 18, lat: 16.123456, lon: 107.987654 }), "#18/16.123456/107.987654");
  assert.equal(viewHash(null), "");
});

test("the list looks at the whole country until a person moved the map", () => {
  assert.equal(listQuery(parse("/vi/?stars=5"), FRAME).has("bbox"), false);
  assert.equal(listQuery(parse("/vi/?stars=5#8/10/104"), FRAME).get("bbox"), "103.8,10.1,104.1,10.4");
});

test("a frame in the address wins over the view", () => {
  assert.equal(listQuery(parse("/vi/?bbox=1,2,3,4#8/10/104"), FRAME).get("bbox"), "1,2,3,4");
});

test("places without a position have no frame", () => {
  assert.equal(listQuery(parse("/vi/?located=false#8/10/104"), FRAME).has("bbox"), false);
});

test("tiles are filtered as the list is, but never by a frame", () => {
  assert.equal(
    tileFilter(parse("/vi/?bbox=1,2,3,4&fbclid=x&near=105.8,21&open=F6RVEY5J"), ["bbox", "near"]).toString(),
    "near=105.8%2C21",
  );
});

test("frames are written short and read back", () => {
  assert.equal(bboxText([103.8000001, 10, 104.123456789, 10.5]), "103.8,10,104.12346,10.5");
  assert.deepEqual(parseBbox("1,2,3,4"), [1, 2, 3, 4]);
  for (const text of [null, "", "1,2,3", "a,b,c,d", "1,2,3,4,5"]) assert.equal(parseBbox(text), null);
});
