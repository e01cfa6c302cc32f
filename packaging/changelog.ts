const SECOND = 1000;
/** The earliest time that a zip file can hold. */
const EARLIEST = Date.UTC(1980, 0, 1);

/**
 * When a version was released, in milliseconds: all times in its files are this one.
 * A snapshot is of a version that has no date yet; it gets SOURCE_DATE_EPOCH (seconds) or 1980.
 * @throws Error where the changelog has no such version, or has it without a date and this is no snapshot
 */
export function releaseTime(
  changelog: string,
  version: string,
  options: { readonly snapshot: boolean; readonly sourceDateEpoch?: string | undefined },
): number {
  const headings = [...changelog.matchAll(/^## \[(?<version>[^\]]+)\](?: - (?<date>.+))?$/gmu)];
  const heading = headings.find((match) => match.groups?.["version"] === version);
  if (heading === undefined) throw new Error(`CHANGELOG.md has no version ${version}`);
  const date = heading.groups?.["date"] ?? "";
  const time = /^\d{4}-\d\d-\d\d$/u.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  if (!options.snapshot) {
    throw new Error(
      `CHANGELOG.md gives ${version} no date but "${date}"; date it, or make a --snapshot`,
    );
  }
  const epoch = Number(options.sourceDateEpoch ?? Number.NaN) * SECOND;
  return Number.isNaN(epoch) ? EARLIEST : Math.max(epoch, EARLIEST);
}
