import {
  ASKS,
  bash,
  type Cast,
  END,
  failed,
  onFile,
  type Played,
  prompt,
  START,
  STOP,
} from "./cast.ts";
import type { Recorder } from "./recorder.ts";

const FLICKER: Played = {
  agent: "claude",
  id: "65c6e445",
  project: "shop",
  calls: [
    START,
    prompt("The cart test flickers in CI, find out why"),
    onFile("Read", "tests/cart.test.ts", 8),
    failed("bun test tests/cart.test.ts", "Exit code 1: 2 fail", 14),
    onFile("Edit", "src/cart.ts", 40),
    bash("bun test tests/cart.test.ts", 12),
    STOP,
    END,
  ],
};

const LIMITER: Played = {
  agent: "codex",
  id: "0a1f",
  project: "shop",
  calls: [START, prompt("Write the docs of the rate limiter"), { ...STOP, after: 90 }, END],
};

const DEPLOY: Played = {
  agent: "gemini",
  id: "7dd70721",
  project: "infra",
  calls: [
    START,
    { after: 2, event: "BeforeAgent", says: { prompt: "Why is the deploy job slow?" } },
    { after: 40, event: "AfterAgent" },
  ],
};

const SETTINGS: Played = {
  agent: "codex",
  id: "6512b968",
  project: "web",
  calls: [START, prompt("Move the settings page to the new form"), { ...STOP, after: 70 }],
};

/** The session that is at work while we look. */
const LIVE: Played = {
  agent: "claude",
  id: "869153a6",
  project: "shop",
  calls: [],
};

export function prepare(cast: Cast): void {
  cast.project("shop", "main");
  cast.project("web", "forms");
  cast.project("infra", "main");
  cast.past(FLICKER, 26);
  cast.past(LIMITER, 5);
  cast.past(DEPLOY, 0.2);
  cast.past(SETTINGS, 0.06);
}

async function install(shell: Recorder): Promise<void> {
  await shell.run("mm hooks install claude");
  await shell.until(/\[y\/N\]/u);
  shell.hold(2200);
  await shell.type("y");
  await shell.press("Enter");
  await shell.until(/Check/u);
  shell.hold(2200);
}

async function watch(shell: Recorder, cast: Cast): Promise<void> {
  await shell.clear();
  await shell.run("mm ps --watch");
  await shell.until(/web/u);
  shell.hold(1200);
  cast.call(LIVE, START);
  cast.call(LIVE, prompt("Drop the last item of the cart at once"));
  await shell.until(/Drop the last/u);
  shell.hold(1800);
  cast.call(LIVE, onFile("Edit", "src/cart.ts", 0));
  await shell.until(/tool|Edit/u);
  shell.hold(1500);
  cast.call(LIVE, ASKS);
  await shell.until(/asks|notification/u);
  shell.holdStill(2600);
  await shell.press("q");
}

async function find(shell: Recorder): Promise<void> {
  await shell.clear();
  await shell.run("mm search flickers");
  await shell.until(/1 session/u);
  shell.hold(3000);
}

/** What a person types, from the first to the last. */
export async function play(shell: Recorder, cast: Cast): Promise<void> {
  await install(shell);
  await watch(shell, cast);
  await find(shell);
}
