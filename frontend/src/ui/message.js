/** One line over the map for what went wrong or was done, with at most one thing to do about it. */

import { isAbort, Unanswered } from "../api.js";
import { text } from "../boot.js";
import { make } from "../dom.js";

const STAY = 8_000;

/** @type {HTMLElement | null} */
let line = null;
let timer = 0;

/**
 * @param {string} words
 * @param {{label: string, action: () => void}} [todo]
 */
export function say(words, todo) {
  line ??= document.body.appendChild(make("p", { class: "message", role: "status" }));
  clearTimeout(timer);
  line.replaceChildren(words);
  line.hidden = words === "";
  if (todo) {
    const button = make("button", { type: "button", class: "button plain" }, [todo.label]);
    button.addEventListener("click", () => {
      say("");
      todo.action();
    });
    line.append(button);
  } else if (words) timer = window.setTimeout(() => say(""), STAY);
}

/**
 * Tell a failed question, unless it was only given up for a newer one.
 * @param {unknown} error @param {() => void} again what "Try again" does
 */
export function tell(error, again) {
  if (isAbort(error)) return;
  const todo = { label: text("again"), action: again };
  if (!(error instanceof Unanswered)) {
    say(text("failed"), todo);
    throw error;
  }
  if (error.reason === "offline") say(text("offline"), todo);
  else say(error.detail || text("failed"), todo);
}
