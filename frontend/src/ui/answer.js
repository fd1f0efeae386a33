/** What is tapped answers at once: first a look of its own is painted, then the work begins. */

/** Milliseconds after which the work begins although nothing is painted, as in a tab that lies behind others. */
const UNSEEN = 200;

/**
 * Do something once the present look is on the screen.
 * @param {() => void} work
 */
export function onceSeen(work) {
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    clearTimeout(late);
    work();
  };
  const late = setTimeout(begin, UNSEEN);
  requestAnimationFrame(() => setTimeout(begin));
}

/**
 * The same a turn later: what else waits for the frame goes first.
 * @param {() => void} work
 */
export function afterPaint(work) {
  onceSeen(() => setTimeout(work));
}

/** Let a link look pressed until the answer takes its place. @param {HTMLElement} link */
export function press(link) {
  link.classList.add("is-pressed");
}
