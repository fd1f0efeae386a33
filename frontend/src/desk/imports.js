/** The import screen: progress without reloading, one press once, and the map of a preview. Complete without. */

const PAUSE = 800;
/** A server that doesn't answer is asked again this often before the page says so. */
const PATIENCE = 20;

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-disabled", "true");
      button.addEventListener("click", (event) => event.preventDefault());
      if (button.dataset.busy) button.textContent = button.dataset.busy;
    }
  });
}

const progress = document.querySelector("[data-progress]");
if (progress instanceof HTMLElement) follow(progress);

const map = document.querySelector("#map[data-points]");
if (map instanceof HTMLElement) {
  import("./import_map.js").then(({ showPoints }) => showPoints(map)).catch(() => map.closest("figure")?.remove());
}

/** Ask how far it is until it is done, then show the result. @param {HTMLElement} element */
async function follow(element) {
  const bar = element.querySelector("progress");
  const words = element.querySelector("[data-said]");
  for (let failed = 0; failed < PATIENCE; ) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const answer = await fetch(element.dataset.progress ?? "", { headers: { Accept: "application/json" } }).catch(
      () => null,
    );
    if (!answer?.ok) {
      failed++;
      continue;
    }
    failed = 0;
    const { running, said, done, total } = await answer.json();
    if (!running) break;
    if (words && words.textContent !== said) words.textContent = said;
    if (bar && total) {
      bar.max = total;
      bar.value = done;
    }
    const counted = element.querySelector("[data-counted]");
    const lang = document.documentElement.lang;
    if (counted) counted.textContent = total ? `${done.toLocaleString(lang)} / ${total.toLocaleString(lang)}` : "";
  }
  location.replace(location.pathname);
}
