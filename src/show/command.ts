import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { UserError } from "../errors.ts";
import { withFirstStep } from "../hints/hints.ts";
import type { ReadStores } from "../machines/model.ts";
import { machineOption, withStores } from "../machines/stores.ts";
import { toJson } from "../text/text.ts";
import { outlineDocument, showDocument } from "./json.ts";
import { showTogether } from "./machines/show.ts";
import { showText } from "./text.ts";

const PIECE_CHARS = 64 * 1024;

type Write = (text: string) => Promise<boolean>;

/** Writes many small texts in larger pieces, until nobody reads any more. */
async function writeAll(write: Write, texts: Iterable<string>): Promise<void> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    if (!(await write(piece))) return;
    piece = "";
  }
  await write(piece);
}

export default command({
  meta: { name: "show", description: "Show a session: who, where, when, and what happened" },
  args: {
    id: options.session,
    machine: machineOption,
    full: { type: "boolean", description: "Show every event, with all that is stored about it" },
    json: { type: "boolean", description: "Print one line of JSON, with every event" },
    outline: {
      type: "boolean",
      description: "With --json: how much happened when, instead of every event",
    },
  },
  example: "mm session show last",
  details: [
    "Shows the current session by default, or the latest one if none is current. Active time leaves out gaps of more than 5 minutes between events.",
  ],
  async run(ctx, { id, machine, full, json, outline }) {
    if (outline && !json) throw new UserError("usage", "--outline needs --json");
    const columns = ctx.terminal.stdoutIsTty() ? ctx.terminal.columns() : null;
    const sheet = { style: styleFor(ctx), columns, full, home: ctx.env.HOME };
    let isWritten = false;
    const show = (stores: ReadStores, write: Write) =>
      showTogether(stores, id, async (shown, events) => {
        isWritten = true;
        if (outline) {
          await write(`${toJson(outlineDocument(shown, events.outline()))}\n`);
          return;
        }
        const whole = json && showDocument(shown, events.whole());
        await writeAll(write, whole || showText(sheet, shown, events));
      });
    const mayRepeat = () => !isWritten;
    return {
      isPaged: true,
      stream: (write) =>
        withFirstStep(ctx, () =>
          withStores(ctx, machine, (stores) => show(stores, write), mayRepeat),
        ),
    };
  },
});
