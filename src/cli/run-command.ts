import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import { toJson } from "../text/text.ts";
import { checkArgs, type UsageFault } from "./args.ts";
import type { Answer, Command, Streamed } from "./command.ts";

/** Looks for `--json` in words that name no command, so there is no declaration to check. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}

/** Does the work, reports its failure, closes what is open, and prints the warnings. @returns the exit code */
export async function settle(ctx: Context, work: () => Promise<number>): Promise<number> {
  let code: number;
  try {
    code = await work();
  } catch (error) {
    code = await fail(ctx, error, asksForJson(ctx.argv), undefined);
  }
  ctx.close();
  if (ctx.warnings.length > 0) {
    const { createHuman } = await import("./human.ts");
    const human = createHuman(ctx.err);
    for (const warning of new Set(ctx.warnings)) human.warning(warning);
  }
  return code;
}

/** Runs a command as `run` does, but without the tree of commands. */
export async function runDirectly(
  ctx: Context,
  path: readonly string[],
  command: Command,
): Promise<number> {
  const words = ctx.argv.slice(path.length - 1);
  return await settle(ctx, () => runCommand(ctx, path, command, words));
}

/** Runs a command with the words that follow its name, and returns the exit code. */
export async function runCommand(
  ctx: Context,
  path: readonly string[],
  command: Command,
  words: readonly string[],
): Promise<number> {
  if (command.mm.raw === true) return await runRaw(ctx, path, command, words);
  const checked = checkArgs(command.mm.args, words, command.mm.operands !== undefined);
  if (checked.kind === "help") {
    const { renderHelp } = await import("./help.ts");
    await ctx.out(await renderHelp(path, command, ctx.terminal));
    return 0;
  }
  if (checked.kind === "wrong") {
    return await fail(ctx, await usageError(path, checked.fault, command), checked.json, undefined);
  }
  try {
    const answer = await command.mm.run(ctx, checked.args);
    if ("ran" in answer) return answer.ran;
    await print(ctx, answer, checked.json);
    return "stream" in answer ? 0 : (answer.exitCode ?? 0);
  } catch (error) {
    return await fail(ctx, error, checked.json, command);
  }
}

async function print(ctx: Context, answer: Answer | Streamed, json: boolean): Promise<void> {
  const put = async (write: Context["out"]) => {
    if ("stream" in answer) await answer.stream(write);
    else await write(json ? `${toJson(answer.data)}\n` : answer.text());
  };
  if (json || answer.isPaged !== true || !ctx.terminal.stdoutIsTty()) return await put(ctx.out);
  const { Pages } = await import("../pager/pages.ts");
  const pages = new Pages(ctx);
  await put((text) => pages.write(text));
  await pages.finish();
}

/** Runs a raw command. No failure reaches the agent; only the command's own output does. */
async function runRaw(
  ctx: Context,
  path: readonly string[],
  command: Command,
  words: readonly string[],
): Promise<number> {
  try {
    if (words.length === 1 && (words[0] === "--help" || words[0] === "-h")) {
      const { renderHelp } = await import("./help.ts");
      await ctx.out(await renderHelp(path, command, ctx.terminal));
      return 0;
    }
    const misuse = command.mm.misuse?.(ctx, words) ?? null;
    if (misuse !== null) return await fail(ctx, misuse, false, undefined);
    const answer = await command.mm.run(ctx, { _: words });
    if ("text" in answer) await ctx.out(answer.text());
  } catch {
    // The command has written to its own log what it could.
  }
  ctx.warnings.length = 0;
  return 0;
}

/** Wrong usage, with how it is right. */
export async function usageError(
  path: readonly string[],
  fault: UsageFault,
  command?: Command,
): Promise<UserError> {
  const { usageHintOf } = await import("./suggest.ts");
  return new UserError("usage", fault.message, fault.hint ?? usageHintOf(path, fault, command));
}

function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  if (codeOf(error) === "ENAMETOOLONG") {
    const hint = "set MM_HOME or MM_DB to a shorter path";
    return new UserError("invalid_home", "a path is too long for this system", hint);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new UserError("internal", `unexpected failure: ${message}`, "MM_DEBUG=1 shows where");
}

/** Reports a failure on stderr or, with --json, as the single document on stdout. */
async function fail(
  ctx: Context,
  thrown: unknown,
  json: boolean,
  command: Command | undefined,
): Promise<number> {
  const error = asUserError(thrown);
  const { code, message, hint, exitCode } = error;
  if (ctx.env["MM_DEBUG"] === "1" && thrown instanceof Error) ctx.err(`${thrown.stack}\n`);
  if (json && code !== "output") {
    const own = exitCode === 2 ? undefined : command?.mm.failureDocument?.(error);
    const document = own ?? { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
    try {
      await ctx.out(`${toJson(document)}\n`);
      return exitCode;
    } catch {
      // stdout can't be written, so stderr reports the failure below.
    }
  }
  const { createHuman } = await import("./human.ts");
  createHuman(ctx.err).problem(message, hint);
  return exitCode;
}
