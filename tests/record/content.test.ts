import { describe, expect, test } from "bun:test";
import { HOOK_KINDS, type HookEvent, type HookKind } from "../../src/agents/wire/event.ts";
import { hookContent, safeId, safeText, titleFromPrompt } from "../../src/record/content.ts";
import { CAPTURES, type Capture } from "../../src/settings/settings.ts";
import { told, used } from "../agents/wire/samples.ts";
import { cpuClock } from "../support/time.ts";

const SECRET = `ghp_${"a1B2".repeat(9)}`;
const PEM = `-----BEGIN PRIVATE ${"KEY"}-----\n${"aB3d".repeat(2000)}\n-----END PRIVATE ${"KEY"}-----`;

function event(kind: HookKind, rest: Partial<HookEvent> = {}): HookEvent {
  return told({ kind, agent: "claude", externalId: "s", agentEvent: "Their", ...rest });
}

function tool(rest: Partial<Parameters<typeof used>[0]>): HookEvent {
  return event("tool-call", { useId: "u1", tool: used({ name: "Bash", ...rest }) });
}

/** As it is stored, without what JSON leaves out. */
function stored(from: HookEvent, capture: Capture): unknown {
  return JSON.parse(JSON.stringify(hookContent(from, capture)));
}

test("every kind is stored under its own type, with the client's name of it", () => {
  const types = HOOK_KINDS.map((kind) => [kind, hookContent(event(kind), "summary").type]);
  expect(Object.fromEntries(types)).toEqual({
    "session-start": "session_resume",
    "session-end": "session_end",
    prompt: "prompt",
    "tool-start": "tool_call",
    "tool-call": "tool_call",
    "tool-error": "error",
    "subagent-start": "subagent_start",
    "subagent-stop": "subagent_stop",
    "turn-end": "turn_end",
    compact: "compact",
    notification: "notification",
  });
  expect(hookContent(event("compact"), "none").metadata).toEqual({ event: "Their" });
});

describe("a tool", () => {
  const call = tool({
    object: "make\n  test",
    file: "/w/a.ts",
    error: "Exit code 3\nhi",
    ok: false,
    durationMs: 23,
    outputSize: 7,
    input: { command: "make test" },
    output: { stdout: "hi" },
  });
  const counts = {
    event: "Their",
    tool: "Bash",
    tool_use_id: "u1",
    ok: false,
    duration_ms: 23,
    input_size: 23,
    output_size: 7,
  };

  test("in summary is its name and its object on one line", () =>
    expect(stored(call, "summary")).toEqual({
      type: "tool_call",
      content: "Bash: make test",
      metadata: { ...counts, error: "Exit code 3 hi", file: "/w/a.ts" },
    }));

  test("in none is its name and numbers", () =>
    expect(stored(call, "none")).toEqual({ type: "tool_call", content: "Bash", metadata: counts }));

  test("in full is what went in and came out too", () =>
    expect(stored(call, "full")).toMatchObject({
      content: "Bash: make test",
      metadata: { ...counts, input: { command: "make test" }, output: { stdout: "hi" } },
    }));

  test("without an object, an id or a size says less", () =>
    expect(
      stored(event("tool-call", { tool: used({ name: "TodoWrite", input: null }) }), "full"),
    ).toEqual({
      type: "tool_call",
      content: "TodoWrite",
      metadata: { event: "Their", tool: "TodoWrite", ok: true },
    }));

  test("is cut after 500 characters, its full input after 256 Ki", () => {
    const long = tool({ object: "é".repeat(9000), output: { text: "x".repeat(300_000) } });
    const { content, metadata } = hookContent(long, "full");
    expect(content).toBe(`Bash: ${"é".repeat(494)}`);
    expect(String(metadata["output"])).toHaveLength(262_144);
    expect(String(metadata["output"])).toStartWith('{"text":"xxx');
  });

  test("nested more deeply than the stack is no obstacle", () => {
    const deep = JSON.parse(`${"[".repeat(60_000)}${"]".repeat(60_000)}`) as unknown;
    for (const capture of CAPTURES) {
      const { content } = hookContent(tool({ object: "x", input: deep, output: deep }), capture);
      expect(content).toBe(capture === "none" ? "Bash" : "Bash: x");
    }
  });
});

describe("eight megabytes in full capture cost no more than reading them", () => {
  const line = "const token_count = settings.password_policy; see https://u@example.com/a?b=c\n";
  const text = line.repeat(100_000);
  test.each([
    ["text", { output: { stdout: text } }],
    ["a command", { object: text, input: { command: text } }],
    ["an error", { error: text }],
    ["lines", { output: text.split("\n") }],
    ["numbers", { output: Array.from({ length: 2_000_000 }, () => 1) }],
    ["names", { output: Object.fromEntries(text.split("\n").map((value, i) => [i, value])) }],
  ])("%s", (_, rest) => {
    const took = cpuClock();
    const { metadata } = hookContent(tool(rest), "full");
    // Redacted whole it takes seconds.
    expect(took()).toBeLessThan(700);
    expect(JSON.stringify(metadata).length).toBeLessThan(540_000);
  });

  test("a prompt", () => {
    const took = cpuClock();
    const { content } = hookContent(event("prompt", { prompt: text }), "full");
    expect(took()).toBeLessThan(700);
    expect(content).toHaveLength(262_144);
  });
});

describe("a prompt", () => {
  const long = `first line\n${"𝄞".repeat(20_000)}`;
  test("in summary is its first 500 characters", () =>
    expect(hookContent(event("prompt", { prompt: long }), "summary").content).toBe(
      `first line ${"𝄞".repeat(489)}`,
    ));
  test("in none is its length", () =>
    expect(hookContent(event("prompt", { prompt: "x".repeat(9000) }), "none").content).toBe(
      "9000 characters",
    ));
  test("in full is kept whole", () =>
    expect(hookContent(event("prompt", { prompt: long }), "full").content).toBe(long));
  test.each(CAPTURES)("may be missing, with capture %s", (capture) => {
    expect(hookContent(event("prompt"), capture).content).toBe("");
  });
  test("may be no well-formed text", () =>
    expect(hookContent(event("prompt", { prompt: "a\ud800b\0" }), "summary").content).toBe(
      "a\ufffdb\0",
    ));
});

describe("others", () => {
  test("a subagent is its type, whatever the capture", () => {
    for (const capture of CAPTURES) {
      const { content } = hookContent(event("subagent-stop", { subagent: "Explore" }), capture);
      expect(content).toBe("Explore");
    }
  });
  test("a message is one line, and nothing in none", () => {
    const notification = event("notification", { message: "Needs\n your permission" });
    expect(hookContent(notification, "summary").content).toBe("Needs your permission");
    expect(hookContent(notification, "none").content).toBe("");
  });
});

describe("secrets", () => {
  const everywhere = tool({
    name: `mcp__${SECRET}`,
    object: `curl -H 'X: ${SECRET}'`,
    file: `/w/${SECRET}`,
    error: `bad ${SECRET}`,
    input: { command: SECRET, list: [SECRET, { token: SECRET }] },
    output: [SECRET, { deep: [`${"x".repeat(262_120)}${SECRET}`] }],
  });
  const others = [
    event("prompt", { prompt: `use ${SECRET}` }),
    event("prompt", { prompt: `${"x".repeat(480)} ${SECRET}` }),
    event("prompt", { prompt: `${"x".repeat(8170)} ${SECRET}` }),
    event("prompt", { prompt: `${"x".repeat(262_125)} ${SECRET}` }),
    event("subagent-start", { subagent: SECRET }),
    event("notification", { message: SECRET }),
    event("turn-end", { message: SECRET }),
  ];
  test.each(CAPTURES)("are nowhere with %s", (capture) => {
    for (const each of [everywhere, ...others]) {
      const text = JSON.stringify(hookContent(each, capture));
      expect(text).not.toContain("ghp_a1B2");
      expect(text).not.toContain("a1B2a1B2");
    }
  });

  test("a part of one isn't left where the text behind it was not looked at", () => {
    // What is redacted shortens the text, so that its far end comes into what is kept.
    const key = PEM.replace("aB3d".repeat(2000), "aB3d".repeat(2000 - 2));
    const padded = `${key.padEnd(8150)}https://me:${"Pa5sw0rd".repeat(20)}@host/`;
    expect(padded.slice(0, 8192)).toContain("Pa5sw0rd");
    const { content } = hookContent(event("prompt", { prompt: padded }), "summary");
    expect(content).not.toContain("Pa5sw0rd");
  });

  test("that are long are redacted as a whole", () =>
    expect(hookContent(event("prompt", { prompt: `a ${PEM} b` }), "summary").content).toBe(
      "a [redacted:private-key] b",
    ));

  test("aren't left in part where full capture cuts, in whichever member that is", () => {
    for (let before = 262_144 - 1100; before < 262_144 + 60; before += 101) {
      const output = {
        first: "x".repeat(before - 100_000),
        list: ["y".repeat(99_900), SECRET, SECRET],
      };
      for (const each of [output, `${"z".repeat(before)} ${SECRET} and more`, [output, output]]) {
        const text = JSON.stringify(hookContent(tool({ output: each }), "full").metadata["output"]);
        expect(/ghp_|a1B2/u.test(text)).toBe(false);
        expect(text.length).toBeGreaterThan(200_000);
      }
    }
  });

  test("in an id are in no metadata", () => {
    const { metadata } = hookContent({ ...tool({}), useId: SECRET }, "summary");
    expect(metadata["tool_use_id"]).toBe("[redacted:github]");
    expect(safeId(SECRET)).toMatch(/^#[a-z\d]+$/u);
    expect(safeId("toolu_01")).toBe("toolu_01");
  });

  test("are in no title and no other text either", () => {
    const title = (prompt: string) => titleFromPrompt(prompt, "full")?.text;
    expect(title(`use ${SECRET} now`)).toBe("use [redacted:github] now");
    expect(title(`${"x".repeat(50)} ${"y".repeat(60)} ${SECRET}`)).toBe(
      `${"x".repeat(50)} ${"y".repeat(60)}…`,
    );
    // What stands on two lines is one secret, and so is what only the title puts on one.
    expect(title(`hi\n${PEM}\nuse it`)).toBe("[redacted:private-key] use it");
    expect(title("hello\npassword:\thunter2isbad\nlog in with it")).not.toContain("hunter2");
    expect(title("password:\nhunter2isbad and more of it")).not.toContain("hunter2");
    expect(safeText(`/w/${SECRET}`)).toBe("/w/[redacted:github]");
  });
});

describe("a title", () => {
  test.each([
    ["of 120 characters stays whole", "é".repeat(120), "é".repeat(120)],
    ["is cut after that", "é".repeat(121), `${"é".repeat(119)}…`],
    ["is cut after a word", "seven see ".repeat(20), `${"seven see ".repeat(11)}seven see…`],
    ["is the first line, on one", "\n  fix  the\ttest \nand more", "fix the test"],
    ["is counted in code points", "𝄞".repeat(121), `${"𝄞".repeat(119)}…`],
  ])("%s", (_, prompt, text) => {
    expect(titleFromPrompt(prompt, "summary")?.text).toBe(text);
  });

  test.each([" \n ", "", "<system-reminder>hi</system-reminder>"])("is none of %j", (prompt) =>
    expect(titleFromPrompt(prompt, "summary")).toBeNull(),
  );

  test("is none without a prompt or with capture none", () => {
    expect(titleFromPrompt(null, "full")).toBeNull();
    expect(titleFromPrompt("text", "none")).toBeNull();
  });
});

test("other text is kept up to 500 characters, and none of it is null", () => {
  expect(safeText(null)).toBeNull();
  expect(safeText("")).toBeNull();
  expect(safeText("x".repeat(501))).toBe("x".repeat(500));
});
