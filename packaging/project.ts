import manifest from "../package.json" with { type: "json" };
import { RELEASES } from "../src/upgrade/distribution.ts";

export const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/u, "");
export const VERSION = manifest.version;
export const DESCRIPTION = manifest.description;
export const LICENSE = manifest.license;
/** The URL below which the assets of a release are. */
export function downloadBase(version: string): string {
  return `${RELEASES}/download/v${version}`;
}
