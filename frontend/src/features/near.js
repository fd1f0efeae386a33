/**
 * "Near me": asks for the position only when pressed. Refused or not found, a typed place does the same.
 *
 * @import { LonLat } from "../types.js"
 * @import { Store } from "../state.js"
 */

import { text } from "../boot.js";
import { byId } from "../dom.js";
import { roundedPosition } from "../format.js";
import { say } from "../ui/message.js";

/** Metres searched around a position when nothing else was chosen; the server's own default. */
export const RADIUS = 50_000;

export class Near {
  #store;
  #button = byId("near");
  /** The next place that is chosen in the search field is "near what". */
  waiting = false;

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    this.#button.addEventListener("click", () => this.#press());
    this.sync();
  }

  sync() {
    this.#button.setAttribute("aria-pressed", String(this.#store.state.query.has("near")));
  }

  /** @returns {{at: LonLat, radius: number} | null} */
  get where() {
    const [lon, lat] = (this.#store.state.query.get("near") ?? "").split(",").map(Number);
    const radius = Number(this.#store.state.query.get("radius") ?? RADIUS) || RADIUS;
    if (lon === undefined || lat === undefined || !Number.isFinite(lon) || !Number.isFinite(lat)) return null;
    return { at: [lon, lat], radius };
  }

  #press() {
    const query = new URLSearchParams(this.#store.state.query);
    if (query.has("near")) {
      query.delete("near");
      query.delete("radius");
      query.delete("reach");
      this.#store.go({ query, view: null, open: "" });
      return;
    }
    if (!("geolocation" in navigator)) return this.#ask("near_failed");
    say(text("near_asking"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        say("");
        this.go([coords.longitude, coords.latitude]);
      },
      (error) => this.#ask(error.code === error.PERMISSION_DENIED ? "near_denied" : "near_failed"),
      { timeout: 10_000, maximumAge: 60_000 },
    );
  }

  /** List by distance from a point. @param {LonLat} at */
  go([lon, lat]) {
    this.waiting = false;
    const query = new URLSearchParams(this.#store.state.query);
    for (const name of ["bbox", "province", "commune", "q", "reach"]) query.delete(name);
    query.set("near", roundedPosition(lon, lat));
    this.#store.go({ query, view: null, open: "" });
  }

  /** @param {string} why */
  #ask(why) {
    this.waiting = true;
    say(text(why));
    byId("q").focus();
  }
}
