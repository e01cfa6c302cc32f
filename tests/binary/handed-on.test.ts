import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hookCommand } from "../../src/edit/hook-command.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

setDefaultTimeout(120_000);

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box[Symbol.dispose]());

const ROWS = `SELECT e.event_type AS type, e.content, o.at_ms AS at FROM session_events e
  JOIN mm_events o ON o.event_id = e.id ORDER BY o.at_ms, e.id`;

function events(): { type: string; content: string; at: number }[] {
  if (!existsSync(box.database)) return [];
  const db = new Database(box.database);
  db.run("PRAGMA busy_timeout = 60000");
  try {
    return db.query<{ type: string; content: string; at: number }, []>(ROWS).all();
  } finally {
    db.close();
  }
}

async function untilStored(count: number): Promise<void> {
  while (events().length < count) {
    await Bun.sleep(20);
    // What waits in the spool is taken in by the next call.
    if (spooled() > 0) await hook("SessionStart", { source: "resume" });
  }
}

const spooled = () =>
  existsSync(`${box.home}/spool`)
    ? readdirSync(`${box.home}/spool`).filter((name) => name.endsWith(".json")).length
    : 0;

const payloadOf = (event: string, fields: object) =>
  JSON.stringify({ session_id: "s", cwd: "/", hook_event_name: event, ...fields });

const tool = (id: string) => ({
  tool_name: "Bash",
  tool_input: { command: id },
  tool_response: { stdout: "ok" },
  tool_use_id: id,
});

async function hook(event: string, fields: object): Promise<void> {
  const { code } = await box.mm(["hook", "claude", event], { stdin: payloadOf(event, fields) });
  expect(code).toBe(0);
}

const command = (agent: string, event: string) =>
  hookCommand("posix", { program: BINARY, home: box.home, agent, event });

async function onlySession(): Promise<string> {
  const { out } = await box.mm(["session", "list", "--json"]);
  const { sessions } = JSON.parse(out) as { sessions: { id: string }[] };
  expect(sessions).toHaveLength(1);
  return sessions[0]?.id ?? "";
}

/** Starts a process that becomes a hook call once it may. */
function held(event: string, fields: object, name: string) {
  writeFileSync(`${box.folder}/${name}.json`, payloadOf(event, fields));
  const script = `echo >'${name}.ready'; while [ ! -e '${name}.go' ]; do sleep 0.01; done; exec '${BINARY}' hook claude ${event} 1 <'${name}.json'`;
  const child = Bun.spawn(["sh", "-c", script], { cwd: box.folder, env: box.env() });
  return {
    ready: async () => {
      while (!existsSync(`${box.folder}/${name}.ready`)) await Bun.sleep(2);
    },
    go: async () => {
      writeFileSync(`${box.folder}/${name}.go`, "");
      expect(await child.exited).toBe(0);
    },
  };
}

test("a thousand calls at once are all there", async () => {
  await hook("SessionStart", { source: "startup" });
  const line = command("claude", "PostToolUse");
  for (let batch = 0; batch < 20; batch++) {
    const calls = Array.from({ length: 50 }, (_, index) =>
      Bun.spawn(["sh", "-c", line], {
        env: box.env(),
        stdin: new Blob([payloadOf("PostToolUse", tool(`t${batch}-${index}`))]),
        stdout: "pipe",
        stderr: "pipe",
      }),
    );
    for (const call of calls) {
      expect(await call.exited).toBe(0);
      expect((await call.stdout.text()) + (await call.stderr.text())).toBe("");
    }
    // So many at once are more than any agent makes; the next are made while these still run.
    await untilStored(Math.max(0, batch - 1) * 50);
  }
  await untilStored(1000);
  const told = events().filter(({ type }) => type === "tool_call");
  expect(new Set(told.map(({ content }) => content)).size).toBe(1000);
  expect(told).toHaveLength(1000);
}, 900_000);

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("calls count from when they were started, not from when they ran", async () => {
  await hook("SessionStart", { source: "startup" });
  const first = held("PostToolUse", tool("first"), "first");
  await first.ready();
  await Bun.sleep(30);
  const second = held("PostToolUse", tool("second"), "second");
  await second.ready();
  await Bun.sleep(30);
  await hook("PostToolUse", tool("third"));
  await second.go();
  await first.go();
  expect(events().map(({ content }) => content)).toEqual([
    "Bash: first",
    "Bash: second",
    "Bash: third",
  ]);
  const { out } = await box.mm(["session", "events", await onlySession(), "--json"]);
  const { events: listed } = JSON.parse(out) as { events: { content: string }[] };
  expect(listed.map(({ content }) => content)).toEqual([
    "Bash: first",
    "Bash: second",
    "Bash: third",
  ]);
});

onLinux("a prompt that runs after its session's end leaves that ended", async () => {
  await hook("SessionStart", { source: "startup" });
  await hook("PostToolUse", tool("one"));
  const late = held("UserPromptSubmit", { prompt: "late", prompt_id: "p" }, "late");
  await late.ready();
  await hook("SessionEnd", { reason: "other" });
  await Bun.sleep(700);
  await late.go();
  expect(events().map(({ content }) => content)).toContain("late");
  const { out } = await box.mm(["session", "list", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ count: 1, sessions: [{ status: "ended" }] });
});

onLinux("one without anything before it doesn't keep its session open", async () => {
  await hook("SessionStart", { source: "startup" });
  const late = held("UserPromptSubmit", { prompt: "late", prompt_id: "p" }, "late");
  await late.ready();
  await Bun.sleep(30);
  await hook("SessionEnd", { reason: "other", transcript_path: "/nowhere" });
  await late.go();
  const { out } = await box.mm(["session", "list", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    count: 1,
    sessions: [{ status: "ended", event_count: 1 }],
  });
});

onLinux("the agent is known, though the command has ended by then", async () => {
  mkdirSync(`${box.folder}/bin`);
  // A process goes by the name of its file: this shell is none.
  copyFileSync("/bin/sh", `${box.folder}/bin/agent`);
  writeFileSync(`${box.folder}/call`, command("codex", "UserPromptSubmit"));
  writeFileSync(`${box.folder}/prompt`, payloadOf("UserPromptSubmit", { prompt: "hi" }));
  const script = 'sh -c "$(cat call)" <prompt; read x';
  const agent = Bun.spawn([`${box.folder}/bin/agent`, "-c", script], {
    cwd: box.folder,
    env: box.env(),
    stdin: "pipe",
  });
  await untilStored(1);
  const state = async () => (await box.mm(["ps", "--format", "{state}"])).out;
  expect(await state()).toBe("busy\n");
  agent.kill("SIGKILL");
  await agent.exited;
  expect(await state()).toBe("gone\n");
});

needs("dash")("a large payload is there, whole", async () => {
  await hook("SessionStart", { source: "startup" });
  const large = { ...tool("large"), tool_response: { stdout: "x".repeat(2_000_000) } };
  const call = Bun.spawn(["dash", "-c", command("claude", "PostToolUse")], {
    env: box.env(),
    stdin: new Blob([payloadOf("PostToolUse", large)]),
  });
  expect(await call.exited).toBe(0);
  await untilStored(1);
  const told = await box.mm(["session", "events", await onlySession(), "--json"]);
  expect(JSON.parse(told.out).events).toMatchObject([{ metadata: { output_size: 2_000_000 } }]);
});
