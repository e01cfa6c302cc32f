import { UserError } from "../errors.ts";
import { isCalled, machineName, machineNamesIn } from "../sync/replica/names.ts";

/** What stands for every machine. */
export const ALL_MACHINES = "all";

/** A source whose sessions were pulled. */
export interface PulledSource {
  readonly sourceId: string;
  readonly machine: string;
  readonly owner: string;
  readonly isOwn: boolean;
  /** When it last pushed, in milliseconds since 1970; null where nobody knows. */
  readonly pushedMs: number | null;
}

/** The machines that are read. */
export interface Chosen {
  /** Whether this machine is one of them. */
  readonly isHere: boolean;
  readonly sources: readonly PulledSource[];
}

const PULL = "`mm sync pull` gets the sessions of others";

function unknownMachine(name: string, here: string, sources: readonly PulledSource[]): UserError {
  const others = [...new Set(sources.map(machineName))].sort();
  const hint =
    others.length === 0
      ? PULL
      : `there are: ${[`${here} (this one)`, ...others].join(", ")}; ${PULL}`;
  return new UserError("sync_source", `no machine is called '${name}'`, hint);
}

/** Whether this machine is meant. @throws UserError `usage` for an empty name */
export function meansHere(typed: string, here: string): boolean {
  return machineNamesIn(typed).some((name) => name === ALL_MACHINES || name === here);
}

/**
 * Decides which machines are meant.
 * @param typed names between commas, or `all`
 * @param here this machine's name
 * @throws UserError `sync_source` for a name that no machine has, `usage` for an empty one
 */
export function chooseMachines(
  typed: string,
  here: string,
  sources: readonly PulledSource[],
): Chosen {
  const names = machineNamesIn(typed);
  if (names.includes(ALL_MACHINES)) return { isHere: true, sources };
  const unknown = names.find(
    (name) => name !== here && !sources.some((source) => isCalled(source, name)),
  );
  if (unknown !== undefined) throw unknownMachine(unknown, here, sources);
  return {
    isHere: meansHere(typed, here),
    sources: sources.filter((source) => names.some((name) => isCalled(source, name))),
  };
}
