import packageJson from "../package.json" with { type: "json" };
import { PUBLISHED } from "../src/upgrade/distribution.ts";
import { table } from "./tables.ts";

/** A way to install a published release. The commands are the ones that people copy. */
interface Method {
  readonly name: string;
  readonly systems: string;
  /** What was tried, from a release made on Linux x64. */
  readonly tested: string;
  /** Markdown below its heading. */
  readonly text: string;
}

const METHODS: readonly Method[] = [
  {
    name: "Homebrew",
    systems: "macOS, Linux with glibc",
    tested: "not run; Ruby loads the formula with a stand-in for Homebrew, and its test passes",
    text: `\`\`\`sh
brew install mm-sessions/tap/mm
\`\`\`

Completions and the manual page come with it. To remove it: \`brew uninstall mm\`.
`,
  },
  {
    name: "Script",
    systems: "macOS, Linux",
    tested:
      "ran under dash, bash and busybox, from a folder and from a server, with curl, wget and busybox; not run on macOS",
    text: `\`\`\`sh
curl -fsSL https://github.com/mm-sessions/mm/releases/latest/download/install.sh | sh
\`\`\`

It puts \`mm\` into \`~/.local/bin\`, or into \`MM_INSTALL_DIR\`, without root, and changes no other file. If that folder isn't
in \`PATH\`, it prints the line to add. It verifies the checksum before it unpacks, runs the new binary before it replaces
an old one, doesn't replace an \`mm\` that is another program, and ends with the next command. Options go after
\`sh -s --\`: \`--version 0.1.0\`, \`--dry-run\`, \`--help\`. \`MM_BASE_URL\` names a mirror: an \`https://\`, \`http://\` or
\`file:///\` folder with the archives and \`SHA256SUMS\`. On Alpine, run \`apk add libstdc++\` first. To remove it:
\`rm ~/.local/bin/mm\`.
`,
  },
  {
    name: "Script for Windows",
    systems: "Windows",
    tested: "not run; its syntax is checked",
    text: `In PowerShell:

\`\`\`powershell
irm https://github.com/mm-sessions/mm/releases/latest/download/install.ps1 | iex
\`\`\`

It does the same for \`%LOCALAPPDATA%\\Programs\\mm\`. To remove it, delete that folder.
`,
  },
  {
    name: "npm",
    systems: "all",
    tested: "ran with the packages' files, not from the registry",
    text: `\`\`\`sh
npm install --global @mm-sessions/mm
\`\`\`

The binary comes in a package for the platform. No script runs at installation, and nothing is downloaded later. The \`mm\`
that npm links is a small Node.js program which starts the binary and takes as long as Node.js takes to start; hooks call
the binary itself. To remove it: \`npm uninstall --global @mm-sessions/mm\`.
`,
  },
  {
    name: "Scoop",
    systems: "Windows",
    tested: "not run; the manifest's checksums are verified",
    text: `\`\`\`powershell
scoop bucket add mm-sessions https://github.com/mm-sessions/scoop-bucket
scoop install mm
\`\`\`

To remove it: \`scoop uninstall mm\`.
`,
  },
  {
    name: "By hand",
    systems: "all",
    tested: "ran, except for the attestation, which only a published release has",
    text: `Take the archive for your platform and \`SHA256SUMS\` from the
[releases](https://github.com/mm-sessions/mm/releases), here 0.1.0 for Linux x64:

\`\`\`sh
sha256sum --check --ignore-missing SHA256SUMS    # macOS: shasum -a 256 --check --ignore-missing
gh attestation verify mm-v0.1.0-linux-x64.tar.gz --repo mm-sessions/mm
mkdir -p ~/.local/bin && tar -xzf mm-v0.1.0-linux-x64.tar.gz -C ~/.local/bin mm
mm --version
\`\`\`

The checksum detects a broken download. The attestation, which GitHub's \`gh\` verifies, proves that this project's release
workflow built the archive. The archive also contains the manual page (\`man ./man/mm.1\`), \`completions/\` and the
licences. To remove it: \`rm ~/.local/bin/mm\`.
`,
  },
];

const SET_UP = `npx -y bun@${packageJson.devDependencies.bun} install --frozen-lockfile && npx bun run build && ./dist/mm session start --idempotent --json`;

const STATUS = `> **Not released yet**, so build it. Tested on Linux x64; the other builds have been started under emulation, or only
> built ([platforms](docs/install.md#platforms)).
`;

const FROM_SOURCE = `You need git, Node.js and npm, which fetch everything else. It takes about 15 seconds and 600 MB of caches. In a clone of
this repository:

\`\`\`sh
${SET_UP}
\`\`\`

The last step only shows that it works: it starts a first session in \`~/.memtomem\`. Leave it out, or end that session with
\`./dist/mm session end\`. The result is one file, \`dist/mm\`, which needs neither Node.js nor Bun. Put it on your \`PATH\`:

\`\`\`sh
mkdir -p ~/.local/bin && install -m 755 dist/mm ~/.local/bin/mm && mm --version
\`\`\`
`;

const ARCHIVES = `This makes the archives for all platforms in \`dist/release\`, with checksums, manual page, completions and documents, and
installs the one for this machine. It takes some minutes and 400 MB. (\`--snapshot\` allows a version that isn't dated yet.)

\`\`\`sh
npx bun run release --snapshot
MM_BASE_URL="file://$PWD/dist/release" sh packaging/install.sh
\`\`\`

On another machine, unpack the archive for it and put \`mm\` on its \`PATH\`.
`;

function section(level: number, title: string, text: string): string {
  return `${"#".repeat(level)} ${title}\n\n${text}`;
}

function overview(): string {
  return table(
    ["method", "for", "tested on Linux x64"],
    METHODS.map(({ name, systems, tested }) => [name, systems, tested]),
  );
}

function everyMethod(level: number): string {
  return METHODS.map(({ name, text }) => section(level, name, text)).join("\n");
}

/** The README's part about installing. Unpublished names are never in a command: anybody could claim them. */
export function renderShortInstall(published = PUBLISHED): string {
  const rest =
    "Other systems, archives, upgrading and removing: [docs/install.md](docs/install.md).\n";
  if (!published) {
    return `${STATUS}\n${FROM_SOURCE}\n${rest}`;
  }
  return [
    "```sh",
    "brew install mm-sessions/tap/mm                # macOS, Linux",
    "npm install --global @mm-sessions/mm           # anywhere with Node.js",
    "curl -fsSL https://github.com/mm-sessions/mm/releases/latest/download/install.sh | sh",
    "```",
    "",
    rest,
    section(3, "Build from source", FROM_SOURCE),
  ].join("\n");
}

/** The methods in docs/install.md. */
export function renderInstall(published = PUBLISHED): string {
  const source = section(2, "From source", FROM_SOURCE);
  const archives = section(2, "From your own archives", ARCHIVES);
  if (published) return [overview(), everyMethod(2), source, archives].join("\n");
  const later = section(
    2,
    "From the first release on",
    `There will be these methods, too. Nobody has claimed their names yet, so don't install \`mm\` from anywhere but a copy of
this repository.

${overview()}`,
  );
  return [source, archives, later].join("\n");
}
