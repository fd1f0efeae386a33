/**
 * Long work in short turns, so that a finger on the screen never waits for the end of it.
 *
 * @typedef {{readonly tired: boolean, rest: () => Promise<void>}} Pace when to let others go first, and how
 */

/** Where nobody waits. @type {Pace} */
export const AT_ONCE = { tired: false, rest: async () => {} };

/** Milliseconds of work after which whoever works lets others go first. */
const TURN = 7;

/** Work that rests whenever it has kept the page busy for a turn, and ends when nobody wants it any more. */
export class Turns {
  #signal;
  #begun = performance.now();

  /** @param {AbortSignal} [signal] ends the work at its next rest */
  constructor(signal) {
    this.#signal = signal;
  }

  get tired() {
    return performance.now() - this.#begun > TURN;
  }

  /** Let everything else go first. Rejects with `AbortError` when the work is no longer wanted. */
  async rest() {
    await nextTask();
    this.#signal?.throwIfAborted();
    this.#begun = performance.now();
  }
}

/** The next task of the page; not a timer, which would sleep for 4 ms each time. @returns {Promise<void>} */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
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
    await nextTask();
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
