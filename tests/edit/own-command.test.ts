import { describe, expect, test } from "bun:test";
import { hookCommand, type Shell } from "../../src/edit/hook-command.ts";
import { parseOwnCommand } from "../../src/edit/own-command.ts";

const SHELLS: readonly Shell[] = ["posix", "any-posix", "powershell", "cmd"];
const PROGRAMS = [
  "/usr/local/bin/mm",
  "/home/a user/my tools/mm",
  "/home/o'brien/'quoted'/mm",
  '/opt/"double"/mm',
  "/opt/$HOME/`x`/mm",
  "/opt/a;b|c&d>e/mm",
  "C:\\Program Files\\mm\\mm.exe",
  "C:\\Users\\o'brien\\mm.exe",
  "C:\\Users\\o’brien\\mm.exe",
  "\\\\server\\share\\mm.exe",
  "mm",
];

const HOMES = [
  "/home/ada/.memtomem",
  "/srv/a home; rm -rf x/mm",
  "/home/o'brien/$HOME/`x`/mm=1",
  '/srv/"double"/mm',
  "/srv/50%/!x",
  "C:\\Users\\o’brien & co\\mm",
];

/** A start answers, and an end may be the last thing that an agent does; on Windows it waits for all. */
function isWaited(shell: Shell, event: string, program: string): boolean {
  return shell === "powershell" || shell === "cmd" || event !== "Stop" || /^[C\\]/u.test(program);
}

const WRITTEN = SHELLS.flatMap((shell) =>
  ["Stop", "SessionEnd"].map((event) => [shell, event] as const),
);

describe.each(WRITTEN)("what is written for %s, %s,", (shell, event) => {
  test.each(PROGRAMS.map((program) => [program] as const))("is known again: %s", (program) => {
    const call = { program, home: null, agent: "codex", event };
    if (shell === "cmd" && program.includes('"')) {
      expect(() => hookCommand(shell, call)).toThrow("cmd.exe");
      return;
    }
    // PowerShell and cmd.exe are for Windows paths, where nothing else would be written.
    if (shell !== "posix" && shell !== "any-posix" && program.startsWith("/opt")) return;
    expect(parseOwnCommand(hookCommand(shell, call))).toEqual({
      ...call,
      isWaitedFor: isWaited(shell, event, program),
    });
  });

  test.each(HOMES.map((home) => [home] as const))("is known again with its home: %s", (home) => {
    const isWindows = shell === "powershell" || shell === "cmd";
    const program = isWindows ? "C:\\Program Files\\mm.exe" : "/opt/my mm/mm";
    const call = { program, home, agent: "codex", event };
    if (shell === "cmd" && /[%!"]/u.test(home)) {
      expect(() => hookCommand(shell, call)).toThrow("cmd.exe");
      return;
    }
    expect(parseOwnCommand(hookCommand(shell, call))).toEqual({
      ...call,
      isWaitedFor: isWaited(shell, event, program),
    });
  });
});

test.each([
  ["mm hook claude SessionStart", "mm"],
  ["mm hook claude", "mm"],
  ["/opt/mm/mm hook claude session-start", "/opt/mm/mm"],
  ['"/opt/my mm/mm" hook claude session-start 2>/dev/null || true', "/opt/my mm/mm"],
  ["'/opt/mm/mm' hook claude x >/dev/null 2>&1", "/opt/mm/mm"],
  ["exec /opt/mm/mm hook claude x", "/opt/mm/mm"],
  ["(/opt/mm/mm hook claude x) &", "/opt/mm/mm"],
  ["env A=1 BUN_BE_BUN= /opt/mm/mm hook claude x || exit 0", "/opt/mm/mm"],
  ["/opt/with\\ space/mm hook claude x; true", "/opt/with space/mm"],
  ["& 'C:\\mm\\mm.exe' hook claude x 2>$null; exit 0", "C:\\mm\\mm.exe"],
  ['"C:\\mm\\MM.EXE" hook claude x 2>nul & exit /b 0', "C:\\mm\\MM.EXE"],
  ["C:\\mm\\mm.exe hook claude x", "C:\\mm\\mm.exe"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell expands it
  ['"${CLAUDE_PLUGIN_ROOT}"/bin/mm hook claude Stop', "${CLAUDE_PLUGIN_ROOT}/bin/mm"],
])("an older or hand-written form is ours: %s", (command, program) => {
  expect(parseOwnCommand(command)).toMatchObject({ program, agent: "claude" });
});

test.each([
  ["MM_HOME=/x mm hook claude Stop", "/x"],
  ["env MM_HOME='/x y' /opt/mm hook claude Stop", "/x y"],
  ["export MM_HOME=/x; mm hook claude Stop", null],
  ["mm hook claude Stop", null],
  ["MM_HOME= mm hook claude Stop", ""],
  ["$env:MM_HOME = 'C:\\x'; & 'C:\\mm.exe' hook claude Stop; exit 0", null],
  ["MM_HOMES=/x mm hook claude Stop", null],
])("the home that it names: %s", (command, home) => {
  expect(parseOwnCommand(command)?.home ?? null).toBe(home);
});

test.each([
  "mm session start --json",
  "mm hooks install claude",
  "npm hook claude x",
  "/opt/comm hook claude x",
  "/opt/mm/other hook claude x",
  "echo mm hook claude SessionStart",
  "echo 'mm hook claude SessionStart'",
  "echo $(mm hook claude SessionStart)",
  "(mm hook claude SessionStart; notify-send started)",
  "mm hook claude SessionStart && notify-send started",
  "notify-send started; mm hook claude SessionStart",
  "mm hook claude SessionStart | tee /tmp/log",
  "mm.sh hook claude x",
  "MM hook claude x",
  "sh -c 'mm hook claude x'",
  "mm 'hook claude x'",
  "",
  "'",
])("somebody else's is not: %s", (command) => {
  expect(parseOwnCommand(command)).toBeNull();
});
