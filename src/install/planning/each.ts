import type { AgentName } from "../../agents/agents.ts";
import type { EditContext, Scope } from "../../edit/places.ts";
import type { Plan, Target } from "../../edit/plan.ts";
import { checkWritable } from "../../edit/write.ts";
import { UserError } from "../../errors.ts";

/** A file that can't be edited, and was left as it is. */
export interface Refused {
  readonly agent: AgentName;
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
 * Plans each. If no agent was named, one whose file can't be edited is left out and the others are planned.
 * @throws UserError `settings_unreadable` if it was named, or is the only one
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
      const { agent, scope, path } = one.target;
      refused.push({ agent, scope, file: path, code: error.code, message: error.message });
    }
  }
  return { planned, refused };
}

/** Checks that the files which change can be written. @throws UserError `settings_unwritable` */
export function requireWritable(ctx: EditContext, plans: readonly Plan[]): void {
  for (const { target, before, after } of plans) {
    if (before !== after) checkWritable(ctx.files, target.path);
  }
}
