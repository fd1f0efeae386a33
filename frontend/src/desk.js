/** Pages of the officers' desk: complete without; with a script the pin is moved on a map, and names are suggested. */

import { debounced } from "./dom.js";
import { reveal } from "./features/share.js";

const PAUSE = 200;

reveal(document);
const map = document.getElementById("pin-map");
if (map) import("./features/pin.js").then(({ placePin }) => placePin(map)).catch(() => map.remove());
const duplicates = document.getElementById("duplicates");
if (duplicates) import("./features/duplicates.js").then(({ warnOfDuplicates }) => warnOfDuplicates(duplicates));
const producer = document.getElementById("id_producer");
if (producer instanceof HTMLInputElement) suggest(producer, "producers");
for (const field of document.querySelectorAll("input[data-suggest-names]")) {
  if (field instanceof HTMLInputElement) suggest(field, field.dataset.suggestNames ?? "");
}

/** Offer names from the list `id` while one is typed. @param {HTMLInputElement} field @param {string} id */
function suggest(field, id) {
  const list = document.getElementById(id);
  if (!list) return;
  field.setAttribute("list", list.id);
  const { suggest: address = "" } = list.dataset;
  const ask = debounced(async () => {
    const answer = await fetch(`${address}?${new URLSearchParams({ q: field.value })}`).catch(() => null);
    if (answer?.ok) list.innerHTML = await answer.text();
  }, PAUSE);
  field.addEventListener("input", ask);
}
