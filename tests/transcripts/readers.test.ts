import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ModelCall } from "../../src/agents/history/model.ts";
import { TranscriptFiles } from "../../src/transcripts/files.ts";
import { sourcesOf } from "../../src/transcripts/find.ts";
import {
  AGENTS_WITH_FIXTURES,
  copyHome,
  readAll,
  readHome,
  TRANSCRIPTS,
  type Whole,
} from "../support/transcripts.ts";

const folder = mkdtempSync(`${tmpdir()}/mm-readers-`);
afterAll(() => rmSync(folder, { recursive: true }));

interface Expected {
  readonly prompts: readonly string[];
  readonly tool_calls: readonly { id: string; name?: string; ok?: boolean }[];
  readonly errors: number;
  readonly assistant_texts?: number;
  readonly compactions?: number;
  readonly tokens: Readonly<Record<string, number>> | null;
  readonly subagent_of?: string;
  readonly [fact: string]: unknown;
}

function expectedOf(agent: string): Map<string, Expected> {
  const path = `${TRANSCRIPTS}/${agent}/expected.json`;
  const { sessions } = JSON.parse(readFileSync(path, "utf8")) as {
    sessions: Record<string, Expected>;
  };
  return new Map(Object.entries(sessions));
}

function sum(calls: Iterable<ModelCall>) {
  const total = { calls: 0, input: 0, cache_read: 0, cache_write: 0, output: 0 };
  for (const call of calls) {
    total.calls += call.count;
    total.input += call.input;
    total.cache_read += call.cacheRead;
    total.cache_write += call.cacheWrite5m + call.cacheWrite1h;
    total.output += call.output;
  }
  return total;
}

const of = (whole: Whole, kind: string) => whole.events.filter((event) => event.kind === kind);

describe.each(AGENTS_WITH_FIXTURES)("%s", (agent) => {
  const expected = expectedOf(agent);
  const { sessions, passedOver } = (() => {
    copyHome(agent, `${folder}/${agent}`);
    return readHome(agent, `${folder}/${agent}`);
  })();
  /** Sessions of subagents belong to their parents. */
  const children = (id: string) => [...expected.values()].filter((one) => one.subagent_of === id);
  const roots = [...expected].filter(([, { subagent_of }]) => subagent_of === undefined);

  test("has these sessions, and understands every line", () => {
    expect([...sessions.keys()].sort()).toEqual(roots.map(([id]) => id).sort());
    expect(passedOver).toBe(0);
  });

  test.each(roots)("%s: prompts, tools and errors", (id, want) => {
    const whole = sessions.get(id) as Whole;
    expect(of(whole, "prompt").map(({ text }) => text)).toEqual([...want.prompts]);
    const tools = of(whole, "tool").map(({ tool }) => tool?.ok);
    const wanted = [want, ...children(id)].flatMap(({ tool_calls }) => tool_calls);
    expect(tools.filter((ok) => ok).length).toBe(wanted.filter(({ ok }) => ok !== false).length);
    expect(tools.length).toBe(wanted.length);
    expect(of(whole, "error").length).toBe(want.errors);
    if (want.assistant_texts !== undefined) {
      expect(of(whole, "answer").length).toBe(want.assistant_texts);
    }
    expect(of(whole, "compact").length).toBe(want.compactions ?? of(whole, "compact").length);
  });

  test.each(roots)("%s: where and what it is", (id, want) => {
    const { session } = sessions.get(id) as Whole;
    for (const fact of ["cwd", "branch", "remote", "version", "model", "parent"] as const) {
      if (want[fact] !== undefined)
        expect({ [fact]: session[fact] }).toEqual({ [fact]: want[fact] as string });
    }
  });

  test.each(roots)("%s: tokens", (id, want) => {
    const whole = sessions.get(id) as Whole;
    const wanted = [want, ...children(id)].map(({ tokens }) => tokens);
    const total = sum(whole.calls.values()) as Readonly<Record<string, number>>;
    // OpenCode's message that only tells an error is no call.
    const names = Object.keys(want.tokens ?? {}).filter(
      (name) => name !== "calls" || agent !== "opencode",
    );
    for (const name of names) {
      const all = wanted.reduce((each, tokens) => each + (tokens?.[name] ?? 0), 0);
      expect({ [name]: total[name] }).toEqual({ [name]: all });
    }
    if (want.tokens === null) expect(total["calls"]).toBe(0);
  });
});

interface Trap {
  readonly prompts?: number;
  readonly tool_calls?: number;
  readonly errors?: number;
  readonly tokens?: Readonly<Record<string, number>> | null;
  readonly parent?: string;
  readonly same_as?: string;
  readonly [fact: string]: unknown;
}

interface TrapFile {
  readonly why: string;
  readonly sessions: Readonly<Record<string, Trap>>;
}

const TRAPS = ["claude", "codex", "gemini", "copilot"] as const;

/** It copies without a mark: only the database can tell whose lines they are. */
const COPY = "00000004-1111-4111-8111-111111111111";
const WITH_COPIES = {
  prompts: 3,
  parent: null,
  tokens: {
    calls: 3,
    input: 33,
    output: 330,
    cache_read: 3300,
    cache_write_5m: 180,
    cache_write_1h: 0,
  },
};

/** What is told of a session, of what a trap expects. */
function told(whole: Whole, want: Trap): object {
  const tools = of(whole, "tool");
  const failed = tools.filter(({ tool }) => tool?.ok === false).length;
  const calls = [...whole.calls.values()];
  const add = (of: (call: ModelCall) => number) => calls.reduce((all, call) => all + of(call), 0);
  const facts: Record<string, unknown> = {
    ...whole.session,
    prompts: of(whole, "prompt").length,
    tool_calls: tools.length - failed,
    errors: failed + of(whole, "error").length,
    compactions: of(whole, "compact").length,
  };
  const tokens: Record<string, number> = {
    ...sum(calls),
    reasoning: add(({ reasoning }) => reasoning),
    cache_write_5m: add(({ cacheWrite5m }) => cacheWrite5m),
    cache_write_1h: add(({ cacheWrite1h }) => cacheWrite1h),
  };
  const wanted = Object.keys(want.tokens ?? {}).map((name) => [name, tokens[name]]);
  facts["tokens"] = want.tokens === null && calls.length === 0 ? null : Object.fromEntries(wanted);
  return Object.fromEntries(
    Object.entries(want).map(([name, value]) => [name, name in facts ? facts[name] : value]),
  );
}

describe.each(TRAPS)("the traps of %s", (agent) => {
  const traps = `${folder}/traps-${agent}`;
  // Agents keep such files where only their names tell what they are.
  const place =
    agent === "gemini"
      ? `${traps}/x/chats`
      : agent === "copilot"
        ? `${traps}/session-state`
        : traps;
  cpSync(`${TRANSCRIPTS}/${agent}/traps`, place, { recursive: true });
  const paths = readdirSync(place).filter((name) => name !== "expected.json");
  const sources = sourcesOf(
    agent,
    paths.map((name) => `${place}/${name}`),
  );
  const { sessions } = readAll(agent, sources);
  const files = JSON.parse(readFileSync(`${place}/expected.json`, "utf8")) as Record<
    string,
    TrapFile
  >;
  const wanted = Object.values(files).flatMap(({ why, sessions }) =>
    Object.entries(sessions).map(([id, want]) => ({ why, id, want })),
  );

  const ones = wanted.filter(({ want }) => want.same_as === undefined);

  test.each(ones)("$id: $why", ({ id, want }) => {
    const whole = sessions.get(id) as Whole;
    expect(told(whole, want)).toEqual({ ...want, ...(id === COPY ? WITH_COPIES : {}) });
  });
});

test("a command of Qwen's that failed tells its code and what it printed", () => {
  copyHome("qwen", `${folder}/qwen-failed`);
  const { sessions } = readHome("qwen", `${folder}/qwen-failed`);
  const tools = [...sessions.values()].flatMap((whole) => of(whole, "tool"));
  const failed = tools.flatMap(({ tool }) => (tool?.ok === false ? [tool.error] : []));
  expect(failed).toEqual(["Exit code 3\nhi"]);
});

test("lines that tell nothing are counted, and the last one waits until it is whole", () => {
  const path = `${folder}/traps-claude/odd-lines.jsonl`;
  const now = new Date();
  utimesSync(path, now, now);
  const recent = new TranscriptFiles(now.getTime());
  const lines = [...recent.lines(path)];
  expect(lines.filter((line) => line === null).length).toBeGreaterThanOrEqual(4);
  const later = new TranscriptFiles(now.getTime() + 2 * 3_600_000);
  expect([...later.lines(path)].length).toBe(lines.length);
});
