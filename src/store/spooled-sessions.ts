import { readdirSync, readFileSync, rmSync } from "node:fs";

/** A spooled call and the session that it is about. */
export interface SpooledCall {
  readonly file: string;
  readonly agentId: string;
  readonly externalId: string;
}

/** All spooled calls whose session can be read; none where there is no spool. */
export function spooledCalls(folder: string): SpooledCall[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = `${folder}/${name}`;
    try {
      const { agentId, externalId } = JSON.parse(readFileSync(file, "utf8")) as SpooledCall;
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
