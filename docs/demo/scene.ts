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
  id: "65c6e445-4df0-4e9b-aac2-9dbf01007271",
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
  id: "0a1f3c52-7be1-4b60-9d5e-3a7c1f0e2b44",
  project: "shop",
  calls: [START, prompt("Write the docs of the rate limiter"), { ...STOP, after: 90 }, END],
};

const DEPLOY: Played = {
  agent: "gemini",
  id: "7dd70721-3f0c-4a51-8c1d-5be2a9f06c17",
  project: "infra",
  calls: [
    START,
    { after: 2, event: "BeforeAgent", says: { prompt: "Why is the deploy job slow?" } },
    { after: 40, event: "AfterAgent" },
  ],
};

const SETTINGS: Played = {
  agent: "codex",
  id: "6512b968-93a4-4d27-b0f8-c4d1e57a9e02",
  project: "web",
  calls: [START, prompt("Move the settings page to the new form"), { ...STOP, after: 70 }],
};

const EARLIER = [
  { agent: "claude", project: "shop", asked: "Round prices to whole cents", daysAgo: 2 },
  { agent: "claude", project: "web", asked: "Make the menu usable by keyboard", daysAgo: 3 },
  { agent: "codex", project: "shop", asked: "Move the orders table to UUIDs", daysAgo: 4 },
  { agent: "claude", project: "infra", asked: "Cache node_modules in the deploy job", daysAgo: 6 },
  { agent: "gemini", project: "infra", asked: "Explain the Terraform plan", daysAgo: 9 },
  { agent: "claude", project: "shop", asked: "Add a test for empty carts", daysAgo: 10 },
  { agent: "claude", project: "web", asked: "Replace moment by Intl", daysAgo: 13 },
  { agent: "codex", project: "web", asked: "Write a migration guide", daysAgo: 17 },
  { agent: "claude", project: "shop", asked: "Why is checkout slow on Mondays?", daysAgo: 20 },
] as const;

function earlier(cast: Cast): void {
  for (const [index, { agent, project, asked, daysAgo }] of EARLIER.entries()) {
    const isGemini = agent === "gemini";
    const first = isGemini
      ? { after: 2, event: "BeforeAgent", says: { prompt: asked } }
      : prompt(asked);
    const worked =
      agent !== "claude"
        ? []
        : [
            onFile("Read", `src/${project}.ts`, 20),
            bash("bun test", 60 + 20 * index),
            onFile("Edit", `src/${project}.ts`, 100),
            ...(index % 3 === 0 ? [failed("bun test", "Exit code 1: 1 fail", 30)] : []),
            bash("bun test", 25),
          ];
    const stop = isGemini ? { after: 45, event: "AfterAgent" } : { ...STOP, after: 40 };
    const calls = [START, first, ...worked, stop, END];
    cast.past(
      { agent, id: `4c0de5a${index}-1b7e-4f3a-9d2c-6a8e0f5b7c31`, project, calls },
      24 * daysAgo + index,
    );
  }
}

/** The session that is at work while we look. */
const LIVE: Played = {
  agent: "claude",
  id: "869153a6-d2b8-49c3-a6f1-0e8b7c5d4f39",
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

/** For screens that stand still: there are earlier sessions, and one more is at work. */
export function atWork(cast: Cast): void {
  earlier(cast);
  for (const call of [START, prompt("Drop the last item of the cart at once"), ASKS])
    cast.call(LIVE, call);
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
  cast.call(LIVE, ASKS);
  await shell.until(/asks/u);
  shell.holdStill(2600);
  await shell.press("q");
}

async function find(shell: Recorder): Promise<void> {
  await shell.clear();
  await shell.run("mm search flickers");
  await shell.until(/1 session/u);
  shell.hold(3000);
}

async function resume(shell: Recorder): Promise<void> {
  await shell.clear();
  await shell.run("mm resume");
  await shell.until(/Enter resumes/u);
  shell.hold(1800);
  await shell.type("flick");
  shell.hold(1800);
  await shell.press("Enter");
  await shell.until(/claude --resume/u);
  shell.hold(2800);
}

/** What a person types, from the first to the last. */
export async function play(shell: Recorder, cast: Cast): Promise<void> {
  await install(shell);
  await watch(shell, cast);
  await find(shell);
  await resume(shell);
}
