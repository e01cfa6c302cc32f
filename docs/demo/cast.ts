import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { BINARY } from "../../build.ts";

/** One hook call of an agent, and for how many seconds it was busy before it. */
export interface Call {
  readonly after: number;
  readonly event: string;
  readonly says?: Readonly<Record<string, unknown>>;
}

/** A session as its agent reports it. */
export interface Played {
  readonly agent: string;
  readonly id: string;
  readonly project: string;
  readonly calls: readonly Call[];
}

const HOUR_MS = 3_600_000;

export function prompt(text: string, after = 2): Call {
  return { after, event: "UserPromptSubmit", says: { prompt: text } };
}

export function bash(command: string, after: number): Call {
  return { after, event: "PostToolUse", says: { tool_name: "Bash", tool_input: { command } } };
}

export function failed(command: string, error: string, after: number): Call {
  const says = { tool_name: "Bash", tool_input: { command }, error };
  return { after, event: "PostToolUseFailure", says };
}

export function onFile(tool: "Read" | "Edit", file: string, after: number): Call {
  return {
    after,
    event: "PostToolUse",
    says: { tool_name: tool, tool_input: { file_path: file } },
  };
}

export const START: Call = { after: 0, event: "SessionStart", says: { source: "startup" } };
export const STOP: Call = { after: 3, event: "Stop" };
export const END: Call = { after: 5, event: "SessionEnd", says: { reason: "prompt_input_exit" } };
/** Claude Code asks whether it may run a command. */
export const ASKS: Call = {
  after: 0,
  event: "Notification",
  says: { message: "Claude needs your permission", notification_type: "permission_prompt" },
};

/** A person's home with projects, the binary on PATH, and agents that report to it. */
export class Cast {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  #calls = 0;

  /** @param home a new folder; @param path where git and other programs are */
  constructor(home: string, path: string) {
    const bin = `${home}/.local/bin`;
    this.home = home;
    this.env = { HOME: home, PATH: `${bin}:${path}` };
    mkdirSync(bin, { recursive: true });
    symlinkSync(BINARY, `${bin}/mm`);
    // A stand-in: `mm hooks install` asks for the version, and `mm resume` becomes it.
    const answers = "[ \"$1\" = --version ] && exec echo '2.1.330 (Claude Code)'";
    const says = `echo; echo "  In ~/$(basename "$PWD"): claude $*"; echo`;
    writeFileSync(`${bin}/claude`, `#!/bin/sh\n${answers}\n${says}\n`);
    chmodSync(`${bin}/claude`, 0o755);
  }

  project(name: string, branch: string): void {
    mkdirSync(`${this.home}/${name}`);
    this.#run(["git", "init", "--quiet", "--initial-branch", branch, name], "");
  }

  #run(argv: readonly string[], stdin: string, env = this.env): string {
    const options = { cwd: this.home, env: { ...env }, stdin: Buffer.from(stdin) };
    const { exitCode, stdout, stderr } = Bun.spawnSync([...argv], options);
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
    return stdout.toString();
  }

  mm(...argv: readonly string[]): string {
    return this.#run(["mm", ...argv], "");
  }

  /** A call now. */
  call({ agent, id, project }: Played, { event, says }: Call, env = this.env): void {
    const payload = {
      session_id: id,
      cwd: `${this.home}/${project}`,
      hook_event_name: event,
      tool_use_id: `tool-${++this.#calls}`,
      ...says,
    };
    this.#run(["mm", "hook", agent, event], JSON.stringify(payload), env);
  }

  /** A whole session whose last call was so many hours ago. */
  past(played: Played, hoursAgo: number): void {
    const elsewhere = { ...this.env, MM_HOME: `${this.home}/.past/${played.id}` };
    mkdirSync(elsewhere.MM_HOME, { recursive: true });
    for (const each of played.calls) this.call(played, each, elsewhere);
    const lines = this.#run(
      ["mm", "session", "export", "--all", "--format", "jsonl"],
      "",
      elsewhere,
    );
    const end = Date.now() - hoursAgo * HOUR_MS;
    this.#run(["mm", "session", "import", "-"], shifted(lines, played.calls, end));
  }
}

type Line = Record<string, unknown> & { mm?: Record<string, unknown> | null };

/** An export with the calls at their times, the last of them at `end`, in milliseconds. */
function shifted(text: string, calls: readonly Call[], end: number): string {
  const length = calls.reduce((sum, { after }) => sum + after, 0);
  const times = calls.map((_, index) => {
    const until = calls.slice(0, index + 1).reduce((sum, { after }) => sum + after, 0);
    return end - (length - until) * 1000;
  });
  const [first = end] = times;
  const stored = calls.flatMap(({ event }, index) =>
    event === "SessionStart" || event === "SessionEnd" ? [] : [times[index] ?? end],
  );
  const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  for (const line of lines) {
    if (line["kind"] === "session") {
      const hasEnded = line["ended_at"] !== null;
      line["started_at"] = iso(first);
      if (hasEnded) line["ended_at"] = iso(end);
      Object.assign(line.mm ?? {}, { last_event_ms: end, ...(hasEnded ? { ended_ms: end } : {}) });
    } else if (line["kind"] === "event") {
      const ms = stored.shift() ?? end;
      line["created_at"] = iso(ms);
      Object.assign(line.mm ?? {}, { at_ms: ms });
    }
  }
  return `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
}
