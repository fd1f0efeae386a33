/** “I am there now”: fills in the position of the phone. The form is complete without: it takes words as well. */

const PATIENCE_MS = 15_000;
const ROUGH_M = 500;

for (const button of document.querySelectorAll("[data-action=here]")) {
  const form = button.closest("form");
  if (!(button instanceof HTMLButtonElement) || !form || !navigator.geolocation) continue;
  const around = button.closest(".only-script");
  if (around instanceof HTMLElement) around.hidden = false;
  button.addEventListener("click", () => locate(button, form));
}

/**
 * @param {HTMLButtonElement} button with the words to say
 * @param {HTMLFormElement} form with the fields `lat` and `lon`
 */
function locate(button, form) {
  const said = form.querySelector("[data-here-said]");
  const { busy = "", done = "", failed = "" } = button.dataset;
  const say = (/** @type {string} */ words) => said?.replaceChildren(words);
  const put = (/** @type {string} */ name, /** @type {string} */ value) => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
    return field;
  };
  say(busy);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (coords.accuracy > ROUGH_M) return say(failed);
      put("lat", coords.latitude.toFixed(6));
      const last = put("lon", coords.longitude.toFixed(6));
      if (last instanceof HTMLInputElement) last.dispatchEvent(new Event("change"));
      say(done.replace("{metres}", String(Math.round(coords.accuracy))));
    },
    () => say(failed),
    { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 },
  );
}
