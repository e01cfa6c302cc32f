import { UserError } from "../errors.ts";
import { parseWhen } from "../text/time.ts";

/** From `since` on, up to but without `until`; open where one is undefined. */
export interface Period {
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}

/**
 * The period that `--since` and `--until` name, as `parseWhen` reads them.
 * @throws UserError `invalid_time` (exit 2), also where it would end before it begins
 */
export function parsePeriod(
  args: { readonly since?: string | undefined; readonly until?: string | undefined },
  now: Date,
): Period {
  const since = args.since === undefined ? undefined : parseWhen(args.since, now);
  const until = args.until === undefined ? undefined : parseWhen(args.until, now);
  if (since !== undefined && until !== undefined && since > until) {
    throw new UserError(
      "invalid_time",
      `--since ${args.since} is later than --until ${args.until}`,
      "swap the two, or leave one out",
    );
  }
  return { since, until };
}
