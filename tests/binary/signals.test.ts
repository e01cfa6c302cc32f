import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { BINARY, Sandbox } from "../support/binary.ts";
import { burst } from "../support/burst.ts";
import { shell } from "../support/shell.ts";
import { active, sessions, stateOf } from "../support/stored.ts";

const wrap = (...command: string[]) => ["session", "wrap", "--", ...command];
const wrapSh = (script: string) => wrap("sh", "-c", script);

/** The one session of a home, which must have ended, as its summary and metadata tell it. */
function ending(box: Sandbox): { summary: string | null; exitCode: unknown } {
  const stored = sessions(box);
  expect(stored.map(({ ended_at }) => ended_at !== null)).toEqual([true]);
  const { summary = null, metadata = "{}" } = stored[0] ?? {};
  return { summary, exitCode: JSON.parse(metadata).exit_code };
}

describe("wrap exits with its command's code", () => {
  test.each([
    ["success", wrap("true"), 0],
    ["a failure", wrapSh("exit 3"), 3],
    ["the greatest code", wrapSh("exit 255"), 255],
    ["no such command", wrap("no-such-command-anywhere"), 127],
    ["no such path", wrap("./nothing-here"), 127],
    ["a file that isn't executable", wrap("/etc/passwd"), 126],
    ["a folder", wrap("/"), 126],
    ["a command that asks for mm's own words", wrap("sh", "-c", "exit 4", "--help", "--json"), 4],
  ])("%s", async (_, argv, code) => {
    using box = new Sandbox();
    expect((await box.mm(argv)).code).toBe(code);
    const { summary, exitCode } = ending(box);
    expect(summary).toEndWith(`. Exit code: ${code}`);
    expect(exitCode).toBe(code);
    expect(stateOf(box)).toBeNull();
  });

  test.each([
    "SIGTERM",
    "SIGKILL",
    "SIGINT",
    "SIGHUP",
    "SIGABRT",
    "SIGUSR1",
    "SIGALRM",
    "SIGSYS",
    "SIGXCPU",
    "SIGVTALRM",
  ] as const)("128 and the number of %s that ends it", async (signal) => {
    using box = new Sandbox();
    const { code } = await box.mm(wrapSh(`kill -${signal.slice(3)} $$`));
    expect(code).toBe(128 + constants.signals[signal]);
    expect(ending(box).exitCode).toBe(code);
  });
});

describe("a signal to wrap", () => {
  /** Starts a wrap and signals it when its command says that it is ready. */
  async function signalled(box: Sandbox, script: string, signal: NodeJS.Signals) {
    const child = box.spawn(wrapSh(script));
    const ready = `${box.folder}/ready`;
    while (!existsSync(ready)) await Bun.sleep(2);
    child.kill(signal);
    const out = await child.stdout.text();
    await child.exited;
    return { code: child.exitCode, signal: child.signalCode, out };
  }

  const WAIT = ": >ready; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done";

  test.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const)(
    "%s ends the command",
    async (signal) => {
      using box = new Sandbox();
      const code = 128 + constants.signals[signal];
      expect(await signalled(box, WAIT, signal)).toEqual({ code, signal: null, out: "" });
      expect(ending(box).summary).toEndWith(`. Exit code: ${code}`);
    },
  );

  test.each(["TERM", "HUP", "INT"] as const)(
    "SIG%s that the command handles is the command's affair",
    async (name) => {
      using box = new Sandbox();
      const script = `trap 'echo heard; exit 7' ${name}; ${WAIT}`;
      const outcome = await signalled(box, script, `SIG${name}`);
      expect(outcome).toEqual({ code: 7, signal: null, out: "heard\n" });
      expect(ending(box).summary).toEndWith(". Exit code: 7");
    },
  );

  test.each([
    ["a command that takes long", "20"],
    ["a short command", "0.005"],
  ])(
    "SIGTERM is neither lost nor leaves the session active, whenever it comes: %s",
    async (_, seconds) => {
      using box = new Sandbox();
      await box.mm(wrap("true"));
      // On a busy machine it takes longer until there is a session.
      const isEnough = () => sessions(box).length > 5;
      for (let delay = 0; delay < 30 || !isEnough(); delay += delay < 30 ? 0.5 : delay / 5) {
        const child = box.spawn(wrap("sleep", seconds));
        const end = performance.now() + delay;
        while (performance.now() < end);
        child.kill("SIGTERM");
        await child.exited;
        if (seconds === "20")
          expect(child.signalCode ?? child.exitCode).toBeOneOf(["SIGTERM", 143]);
      }
      expect(active(box)).toEqual([]);
    },
  );
});

describe("the wrapped command", () => {
  test("has wrap's streams", async () => {
    using box = new Sandbox();
    const script = "tr a-z A-Z; echo problem >&2";
    const outcome = await box.mm(wrapSh(script), { stdin: "from stdin\n" });
    expect(outcome).toEqual({ code: 0, signal: null, out: "FROM STDIN\n", err: "problem\n" });
  });

  test("gets a large stdin whole", async () => {
    using box = new Sandbox();
    const { out } = await box.mm(wrap("wc", "-c"), { stdin: "x".repeat(3_000_000) });
    expect(out.trim()).toBe("3000000");
  });

  test("gets every word behind -- as it is", async () => {
    using box = new Sandbox();
    const words = ["--help", "--json", "", "a b", "$HOME", "--", "*", "it's", "é\n"];
    const { out } = await box.mm(wrap("printf", "[%s]", ...words));
    expect(out).toBe(words.map((word) => `[${word}]`).join(""));
  });

  test("runs, with a warning, where the store can't be opened", async () => {
    using box = new Sandbox();
    const env = { MM_DB: box.folder };
    const { code, out, err } = await box.mm(wrapSh("echo ran; exit 5"), { env });
    expect({ code, out }).toEqual({ code: 5, out: "ran\n" });
    expect(err).toStartWith("mm: warning: ");
    expect(err).toContain(box.folder);
  });

  test("that calls mm is in wrap's session, and ends nothing", async () => {
    using box = new Sandbox();
    const { out: outer } = await box.mm(["session", "start", "-a", "other", "--json"]);
    const outerId = JSON.parse(outer).session_id as string;
    const nested = `"${BINARY}" session start --idempotent -a other --auto-end-stale 0s --json`;
    const script = `echo $MM_SESSION_ID; ${nested}; "${BINARY}" activity log -c inside --json`;
    const { code, out } = await box.mm(wrapSh(script));
    expect(code).toBe(0);
    const [id = "", started = "", logged = ""] = out.split("\n");
    expect(JSON.parse(started)).toEqual({ session_id: id, resumed: true, stale_ended: [] });
    expect(JSON.parse(logged)).toMatchObject({ ok: true, session_id: id });
    expect(active(box).map((session) => session.id)).toEqual([outerId]);
    expect(stateOf(box)).toBe(`${outerId}\n`);
    const own = sessions(box).find((session) => session.id === id);
    expect(JSON.parse(own?.metadata ?? "{}")).toMatchObject({ event_count: 1, exit_code: 0 });
  });

  test("may end its session itself", async () => {
    using box = new Sandbox();
    const { code } = await box.mm(wrapSh(`"${BINARY}" session end -s mine; exit 6`));
    expect(code).toBe(6);
    expect(ending(box)).toEqual({ summary: "mine", exitCode: 6 });
  });
});

test("30 wraps at once disturb neither one another nor the current session", async () => {
  using box = new Sandbox();
  await box.mm(["session", "start", "-a", "keeper"]);
  const state = stateOf(box);
  const script = (n: number) =>
    `"${BINARY}" activity log -c $MM_SESSION_ID; echo $MM_SESSION_ID; exit ${n}`;
  const outcomes = await burst(
    box,
    Array.from({ length: 30 }, (_, n) => [
      "session",
      "wrap",
      "-a",
      `w${n}`,
      "--",
      "sh",
      "-c",
      script(n),
    ]),
  );
  const byId = new Map(sessions(box).map((session) => [session.id, session]));
  outcomes.forEach(({ code, out, err }, n) => {
    const own = byId.get(out.trim());
    expect({ code, err, agent: own?.agent_id }).toEqual({ code: n, err: "", agent: `w${n}` });
    expect(own?.summary).toEndWith(`. Exit code: ${n}`);
    expect(JSON.parse(own?.metadata ?? "{}")).toMatchObject({ event_count: 1, exit_code: n });
  });
  expect(active(box).map(({ agent_id }) => agent_id)).toEqual(["keeper"]);
  expect(stateOf(box)).toBe(state);
});

test("a wrap in a pipeline that is closed early ends its session", async () => {
  using box = new Sandbox();
  await shell(
    box,
    `"$MM" session wrap -- sh -c 'while echo line; do :; done' 2>/dev/null | head -n 1`,
  );
  expect(active(box)).toEqual([]);
  expect(sessions(box)).toHaveLength(1);
});
