/** What lies over the map besides marks: zoom buttons, what the ground can't show, the credit, a count for ears. */

import { boot, text } from "../boot.js";
import { make } from "../dom.js";
import { LAST_ZOOM } from "./ground.js";

const PLUS = "M12 5v14M5 12h14";
const MINUS = "M5 12h14";

export class Controls {
  #closer;
  #away;
  #note = make("p", { class: "map-note" }, [text("no_streets")]);
  #heard = make("p", { class: "visually-hidden", id: "map-summary" });

  /** @param {HTMLElement} map @param {(step: 1 | -1) => void} onZoom */
  constructor(map, onZoom) {
    this.#closer = button("zoom_in", PLUS, () => onZoom(1));
    this.#away = button("zoom_out", MINUS, () => onZoom(-1));
    const zoom = make("div", { class: "map-zoom" }, [this.#closer, this.#away]);
    const credit = make("p", { class: "map-credit" }, [this.#credit()]);
    this.#note.hidden = true;
    for (const part of [zoom, this.#note, credit]) {
      for (const name of ["pointerdown", "mousedown", "touchstart", "click", "dblclick", "wheel"]) {
        part.addEventListener(name, (event) => event.stopPropagation(), { passive: true });
      }
    }
    map.append(zoom, this.#note, credit, this.#heard);
    map.setAttribute("aria-describedby", "map-summary");
  }

  #credit() {
    const raster = boot.basemap.tile_attribution;
    return raster ? `Natural Earth · ${raster}` : "Natural Earth";
  }

  /** @param {number} zoom @param {{closer: boolean, away: boolean}} can */
  show(zoom, can) {
    this.#note.hidden = zoom <= LAST_ZOOM || boot.basemap.tile_url !== "";
    this.#closer.toggleAttribute("disabled", !can.closer);
    this.#away.toggleAttribute("disabled", !can.away);
  }

  /** The map in words. @param {number} count of places in view */
  say(count) {
    this.#heard.textContent = text("in_view", { count });
  }
}

/** @param {string} label @param {string} path @param {() => void} action */
function button(label, path, action) {
  const element = make("button", { type: "button", "aria-label": text(label) });
  element.innerHTML = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`;
  element.addEventListener("click", action);
  return element;
}
