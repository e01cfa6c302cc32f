import { command } from "../cli/command.ts";
import { createHuman } from "../cli/human.ts";
import { options } from "../cli/options.ts";
import { UserError } from "../errors.ts";
import { nothingFound, whyNothingMayCome } from "../hints/hints.ts";
import { LIVE_STATES } from "../states/state.ts";
import { parseDuration } from "../text/duration.ts";
import { waitJson } from "./json.ts";
import { waitingText, waitText } from "./text.ts";
import { type Awaited, waitFor } from "./wait.ts";

const STATES: readonly Awaited[] = [...LIVE_STATES, "ended"];

function parseStates(typed: string): Awaited[] {
  return typed.split(",").map((word) => {
    const state = STATES.find((one) => one === word.trim());
    if (state !== undefined) return state;
    const message = `invalid value '${word}' for --state; expected some of: ${STATES.join(", ")}`;
    throw new UserError("usage", message);
  });
}

export default command({
  meta: { name: "wait", description: "Wait until a session asks or waits for you" },
  args: {
    id: {
      type: "positional",
      required: false,
      completes: "live-session",
      description: "Id of one session, its first 6 or more characters, or `last`",
    },
    state: {
      type: "string",
      default: "asks,waiting",
      completes: [...STATES],
      description: "What to wait for, separated by commas",
      valueHint: "STATES",
    },
    timeout: {
      type: "string",
      completes: ["1m", "10m", "1h"],
      description: "Give up after this long, and exit with 124",
      valueHint: "DURATION",
    },
    json: options.json,
  },
  example: 'mm wait && notify-send "an agent needs you"',
  details: [
    `Ends when a session reaches one of these states: ${STATES.join(", ")}. Without an id, mm waits for the next session that gets there, and ignores those that are already there. With an id, the session may already be there.`,
    "If no agent's hooks are installed, it warns, and fails if nothing is recorded either.",
    "Exit codes: 0 if a session got there, 1 if the named session ended first or nothing can come, 2 for wrong usage, 124 if time ran out.",
  ],
  async run(ctx, { id, state, timeout, json }) {
    const timeoutMs = timeout === undefined ? null : parseDuration(timeout, ctx.now()).ms;
    const states = parseStates(state);
    const doubt = id === undefined ? await whyNothingMayCome(ctx) : null;
    if (doubt !== null) createHuman(ctx.err).warning(doubt);
    if (ctx.terminal.stderrIsTty() && !json) {
      ctx.err(waitingText(states) + (await nothingFound(ctx, {})));
    }
    const session = await waitFor(ctx, { id, states, timeoutMs });
    return { data: waitJson(session), text: () => waitText(session) };
  },
});
