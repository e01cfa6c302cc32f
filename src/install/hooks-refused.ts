import type { Client } from "../agents/agents.ts";
import type { Scope } from "../edit/places.ts";
import type { Target } from "../edit/plan.ts";
import { UserError } from "../errors.ts";

/** A file that can't be edited, and was left as it is. */
export interface Refused {
  readonly client: Client;
  readonly scope: Scope;
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export interface Planned<T> {
  readonly planned: readonly T[];
  readonly refused: readonly Refused[];
}

/**
 * Plans each; where no client was named, one whose file can't be edited doesn't keep the others from it.
 * @throws UserError `settings_unreadable` of a named one, or where there is no other
 */
export function planEach<T extends { readonly target: Target }, P>(
  all: readonly T[],
  isNamed: boolean,
  plan: (one: T) => P,
): Planned<P> {
  const planned: P[] = [];
  const refused: Refused[] = [];
  for (const one of all) {
    try {
      planned.push(plan(one));
    } catch (error) {
      if (isNamed || all.length === 1 || !(error instanceof UserError)) throw error;
      const { client, scope, path } = one.target;
      refused.push({ client, scope, file: path, code: error.code, message: error.message });
    }
  }
  return { planned, refused };
}
