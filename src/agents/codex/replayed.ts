import type { HistoryFiles } from "../history/model.ts";
import { id, object, type Payload } from "../wire/payload.ts";

/** The milliseconds since 1970 in a UUIDv7, or null. */
function timeOf(uuid: string | null): number | null {
  const hex = uuid?.replaceAll("-", "") ?? "";
  return /^[0-9a-f]{12}7/u.test(hex) ? Number.parseInt(hex.slice(0, 12), 16) : null;
}

function totalIn(line: Payload, payload: Payload | null): Payload | null {
  const isCount = line["type"] === "event_msg" && payload?.["type"] === "token_count";
  return isCount ? object(object(payload, "info"), "total_token_usage") : null;
}

const same = (a: Payload, b: Payload | undefined) => JSON.stringify(a) === JSON.stringify(b);

/** The beginning of an older fork or subagent: its parent's whole history, counts and all, often with new times. */
export class ReplayedHistory {
  /** What the parent had used, as often as it told so. */
  readonly #totals: Payload[] = [];
  readonly #since: number | null;
  #at = 0;
  /** Whether its own lines have begun. */
  isOver = false;
  /** What the parent had used at the fork. */
  lastTotal: Payload | null = null;

  constructor(files: HistoryFiles, parent: string, own: string) {
    this.#since = timeOf(own);
    for (const path of files.named(parent)) {
      for (const line of files.lines(path, {
        skips: (head) => !head.includes("token_count"),
      })) {
        const total = line === null ? null : totalIn(line, object(line, "payload"));
        if (total !== null && !same(total, this.#totals.at(-1))) this.#totals.push(total);
      }
    }
  }

  /** Whether the line belongs to the parent. */
  passes(line: Payload, payload: Payload | null): boolean {
    if (this.isOver) return false;
    const total = totalIn(line, payload);
    if (total !== null && this.#isParents(total)) {
      this.lastTotal = total;
      return true;
    }
    this.isOver = total !== null || this.#begins(payload) || this.#isBeyond(payload);
    return !this.isOver;
  }

  #isParents(total: Payload): boolean {
    // Without the parent's file, only the turns' ids tell where its history ends.
    if (this.#totals.length === 0) return true;
    const found = this.#totals.findIndex((each, index) => index >= this.#at && same(total, each));
    if (found >= 0) this.#at = found;
    return found >= 0;
  }

  /** All of the parent's counts have come, and a person says something. */
  #isBeyond(payload: Payload | null): boolean {
    const isPrompt = payload?.["type"] === "user_message";
    return isPrompt && this.#totals.length > 0 && this.#at === this.#totals.length - 1;
  }

  /** A turn that began after the fork is the fork's own. */
  #begins(payload: Payload | null): boolean {
    const at = timeOf(id(payload, "turn_id"));
    return at !== null && this.#since !== null && at >= this.#since;
  }
}
