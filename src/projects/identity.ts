/** What identifies a repository that has moved to another path. */
export interface Identity {
  /** The addresses of its remote. */
  readonly remotes: readonly string[];
  /** The first log entries, in the form of `Repository.firstCommit`. */
  readonly firstCommits: readonly string[];
}

/** How alike two repositories are. */
export type Likeness = "same clone" | "same history" | "none";

/** Host and path of a remote, the same for all its addresses. Null for a relative path, since its meaning moves. */
export function remoteKey(url: string): string | null {
  const [, host = "", path = ""] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/]+)\/(.*)$/iu.exec(url) ??
    /^(?:[^/@:]+@)?([^/:]+):(.*)$/u.exec(url) ??
    [];
  const name = path.replace(/^\/+|\/+$/gu, "").replace(/\.git$/u, "");
  if (host === "") return url.startsWith("/") ? url.replace(/\/+$|\.git\/*$/gu, "") : null;
  return `${host.replace(/:\d+$/u, "").toLowerCase()}/${name}`;
}

function keys(remotes: readonly string[]): string[] {
  return remotes.map(remoteKey).filter((key) => key !== null);
}

function haveCommon(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.includes(one));
}

/**
 * Compares a repository that has gone from its path with one that exists.
 * @param holds whether the existing one has a commit
 */
export function likeness(
  gone: Identity,
  there: Identity,
  holds: (commit: string) => boolean,
): Likeness {
  if (haveCommon(gone.firstCommits, there.firstCommits)) return "same clone";
  const [before, now] = [keys(gone.remotes), keys(there.remotes)];
  if (haveCommon(before, now)) return "same history";
  // A fork has the same first commit, but is another project.
  if (before.length > 0 && now.length > 0) return "none";
  const commits = gone.firstCommits.map((entry) => entry.split(" ")[0] ?? "");
  return commits.some(holds) ? "same history" : "none";
}
