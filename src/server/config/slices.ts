/** ms of work without letting anything else have its turn. */
const SLICE = 8;

/** Does work that can be interrupted, and lets requests and notifications have their turn in between. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < SLICE) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}
