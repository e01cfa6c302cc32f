import { formatAge } from "../text/duration.ts";
import type { Machine } from "./model.ts";

interface FromMachine {
  readonly machine: Machine | null;
}

/** The names to show beside these; empty unless they are from more than one machine. */
export function machineNames(shown: readonly FromMachine[]): string[] {
  const names = shown.map(({ machine }) => machine?.name ?? "");
  return new Set(names).size > 1 ? names : names.map(() => "");
}

/** `desk 5m ago, build never`: when other machines last pushed. Null for none. */
export function lastPushes(shown: readonly FromMachine[], nowMs: number): string | null {
  const others = new Map(
    shown.flatMap(({ machine }) => {
      return machine === null || machine.sourceId === null ? [] : [[machine.sourceId, machine]];
    }),
  );
  const told = [...others.values()].map(({ name, pushedMs }) => {
    const ago = pushedMs === null ? "" : ` ${formatAge(Math.max(0, nowMs - pushedMs))} ago`;
    return `${name}${ago}`;
  });
  return told.length === 0 ? null : told.join(", ");
}
