import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

setDefaultTimeout(60_000);

const isLinux = process.platform === "linux";

let box: Sandbox;
const children: Bun.Subprocess[] = [];
beforeEach(() => {
  box = new Sandbox();
  // A process goes by the name of its file: this shell is none.
  copyFileSync("/bin/sh", `${box.folder}/agent`);
  chmodSync(`${box.folder}/agent`, 0o755);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
  box[Symbol.dispose]();
});

const EVENTS = {
  claude: ["SessionStart", "UserPromptSubmit"],
  codex: ["SessionStart", "UserPromptSubmit"],
  copilot: ["sessionStart", "userPromptSubmitted"],
  opencode: ["session.created", "chat.message"],
  gemini: ["SessionStart", "BeforeAgent"],
  qwen: ["SessionStart", "UserPromptSubmit"],
} as const;

type AgentName = keyof typeof EVENTS;

function payloadOf(agent: AgentName, session: string): string {
  if (agent === "opencode") {
    const properties = { sessionID: session, info: { id: session, directory: box.folder } };
    return JSON.stringify({ type: "session.created", properties });
  }
  const id = agent === "copilot" ? { sessionId: session } : { session_id: session };
  return JSON.stringify({ ...id, cwd: box.folder, source: "startup", prompt: "hi" });
}

/** The words that call the hook of a session from a shell. */
function hookLine(agent: AgentName, session: string, event: string = EVENTS[agent][0]): string {
  const file = `${box.folder}/${session}.json`;
  writeFileSync(file, payloadOf(agent, session));
  return `sh -c "'${BINARY}' hook ${agent} ${event} <'${file}' || true"`;
}

/** The words by which an agent runs a script: a shell that nobody takes for one. */
function agentLine(script: string): string {
  const file = `${box.folder}/script-${children.length}`;
  writeFileSync(file, script);
  return `'${box.folder}/agent' '${file}'`;
}

/** Starts a process with a shell's script that says "ready" when it is. */
async function launch(argv: readonly string[]): Promise<Bun.Subprocess> {
  const child = Bun.spawn([...argv], {
    cwd: box.folder,
    env: box.env(),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  children.push(child);
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toContain("ready");
  return child;
}

const agent = (script: string) =>
  launch([`${box.folder}/agent`, "-c", `${script}; echo ready; read x`]);

async function kill(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}

async function states(): Promise<string[]> {
  const { out } = await box.mm(["ps", "--format", "{state}"]);
  return out.split("\n").slice(0, -1);
}

describe.if(isLinux)("an agent that is killed", () => {
  test.each<[AgentName, string]>([
    ["codex", ""],
    ["claude", ""],
    ["claude", "export CLAUDE_PID=$$; "],
    ["copilot", "export COPILOT_LOADER_PID=$$; "],
    ["opencode", "export OPENCODE_PID=$$; "],
  ])("%s, %p: is gone", async (name, prefix) => {
    const running = await agent(prefix + hookLine(name, "one"));
    expect(await states()).toEqual(["waiting"]);
    await kill(running);
    expect(await states()).toEqual(["gone"]);
  });

  needs("bash")("is gone below other shells, too", async () => {
    const running = await agent(
      `bash -c 'env sh -c "${hookLine("codex", "one").replaceAll('"', '\\"')}; true"; true'`,
    );
    expect(await states()).toEqual(["waiting"]);
    await kill(running);
    expect(await states()).toEqual(["gone"]);
  });

  test.each(["timeout 60", "nice", "env", "nohup", "stdbuf -oL"])(
    "is gone below %s, which runs its hooks",
    async (wrapper) => {
      const running = await agent(`${wrapper} ${hookLine("codex", "one")}; true`);
      expect(await states()).toEqual(["waiting"]);
      await kill(running);
      expect(await states()).toEqual(["gone"]);
    },
  );

  test.each([
    ["codex", "codex", "run"],
    ["gemini", "node", "gemini.js"],
    ["qwen", "node", "qwen"],
  ] as const)(
    "%s is known by its program's name below a wrapper that nobody knows",
    async (...of) => {
      const [name, program, script] = of;
      for (const copy of [program, "wrapper"]) copyFileSync("/bin/sh", `${box.folder}/${copy}`);
      // The other program that such an interpreter runs is no agent.
      copyFileSync("/bin/sh", `${box.folder}/bun`);
      writeFileSync(`${box.folder}/hook`, `${hookLine(name, "one")}; true`);
      writeFileSync(`${box.folder}/between`, `'${box.folder}/wrapper' '${box.folder}/hook'; true`);
      const line = `'${box.folder}/bun' '${box.folder}/between'; echo ready; read x`;
      writeFileSync(`${box.folder}/${script}`, line);
      const running = await launch([`${box.folder}/${program}`, `${box.folder}/${script}`]);
      expect(await states()).toEqual(["waiting"]);
      await kill(running);
      expect(await states()).toEqual(["gone"]);
    },
  );

  test("is gone by the prompt of its last process", async () => {
    const first = await agent(hookLine("codex", "one"));
    const second = await agent(hookLine("codex", "one", "UserPromptSubmit"));
    await kill(first);
    expect(await states()).toEqual(["busy"]);
    await kill(second);
    expect(await states()).toEqual(["gone"]);
  });

  test("is gone as a zombie", async () => {
    const script = `${agentLine(`${hookLine("codex", "one")}; echo $$ >pid; sleep 20 >/dev/null 2>&1 & wait`)} & exec sleep 1000`;
    const parent = Bun.spawn(["sh", "-c", script], {
      cwd: box.folder,
      env: box.env(),
      stdin: "pipe",
    });
    children.push(parent);
    const pidFile = () => readFileSync(`${box.folder}/pid`, { encoding: "utf8", flag: "a+" });
    while (!pidFile().endsWith("\n")) await Bun.sleep(10);
    const pid = Number(pidFile());
    expect(await states()).toEqual(["waiting"]);
    process.kill(pid, "SIGKILL");
    while (!/\) Z /u.test(await Bun.file(`/proc/${pid}/stat`).text())) await Bun.sleep(10);
    expect(await states()).toEqual(["gone"]);
  });

  test("isn't while it is stopped", async () => {
    const running = await agent(hookLine("codex", "one"));
    running.kill("SIGSTOP");
    expect(await states()).toEqual(["waiting"]);
    running.kill("SIGCONT");
  });

  test("is ended by the next start, and lives on with the next prompt", async () => {
    await kill(await agent(hookLine("codex", "one")));
    const second = await agent(hookLine("claude", "two"));
    const { out } = await box.mm(["session", "list", "--agent-id", "codex", "--json"]);
    const [{ id }] = (JSON.parse(out) as { sessions: [{ id: string }] }).sessions;
    const shown = async () => JSON.parse((await box.mm(["session", "show", id, "--json"])).out);
    expect(await shown()).toMatchObject({ status: "ended", end_reason: "killed" });
    await Bun.sleep(600);
    await agent(hookLine("codex", "one", "UserPromptSubmit"));
    expect(await shown()).toMatchObject({ status: "active", state: "busy" });
    await kill(second);
  });
});

describe.if(isLinux)("in namespaces of processes", () => {
  const test = needs("unshare");
  const inside = (script: string) => ["unshare", "-rfp", "--mount-proc", "sh", "-c", script];

  test("the agent of another one is never gone", async () => {
    const script = `${agentLine(hookLine("codex", "one"))}; echo ready; read x`;
    const container = await launch(inside(script));
    expect(await states()).toEqual(["waiting"]);
    await kill(container);
    expect(await states()).toEqual(["waiting"]);
  });

  test("one whose number is another process's now is gone", async () => {
    const ps = `'${BINARY}' ps --format '{state}'`;
    const script = `${agentLine(`${hookLine("codex", "one")}; echo $$ >pid; sleep 20 >/dev/null 2>&1 & wait`)} &
      while [ ! -s pid ]; do sleep 0.02; done; pid=$(cat pid); ${ps}
      kill -9 $pid; wait $pid; sleep 0.05
      until [ -d /proc/$pid ]; do echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid; sleep 5 >/dev/null & done 2>/dev/null
      while [ "$(cat /proc/$pid/comm)" = sh ]; do :; done
      cat /proc/$pid/comm; ${ps}; echo ready`;
    const child = Bun.spawn(inside(script), {
      cwd: box.folder,
      env: box.env(),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    children.push(child);
    const out = await child.stdout.text();
    expect(out.split("\n")).toEqual(["waiting", "sleep", "gone", "ready", ""]);
  });

  test("where /proc tells of another one, nothing is claimed", async () => {
    const ps = `'${BINARY}' ps --format '{state}'`;
    const script = agentLine(`${hookLine("codex", "one")}; ${ps}`);
    const child = Bun.spawnSync(["unshare", "-rfp", "sh", "-c", script], {
      cwd: box.folder,
      env: box.env(),
    });
    expect(child.stdout.toString()).toBe("waiting\n");
  });
});
