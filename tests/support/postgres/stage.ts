import { afterAll } from "bun:test";
import { downloadNext } from "./next.ts";
import { Pooler } from "./pooler.ts";
import { Postgres, type ServerOptions } from "./server.ts";

/** Where machines meet: a server, and the address at which they find it. */
export interface Stage {
  readonly server: Postgres;
  url(database: string, user?: string): string;
}

/** Which server `test:sync` wants: the one that is installed, it behind a pooler, or PostgreSQL 18. */
type StageKind = "installed" | "pooled" | "18";

const KIND = (process.env["MM_TEST_POSTGRES"] ?? "installed") as StageKind;

/** Whether a pooler stands between the machines and the server. */
export const IS_POOLED = KIND === "pooled";

/** The users that tests make, whom a pooler has to know. */
const USERS = ["mm", "alice", "bob", "boss"];

/** Starts a server that one test has for itself, without a pooler. */
export async function startServer(options: ServerOptions = {}): Promise<Postgres> {
  return await Postgres.start(KIND === "18" ? { ...options, programs: downloadNext() } : options);
}

/** A server for all tests of a file, which starts when the first of them asks and goes with the last. */
export function stageOfFile(): () => Promise<Stage> {
  let server: Postgres | null = null;
  let pooler: Pooler | null = null;
  afterAll(async () => {
    await pooler?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });
  const start = async (): Promise<Stage> => {
    server = await startServer();
    if (IS_POOLED) pooler = await Pooler.start(server, USERS);
    const place = pooler ?? server;
    return { server, url: (database, user) => place.url(database, user) };
  };
  let stage: Promise<Stage> | null = null;
  return () => {
    stage ??= start();
    return stage;
  };
}
