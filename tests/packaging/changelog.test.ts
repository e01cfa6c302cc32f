import { describe, expect, test } from "bun:test";
import { releaseTime } from "../../packaging/changelog.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

## [0.3.0] - Unreleased

## [0.2.0] - 2026-11-23

## [0.1.0] - 2026-13-40
`;

const strict = { snapshot: false };

describe("the time of a release", () => {
  test("is the date in the changelog, at midnight UTC", () => {
    expect(releaseTime(CHANGELOG, "0.2.0", strict)).toBe(Date.UTC(2026, 10, 23));
    // The date wins over the environment.
    const options = { snapshot: true, sourceDateEpoch: "1" };
    expect(releaseTime(CHANGELOG, "0.2.0", options)).toBe(Date.UTC(2026, 10, 23));
  });

  test.each([
    ["0.9.0", "CHANGELOG.md has no version 0.9.0"],
    ["0.2", "CHANGELOG.md has no version 0.2"],
    ["0.3.0", 'CHANGELOG.md has "Unreleased" instead of a date for 0.3.0'],
    ["0.1.0", 'CHANGELOG.md has "2026-13-40" instead of a date for 0.1.0'],
  ])("is refused for %s", (version, words) => {
    expect(() => releaseTime(CHANGELOG, version, strict)).toThrow(words);
  });

  test("of a snapshot comes from the environment, or is the earliest that an archive can contain", () => {
    const at = (sourceDateEpoch?: string) =>
      releaseTime(CHANGELOG, "0.3.0", { snapshot: true, sourceDateEpoch });
    expect(at("1700000000")).toBe(1_700_000_000_000);
    expect(at()).toBe(Date.UTC(1980, 0, 1));
    expect(at("1")).toBe(Date.UTC(1980, 0, 1));
    expect(at("soon")).toBe(Date.UTC(1980, 0, 1));
    expect(() => releaseTime(CHANGELOG, "0.9.0", { snapshot: true })).toThrow("has no version");
  });
});
