import { fold } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { counted, escapeControls } from "../text/text.ts";
import { isOpenProblem, type Report } from "./diagnose.ts";
import type { Diagnosed } from "./fixing.ts";

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
      `  fix:   ${escapeControls(mend)}`,
    );
  }
  return `${lines.join("\n")}\n\n`;
}

export function doctorText({ found, passed }: Report, page: Page): string {
  const fixed = found.filter(({ isFixed }) => isFixed).length;
  const problems = found.filter(isOpenProblem).length;
  const parts = [
    counted(problems, "problem"),
    counted(found.length - fixed - problems, "note"),
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
  ];
  const names = paragraph(page, passed.join(", "));
  const right = passed.length > 0 ? `${page.style.green("ok")}       ${names}\n\n` : "";
  return `${found.map((one) => describeOne(page, one)).join("")}${right}${parts.join(", ")}\n`;
}
