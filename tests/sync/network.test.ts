import { expect } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { type Listener, listen } from "../support/postgres/listener.ts";
import { PASSWORD } from "../support/postgres/server.ts";
import { IS_POOLED, stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

/** What a project's environment may say, of which nothing decides where sessions go. */
function trap({ port }: Listener): Record<string, string> {
  const url = `postgres://mm:x@127.0.0.1:${port}/x`;
  return {
    DATABASE_URL: url,
    POSTGRES_URL: url,
    PGURL: url,
    PG_URL: url,
    TLS_DATABASE_URL: url,
    TLS_POSTGRES_DATABASE_URL: url,
    POSTGRES_HOST: "127.0.0.1",
    PGHOST: "127.0.0.1",
    PGPORT: String(port),
    PGUSER: "mm",
    PGUSERNAME: "mm",
    PGDATABASE: "x",
    PGSSLMODE: "disable",
    PGOPTIONS: "-c default_transaction_read_only=on",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    HTTP_PROXY: `http://127.0.0.1:${port}`,
    HTTPS_PROXY: `http://127.0.0.1:${port}`,
  };
}

test("data goes to the server of the settings alone, whatever the environment says", async () => {
  const { server, url } = await stageOf();
  const database = await server.newDatabase();
  using hostile = await listen();
  using box = new Sandbox();
  const env = {
    ...trap(hostile),
    PGPASSWORD: PASSWORD,
    ...(IS_POOLED ? { PGOPTIONS: undefined } : {}),
  };
  const mm = async (...argv: string[]) => {
    const { code, err } = await box.mm(argv, { env });
    expect({ argv, code, err }).toEqual({ argv, code: 0, err: "" });
  };
  await mm("session", "start");
  await mm("activity", "log", "-c", "one");
  await mm("sync", "init", url(database), "--project", "*");
  await mm("sync", "push", "--dry-run");
  await mm("sync", "push");
  await mm("sync", "pull");
  await mm("sync", "status");
  await mm("search", "--remote", "--since", "7d", "one");
  await mm("sync", "forget", "--project", "*", "--yes");
  const there = await server.run("SELECT 1 FROM mm.session", database);
  expect({ seen: hostile.seen(), there: there.length }).toEqual({ seen: 0, there: 1 });
});

const offline = (id: string): readonly (readonly string[])[] => [
  ["session", "start"],
  ["activity", "log", "-c", "two"],
  ["list"],
  ["show", "last"],
  ["search", "one"],
  ["stats"],
  ["ps"],
  ["doctor"],
  ["export", "last"],
  ["session", "end", id],
  ["session", "delete", id, "--yes"],
  ["gc"],
  ["sync", "push", "--dry-run"],
];

test("a pooler that takes no options says which variable to unset", async () => {
  const { server, url } = await stageOf();
  const database = await server.newDatabase();
  using box = new Sandbox();
  const env = { PGPASSWORD: PASSWORD, PGOPTIONS: "-c statement_timeout=1" };
  const { code, err } = await box.mm(["sync", "init", url(database), "--project", "*"], { env });
  expect(code).toBe(IS_POOLED ? 1 : 0);
  expect(err).toContain(IS_POOLED ? "unset PGOPTIONS" : "");
});

test("only what says so connects", async () => {
  using server = await listen((socket) => socket.destroy());
  using box = new Sandbox();
  const env = { PGPASSWORD: PASSWORD };
  const { out } = await box.mm(["session", "start", "--json"]);
  await box.mm(["activity", "log", "-c", "one"]);
  const url = `postgres://mm@127.0.0.1:${server.port}/x`;
  await Bun.write(`${box.home}/mm.json`, JSON.stringify({ sync: { url, projects: ["*"] } }));
  for (const argv of offline(JSON.parse(out).session_id)) {
    const { code } = await box.mm(argv, { env });
    expect({ argv, seen: server.seen() }).toEqual({ argv, seen: 0 });
    if (argv[0] !== "doctor") expect({ argv, code }).toEqual({ argv, code: 0 });
  }
});
