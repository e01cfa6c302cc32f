import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { readSmallFile } from "../../files/small-file.ts";
import type { ServerAddress } from "./address.ts";

/** A password manager may ask the person first. */
const COMMAND_MS = 60_000;
const GROUP_AND_OTHERS = 0o077;

/** The fields of a line, in which a backslash takes the next character as it is. */
function fieldsOf(line: string): string[] {
  const fields = [""];
  for (const [character] of line.matchAll(/\\?./gsu)) {
    const isEscaped = character.startsWith("\\") && character.length > 1;
    if (character === ":") fields.push("");
    else fields.push((fields.pop() ?? "") + (isEscaped ? character.slice(1) : character));
  }
  return fields;
}

/**
 * The password for a server in the text of a `.pgpass`, or null: lines of `host:port:database:user:password`, in
 * which `*` stands for anything and the first that fits counts, as in libpq.
 */
function passwordIn(text: string, address: ServerAddress): string | null {
  const wanted = [address.host, String(address.port), address.database, address.user];
  for (const line of text.split(/\r?\n/u)) {
    if (line === "" || line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    const fits = wanted.every((value, at) => fields[at] === "*" || fields[at] === value);
    if (fits && fields.length > wanted.length) return fields.slice(wanted.length).join(":");
  }
  return null;
}

type Needs = Pick<Context, "capture" | "disk" | "env">;

async function fromFile(ctx: Needs, address: ServerAddress): Promise<string | null> {
  const { HOME: home, PGPASSFILE: named } = ctx.env;
  const path = named || (home ? `${home}/.pgpass` : "");
  if (path === "") return null;
  const file = await readSmallFile(path);
  if (file.kind === "absent") return null;
  if (file.kind === "unusable") {
    throw new UserError("sync_settings", `can't use ${path}: ${file.problem}`);
  }
  const { mode } = (await ctx.disk()).statSync(path);
  if ((mode & GROUP_AND_OTHERS) !== 0) {
    throw new UserError(
      "sync_settings",
      `other users can read the passwords in ${path}`,
      `make it yours alone: chmod 600 ${path}`,
    );
  }
  return passwordIn(file.text, address);
}

async function fromCommand(ctx: Needs, argv: readonly string[]): Promise<string> {
  const printed = await ctx.capture(argv, COMMAND_MS);
  if (printed === null) {
    throw new UserError(
      "sync_settings",
      `the command that prints the password failed: ${argv[0]}`,
      'try it by hand; it is "passwordCommand" of "sync" in mm.json',
    );
  }
  return printed.replace(/\r?\n$/u, "");
}

/**
 * The password of the server, from the command in the settings, $PGPASSWORD, or ~/.pgpass; empty if there is none,
 * which is enough where the server trusts this user.
 * @throws UserError `sync_settings`
 */
export async function findPassword(
  ctx: Needs,
  address: ServerAddress,
  command: readonly string[] | null,
): Promise<string> {
  if (command !== null) return await fromCommand(ctx, command);
  return ctx.env["PGPASSWORD"] || ((await fromFile(ctx, address)) ?? "");
}
