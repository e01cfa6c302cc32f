import { BINARY, type Sandbox } from "./binary.ts";
import { type Reply, type Told, toldIn } from "./mcp.ts";

/** The compiled server as a process of its own, with its pipes. */
export class ServerProcess implements AsyncDisposable {
  readonly child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  /** The lines of stdout, as they came. */
  readonly lines: string[] = [];
  readonly err: Promise<string>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #read: Promise<void>;
  #ids = 0;

  constructor(box: Sandbox, env: Readonly<Record<string, string>> = {}, ...options: string[]) {
    this.child = Bun.spawn([BINARY, "mcp", ...options], {
      env: box.env(env),
      cwd: box.folder,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.err = this.child.stderr.text();
    this.#read = this.#listen();
  }

  async #listen(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of this.child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#hear(line);
    }
    if (rest !== "") this.lines.push(rest);
  }

  #hear(line: string): void {
    this.lines.push(line);
    const reply = JSON.parse(line) as Reply;
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }

  write(bytes: string | Uint8Array): void {
    this.child.stdin.write(bytes);
    // It may have ended.
    Promise.resolve(this.child.stdin.flush()).catch(() => undefined);
  }

  async request(method: string, params: unknown = {}): Promise<Reply> {
    const id = ++this.#ids;
    const answer = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return await answer;
  }

  async initialize(protocolVersion = "2025-06-18", name = "inspector"): Promise<Reply> {
    const clientInfo = { name, version: "1" };
    return await this.request("initialize", { protocolVersion, capabilities: {}, clientInfo });
  }

  async call(name: string, args: unknown = {}): Promise<Told> {
    return toldIn(await this.request("tools/call", { name, arguments: args }));
  }

  /** Waits until it has ended, and all that it wrote is read. */
  async ended(): Promise<{ code: number | null; signal: string | null }> {
    await this.child.exited;
    await this.#read;
    return { code: this.child.exitCode, signal: this.child.signalCode as string | null };
  }

  async end(): Promise<{ code: number | null; signal: string | null }> {
    await this.child.stdin.end();
    return await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.exited;
  }
}
