import { arg } from "../cli/command.ts";

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
  scope: arg({
    type: "enum",
    options: ["user", "project"],
    default: "user",
    valueHint: "SCOPE",
    description: "Your own settings, or those of the project you are in",
  }),
  events: arg({
    type: "enum",
    options: ["sessions", "activity"],
    default: "activity",
    valueHint: "SET",
    description: "Only the start and end of sessions, or also what happens in them",
  }),
} as const;
