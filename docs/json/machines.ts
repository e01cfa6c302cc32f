import { list, object, orNull, type Schema, string } from "./schema.ts";

const NAME = "as `--machine` takes it";
const SOURCE = "what the server calls the database it was pushed from";

/** What `--machine` adds to a session. */
export const FROM_MACHINE: Readonly<Record<string, Schema>> = {
  "machine?": string(`with \`--machine\`: the machine that it is from, ${NAME}`),
  "source_id?": orNull(
    string(`with \`--machine\`: ${SOURCE}; null if it is this machine's database`),
  ),
};

const MACHINE = {
  machine: string(NAME),
  source_id: orNull(string(SOURCE)),
};

/** What it adds to the session that is shown. */
export const COPIES: Readonly<Record<string, Schema>> = {
  "also_on?": list(object(MACHINE), "with `--machine`: the other machines that have the session"),
  "continued_on?": list(
    object({ id: string("of that session"), ...MACHINE }),
    "with `--machine`: where the same conversation of the agent goes on, or came from",
  ),
};

/** What it adds to sums. */
export const MACHINES: Readonly<Record<string, Schema>> = {
  "machines?": list(string(), "with `--machine`: the machines that were counted"),
};

/** What it adds to a session that is live. */
export const AS_OF: Readonly<Record<string, Schema>> = {
  "pushed_at?": orNull(
    string(
      "with `--machine`: when the machine last pushed, up to which the state is known; null if it is this machine",
    ),
  ),
};
