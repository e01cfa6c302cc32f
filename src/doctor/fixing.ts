import { UserError } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";
import type { Diagnosis } from "./check.ts";
import type { Finding } from "./finding.ts";

/** What one finding has come to. */
export interface Diagnosed {
  readonly finding: Finding;
  readonly isFixed: boolean;
}

function failed({ finding, byHand }: Diagnosis, error: unknown): Diagnosed {
  const hint = error instanceof UserError ? error.hint : undefined;
  const reason = whyRefused(error) || (error instanceof Error ? error.message : String(error));
  const mend = byHand ?? hint ?? `fix it by hand: mm can't (${reason})`;
  return { finding: { ...finding, mend }, isFixed: false };
}

function leftOver({ finding, byHand, ifLeft }: Diagnosis): Diagnosed {
  const mend = ifLeft ?? byHand ?? "fix it by hand: it is the same as before";
  return { finding: { ...finding, mend }, isFixed: false };
}

async function fixOne(diagnosis: Diagnosis): Promise<Diagnosed> {
  const { finding, fix } = diagnosis;
  try {
    await fix?.();
    return { finding, isFixed: fix !== undefined };
  } catch (error) {
    return failed(diagnosis, error);
  }
}

/**
 * Fixes what one check has found, as far as can be.
 * @param again what the check finds then: only what is gone is fixed
 */
export async function fixAll(
  found: readonly Diagnosis[],
  again: () => Promise<readonly Diagnosis[]>,
): Promise<Diagnosed[]> {
  const tried: Diagnosed[] = [];
  for (const diagnosis of found) tried.push(await fixOne(diagnosis));
  if (!tried.some(({ isFixed }) => isFixed)) return tried;
  const told = tried.filter(({ isFixed }) => !isFixed).map(({ finding }) => finding.what);
  const left = (await again()).filter(({ fix, finding }) => fix && !told.includes(finding.what));
  const leftNames = left.map(({ finding }) => finding.what);
  return [
    ...tried.filter(({ isFixed, finding }) => !(isFixed && leftNames.includes(finding.what))),
    ...left.map(leftOver),
  ];
}
