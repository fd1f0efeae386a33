/** The page of a plan: complete without; with a script it has a map, a button to print and one to share. */

import { reveal, share } from "./features/share.js";

reveal(document);
document.querySelector("[data-action=print]")?.addEventListener("click", () => print());
for (const button of document.querySelectorAll("[data-action=share]")) {
  if (!(button instanceof HTMLElement)) continue;
  button.addEventListener("click", () => share(button, document.title, (words) => button.replaceChildren(words)));
}
const map = document.getElementById("plan-map");
if (map) import("./features/sourcing/plan.js").then(({ showPlan }) => showPlan(map)).catch(() => map.remove());
