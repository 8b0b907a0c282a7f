/** ms of work without a pause. */
const SLICE = 8;

/** Our turn to work; others get theirs when it is over. */
export class Turn {
  #began = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#began > SLICE;
  }

  /** Lets others have theirs; then it is ours again. */
  async giveWay(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#began = performance.now();
  }
}
