import type { Places, Scope } from "../places.ts";
import type { ServerEditor } from "./editor.ts";

/** Where an agent looks for servers, and what the person has to do. */
export interface ServerSettings {
  readonly kind: "server";
  /** Names under which the agent is found on PATH. */
  readonly programs: readonly string[];
  /** A folder that is there where the agent has been used. */
  folder(places: Places): string;
  /** Null where it has no such file. */
  file(scope: Scope, places: Places): string | null;
  readonly editor: ServerEditor;
  /** Steps that are left to a person. */
  nextSteps(scope: Scope): readonly string[];
}

/** An agent for which no server is registered, and why. */
interface NoServer {
  readonly kind: "none";
  readonly because: string;
}

export type ServerInstaller = ServerSettings | NoServer;
