import { FROM_MACHINE } from "./machines.ts";
import { boolean, integer, type JsonDocument, list, object, orNull, string } from "./schema.ts";

export const SEARCH_DOCUMENT: JsonDocument = {
  command: "search",
  example: {
    sessions: [
      {
        id: "10f61155-53bd-4e93-bf1a-e844319233cb",
        agent_id: "codex",
        project: "parser",
        title: "Fix the parser",
        started_at: "2026-11-22T22:05:37+00:00",
        ended_at: null,
        match_count: 1,
        matches: [
          {
            event_id: 7,
            event_type: "decision",
            file: null,
            did: null,
            created_at: "2026-11-22T22:06:01+00:00",
            snippet: "An empty list is no error",
            highlights: [[3, 13]],
            times: 1,
          },
        ],
      },
    ],
    count: 1,
    more: false,
    exact: true,
    loose: false,
  },
  schema: object({
    sessions: list(
      object({
        id: string(),
        agent_id: string(),
        project: orNull(string()),
        title: orNull(string()),
        started_at: string(),
        ended_at: orNull(string()),
        match_count: integer("how many of its events match, plus 1 for its title and summary"),
        matches: list(
          object({
            event_id: orNull(integer("null for title and summary")),
            event_type: string("`session` for title and summary"),
            file: orNull(string("the file that a tool's call was about, redacted")),
            did: orNull(
              string(
                "what the call did with it: `changed`, `read`, `failed` or, if unknown, `other`",
              ),
            ),
            created_at: string("for title and summary, when the session started"),
            snippet: string("one line of about 160 columns around the match, redacted"),
            highlights: list(
              list(integer()),
              "pairs: where each match begins and ends in the snippet, in characters (code points)",
            ),
            times: integer("how many of the best matches say the same; the first is shown"),
          }),
          "the best of them that say different things, at most three",
        ),
        ...FROM_MACHINE,
      }),
      "the best match first, where newer ones count a little more; of equals, the newest",
    ),
    count: integer("of the sessions listed"),
    more: boolean("whether more sessions match than `--limit` allows"),
    exact: boolean(
      "whether the query matched as it was typed; else its last word was taken for a beginning, or `loose` is true",
    ),
    loose: boolean("whether the sessions have only the rarest words of a sentence"),
  }),
};
