import type { World } from "./world.ts";

interface Answer {
  readonly sessions: {
    readonly id: string;
    readonly match_count: number;
    readonly matches: { readonly snippet: string; readonly event_type: string }[];
  }[];
  readonly count: number;
  readonly more: boolean;
}

/** Helpers for the tests of `mm search`, in the world that `here` returns. */
export function searching(here: () => World) {
  const search = (...words: string[]) => here().json<Answer>("search", ...words);
  return {
    search,
    /** Ids of the sessions that are found. */
    found: async (...words: string[]) => (await search(...words)).sessions.map(({ id }) => id),
    snippets: async (...words: string[]) =>
      (await search(...words)).sessions.flatMap(({ matches }) =>
        matches.map(({ snippet }) => snippet),
      ),
    /** Starts a session with these events. The clock moves on by a minute. */
    session: async (title: string, ...contents: string[]): Promise<void> => {
      await here().mm("session", "start", "-a", "x", "-t", title);
      for (const content of contents) await here().mm("activity", "log", "-c", content);
      here().pass(60);
    },
  };
}
