import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { BINARY as BUILT } from "../../build.ts";

/** The program under test: the one that was built, or another, such as one unpacked from a release. */
export const BINARY = process.env["MM_TEST_BINARY"] ?? BUILT;

export interface BinaryOutcome {
  readonly code: number;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly stdin?: Uint8Array | string;
}

/** A fresh folder. Of this process's environment, the binary sees only PATH. */
export class Sandbox implements Disposable {
  readonly folder = mkdtempSync(`${tmpdir()}/mm-bin-`);
  readonly home = `${this.folder}/home`;

  get database(): string {
    return `${this.home}/memtomem.db`;
  }

  env(extra: RunOptions["env"] = {}): Record<string, string> {
    const all = { PATH: process.env["PATH"], HOME: this.folder, MM_HOME: this.home, ...extra };
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** Starts the compiled `mm`; the caller may signal it. */
  spawn(argv: readonly string[], options: RunOptions = {}) {
    return Bun.spawn([BINARY, ...argv], {
      env: this.env(options.env),
      cwd: options.cwd ?? this.folder,
      stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin as string]),
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  async mm(argv: readonly string[], options: RunOptions = {}): Promise<BinaryOutcome> {
    return await this.outcome(this.spawn(argv, options));
  }

  async outcome(child: ReturnType<Sandbox["spawn"]>): Promise<BinaryOutcome> {
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    await child.exited;
    return {
      code: child.exitCode ?? -1,
      signal: child.signalCode === null ? null : String(child.signalCode),
      out,
      err,
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
