import { command } from "../cli/command.ts";
import { fold } from "../cli/fit.ts";
import { type Style, styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import { escapeControls } from "../text/text.ts";
import { type Diagnosed, diagnose, type Report } from "./diagnose.ts";

function isOpenProblem({ finding, isFixed }: Diagnosed): boolean {
  return finding.severity === "problem" && !isFixed;
}

/** How what is told is shown; lines are folded where they are for a terminal. */
interface Page {
  readonly style: Style;
  readonly columns: number | undefined;
}

const INDENT = " ".repeat(9);

/** Text behind a lead of as many cells as the indent. */
function paragraph({ columns }: Page, text: string): string {
  if (columns === undefined) return text;
  return fold(text, Math.max(20, columns - INDENT.length)).join(`\n${INDENT}`);
}

function describeOne(page: Page, { finding, isFixed }: Diagnosed): string {
  const { style } = page;
  const { check, severity, what, why, mend } = finding;
  const mark = isFixed
    ? style.green("fixed  ")
    : severity === "problem"
      ? style.red("problem")
      : style.yellow("note   ");
  const head = paragraph(page, `${check}: ${escapeControls(what)}`).slice(check.length);
  const lines = [`${mark}  ${style.bold(check)}${head}`];
  if (!isFixed) {
    // A command that is copied stays in one piece.
    lines.push(
      `  why:   ${paragraph(page, escapeControls(why))}`,
      `  mend:  ${escapeControls(mend)}`,
    );
  }
  return `${lines.join("\n")}\n\n`;
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

function describe(page: Page, { found, passed }: Report): string {
  const fixed = found.filter(({ isFixed }) => isFixed).length;
  const problems = found.filter(isOpenProblem).length;
  const notes = found.length - fixed - problems;
  const parts = [
    counted(problems, "problem"),
    counted(notes, "note"),
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
  ];
  const names = paragraph(page, passed.join(", "));
  const right = passed.length > 0 ? `${page.style.green("ok")}       ${names}\n\n` : "";
  return `${found.map((one) => describeOne(page, one)).join("")}${right}${parts.join(", ")}\n`;
}

export default command({
  meta: { name: "doctor", description: "Look for what is wrong, and say how to mend it" },
  args: {
    fix: { type: "boolean", description: "Mend what can be mended without losing anything" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm doctor --fix",
  details: [
    "Looks at the database, its files and where they lie, the state file, sessions that nothing has been heard of for long, calls that wait in the spool, the hooks of all agents, and which mm is on PATH. --fix closes files to other users, takes in the spool, folds in a large write-ahead log and removes a state file that names no active session. The exit code is 1 while there is a problem; a note is none.",
  ],
  async run(ctx, args) {
    const report = await diagnose(ctx, args.fix === true);
    const { found, passed } = report;
    const isWell = !found.some(isOpenProblem);
    return {
      data: {
        ok: isWell,
        findings: found.map(({ finding, isFixed }) => ({ ...finding, fixed: isFixed })),
        passed,
      },
      text: () => describe({ style: styleFor(ctx), columns: terminalColumns(ctx) }, report),
      exitCode: isWell ? 0 : 1,
    };
  },
});
