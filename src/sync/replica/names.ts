import { UserError } from "../../errors.ts";

/** What people call a machine by. */
interface Named {
  readonly machine: string;
  readonly owner: string;
  readonly isOwn: boolean;
}

/** What people call a machine: another user's may have the same name as one's own. */
export function machineName({ machine, owner, isOwn }: Named): string {
  return isOwn ? machine : `${owner}/${machine}`;
}

/** The beginning of a source's id, behind a name that several machines have. */
const MARK = /~[\da-f]{4}$/u;
const ID_CHARS = 4;

/** Whether a machine is meant by a name: with its user or alone, and one of several by the name of all. */
export function isCalled(source: Named, name: string): boolean {
  const machines = [source.machine, source.machine.replace(MARK, "")];
  return machines.some(
    (machine) => name === machine || name === machineName({ ...source, machine }),
  );
}

/** Gives machines of one user that have the same name names of their own. */
export function toldApart<T extends Named & { readonly sourceId: string }>(
  sources: readonly T[],
): T[] {
  const alike = Map.groupBy(sources, machineName);
  return sources.map((source) => {
    if (alike.get(machineName(source))?.length === 1) return source;
    const machine = `${source.machine}~${source.sourceId.slice(0, ID_CHARS)}`;
    return { ...source, machine };
  });
}

/** Names between commas. @throws UserError `usage` for an empty one */
export function machineNamesIn(typed: string): string[] {
  const names = typed.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new UserError(
    "usage",
    "the name of a machine is empty",
    "for example --machine desk,laptop",
  );
}
