import { expect, test } from "bun:test";
import { Machine } from "../support/machine.ts";
import { randomFrom } from "../support/random.ts";

class Random {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = randomFrom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

/** White space, now and then with a comment, as it may stand between any two signs. */
function gap(random: Random): string {
  const line = `\n${random.one(["", "  ", "    ", "\t"])}`;
  return random.one(["", "", " ", line, line, `${line}${line}`, ` // note${line}`, " /* note */ "]);
}

function container(random: Random, signs: string, items: readonly string[]): string {
  const trailing = items.length > 0 && random.below(6) === 0 ? `${gap(random)},` : "";
  const inner = items.map((item) => gap(random) + item + gap(random)).join(",");
  return `${signs[0]}${inner}${trailing}${items.length === 0 ? gap(random) : ""}${gap(random)}${signs[1]}`;
}

function pair(random: Random, key: string, value: string): string {
  return `"${key}"${random.one(["", " "])}:${random.one(["", " ", gap(random)])}${value}`;
}

function settings(random: Random): string {
  const handler = () => {
    const items = [pair(random, "type", '"command"'), pair(random, "command", '"say hi"')];
    return container(random, "{}", items);
  };
  const group = () =>
    container(random, "{}", [
      ...(random.below(2) === 0 ? [pair(random, "matcher", '"Bash"')] : []),
      pair(random, "hooks", container(random, "[]", many(handler))),
    ]);
  const many = (make: () => string) => Array.from({ length: random.below(3) }, make);
  const names = ["SessionStart", "Stop", "PreToolUse", "Notification"];
  const events = names.filter(() => random.below(2) === 0);
  const hooks = events.map((event) => pair(random, event, container(random, "[]", many(group))));
  const keys = [
    ...(random.below(3) > 0 ? [pair(random, "model", '"opus"')] : []),
    ...(random.below(3) > 0 ? [pair(random, "hooks", container(random, "{}", hooks))] : []),
    ...(random.below(2) > 0
      ? [
          pair(
            random,
            "env",
            container(
              random,
              "{}",
              many(() => pair(random, `k${random.below(99)}`, "[1, 2]")),
            ),
          ),
        ]
      : []),
  ];
  const text = gap(random) + container(random, "{}", keys) + random.one(["", "\n", gap(random)]);
  const ended = random.below(4) === 0 ? text.replaceAll("\n", "\r\n") : text;
  return random.below(8) === 0 ? `\uFEFF${ended}` : ended;
}

/** Edits of a person, each of which can be made with our hooks in the file and without. */
const EDITS: Readonly<Record<string, (text: string) => string>> = {
  none: (text) => text,
  "a newline at the end": (text) => `${text}\n`,
  "a comment in front": (text) => text.replace("{", "// mine\n{"),
  "a key in front": (text) => text.replace(/"(?:model|env)"/u, '"first": 1, $&'),
  "another value": (text) => text.replace('"opus"', '"sonnet"'),
  "a line with other spaces": (text) => text.replace(/"env" ?:/u, '"env"   :'),
  "a comment in a line": (text) => text.replace('"say hi"', '"say hi" /* loud */'),
};

const ROUNDS = 25;

test.each(Object.keys(EDITS))(
  "%s: uninstalled, it is the original with that edit",
  async (name) => {
    const edit = EDITS[name] as (text: string) => string;
    for (let seed = 0; seed < ROUNDS; seed++) {
      const random = new Random(seed);
      const original = settings(random);
      using machine = new Machine();
      machine.put(machine.claudeSettings, original);
      await machine.install("claude", random.one(["--events=sessions", "--events=activity"]));
      const isEarly = random.below(2) === 0;
      const doEdit = () =>
        machine.put(machine.claudeSettings, edit(machine.read(machine.claudeSettings)));
      if (isEarly) doEdit();
      if (random.below(2) === 0) {
        await machine.install("claude", random.one(["--events=sessions", "--events=activity"]));
      }
      if (!isEarly) doEdit();
      await machine.hooks("uninstall", "claude");
      const left = machine.read(machine.claudeSettings);
      expect({ seed, left }).toEqual({ seed, left: edit(original) });
    }
  },
  30_000,
);
