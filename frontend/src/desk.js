/** Pages of the officers' desk: complete without; with a script the pin is moved on a map, and names are suggested. */

import { debounced } from "./dom.js";
import { reveal } from "./features/share.js";

const PAUSE = 200;

reveal(document);
const map = document.getElementById("pin-map");
if (map) import("./features/pin.js").then(({ placePin }) => placePin(map)).catch(() => map.remove());
const duplicates = document.getElementById("duplicates");
if (duplicates) import("./features/duplicates.js").then(({ warnOfDuplicates }) => warnOfDuplicates(duplicates));
suggestProducers();

/** Offer producers while one is typed. */
function suggestProducers() {
  const field = document.getElementById("id_producer");
  const list = document.getElementById("producers");
  if (!(field instanceof HTMLInputElement) || !list) return;
  field.setAttribute("list", list.id);
  const { suggest = "" } = list.dataset;
  const ask = debounced(async () => {
    const answer = await fetch(`${suggest}?${new URLSearchParams({ q: field.value })}`).catch(() => null);
    if (answer?.ok) list.innerHTML = await answer.text();
  }, PAUSE);
  field.addEventListener("input", ask);
}
