import manifest from "../package.json" with { type: "json" };

export const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/u, "");
export const VERSION = manifest.version;
export const DESCRIPTION = manifest.description;
export const LICENSE = manifest.license;
/** The project's page, below which the downloads of each release lie. */
export const HOMEPAGE = manifest.homepage;
/** The plain name is another project's in the npm registry. */
export const NPM_SCOPE = "@mm-sessions";

/** Where the assets of a release are downloaded from. */
export function downloadBase(version: string): string {
  return `${HOMEPAGE}/releases/download/v${version}`;
}
