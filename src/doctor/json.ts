import { isWell, type Report } from "./diagnose.ts";

export function doctorJson(report: Report) {
  return {
    ok: isWell(report),
    findings: report.found.map(({ finding, isFixed }) => ({ ...finding, fixed: isFixed })),
    passed: report.passed,
  };
}
