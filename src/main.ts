import { version } from "../package.json" with { type: "json" };

async function printedVersion(): Promise<boolean> {
  if (process.argv.length !== 3 || process.argv[2] !== "--version") return false;
  return await Bun.write(Bun.stdout, `mm ${version}\n`).then(Boolean, () => false);
}

// Everything else is imported lazily, so that `mm --version` costs no more than an empty program.
if (process.argv[2] === "__complete") await import("./completer.ts");
else if (process.argv[2] === "hook" && process.argv.length > 4) await import("./hook.ts");
else if (!(await printedVersion())) await import("./program.ts");
