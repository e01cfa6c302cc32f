import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What happens in a made-up session. */
export type Step =
  | { readonly kind: "prompt"; readonly at: number; readonly text: string }
  | { readonly kind: "answer"; readonly at: number; readonly text: string }
  | {
      readonly kind: "tool";
      readonly at: number;
      readonly name: string;
      readonly input: unknown;
      readonly failed?: boolean;
    };

/** A session of which a transcript is made. */
export interface MadeSession {
  /** A UUID. */
  readonly id: string;
  readonly cwd: string;
  readonly steps: readonly Step[];
}

const iso = (at: number) => new Date(at).toISOString();

function claudeLines({ id, cwd, steps }: MadeSession): object[] {
  const common = { sessionId: id, cwd, version: "2.1.330", gitBranch: "main" };
  const user = (at: number, n: string, content: unknown) => ({
    ...common,
    type: "user",
    timestamp: iso(at),
    uuid: `${id}-${n}`,
    promptId: `p-${n}`,
    message: { role: "user", content },
  });
  const assistant = (at: number, n: string, part: object) => ({
    ...common,
    type: "assistant",
    timestamp: iso(at),
    uuid: `${id}-${n}`,
    requestId: `req-${id}-${n}`,
    message: {
      id: `msg-${id}-${n}`,
      role: "assistant",
      model: "claude-sonnet-5-5",
      content: [part],
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  });
  return steps.flatMap((step, n) => {
    if (step.kind === "prompt") return [user(step.at, String(n), step.text)];
    if (step.kind === "answer")
      return [assistant(step.at, String(n), { type: "text", text: step.text })];
    const useId = `toolu_${id}_${n}`;
    const call = { type: "tool_use", id: useId, name: step.name, input: step.input };
    const is_error = step.failed === true;
    const result = { type: "tool_result", tool_use_id: useId, content: "ok", is_error };
    return [assistant(step.at, `${n}a`, call), user(step.at, `${n}b`, [result])];
  });
}

function codexLines({ id, cwd, steps }: MadeSession): object[] {
  const line = (at: number, type: string, payload: object) => ({
    timestamp: iso(at),
    type,
    payload,
  });
  const [first] = steps;
  const start = first?.at ?? 0;
  return [
    line(start, "session_meta", { id, cwd, cli_version: "0.169.0" }),
    line(start, "turn_context", { turn_id: `turn-${id}`, cwd, model: "gpt-5.5" }),
    ...steps.flatMap((step, n) => {
      if (step.kind === "prompt")
        return [line(step.at, "event_msg", { type: "user_message", message: step.text })];
      if (step.kind === "answer")
        return [line(step.at, "event_msg", { type: "agent_message", message: step.text })];
      const call_id = `call-${id}-${n}`;
      const { name, input } = step;
      const output =
        step.failed === true ? "Exit code: 1\nOutput:\nno" : "Exit code: 0\nOutput:\nok";
      return [
        line(step.at, "response_item", { type: "custom_tool_call", call_id, name, input }),
        line(step.at, "response_item", { type: "custom_tool_call_output", call_id, output }),
      ];
    }),
  ];
}

function geminiLines({ id, steps }: MadeSession): object[] {
  const start = iso(steps[0]?.at ?? 0);
  return [
    { sessionId: id, projectHash: "x", startTime: start, lastUpdated: start, kind: "main" },
    ...steps.map((step, n) => {
      const known = { id: `${id}-${n}`, timestamp: iso(step.at) };
      if (step.kind === "prompt") return { ...known, type: "user", content: [{ text: step.text }] };
      const model = "gemini-2.5-flash";
      if (step.kind === "answer") return { ...known, type: "gemini", model, content: step.text };
      const status = step.failed === true ? "error" : "success";
      const call = {
        id: `c-${n}`,
        name: step.name,
        args: step.input,
        status,
        timestamp: iso(step.at),
      };
      return { ...known, type: "gemini", model, content: "", toolCalls: [{ ...call, result: [] }] };
    }),
  ];
}

/** Writes a session's transcript below a home as its agent does, and returns its path. */
export function writeTranscript(
  home: string,
  agent: "claude" | "codex" | "gemini",
  session: MadeSession,
): string {
  const { id, cwd, steps } = session;
  const start = iso(steps[0]?.at ?? 0);
  const [lines, path] = {
    claude: () =>
      [
        claudeLines(session),
        `.claude/projects/${cwd.replaceAll(/\W/gu, "-")}/${id}.jsonl`,
      ] as const,
    codex: () => {
      const day = start.slice(0, 10).replaceAll("-", "/");
      const time = start.slice(0, 19).replaceAll(":", "-");
      return [codexLines(session), `.codex/sessions/${day}/rollout-${time}-${id}.jsonl`] as const;
    },
    gemini: () => {
      const name = cwd.replaceAll(/\W/gu, "-");
      const minute = start.slice(0, 16).replaceAll(":", "-");
      const folder = `.gemini/tmp/${name}`;
      mkdirSync(`${home}/${folder}`, { recursive: true });
      writeFileSync(`${home}/${folder}/.project_root`, cwd);
      return [
        geminiLines(session),
        `${folder}/chats/session-${minute}-${id.slice(0, 8)}.jsonl`,
      ] as const;
    },
  }[agent]();
  mkdirSync(dirname(`${home}/${path}`), { recursive: true });
  writeFileSync(`${home}/${path}`, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return `${home}/${path}`;
}
