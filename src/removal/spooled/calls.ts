import { rmSync } from "node:fs";
import { listSpooled, readCall } from "../../files/spool.ts";

/** A spooled call and the session that it is about. */
export interface SpooledCall {
  readonly file: string;
  readonly agentId: string;
  readonly externalId: string;
}

/** All spooled calls whose session can be read; none where there is no spool. */
export function spooledCalls(folder: string): SpooledCall[] {
  return listSpooled(folder).flatMap((file) => {
    try {
      const { agentId, externalId } = readCall(file) as SpooledCall;
      return typeof agentId === "string" && typeof externalId === "string"
        ? [{ file, agentId, externalId }]
        : [];
    } catch {
      // A hook has taken it in meanwhile, or will say that it can't.
      return [];
    }
  });
}

export function removeCalls(calls: readonly SpooledCall[]): void {
  for (const { file } of calls) rmSync(file, { force: true });
}
