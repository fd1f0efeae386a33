/**
 * Long work in short turns, so that a finger on the screen never waits for the end of it.
 *
 * @typedef {{readonly tired: boolean, rest: () => Promise<void>}} Pace when to let others go first, and how
 */

/** Where nobody waits. @type {Pace} */
export const AT_ONCE = { tired: false, rest: async () => {} };

/** Milliseconds of work after which whoever works lets others go first. */
const TURN = 7;

/** Who goes first of those that wait for a turn: marks, which people look for, then the rest of the page, then names. */
export const RANK = { marks: 0, page: 1, names: 2 };

/** Work that rests whenever it has kept the page busy for a turn, and ends when nobody wants it any more. */
export class Turns {
  #signal;
  #rank;
  #begun = performance.now();

  /** @param {AbortSignal} [signal] ends the work at its next rest @param {number} [rank] of `RANK` */
  constructor(signal, rank = RANK.page) {
    this.#signal = signal;
    this.#rank = rank;
  }

  get tired() {
    return performance.now() - this.#begun > TURN;
  }

  /** Whoever waited for an answer was not at work: the turn begins with the task that brings it. */
  begin() {
    this.#begun = performance.now();
  }

  /** Let everything else go first. Rejects with `AbortError` when the work is no longer wanted. */
  async rest() {
    await nextTask(this.#rank);
    this.#signal?.throwIfAborted();
    this.begin();
  }
}

/** Who waits for a task, by rank. @type {(() => void)[][]} */
const waiting = Object.values(RANK).map(() => []);
/** How many pictures wait to be seen: until then only marks go on. */
let unseen = 0;
/** Milliseconds after which everybody goes on although nothing is painted, as in a tab that lies behind others. */
const UNSEEN = 100;

/** Let marks that were just put on the page be seen before anything else goes on. */
export function seeFirst() {
  unseen++;
  let seen = false;
  const goOn = () => {
    if (seen) return;
    seen = true;
    clearTimeout(late);
    unseen--;
    for (const lane of waiting) for (const _ of lane) ring();
  };
  const late = setTimeout(goOn, UNSEEN);
  requestAnimationFrame(() => setTimeout(goOn));
}

/**
 * A task of the page, as soon as nobody of a higher rank waits for one; not a timer, which would sleep for 4 ms each time.
 * @param {number} rank @returns {Promise<void>}
 */
function nextTask(rank) {
  return new Promise((resolve) => {
    waiting[rank]?.push(resolve);
    ring();
  });
}

/** Call whoever is next, in a task of the page. */
function ring() {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    const lanes = unseen ? waiting.slice(0, RANK.page) : waiting;
    lanes.find((lane) => lane.length > 0)?.shift()?.();
  };
  port2.postMessage(null);
}

/** Pieces of work, one after the other in turns; what comes later waits for what was there. */
export class Queue {
  /** @type {(() => void)[]} */
  #works = [];
  #busy = false;

  /** @param {() => void} work */
  add(work) {
    this.#works.push(work);
    if (!this.#busy) this.#run();
  }

  async #run() {
    this.#busy = true;
    await nextTask(RANK.page);
    const turns = new Turns();
    try {
      for (let work = this.#works.shift(); work; work = this.#works.shift()) {
        if (turns.tired) await turns.rest();
        work();
      }
    } finally {
      this.#busy = false;
      if (this.#works.length) this.#run();
    }
  }
}

/** A wait may take this long (ms) at most: whoever never stops moving still gets an answer. */
const LONGEST = 1500;

/** Lets work pass while it is open. */
export class Gate {
  /** @type {(() => void)[]} */
  #waiting = [];
  #isShut = false;
  #times = 0;

  shut() {
    this.#isShut = true;
    this.#times++;
  }

  /** Open as soon as `later` has its turn, unless it was shut again by then. @param {(work: () => void) => void} later */
  openAfter(later) {
    const times = this.#times;
    later(() => {
      if (times !== this.#times) return;
      this.#isShut = false;
      for (const pass of this.#waiting.splice(0)) pass();
    });
  }

  /** Until it is open. @returns {Promise<void>} */
  passed() {
    if (!this.#isShut) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, LONGEST);
    });
  }
}
