import {
  boolean,
  integer,
  type JsonDocument,
  list,
  object,
  oneOf,
  orNull,
  string,
} from "./schema.ts";

const SESSION = object({
  id: string(),
  agent_id: string(),
  client: orNull(string("the agent, as hooks name it")),
  model: orNull(string()),
  title: orNull(string()),
  started_at: string(),
  at: string("when it made the change; of a file, its first change"),
  tool: orNull(string("the tool that made it")),
  prompt: orNull(string("the last prompt before it, redacted, at most 500 characters on one line")),
  said: orNull(string("what the agent said last before it, likewise")),
  resume_command: orNull(string()),
  did: orNull(
    object(
      { changed: integer(), read: integer(), other: integer(), failed: integer() },
      "how often it did what with the file; null for a line and a commit",
    ),
  ),
  lines: orNull(integer("of a commit: how many of its added lines it wrote")),
});

export const WHY_DOCUMENT: JsonDocument = {
  command: "why",
  example: {
    file: "src/cart.ts",
    line: 12,
    text: "  if (items.length === 0) return null;",
    commit: {
      id: "9b1c6a0f5f0c4b0a8f6d2d3c1f5e7a9b0c1d2e3f",
      author: "Ada",
      subject: "fix: an empty cart has no total",
      written_at: "2026-11-22T22:10:00+00:00",
      committed_at: "2026-11-22T22:10:00+00:00",
    },
    committed: true,
    certainty: "certain",
    reason: "its transcript has the edit that wrote this line",
    earlier_names: [],
    sessions: [
      {
        id: "10f61155-53bd-4e93-bf1a-e844319233cb",
        agent_id: "claude-code",
        client: "claude",
        model: "claude-sonnet-5-5",
        title: "The total of an empty cart is NaN",
        started_at: "2026-11-22T22:05:37+00:00",
        at: "2026-11-22T22:06:01+00:00",
        tool: "Edit",
        prompt: "The total of an empty cart is NaN",
        said: "An empty cart should have no total, so I return early.",
        resume_command: "cd /home/ada/shop && claude --resume 4ed12102-7545-43e2-a232-7c7a705cdd97",
        did: null,
        lines: null,
      },
    ],
    more: false,
  },
  schema: object({
    file: orNull(string("below the top of the repository; null for a commit")),
    line: orNull(integer("null unless a line was asked about, and so are the next five")),
    text: orNull(string("the line; null if the file is binary")),
    commit: orNull(
      object(
        {
          id: string(),
          author: string(),
          subject: string(),
          written_at: string(),
          committed_at: string("later than `written_at` after a rebase"),
        },
        "the commit that was asked about, or that has the line",
      ),
    ),
    committed: orNull(boolean("null if nobody can tell")),
    certainty: orNull(
      oneOf(
        ["certain", "likely", "nobody", "unknown"],
        "`nobody`: no recorded agent wrote the line; `unknown`: nobody can tell",
      ),
    ),
    reason: orNull(string("how that is known, or what can't be known")),
    earlier_names: list(string(), "what the file was called before, the last name first"),
    sessions: list(
      SESSION,
      "of a line at most one; of a file the latest first; of a commit those with the most lines first",
    ),
    more: boolean("whether more sessions touched the file than `--limit` allows"),
  }),
};
