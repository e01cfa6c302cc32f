import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { withProgress } from "../../cli/progress.ts";
import { counted } from "../../text/text.ts";
import { foreseenJson, pushJson } from "../json.ts";
import { serverPlace } from "../remote/address.ts";
import { readSyncSettings } from "../source/home.ts";
import { foreseenText, pushText } from "../text.ts";
import { foreseePush } from "./foresee.ts";
import { push } from "./run.ts";

export default command({
  meta: { name: "push", description: "Send new sessions to the server" },
  args: {
    full: { type: "boolean", description: "Compare every session with what the server has" },
    "dry-run": options.dryRun("Show what would be sent"),
    quiet: { type: "boolean", description: "Print only errors, and end after a minute" },
    json: options.json,
  },
  example: "mm sync push --dry-run",
  details: [
    "Sends what the server lacks of the sessions that may leave this machine. Secrets are redacted again. You may run or interrupt it at any time: nothing is lost or sent twice.",
    'To push after each session, set `"auto": "session-end"` under `sync` in mm.json. The agent never waits for it.',
  ],
  async run(ctx, { full, "dry-run": dryRun, quiet, json }) {
    const settings = await readSyncSettings(ctx);
    const place = serverPlace(settings.address);
    if (dryRun) {
      const foreseen = await foreseePush(ctx, settings, full);
      return { data: foreseenJson(foreseen), text: () => foreseenText(foreseen, place) };
    }
    const pushed = await withProgress(ctx, "Pushing", json || quiet, (progress) =>
      push(ctx, { isFull: full, isBounded: quiet, progress }),
    );
    const { quarantined } = pushed;
    if (quiet && !json && quarantined > 0) {
      ctx.warnings.push(
        `the server refuses ${counted(quarantined, "row")}; \`mm sync status\` shows which`,
      );
    }
    return {
      data: pushJson(pushed),
      text: () => (quiet ? "" : pushText(pushed, place)),
      exitCode: quarantined > 0 ? 1 : 0,
    };
  },
});
