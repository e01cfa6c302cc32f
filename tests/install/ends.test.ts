import { expect, test } from "bun:test";
import { doctor } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

test("the end of an installation says what comes next", async () => {
  using machine = new Machine();
  machine.addProgram("qwen");
  const { out } = await machine.install("qwen", "--events=sessions");
  expect(out).toEndWith(`Capture: summary

Done: Qwen Code reports to mm from its next session on.
Try it: start \`qwen\`, type something, and in another terminal: mm ps
Earlier sessions: mm backfill
Check: mm hooks status     Remove: mm hooks uninstall
Record less: mm hooks install --capture none
`);
  expect(out).not.toContain("wasn't found");
  expect((await machine.install("qwen", "--events=sessions")).out).toEndWith(
    "\nCapture: summary\nCheck with: mm hooks status\n",
  );
});

test("two agents, of which one isn't there", async () => {
  using machine = new Machine();
  machine.addProgram("qwen");
  const { out } = await machine.install("qwen", "gemini");
  expect(out).toContain("\n  Note: gemini wasn't found on this machine\n");
  expect(out).not.toContain("qwen wasn't");
  expect(out).toContain("\nDone: Qwen Code and Gemini CLI report to mm from their next sessions");
});

test("the end of an uninstallation says what stays", async () => {
  using machine = new Machine();
  await machine.install("qwen");
  expect((await machine.hooks("uninstall")).out.split("\n")).toHaveLength(2);
  await machine.install("qwen");
  await machine.mm("session", "start");
  expect((await machine.hooks("uninstall")).out).toEndWith(
    `\n1 session stays in ${machine.home}; to delete what has ended: mm gc --older-than 0s\n`,
  );
});

test("doctor notes that no agent reports, where there is one", async () => {
  using machine = new Machine();
  const hooks = async () =>
    (await doctor(machine)).findings.filter(({ check }) => check === "hooks");
  expect(await hooks()).toEqual([]);
  machine.addProgram("qwen");
  expect(await hooks()).toMatchObject([
    { severity: "note", what: "no agent reports to mm", mend: "mm hooks install" },
  ]);
  await machine.install("qwen");
  expect(await hooks()).not.toMatchObject([{ what: "no agent reports to mm" }]);
});
