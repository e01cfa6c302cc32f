import { SQL } from "bun";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { readSmallFile } from "../../files/small-file.ts";
import type { SyncSettings } from "../settings.ts";
import { isLocal, isSocket, type ServerAddress } from "./address.ts";
import { explainRemote, isPassing } from "./faults.ts";
import { findPassword } from "./password.ts";
import { LIMIT_STATEMENTS } from "./statements.ts";

const CONNECT_S = 10;
/** Longer than the server's own limit for a statement, after which it would have answered. */
const ANSWER_MS = 90_000;
const TRIES = 5;
const FIRST_PAUSE_MS = 200;

/** One transaction on the server. */
export interface Transaction {
  /** Runs a statement with parameters $1, $2… A bigint arrives as text. */
  query<T>(statement: string, parameters?: readonly unknown[]): Promise<T[]>;
  /** Runs statements without parameters. */
  run(statements: string): Promise<void>;
  /** Runs `COPY … FROM STDIN` with these lines, which come in pieces. */
  copy(statement: string, pieces: Iterable<string>): Promise<void>;
}

/** The server, over one connection. */
export interface Remote {
  readonly address: ServerAddress;
  /**
   * Runs `work` in a transaction. If the connection breaks or the server asks for it, runs all of it again: `work`
   * must do the same each time.
   * @throws UserError `sync_refused`, `sync_unreachable`, or the server's error if it refuses the data
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

type Needs = Pick<Context, "capture" | "disk" | "env" | "sleep">;

async function certificateOf(path: string): Promise<string> {
  const file = await readSmallFile(path);
  if (file.kind === "text") return file.text;
  const problem = file.kind === "absent" ? "there is no such file" : file.problem;
  throw new UserError("sync_settings", `can't read the certificate ${path}: ${problem}`);
}

/**
 * Every option is given, because Bun would take others from $DATABASE_URL, $PGHOST and the like, which may be a
 * project's. Nothing is prepared and no parameter is set at the start, which poolers refuse.
 */
async function optionsOf(
  settings: SyncSettings,
  password: string,
  env: Context["env"],
): Promise<Bun.SQL.Options> {
  const { address, ca } = settings;
  const isPlain = isLocal(address) && ca === null;
  const tls = {
    rejectUnauthorized: true,
    serverName: address.host,
    ...(ca === null ? {} : { ca: await certificateOf(ca) }),
  };
  return {
    adapter: "postgres",
    ...(isSocket(address)
      ? { path: `${address.host}/.s.PGSQL.${address.port}`, hostname: "localhost" }
      : { hostname: address.host }),
    port: address.port,
    username: address.user,
    database: address.database,
    password,
    tls: isPlain ? false : tls,
    prepare: false,
    // Results of concurrent queries must not mix.
    max: 1,
    connectionTimeout: CONNECT_S,
    idleTimeout: 0,
    maxLifetime: 0,
    // Bun would send what $PGOPTIONS says. Without it, nothing is sent, because poolers take no options.
    connection: { application_name: "mm", ...(env["PGOPTIONS"] ? { options: "" } : {}) },
  };
}

/** Fails once a server has been silent for so long; Bun would wait for ever. */
async function within<T>(work: Promise<T>, close: () => Promise<void>): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const signal = AbortSignal.timeout(ANSWER_MS);
  const giveUp = () => {
    reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" }));
    void close();
  };
  signal.addEventListener("abort", giveUp);
  try {
    return await Promise.race([work, silence]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function feed(
  tx: Pick<Bun.SQL, "unsafe">,
  statement: string,
  pieces: Iterable<string>,
): Promise<void> {
  const writer = tx.unsafe(statement).writable().getWriter();
  // Whoever closes it gets the failure.
  writer.closed.catch(() => undefined);
  for (const piece of pieces) await writer.write(piece);
  await writer.close();
}

async function once<T>(sql: Bun.SQL, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const close = () => sql.close({ timeout: 0 });
  // The driver's own types resolve arrays of promises, of which there are none here.
  const result = (await sql.begin(async (tx): Promise<{ value: T }> => {
    const query = async <R>(statement: string, parameters: readonly unknown[] = []) =>
      [...(await within(tx.unsafe<R[]>(statement, [...parameters]), close))] as R[];
    const run = async (statements: string) => void (await within(tx.unsafe(statements), close));
    const copy = (statement: string, pieces: Iterable<string>) =>
      within(feed(tx, statement, pieces), close);
    await run(LIMIT_STATEMENTS);
    return { value: await work({ query, run, copy }) };
  })) as { value: T };
  return result.value;
}

/**
 * Connects to the server, runs `work` and closes the connection. Failures are explained.
 * @throws UserError `sync_settings`, `sync_refused`, `sync_unreachable`
 */
export async function withRemote<T>(
  ctx: Needs,
  settings: SyncSettings,
  work: (remote: Remote) => Promise<T>,
): Promise<T> {
  const { address } = settings;
  const password = await findPassword(ctx, address, settings.passwordCommand);
  const sql = new SQL(await optionsOf(settings, password, ctx.env));
  const transaction: Remote["transaction"] = async (inside) => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(sql, inside);
      } catch (error) {
        if (tries === TRIES || !isPassing(error)) throw error;
        await ctx.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1));
      }
    }
  };
  try {
    return await work({ address, transaction });
  } catch (error) {
    throw explainRemote(error, address);
  } finally {
    await sql.close({ timeout: 0 });
  }
}
