import { version } from "../../package.json" with { type: "json" };
import type { Context } from "../context.ts";
import { runCommand, settle, usageError } from "./run-command.ts";
import { type Root, route } from "./tree.ts";

/** Runs the command that `ctx.argv` names and returns the exit code. Can be called repeatedly in one process. */
export async function run(root: Root, ctx: Context): Promise<number> {
  return await settle(ctx, () => dispatch(ctx, root));
}

const VERSION_OPTIONS = ["--version", "-V", "-v"];

async function dispatch(ctx: Context, root: Root): Promise<number> {
  if (ctx.argv.length === 1 && VERSION_OPTIONS.includes(ctx.argv[0] ?? "")) {
    await ctx.out(`mm ${version}\n`);
    return 0;
  }
  const found = await route(root, ctx.argv);
  if (found.kind === "command") return await runCommand(ctx, found.path, found.command, found.rest);
  if (found.kind === "unknown") {
    const { unknownCommand } = await import("./suggest.ts");
    throw await unknownCommand(root, found);
  }
  const word = found.rest[0];
  const isRoot = found.path.length === 1;
  if (isRoot && word !== undefined && VERSION_OPTIONS.includes(word)) {
    throw await usageError(found.path, { message: `unexpected argument '${found.rest[1]}'` });
  }
  if (word !== undefined && word !== "--help" && word !== "-h") {
    const known = isRoot ? ["--help", ...VERSION_OPTIONS] : ["--help"];
    throw await usageError(found.path, { message: `unknown option '${word}'`, word, known });
  }
  const { renderHelp } = await import("./help.ts");
  const help = await renderHelp(found.path, found.group, ctx.terminal);
  if (isRoot || word !== undefined) {
    await ctx.out(help);
    return 0;
  }
  ctx.err(help);
  return 2;
}
