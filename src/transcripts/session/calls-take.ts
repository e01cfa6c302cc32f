import type { PreparedPart } from "../rows/rows.ts";
import { SessionTake } from "./take.ts";

/** A session of which no more than the usage of calls is stored. */
export class CallsTake extends SessionTake {
  protected readonly usageOnly = true;

  /** What only waits to be stored has no id yet. */
  get isTaken(): boolean {
    return true;
  }

  async part(part: PreparedPart): Promise<void> {
    await this.taking.batch.add(part.calls.length, (view) => void this.begin(view, part));
  }

  /** There are no events. */
  async order(): Promise<void> {}
}
