import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { BINARY, type RunOptions, Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { integrity, rows, sessions } from "../support/stored.ts";
import { least } from "../support/time.ts";
import { needs } from "../support/tools.ts";
import { UNPRIVILEGED, UNPRIVILEGED_TOOLS } from "../support/unprivileged.ts";

const SILENT = { code: 0, signal: null, out: "", err: "" };

function payload(event: string, fields: object = {}): string {
  return JSON.stringify({ session_id: "c1", cwd: "/w", hook_event_name: event, ...fields });
}

function tool(useId: string, fields: object = {}): string {
  const input = { tool_name: "Bash", tool_input: { command: `run ${useId}` } };
  return payload("PostToolUse", { ...input, tool_response: "ok", tool_use_id: useId, ...fields });
}

async function hook(box: Sandbox, event: string, stdin: string | Uint8Array, options = {}) {
  const all: RunOptions = { stdin, ...options };
  return await box.mm(["hook", "claude", event], all);
}

const contents = (box: Sandbox) =>
  rows<{ content: string }>(box, "SELECT content FROM session_events ORDER BY id").map(
    ({ content }) => content,
  );
const spooled = (box: Sandbox) =>
  existsSync(`${box.home}/spool`) ? readdirSync(`${box.home}/spool`) : [];
const log = (box: Sandbox) =>
  existsSync(`${box.home}/logs/hook.log`) ? readFileSync(`${box.home}/logs/hook.log`, "utf8") : "";

/** Holds the database's write lock until it is disposed of. */
function lock(box: Sandbox): Disposable {
  const db = new Database(box.database);
  db.run("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE");
  return {
    [Symbol.dispose]() {
      db.run("ROLLBACK");
      db.close(true);
    },
  };
}

/** Calls a hook whose stdin gets these bytes and stays open until it has ended; returns how long that took, in ms. */
async function withOpenStdin(box: Sandbox, event: string, bytes: string): Promise<number> {
  const began = performance.now();
  const child = Bun.spawn([BINARY, "hook", "claude", event], {
    env: box.env(),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  child.stdin.write(bytes);
  child.stdin.flush();
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  const took = performance.now() - began;
  child.stdin.end();
  expect({ code: child.exitCode, signal: child.signalCode, out, err }).toEqual(SILENT);
  return took;
}

/** How much longer it takes than an undisturbed call that is made at the same time. */
async function heldUpFor(box: Sandbox, event: string, bytes: string): Promise<number> {
  using other = new Sandbox();
  const undisturbed = async () => {
    const began = performance.now();
    expect(await hook(other, event, payload(event))).toEqual(SILENT);
    return performance.now() - began;
  };
  const [took, usual] = await Promise.all([withOpenStdin(box, event, bytes), undisturbed()]);
  return took - usual;
}

describe("a standard input that is never closed", () => {
  const budgets: [string, number, object][] = [
    ["UserPromptSubmit", 200, { prompt: "hi" }],
    ["PostToolUse", 200, { tool_name: "Bash" }],
    ["SessionStart", 1500, { source: "startup" }],
    ["SessionEnd", 800, { reason: "other" }],
  ];

  test.each(budgets)("holds %s up for no more than %d ms", async (event, budget, fields) => {
    using box = new Sandbox();
    await hook(box, "Notification", payload("Notification", { message: "before" }));
    for (const bytes of ["", payload(event, fields), payload(event, fields).slice(0, 60)]) {
      const limit = 3 * budget;
      expect(await least(limit, () => heldUpFor(box, event, bytes))).toBeLessThan(limit);
    }
  });

  test("and has always more to read is given up in time, too", async () => {
    using box = new Sandbox();
    const script = 'timeout -s KILL 300 "$MM" hook claude PostToolUse </dev/zero';
    expect(await shell(box, script)).toEqual({ code: 0, out: "", err: "" });
    expect(log(box)).toContain("stdin did not end within 100 ms");
  });

  test("and what came through it counts", async () => {
    using box = new Sandbox();
    await withOpenStdin(box, "UserPromptSubmit", payload("UserPromptSubmit", { prompt: "hi" }));
    expect(contents(box)).toEqual(["hi"]);
  });

  test.each(budgets)(
    "and so it is for %s with the database locked",
    async (event, budget, fields) => {
      using box = new Sandbox();
      await hook(box, "Notification", payload("Notification", { message: "before" }));
      using _ = lock(box);
      let calls = 0;
      const more = () => {
        calls++;
        return heldUpFor(box, event, payload(event, fields));
      };
      expect(await least(3 * budget, more)).toBeLessThan(3 * budget);
      expect(spooled(box)).toHaveLength(calls);
    },
  );

  test("doesn't make the event any later than it was", async () => {
    using box = new Sandbox();
    await withOpenStdin(box, "SessionStart", payload("SessionStart", { source: "startup" }));
    const ended = Date.now();
    const [row] = rows<{ last_event_ms: number }>(box, "SELECT last_event_ms FROM mm_sessions");
    // It has waited for 750 ms since its start, which is the time of the event.
    expect(row?.last_event_ms).toBeLessThan(ended - 700);
  });
});

describe("a payload of 10 MB", () => {
  const big = (useId: string) =>
    tool(useId, { tool_response: undefined, x: 1 }).replace(
      '"tool_use_id"',
      `"tool_response":{"stdout":"${"0123456789".repeat(1_000_000)}"},"tool_use_id"`,
    );

  test("counts, and its tool-use id with it", async () => {
    using box = new Sandbox();
    for (const useId of ["t1", "t2", "t1", "t2"]) {
      expect(await hook(box, "PostToolUse", big(useId))).toEqual(SILENT);
    }
    expect(contents(box)).toEqual(["Bash: run t1", "Bash: run t2"]);
    const [row] = rows<{ metadata: string }>(box, "SELECT metadata FROM session_events");
    expect(JSON.parse(row?.metadata ?? "")).toMatchObject({
      tool_use_id: "t1",
      payload_size: big("t1").length,
    });
    expect(log(box)).toBe("");
  });

  test("is lost and counted where its session is not named in what is looked at", async () => {
    using box = new Sandbox();
    const late = `{"tool_response":"${"x".repeat(10_000_000)}","session_id":"c1","tool_name":"Bash"}`;
    expect(await hook(box, "PostToolUse", late)).toEqual(SILENT);
    expect(log(box)).toContain(`no session is named in what is read of its ${late.length} bytes`);
    const status = await box.mm(["hooks", "status", "--json"]);
    expect(JSON.parse(status.out)).toMatchObject({ lost_events: { count: 1 } });
  });
});

describe("fifty at once", () => {
  test("are neither lost nor doubled", async () => {
    using box = new Sandbox();
    const ids = Array.from({ length: 50 }, (_, n) => `t${n}`);
    const outcomes = await Promise.all(ids.map((id) => hook(box, "PostToolUse", tool(id))));
    expect(outcomes).toEqual(ids.map(() => SILENT));
    await hook(box, "SessionEnd", payload("SessionEnd", { reason: "other" }));
    expect(contents(box).toSorted()).toEqual(ids.map((id) => `Bash: run ${id}`).toSorted());
    expect(sessions(box)).toHaveLength(1);
    expect(sessions(box)[0]?.ended_at).not.toBeNull();
    expect(spooled(box)).toEqual([]);
    expect(integrity(box)).toBe("ok");
  });

  test("of one call in fifty copies make one event of one session", async () => {
    using box = new Sandbox();
    await Promise.all(Array.from({ length: 50 }, () => hook(box, "PostToolUse", tool("t1"))));
    await hook(box, "Stop", payload("Stop"));
    expect(contents(box)).toEqual(["Bash: run t1", ""]);
    expect(sessions(box)).toHaveLength(1);
  });

  test("starts of two sessions make two", async () => {
    using box = new Sandbox();
    const start = (n: number) =>
      payload("SessionStart", { source: "startup", session_id: `s${n}` });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => hook(box, "SessionStart", start(n % 2))),
    );
    await hook(box, "Notification", payload("Notification", { session_id: "s0" }));
    expect(sessions(box)).toHaveLength(2);
  });
});

describe("is silent and exits with 0", () => {
  test.each(["", "hook claude PostToolUse", "hook claude nonsense", "hook nobody Stop", "hook"])(
    "with nobody at the other end of any descriptor: %s",
    async (words) => {
      if (words === "") return;
      using box = new Sandbox();
      for (const closed of [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"]) {
        const { code, out, err } = await shell(box, `"$MM" ${words} ${closed}`);
        expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
      }
      const piped = `{ "$MM" ${words} </dev/null; echo $? >code; } | true; cat code`;
      expect((await shell(box, piped)).out).toBe("0\n");
    },
  );

  test("and stores the event all the same", async () => {
    using box = new Sandbox();
    await Bun.write(`${box.folder}/payload`, tool("t1"));
    const { code, err } = await shell(box, '"$MM" hook claude PostToolUse <payload >&- 2>&-');
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(contents(box)).toEqual(["Bash: run t1"]);
  });

  test.each([
    ["HOME unset", { HOME: undefined, MM_HOME: undefined }],
    ["HOME empty", { HOME: "", MM_HOME: undefined }],
    ["a home that can't be made", { MM_HOME: "/proc/nowhere" }],
    ["a file for a home", { MM_HOME: "/dev/null" }],
    ["a database that can't be made", { MM_DB: "/proc/nowhere.db" }],
    ["a database without its folder", { MM_DB: "/no/such/folder/x.db" }],
  ])("with %s", async (_, env) => {
    using box = new Sandbox();
    for (const event of ["SessionStart", "PostToolUse", "SessionEnd"]) {
      expect(await hook(box, event, tool("t1"), { env })).toEqual(SILENT);
    }
  });

  test("in a working directory that was deleted", async () => {
    using box = new Sandbox();
    await Bun.write(`${box.folder}/payload`, tool("t1"));
    const gone =
      'mkdir gone && cd gone && rmdir ../gone && "$MM" hook claude PostToolUse <../payload';
    // The shell has opened the payload before.
    const script = gone.replace(" <../payload", " <&3");
    const { code, out, err } = await shell(box, `exec 3<payload; ${script}`);
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
    expect(contents(box)).toEqual(["Bash: run t1"]);
  });

  needs(...UNPRIVILEGED_TOOLS)("with a database that may only be read", async () => {
    using box = new Sandbox();
    const folder = `${box.folder}/other`;
    const env = { MM_DB: `${folder}/x.db` };
    mkdirSync(folder);
    await hook(box, "PostToolUse", tool("t1"), { env });
    await Bun.write(`${box.folder}/payload`, tool("t2"));
    mkdirSync(box.home, { recursive: true });
    const call = `${UNPRIVILEGED.join(" ")} "$MM" hook claude PostToolUse <payload`;
    const closed = `chmod -R a-w other && ${call}`;
    const { code, out, err } = await shell(box, closed, { env });
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
    expect(spooled(box)).toHaveLength(1);
    await shell(box, "chmod -R u+w other", { env });
    await hook(box, "PostToolUse", tool("t3"), { env });
    expect(spooled(box)).toEqual([]);
    const db = new Database(`${folder}/x.db`, { readonly: true });
    const stored = db.query("SELECT content FROM session_events ORDER BY id").values().flat();
    db.close(true);
    expect(stored).toEqual(["Bash: run t1", "Bash: run t2", "Bash: run t3"]);
  });

  test("with a folder where the database should be", async () => {
    using box = new Sandbox();
    mkdirSync(box.database, { recursive: true });
    expect(await hook(box, "PostToolUse", tool("t1"))).toEqual(SILENT);
    expect(spooled(box)).toHaveLength(1);
    expect(log(box)).toContain("is a directory");
  });
});
