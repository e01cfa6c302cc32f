import { expect } from "bun:test";
import { splitCommands } from "../../src/text/shell-words.ts";
import { doctor } from "./doctor.ts";
import type { Machine } from "./machine.ts";

/** Runs a line in a shell, with the PATH that the agents' programs are found by before the system's. */
export async function shell(machine: Machine, line: string): Promise<void> {
  const PATH = `${machine.env["PATH"]}:/usr/bin:/bin`;
  const child = Bun.spawn(["sh", "-c", `${line}\nprintf "\\n%s" "$PATH"`], {
    env: { PATH, HOME: machine.userHome },
    cwd: machine.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const path = (await child.stdout.text()).split("\n").at(-1) ?? "";
  expect(await child.exited).toBe(0);
  machine.env["PATH"] = path.replace(/:\/usr\/bin:\/bin$/u, "");
}

async function runMm(machine: Machine, line: string): Promise<void> {
  for (const [program, ...words] of splitCommands(line, "posix")) {
    if (program === undefined) continue;
    expect(program).toBe("mm");
    const yes = words[1] === "install" ? ["--yes"] : [];
    const { code, err } = await machine.mm(...words, ...yes);
    // `doctor` goes on to exit with 1 while there is anything else.
    if (words[0] !== "doctor") expect({ line, code, err }).toMatchObject({ code: 0 });
  }
}

/** Does to a file what a sentence says; what it doesn't say stays. */
const SENTENCES: readonly (readonly [RegExp, (text: string, ...words: string[]) => string])[] = [
  [
    /^set ([\w.]+) to (true|false) in (?<file>\S+)$/u,
    (text, key, value) => {
      const name = key.split(".").at(-1) ?? "";
      return text.replace(new RegExp(`("?${name}"?\\s*[:=]\\s*)(true|false)`, "u"), `$1${value}`);
    },
  ],
  [
    /^set "(\w+)" in (?<file>\S+) to "(\w+)",.*, or remove it$/u,
    (text, key, _, value) => text.replace(new RegExp(`("${key}":\\s*)[^,}]+`, "u"), `$1"${value}"`),
  ],
  [
    /^remove .*\bthe comment in line (\d+) of (?<file>\S+)$/u,
    (text, line) => onLine(text, Number(line), (each) => each.replace(/\/\/.*/u, "")),
  ],
  [
    /^remove .*\bthe trailing comma in line (\d+) of (?<file>\S+)$/u,
    (text, line) => onLine(text, Number(line), (each) => each.replace(/,(\s*\}?\s*)$/u, "$1")),
  ],
  [
    /^remove the byte order mark at its beginning of (?<file>\S+)$/u,
    (text) => text.replace(/^\uFEFF/u, ""),
  ],
  [
    /^remove the key '(\w+)' from (?<file>\S+)$/u,
    (text, key) => text.replace(new RegExp(`"${key}":[^,]*,`, "u"), ""),
  ],
  [
    /^make (\w+) an object in (?<file>\S+), or remove it$/u,
    (text, key) => text.replace(new RegExp(`("${key}":\\s*)[^,}]+`, "u"), "$1{}"),
  ],
  [
    /^take "mm" out of hooksConfig\.disabled in (?<file>\S+)$/u,
    (text) => text.replace(/("disabled":\s*)\[[^\]]*\]/u, "$1[]"),
  ],
  [/^correct (?<file>\S+) \(.*\), and install the hooks again$/u, () => "{}\n"],
  [/^make (?<file>\S+) a text file that you may read, and install the hooks again$/u, () => "{}\n"],
];

function onLine(text: string, line: number, edit: (text: string) => string): string {
  const lines = text.split("\n");
  return lines.map((each, index) => (index + 1 === line ? edit(each) : each)).join("\n");
}

/** Does what a fix says, as a person would. */
export async function applyFix(machine: Machine, fix: string): Promise<void> {
  for (const [pattern, edit] of SENTENCES) {
    const match = pattern.exec(fix);
    const file = match?.groups?.["file"];
    if (match === null || file === undefined) continue;
    machine.put(file, edit(machine.read(file), ...match.slice(1)));
    if (fix.endsWith("and install the hooks again"))
      await runMm(machine, "mm hooks install claude");
    return;
  }
  if (fix.startsWith("unset ")) delete machine.env[fix.slice("unset ".length)];
  else if (/^mm /u.test(fix)) await runMm(machine, fix);
  else {
    const [, before = fix, then] = /^(mv .*) && (mm .*)$/u.exec(fix) ?? [];
    await shell(machine, before);
    if (then !== undefined) await runMm(machine, then);
  }
}

/** What is left to a person, once everything else is right. */
const LEFT = /never heard from|until you trust it/u;

/** Does what doctor says of all that a check finds, after which it finds nothing. */
export async function applyFixes(machine: Machine, check: string): Promise<void> {
  const findings = async () =>
    (await doctor(machine)).findings.filter(
      (each) => each.check === check && !LEFT.test(each.what),
    );
  const before = await findings();
  expect(before.length).toBeGreaterThan(0);
  for (const { mend } of before) await applyFix(machine, mend);
  expect(await findings()).toEqual([]);
}
