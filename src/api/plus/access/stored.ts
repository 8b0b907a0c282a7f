import { StorageError } from "../../../core/interfaces/storage.ts";
import { Problem } from "../problem.ts";

/** Waits for something to be stored. @throws Problem when it is not and so is not in effect */
export async function stored<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof StorageError) throw new Problem(503, `cannot be stored at the moment: ${error.message}`);
    throw error;
  }
}
