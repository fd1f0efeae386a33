import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, fold, roundedPosition, shortCount } from "../src/format.js";

test("small counts are written out, large ones shortened", () => {
  assert.equal(shortCount(999, "vi"), "999");
  assert.equal(shortCount(12_345, "en"), "12K");
  assert.ok(shortCount(1_250, "vi").length <= 6);
});

test("distances read as people say them", () => {
  assert.equal(distance(4, "vi"), "10 m");
  assert.equal(distance(347, "vi"), "350 m");
  assert.equal(distance(1_240, "vi"), "1,2 km");
  assert.equal(distance(12_400, "en"), "12 km");
});

test("a position in the address is only good to about 100 m", () => {
  assert.equal(roundedPosition(105.854321, 21.028543), "105.854,21.029");
});

test("typed and shown words meet without accents, in any tone placement", () => {
  assert.equal(fold("Nước mắm Phú Quốc"), "nuoc mam phu quoc");
  assert.equal(fold("Đắk Lắk"), "dak lak");
  assert.equal(fold("Khánh Hòa"), fold("Khánh Hoà"));
});
