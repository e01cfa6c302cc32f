import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { git, makeRepository } from "../support/git.ts";
import { onTerminal } from "../support/pty.ts";
import { rows } from "../support/stored.ts";
import { needs } from "../support/tools.ts";
import { copyHome } from "../support/transcripts.ts";

setDefaultTimeout(60_000);

/** Whatever mm starts by its name, and what those programs start. */
const NAMES = ["git", "claude", "less", "cat", "sleep", "nice", "xdg-open", "node", "make"];

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  mkdirSync(`${box.folder}/bin`);
  for (const name of NAMES)
    program(`${box.folder}/${name}`, `echo ${name} >>'${box.folder}/sprung'`);
});
afterEach(() => box[Symbol.dispose]());

function program(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

const sprung = () =>
  existsSync(`${box.folder}/sprung`) ? readFileSync(`${box.folder}/sprung`, "utf8") : "";

/** Every way in which PATH may lead to the working directory, before all else. */
const HERE = [".", "", "./.", "../x/.."];
const pathOf = (here: string) => `${here}:${box.folder}/bin:${process.env["PATH"]}`;

needs("git").each(HERE)("with %p on PATH, the git of a folder isn't run in it", async (here) => {
  makeRepository(box.folder, "empty");
  writeFileSync(`${box.folder}/a.ts`, "by hand\n");
  git(box.folder, "add", "a.ts");
  git(box.folder, "commit", "-q", "-m", "by hand");
  const { code, out } = await box.mm(["why", "a.ts:1"], { env: { PATH: pathOf(here) } });
  expect({ code, sprung: sprung() }).toEqual({ code: 0, sprung: "" });
  expect(out).toContain("by hand");
});

test.each(HERE)("with %p on PATH, neither is its agent, nor its make", async (here) => {
  const env = { PATH: pathOf(here) };
  program(`${box.folder}/bin/claude`, 'echo "the agent: $*"');
  const stdin = JSON.stringify({ session_id: "c1", cwd: box.folder, prompt: "fix the parser" });
  await box.mm(["hook", "claude", "UserPromptSubmit"], { stdin });
  const resumed = await box.mm(["resume", "last"], { env });
  expect(resumed).toMatchObject({ code: 0, out: "the agent: --resume c1\n" });
  program(`${box.folder}/bin/make`, 'echo "$PATH"');
  // What the user starts finds others as the user has set it.
  expect(await box.mm(["session", "wrap", "--", "make"], { env })).toMatchObject({
    code: 0,
    out: `${env.PATH}\n`,
  });
  expect(sprung()).toBe("");
});

test("neither is its pager, nor what that starts", async () => {
  await box.mm(["session", "start"]);
  for (let line = 0; line < 12; line++) await box.mm(["activity", "log", "-c", `line ${line}`]);
  program(`${box.folder}/bin/less`, "echo the pager; exec cat");
  for (const [path, expected] of [
    [pathOf("."), "the pager"],
    [".", "line 11"],
  ] as const) {
    const events = [BINARY, "session", "events"];
    const { child, until } = await onTerminal(box, 80, events, { PATH: path });
    await until(expected);
    await child.exited;
    child.terminal?.close();
  }
  expect(sprung()).toBe("");
});

test("neither is what waits until a hook has answered", async () => {
  copyHome("claude", box.folder);
  mkdirSync(box.home, { recursive: true });
  writeFileSync(`${box.home}/mm.json`, '{"prompts":["claude"]}');
  const hook = (event: string) =>
    box.mm(["hook", "claude", event, "1"], {
      env: { PATH: pathOf(".") },
      stdin: JSON.stringify({
        session_id: "4ed12102-7545-43e2-a232-7c7a705cdd97",
        hook_event_name: event,
        cwd: "/home/ada/shop",
      }),
    });
  await hook("SessionStart");
  await hook("SessionEnd");
  const read = () => rows<object>(box, "SELECT 1 FROM mm_transcripts").length > 0;
  while (!read()) await Bun.sleep(20);
  expect(sprung()).toBe("");
});

test("a browser is started with absolute folders on PATH alone", async () => {
  program(`${box.folder}/bin/xdg-open`, `echo "$PATH" >'${box.folder}/opened'`);
  const env = { DISPLAY: ":0", PATH: pathOf(".") };
  const { child } = await onTerminal(box, 100, [BINARY, "web"], env);
  const opened = () =>
    existsSync(`${box.folder}/opened`) ? readFileSync(`${box.folder}/opened`, "utf8") : "";
  while (!opened().endsWith("\n")) await Bun.sleep(20);
  expect(opened()).toBe(`${env.PATH.slice(2)}\n`);
  child.kill("SIGTERM");
  await child.exited;
  child.terminal?.close();
  expect(sprung()).toBe("");
});
