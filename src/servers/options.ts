import { arg } from "../cli/command.ts";

/** What a server is to be started with. */
export const serverOptions = {
  "read-only": arg({ type: "boolean", description: "Offer no tool that writes" }),
  "this-project": arg({ type: "boolean", description: "Answer for no other project" }),
} as const;
