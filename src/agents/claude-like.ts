import type { Editor } from "../edit/editor.ts";
import { hookCommand, shellOf } from "../edit/hook-command.ts";
import { jsonHooks } from "../edit/json-hooks.ts";
import type { Places } from "../edit/places.ts";
import type { HookSettings, JsonDialect } from "../edit/settings.ts";
import type { AgentName } from "./agents.ts";

interface Described {
  readonly agent: AgentName;
  /** Its folder in the user's home. */
  folder(places: Places): string;
  /** Its folder in a project, and the name of the settings in either. */
  readonly path: readonly [folder: string, file: string];
  readonly editor: Editor;
  readonly dialect: JsonDialect | null;
  /** Events to install beside those of sessions and prompts. */
  readonly activity: readonly string[];
}

const SESSIONS = ["SessionStart", "SessionEnd"];
const PROMPT = "UserPromptSubmit";

/** Where the settings are and which events are installed, of an agent that took over Claude Code's. */
export function claudeLike({ agent, folder, path, editor, dialect, activity }: Described) {
  const [projectFolder, file] = path;
  return {
    kind: "settings",
    programs: [agent],
    folder,
    file: (scope, places) =>
      `${scope === "user" ? folder(places) : `${places.project}/${projectFolder}`}/${file}`,
    editor,
    dialect,
    events: { sessions: SESSIONS, activity: [...SESSIONS, PROMPT, ...activity] },
    promptEvent: PROMPT,
  } as const satisfies Partial<HookSettings>;
}

interface Entries {
  readonly agent: AgentName;
  /** In the agent's unit of time. */
  timeout(event: string): number;
  /** Whether an entry has to name PowerShell. */
  readonly namesShell: boolean;
}

/** Claude Code's entries: a command each, alone in its group. */
export function claudeEntries({ agent, timeout, namesShell }: Entries): Editor {
  return jsonHooks({
    agent,
    group: {},
    handler(event, called) {
      const shell = shellOf(called.program);
      return {
        type: "command",
        command: hookCommand(shell, { ...called, agent, event }),
        ...(namesShell && shell === "powershell" ? { shell } : {}),
        timeout: timeout(event),
      };
    },
  });
}
