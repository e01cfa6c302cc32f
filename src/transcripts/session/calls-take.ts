import type { View } from "../../store/store.ts";
import type { PreparedPart } from "../rows/rows.ts";
import { SessionTake } from "./take.ts";

/** A session of which no more than the usage of calls is stored. */
export class CallsTake extends SessionTake {
  protected readonly usageOnly = true;

  protected store(view: View, part: PreparedPart): void {
    this.begin(view, part);
  }
}
