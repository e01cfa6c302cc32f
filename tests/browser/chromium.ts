import { type Browser, chromium } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? Bun.which("chromium") ?? "/usr/bin/chromium";

export async function launch(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: isRoot ? ["--no-sandbox"] : [],
  });
}
