/** Everything that asks the server: with an end to waiting, and errors that say what to do. */

/** Milliseconds after which an answer is no longer waited for. */
const PATIENCE = 20_000;

/** Why an answer did not come. `reason` names the text to show: "offline", "wrong" (our question), "broken". */
export class Unanswered extends Error {
  /** @param {"offline" | "wrong" | "broken"} reason @param {string} [detail] told by the server */
  constructor(reason, detail = "") {
    super(detail || reason);
    this.name = "Unanswered";
    this.reason = reason;
    this.detail = detail;
  }
}

/** Whether something was only given up for something newer. @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * @param {string} url @param {AbortSignal} signal
 * @returns {Promise<any>} parsed JSON
 */
export async function getJson(url, signal) {
  const response = await ask(url, signal, "application/geo+json, application/json");
  return response.json();
}

/**
 * @param {string} url @param {AbortSignal} signal
 * @returns {Promise<ArrayBuffer>} a vector tile
 */
export async function getBytes(url, signal) {
  const response = await ask(url, signal, "application/vnd.mapbox-vector-tile");
  return response.arrayBuffer();
}

/**
 * @param {string} url @param {AbortSignal} signal
 * @returns {Promise<string>} HTML of a fragment
 */
export async function getHtml(url, signal) {
  const response = await ask(url, signal, "text/html");
  return response.text();
}

/** @param {string} url @param {AbortSignal} signal @param {string} accept */
async function ask(url, signal, accept) {
  /** @type {Response} */
  let response;
  try {
    const patience = AbortSignal.timeout(PATIENCE);
    const either = "any" in AbortSignal ? AbortSignal.any([signal, patience]) : signal;
    response = await fetch(url, { signal: either, headers: { Accept: accept }, credentials: "same-origin" });
  } catch {
    if (signal.aborted) throw new DOMException("newer question", "AbortError");
    throw new Unanswered(navigator.onLine ? "broken" : "offline");
  }
  if (response.ok) return response;
  throw new Unanswered(response.status < 500 ? "wrong" : "broken", await detailOf(response));
}

/** What a problem+json answer says. @param {Response} response */
async function detailOf(response) {
  if (!response.headers.get("Content-Type")?.includes("json")) return "";
  const problem = await response.json().catch(() => null);
  return String(problem?.detail ?? problem?.title ?? "");
}

/**
 * One running question at a time: a newer one ends the older.
 * @template {unknown[]} A
 * @template R
 * @param {(signal: AbortSignal, ...args: A) => Promise<R>} ask
 * @returns {(...args: A) => Promise<R>}
 */
export function latest(ask) {
  /** @type {AbortController | null} */
  let running = null;
  return (...args) => {
    running?.abort();
    running = new AbortController();
    return ask(running.signal, ...args);
  };
}
