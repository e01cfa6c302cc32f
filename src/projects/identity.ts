/** By what a repository is recognized where its folder has another path. */
export interface Identity {
  /** Addresses of its remote. */
  readonly remotes: readonly string[];
  /** The first entries of its log, as `Repository` has them. */
  readonly firstCommits: readonly string[];
}

/** How sure it is that two are one: the same clone, the same by what they hold, or not at all. */
export type Likeness = "same clone" | "same history" | "none";

/** What addresses of one remote have in common, however it is reached; null for a path, which is another elsewhere. */
function remoteKey(url: string): string | null {
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
 * Compares a repository that is no longer where it was with one that is there.
 * @param holds whether the one that is there has a commit
 */
export function likeness(
  gone: Identity,
  there: Identity,
  holds: (commit: string) => boolean,
): Likeness {
  if (haveCommon(gone.firstCommits, there.firstCommits)) return "same clone";
  const [before, now] = [keys(gone.remotes), keys(there.remotes)];
  if (haveCommon(before, now)) return "same history";
  // Forks have the same first commit and are another project.
  if (before.length > 0 && now.length > 0) return "none";
  const commits = gone.firstCommits.map((entry) => entry.split(" ")[0] ?? "");
  return commits.some(holds) ? "same history" : "none";
}
