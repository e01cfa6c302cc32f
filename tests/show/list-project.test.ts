import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** A folder with the one file that makes it a repository. */
function repository(path: string): string {
  mkdirSync(`${world.folder}/${path}/.git`, { recursive: true });
  writeFileSync(`${world.folder}/${path}/.git/HEAD`, "ref: refs/heads/main\n");
  return `${world.folder}/${path}`;
}

async function startIn(cwd: string): Promise<void> {
  world.pass(60);
  await world.start("startup", { session_id: `in ${cwd}`, cwd });
}

async function listed(...words: string[]): Promise<unknown[]> {
  const { sessions } = await world.json<{ sessions: { project: string | null }[] }>(
    "session",
    "list",
    ...words,
  );
  return sessions.map(({ project }) => project);
}

test("each session names its project, and --project asks for one", async () => {
  const app = repository("a/app");
  mkdirSync(`${app}/src`);
  await startIn(`${app}/src`);
  await startIn(repository("b/app"));
  await startIn(repository("b/my_app"));
  mkdirSync(`${world.folder}/notes`);
  await startIn(`${world.folder}/notes`);
  world.cwd = null;
  await world.mm("session", "start");
  world.cwd = world.folder;
  expect(await listed()).toEqual([null, "notes", "my_app", "app", "app"]);
  expect(await listed("--project", "app")).toEqual(["app", "app"]);
  expect(await listed("--project", "a/app")).toEqual(["app"]);
  expect(await listed("--project", `${app}/src`)).toEqual(["app"]);
  expect(await listed("--project", "notes/")).toEqual(["notes"]);
  expect(await listed("--project", "notes")).toEqual(["notes"]);
  expect(await listed("--project", "otes")).toEqual([]);
  expect(await listed("--project", "%app")).toEqual([]);
  expect((await world.mm("session", "list", "--project", "my_app")).out).toContain(
    "  my_app        0  ",
  );
});

test("`.` is the project of the working directory", async () => {
  const here = repository("");
  await startIn(here);
  await startIn(repository("elsewhere"));
  expect(await listed("--project", ".")).toHaveLength(1);
});

test("in a database of memtomem's no session has a project", async () => {
  world.useMemtomemHome();
  expect((await listed()).length).toBeGreaterThan(0);
  expect(await listed("--project", "app")).toEqual([]);
});

test("JSON tells where a session ran and how it is resumed", async () => {
  await startIn(repository("my shop"));
  const [session] = (await world.json<{ sessions: unknown[] }>("session", "list")).sessions;
  expect(session).toMatchObject({
    project: "my shop",
    cwd: `${world.folder}/my shop`,
    branch: "main",
    last_event_at: expect.any(String),
    resume_command: `cd '${world.folder}/my shop' && claude --resume 'in ${world.folder}/my shop'`,
  });
});

test.each(["list", "ps"])(
  "%s keeps the name where there is no room for what tells two apart",
  async (command) => {
    for (const host of ["one.example.org", "two.example.org"]) {
      await startIn(repository(`${host}/src/shop`));
      await world.prompt("x ".repeat(60), { session_id: `in ${world.folder}/${host}/src/shop` });
    }
    world.isTerminal = true;
    world.columns = 80;
    const { out } = await world.mm(command);
    expect(out).toContain("  one.ex…/shop  ");
    expect(out).toContain("  two.ex…/shop  ");
  },
);
