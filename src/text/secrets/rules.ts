import { addresses } from "./addresses.ts";
import { assignment } from "./assignment/assignment.ts";
import { headers } from "./headers.ts";
import { keys, webTokens } from "./keys.ts";
import { positions } from "./positions.ts";
import type { Rule } from "./rule.ts";
import {
  ADDRESS_SIGNS,
  DOT_SIGNS,
  KEY_SIGNS,
  NAME_SIGNS,
  POSITION_SIGNS,
  type Signs,
  TOKEN_SIGNS,
  TOOL_CALL_SIGNS,
} from "./signs.ts";
import { dottedTokens } from "./tokens/dots.ts";
import { hostingTokens } from "./tokens/hosting.ts";
import { infrastructureTokens } from "./tokens/infrastructure.ts";
import { modelTokens } from "./tokens/model.ts";
import { workTokens } from "./tokens/work.ts";
import { commandLine } from "./tools/command-line.ts";

function keyRules() {
  return { ...keys(), ...webTokens() };
}

function tokenRules() {
  return { ...modelTokens(), ...hostingTokens(), ...infrastructureTokens(), ...workTokens() };
}

/** Secrets that are known by where they stand. */
function positionRules() {
  return { ...headers(), ...positions() };
}

function toolRules() {
  return { "command-line": commandLine() };
}

function nameRules() {
  return { assignment: assignment() };
}

type Rules = ReturnType<typeof keyRules> &
  ReturnType<typeof tokenRules> &
  ReturnType<typeof dottedTokens> &
  ReturnType<typeof addresses> &
  ReturnType<typeof positionRules> &
  ReturnType<typeof toolRules> &
  ReturnType<typeof nameRules>;

export type RuleName = keyof Rules;

/** Rules that are made when a text first has a sign of one of them. */
export interface RuleGroup {
  readonly signs: Signs;
  readonly make: () => Readonly<Partial<Record<RuleName, Rule>>>;
}

/**
 * All rules in the order in which they are applied: the particular first, so that a token keeps its
 * provider's name. Their patterns are linear: what follows a prefix consumes what it reads, is bounded or
 * excludes the prefix.
 */
export const RULE_GROUPS: readonly RuleGroup[] = [
  { signs: KEY_SIGNS, make: keyRules },
  { signs: TOKEN_SIGNS, make: tokenRules },
  { signs: DOT_SIGNS, make: dottedTokens },
  { signs: ADDRESS_SIGNS, make: addresses },
  { signs: POSITION_SIGNS, make: positionRules },
  { signs: TOOL_CALL_SIGNS, make: toolRules },
  { signs: NAME_SIGNS, make: nameRules },
];

export function allRules(): Readonly<Record<RuleName, Rule>> {
  return {
    ...keyRules(),
    ...tokenRules(),
    ...dottedTokens(),
    ...addresses(),
    ...positionRules(),
    ...toolRules(),
    ...nameRules(),
  };
}
