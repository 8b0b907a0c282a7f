/** ms of work without letting anything else have its turn. */
const SLICE = 8;

/** Work took more than it may. */
export class TooMuchWork extends Error {}

/**
 * Does work that can be interrupted, and lets requests and notifications have their turn in between.
 *
 * @param most ms of work
 * @throws TooMuchWork
 */
export async function inSlices<T>(work: Generator<void, T>, most: number): Promise<T> {
  let left = most;
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const took = performance.now() - began;
    if (took < SLICE) continue;
    left -= took;
    if (left < 0) throw new TooMuchWork(`it takes more than ${most} ms`);
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}
