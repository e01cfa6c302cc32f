import { arg } from "../cli/command.ts";
import { options } from "../cli/options.ts";

const scope = arg({
  type: "enum",
  options: ["user", "project"],
  default: "user",
  valueHint: "SCOPE",
  description: "Your own settings, or those of the project you are in",
});

/** Arguments that several of the `hooks` commands take. */
export const hooksOptions = {
  agents: (description: string) =>
    arg({
      type: "positional",
      rest: true,
      required: false,
      completes: "client",
      valueHint: "AGENT…",
      description,
    }),
  scope,
  /** What uninstalling takes. */
  removal: {
    scope,
    "dry-run": options.dryRun("Show what would change"),
    yes: arg({ type: "boolean", alias: "y", description: "Accepted for scripts; it never asks" }),
    json: options.json,
  },
  events: arg({
    type: "enum",
    options: ["sessions", "activity"],
    default: "activity",
    valueHint: "SET",
    description: "Only the start and end of sessions, or also what happens in them",
  }),
} as const;
