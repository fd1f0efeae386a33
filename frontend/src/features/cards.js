/**
 * Cards out of sight are not drawn (`content-visibility`), and count with a guessed height until they were laid out once:
 * what stands behind them would jump away under the finger when they come into view. So each is laid out once, in turns;
 * the browser remembers the heights.
 */

import { Turns } from "../turns.js";
import { onceSeen } from "../ui/answer.js";

/** The class of a card that is laid out although it is out of sight. */
const LAID = "is-laid";

/**
 * Let the browser know the heights of cards that are in the page.
 * @param {Iterable<Element>} cards @param {() => boolean} isWanted whether the list still shows them
 */
export async function layOut(cards, isWanted) {
  const turns = new Turns();
  const laid = [];
  for (const card of cards) {
    if (turns.tired) await turns.rest();
    if (!isWanted()) return;
    card.classList.add(LAID);
    card.getBoundingClientRect();
    laid.push(card);
  }
  await remembered(laid);
}

/** Put cards that have their heights from the beginning behind others. @param {Element} list @param {Element[]} cards */
export function append(list, cards) {
  for (const card of cards) card.classList.add(LAID);
  list.append(...cards);
  remembered(cards);
}

/** Until a frame is done: then heights are remembered. @param {Element[]} cards @returns {Promise<void>} */
function remembered(cards) {
  return new Promise((resolve) => {
    onceSeen(() => {
      for (const card of cards) card.classList.remove(LAID);
      resolve();
    });
  });
}
