import { setPriority } from "node:os";
import type { Listener, Serving } from "../context.ts";
import { codeOf } from "../errors.ts";
import type { Env } from "../settings/environment.ts";
import { withoutHere } from "../settings/home.ts";
import { findOnPath } from "../settings/programs.ts";

/** Whoever counts for seconds lets those go first who are answered at once. */
const LOW_PRIORITY = 10;
const HOSTNAME = "127.0.0.1";
const ANSWER_MS = 1000;

/** Resolves when the user, the system or the terminal ends this process, which then ends on its own. */
function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, resolve);
  return promise;
}

function listen(port: number, handlerFor: Parameters<Serving["listen"]>[1]): Listener | null {
  let answer: (request: Request) => Promise<Response>;
  try {
    const server = Bun.serve({
      hostname: HOSTNAME,
      port,
      // A page that shows nothing new stays open.
      idleTimeout: 0,
      maxRequestBodySize: 1,
      development: false,
      fetch: (request) => answer(request),
      error: () => new Response("unexpected failure\n", { status: 500 }),
    });
    const actual = server.port ?? port;
    answer = handlerFor(actual);
    return { port: actual, stop: () => server.stop(true) };
  } catch (error) {
    if (codeOf(error) === "EADDRINUSE" || codeOf(error) === "EACCES") return null;
    throw error;
  }
}

/** Asks without `fetch`, which would go through a proxy of the environment. */
async function answers(port: number, token: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const lines = [
    "GET /api/ps HTTP/1.1",
    `Host: ${HOSTNAME}:${port}`,
    `Authorization: Bearer ${token}`,
    "Connection: close",
  ];
  const timer = setTimeout(resolve, ANSWER_MS, false);
  const no = () => resolve(false);
  try {
    const socket = await Bun.connect({
      hostname: HOSTNAME,
      port,
      socket: {
        open: (opened) => void opened.write(`${lines.join("\r\n")}\r\n\r\n`),
        data: (_, bytes) => resolve(/^HTTP\/1\.1 (?:200|500) /u.test(bytes.toString("latin1"))),
        close: no,
        error: no,
        connectError: no,
      },
    });
    const isOurs = await promise;
    socket.terminate();
    return isOurs;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function letOthersGoFirst(pid: number): void {
  try {
    setPriority(pid, LOW_PRIORITY);
  } catch {
    // It is over already, or the system doesn't have it.
  }
}

async function runSelf(
  env: Env,
  words: readonly string[],
  signal: AbortSignal,
): ReturnType<Serving["runSelf"]> {
  // Uncompiled, the executable is Bun.
  const self = Bun.main.includes("$bunfs") ? [] : [Bun.main];
  const child = Bun.spawn([process.execPath, ...self, ...words], {
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  letOthersGoFirst(child.pid);
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
}

/** The program that opens a file in the user's browser; null where there is none, or no screen. */
function openerOf(env: Env): string | null {
  const { platform } = process;
  const hasScreen = Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
  const names =
    platform === "darwin" ? ["open"] : hasScreen ? ["xdg-open", "wslview"] : ["wslview"];
  return names.flatMap((name) => findOnPath(env, name))[0] ?? null;
}

/** Serves a page of this process. `umask` is that of programs which it starts. */
export function createServing(env: Env, umask: number): Serving {
  const opener = openerOf(env);
  return {
    pid: process.pid,
    stopped: stopSignal(),
    listen,
    answers,
    isAlive,
    runSelf: (words, signal) => runSelf(env, words, signal),
    canOpen: () => opener !== null,
    open: (path) => {
      if (opener === null) return;
      const own = process.umask(umask);
      try {
        const stdio = ["ignore", "ignore", "ignore"] as const;
        Bun.spawn([opener, path], {
          // Openers are scripts, which start browsers by their names.
          env: { ...withoutHere(env) },
          stdio: [...stdio],
          detached: true,
        }).unref();
      } catch {
        // The address is printed, too.
      } finally {
        process.umask(own);
      }
    },
  };
}
