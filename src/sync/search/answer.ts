import type { Context } from "../../context.ts";
import { searchJson } from "../../search/json.ts";
import type { Query } from "../../search/query.ts";
import { pageOf, searchText } from "../../search/text.ts";
import { searchRemote, type TypedSearch } from "./search.ts";

/** The answer of `mm search --remote`, which looks like that of a search on this machine. */
export async function answerRemotely(ctx: Context, query: Query, typed: TypedSearch) {
  const found = await searchRemote(ctx, query, typed);
  const text = () =>
    found.sessions.length === 0
      ? "The server has nothing like that.\n"
      : searchText(found, pageOf(ctx, query, found.sessions.length));
  return { data: searchJson(found), text, isPaged: true };
}
