/** Records that may be there already, shown while one is typed: the server compares, the list only appears. */

import { debounced } from "../dom.js";

/** Milliseconds after the last key before it is asked. */
const PAUSE = 500;
/** Fewer letters of a name say nothing yet. */
const SHORTEST = 4;
/** Fields of the form that tell records apart. */
const ASKED = ["name", "kind", "producer", "position", "commune", "province", "phone", "gtin"];

/** @param {HTMLElement} element where they are shown; what is asked of which kind of record, and which is edited, in `data-` */
export function warnOfDuplicates(element) {
  const form = element.closest("form");
  const { duplicatesUrl = "", of = "", except = "" } = element.dataset;
  if (!form || !duplicatesUrl) return;
  let asked = "";
  const ask = debounced(async () => {
    const given = new FormData(form);
    const said = ASKED.map((name) => [name, String(given.get(name) ?? "").trim()]);
    said.push(["of", of], ["except", except]);
    const query = String(new URLSearchParams(said.filter(([, value]) => value)));
    if (query === asked) return;
    asked = query;
    if (String(given.get("name") ?? "").trim().length < SHORTEST) return element.replaceChildren();
    const answer = await fetch(`${duplicatesUrl}?${query}`).catch(() => null);
    if (asked !== query || !answer?.ok) return;
    const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
    element.replaceChildren(...fragment.body.childNodes);
  }, PAUSE);
  form.addEventListener("input", ask);
  form.addEventListener("change", ask);
  // What is stored already was asked about when it was entered.
  if (!except) ask();
}
