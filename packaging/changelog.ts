const SECOND = 1000;
/** The earliest time that a zip file can contain. */
const EARLIEST = Date.UTC(1980, 0, 1);

/**
 * When a version was released, in milliseconds. Every file of the release gets this time.
 * A snapshot, whose version has no date yet, gets SOURCE_DATE_EPOCH (in seconds) or 1980.
 * @throws Error if the changelog lacks the version or, except for a snapshot, its date
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
      `CHANGELOG.md has "${date}" instead of a date for ${version}; date it, or use --snapshot`,
    );
  }
  const epoch = Number(options.sourceDateEpoch ?? Number.NaN) * SECOND;
  return Number.isNaN(epoch) ? EARLIEST : Math.max(epoch, EARLIEST);
}
