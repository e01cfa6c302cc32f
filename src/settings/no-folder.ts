import { lstatSync, type Stats, statSync } from "node:fs";
import { UserError } from "../errors.ts";
import type { Env } from "./environment.ts";
import { homeFolder, isHomeNamed } from "./home.ts";

function whatIs(stat: Stats | undefined): string {
  if (stat === undefined) return "a link that leads nowhere";
  return stat.isFile() ? "a file" : "a pipe or a device";
}

/**
 * What is wrong with a home that is there and is no folder; null where it is one, or isn't there yet.
 * @param isNamed whether `MM_HOME` names it
 */
export function homeFault(home: string, isNamed: boolean): UserError | null {
  let what: string;
  try {
    if (lstatSync(home, { throwIfNoEntry: false }) === undefined) return null;
    const stat = statSync(home, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return null;
    what = whatIs(stat);
  } catch {
    // A part of its path is none, or may not be looked into.
    return null;
  }
  return isNamed
    ? new UserError(
        "invalid_home",
        `MM_HOME names ${what}, not a folder: ${home}`,
        "set it to a folder, or unset it to use ~/.memtomem",
      )
    : new UserError(
        "invalid_home",
        `the home is ${what}, not a folder: ${home}`,
        "move it away, or set MM_HOME to another folder",
      );
}

/** As `homeFolder`. @throws UserError `invalid_home`, also where the home is there and no folder */
export function requireHome(env: Env): string {
  const home = homeFolder(env);
  const fault = homeFault(home, isHomeNamed(env));
  if (fault !== null) throw fault;
  return home;
}
