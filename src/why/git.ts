import type { Context } from "../context.ts";
import type { Env } from "../settings/environment.ts";

/** Longer than a blame takes in all but the largest repositories. */
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * What a repository could have git run or fetch. Nothing here reads the working tree or the index, so that no filter
 * and no file system monitor has any work.
 */
const HARMLESS: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.sshCommand=false",
  "core.askPass=false",
  "core.attributesFile=/dev/null",
  "log.showSignature=false",
  "protocol.allow=never",
  "maintenance.auto=false",
  "gc.auto=0",
];

/** The caller's variables that git needs. All that begin with GIT_ stay behind. */
const KEPT = ["PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE"] as const;

function cleaned(env: Env): Readonly<Record<string, string | undefined>> {
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    GIT_ALLOW_PROTOCOL: "",
    GIT_ASKPASS: "false",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
    GIT_SSH_COMMAND: "false",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** A repository as git tells of it, whatever is set in it. */
export class Git {
  readonly #ctx: Pick<Context, "capture" | "env">;
  readonly #root: string;

  constructor(ctx: Pick<Context, "capture" | "env">, root: string) {
    this.#ctx = ctx;
    this.#root = root;
  }

  /** What git prints, or null if it fails or takes too long. */
  async #ask(...words: string[]): Promise<string | null> {
    const settings = HARMLESS.flatMap((setting) => ["-c", setting]);
    const argv = ["git", "--no-pager", "-C", this.#root, ...settings, ...words];
    const { env } = this.#ctx;
    return await this.#ctx.capture(argv, TIMEOUT_MS, {
      env: cleaned(env),
      isAlone: true,
      maxBytes: MAX_BYTES,
    });
  }

  /** The full name of a commit; null if there is none of this name. */
  async commit(rev: string): Promise<string | null> {
    const found = await this.#ask(
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${rev}^{commit}`,
    );
    return found?.trim() || null;
  }

  /** The text of a file in a commit. */
  async file(commit: string, path: string): Promise<string | null> {
    return await this.#ask("cat-file", "blob", `${commit}:${path}`);
  }

  /** In which commit a line of a file came to be, as `git blame --porcelain` prints it. */
  async blame(commit: string, path: string, line: number): Promise<string | null> {
    const range = `${line},${line}`;
    return await this.#ask(
      "blame",
      "--porcelain",
      "--no-textconv",
      "-L",
      range,
      commit,
      "--",
      path,
    );
  }

  /** When the last change of a file up to a commit was written, in milliseconds since 1970; null for never. */
  async changedAt(commit: string, path: string): Promise<number | null> {
    const told = await this.#ask("rev-list", "-1", "--format=%at", commit, "--", path);
    const seconds = Number(told?.trim().split("\n").at(-1));
    return told && Number.isFinite(seconds) ? seconds * 1000 : null;
  }

  /** The names that a file has had up to a commit, the last one first. */
  async names(commit: string, path: string): Promise<string[]> {
    const options = [
      "--follow",
      "--format=",
      "--name-only",
      "-z",
      "--no-ext-diff",
      "--no-textconv",
    ];
    const told = await this.#ask("log", "-500", ...options, commit, "--", path);
    const names = (told ?? "").split("\0").map((name) => name.replace(/^\n+/u, ""));
    return [...new Set([path, ...names.filter((name) => name !== "")])];
  }

  /** Who committed what and when, as lines: author, author's and committer's time, subject. */
  async about(commit: string): Promise<string | null> {
    return await this.#ask("rev-list", "-1", "--format=%an%n%at%n%ct%n%s", commit);
  }

  /** The changes of a commit against its first parent, as a patch without context. */
  async patch(commit: string): Promise<string | null> {
    const options = [
      "-r",
      "-p",
      "-U0",
      "-M",
      "--root",
      "--no-commit-id",
      "--no-ext-diff",
      "--no-textconv",
    ];
    return await this.#ask("diff-tree", ...options, "-m", "--first-parent", commit);
  }
}
