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

/** Whether a machine is meant by a name: with its user, or alone. */
export function isCalled(source: Named, name: string): boolean {
  return name === machineName(source) || name === source.machine;
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
