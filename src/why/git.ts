import type { Context } from "../context.ts";
import type { Env } from "../settings/environment.ts";

/** What all questions of an answer get: longer than a blame takes in all but the largest repositories. */
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
  // What is printed is read as UTF-8.
  "i18n.logOutputEncoding=UTF-8",
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

/** Makes git read no settings but ours: no option can take back what a file of settings says of `git blame`. */
function withoutSettings(root: string, folder: string): Readonly<Record<string, string>> {
  return {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    // The repository's own are looked for in this folder, which has none, and the rest where it is.
    GIT_COMMON_DIR: `${folder}/logs`,
    GIT_DIR: folder,
    GIT_OBJECT_DIRECTORY: `${folder}/objects`,
    GIT_SHALLOW_FILE: `${folder}/shallow`,
    GIT_WORK_TREE: root,
  };
}

type Asking = Pick<Context, "capture" | "env" | "now">;

/** A repository as git tells of it, whatever is set in it. */
export class Git {
  readonly #ctx: Asking;
  readonly #root: string;
  readonly #folder: string;
  /** When the time is up, in milliseconds since 1970; it begins with the first question. */
  #until: number | null = null;

  /**
   * @param root the top of the working tree
   * @param folder the git folder that all working trees share
   */
  constructor(ctx: Asking, root: string, folder: string) {
    this.#ctx = ctx;
    this.#root = root;
    this.#folder = folder;
  }

  /** What git prints, or null if it fails or takes too long. */
  async #ask(...words: string[]): Promise<string | null> {
    return await this.#askWith({}, words);
  }

  async #askWith(
    more: Readonly<Record<string, string>>,
    words: readonly string[],
  ): Promise<string | null> {
    const settings = HARMLESS.flatMap((setting) => ["-c", setting]);
    const argv = ["git", "--no-pager", "-C", this.#root, ...settings, ...words];
    const left = this.#msLeft();
    if (left <= 0) return null;
    return await this.#ctx.capture(argv, left, {
      env: { ...cleaned(this.#ctx.env), ...more },
      isAlone: true,
      maxBytes: MAX_BYTES,
    });
  }

  #msLeft(): number {
    const now = this.#ctx.now().getTime();
    this.#until ??= now + TIMEOUT_MS;
    return this.#until - now;
  }

  /** Whether git answers for this repository, and has the time for it. */
  async canTell(): Promise<boolean> {
    return (await this.#ask("rev-parse", "--git-dir")) !== null && this.#msLeft() > 0;
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

  /** Whether a commit has a file of this path. */
  async has(commit: string, path: string): Promise<boolean> {
    return (await this.#ask("cat-file", "-e", `${commit}:${path}`)) !== null;
  }

  /** In which commit a line of a file came to be, as `git blame --porcelain` prints it. */
  async blame(commit: string, path: string, line: number): Promise<string | null> {
    const options = ["--porcelain", "--no-textconv", "-L", `${line},${line}`];
    const words = ["blame", ...options, commit, "--", path];
    const told = await this.#askWith({}, words);
    if (told !== null) return told;
    // It fails where the list of commits to pass over isn't in this commit's tree.
    const list = await this.#ask("config", "--get", "blame.ignoreRevsFile");
    if (list === null) return null;
    return await this.#askWith(withoutSettings(this.#root, this.#folder), words);
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
