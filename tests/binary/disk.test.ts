import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { integrity, leftovers, rows } from "../support/stored.ts";
import { needs, type Tool } from "../support/tools.ts";
import { UNPRIVILEGED, UNPRIVILEGED_TOOLS } from "../support/unprivileged.ts";

interface Obstacle {
  readonly name: string;
  readonly tools: readonly Tool[];
  /** A script around `"$MM" …` in which nothing can be written to the home. */
  around(box: Sandbox, script: string): string;
  /** What the message must name. */
  named(box: Sandbox): string;
}

const fileInTheWay: Obstacle = {
  name: "whose parent is a file",
  tools: [],
  around(box, script) {
    writeFileSync(`${box.folder}/file`, "kept");
    return `MM_HOME="${box.folder}/file/home"; export MM_HOME; ${script}`;
  },
  named: (box) => `${box.folder}/file`,
};
const readOnlyMount: Obstacle = {
  name: "on a read-only file system",
  tools: ["unshare"],
  around(box, script) {
    mkdirSync(box.home);
    return `unshare -rm sh -c 'mount -t tmpfs -o ro tmpfs "$MM_HOME" && { ${script}; }'`;
  },
  named: (box) => box.home,
};
const noPermission: Obstacle = {
  name: "that may not be written to",
  tools: UNPRIVILEGED_TOOLS,
  around(box, script) {
    mkdirSync(box.home);
    chmodSync(box.home, 0o500);
    return `${UNPRIVILEGED.join(" ")} ${script}`;
  },
  named: (box) => box.home,
};

describe.each([fileInTheWay, readOnlyMount, noPermission])("a home $name", (obstacle) => {
  const test = needs(...obstacle.tools);
  const run = (box: Sandbox, words: string) => shell(box, obstacle.around(box, `"$MM" ${words}`));

  test("is an error of start that names the folder", async () => {
    using box = new Sandbox();
    const { code, out, err } = await run(box, "session start");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(obstacle.named(box));
    expect(err).not.toContain("unexpected failure");
    expect(err).toContain("  hint: ");
    expect(existsSync(box.home) ? readdirSync(box.home) : []).toEqual([]);
  });

  test("is told under --json in the one document", async () => {
    using box = new Sandbox();
    const { code, out, err } = await run(box, "session start --json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const { error } = JSON.parse(out) as { error: { code: string; message: string } };
    expect(error.code).toStartWith("database_un");
    expect(error.message).toContain(obstacle.named(box));
  });

  test("doesn't keep wrap from running its command", async () => {
    using box = new Sandbox();
    const { code, out, err } = await run(box, "session wrap -- echo ran");
    expect({ code, out }).toEqual({ code: 0, out: "ran\n" });
    expect(err).toStartWith("mm: warning: ");
  });

  test("has no sessions, or can't be read, which is no empty list", async () => {
    using box = new Sandbox();
    const { code, out } = await run(box, "session list");
    const expected =
      obstacle === fileInTheWay
        ? { code: 1, out: "" }
        : { code: 0, out: expect.stringMatching(/^No sessions found\.\n/u) };
    expect({ code, out }).toEqual(expected);
  });
});

describe("a full disk", () => {
  /** `ulimit -f` counts blocks of 512 or 1024 bytes, as the shell likes. */
  const limited = (box: Sandbox, blocks: number, script: string) =>
    shell(box, `ulimit -f ${blocks} && ${script}`);

  test.each([0, 8, 40])("that takes %d blocks leaves no part of a database", async (blocks) => {
    using box = new Sandbox();
    const { code, out } = await limited(box, blocks, `exec "$MM" session start --json`);
    expect(code).toBe(1);
    if (blocks > 0) expect(JSON.parse(out).error.code).toBe("database_unwritable");
    expect(readdirSync(box.home)).toEqual([]);
    expect((await box.mm(["session", "start"])).code).toBe(0);
    expect(leftovers(box)).toEqual([]);
  });

  /** Logs events until one fails, then tries a start; prints what they said. */
  const FILL = `
    text=$(head -c 15000 /dev/zero | tr '\\0' x)
    i=0
    while [ $i -lt 60 ]; do
      i=$((i+1))
      "$MM" activity log -c "$i $text" --json || break
    done
    "$MM" session start -a other --json
    echo $?`;

  async function expectFilled(box: Sandbox, out: string): Promise<void> {
    const lines = out.trim().split("\n");
    expect(lines.at(-1)).toBe("1");
    const answers = lines.slice(0, -1).map((line) => JSON.parse(line));
    expect(["database_unwritable", "state_file"]).toContain(answers.at(-1).error.code);
    expect(answers.at(-2)).toMatchObject({ ok: false, reason: "write_failed" });
    const acknowledged = answers.filter(({ ok }) => ok === true).length;
    expect(acknowledged).toBeGreaterThan(0);
    // Nothing is lost, nothing is half there, and with space again it goes on.
    expect((await box.mm(["activity", "log", "-c", "after"])).err).toBe("");
    expect(integrity(box)).toBe("ok");
    const contents = rows<{ content: string }>(box, "SELECT content FROM session_events");
    expect(contents).toHaveLength(acknowledged + 1);
    expect(rows<object>(box, "SELECT 1 FROM sessions")).toHaveLength(1);
    expect(leftovers(box)).toEqual([]);
  }

  test("while events are logged loses none of those that were acknowledged", async () => {
    using box = new Sandbox();
    await box.mm(["session", "start"]);
    const { out } = await limited(box, 400, FILL);
    await expectFilled(box, out);
  });

  needs("unshare")("that is a real one loses nothing either", async () => {
    using box = new Sandbox();
    mkdirSync(`${box.folder}/disk`);
    const mounted = `mount -t tmpfs -o size=400k tmpfs disk && MM_HOME="$PWD/disk/home" && export MM_HOME`;
    const script = `${mounted} && "$MM" session start >/dev/null && { ${FILL}
      cp -R disk/home home; }`;
    const { out, err } = await shell(box, `unshare -rm sh -c '${script.replaceAll("'", `'\\''`)}'`);
    expect(err).toBe("");
    await expectFilled(box, out);
  });
});

/** A file that can't grow: what is written over the limit is taken in part, without an error. */
test("a call that the spool takes in part only is lost and counted, not half kept", async () => {
  using box = new Sandbox();
  mkdirSync(box.home, { recursive: true });
  mkdirSync(box.database);
  writeFileSync(`${box.home}/mm.json`, '{"capture":"full"}');
  const payload = { session_id: "c1", tool_name: "Read", tool_response: "x".repeat(100_000) };
  writeFileSync(`${box.folder}/payload`, JSON.stringify(payload));
  const { code, out, err } = await shell(
    box,
    'ulimit -f 16 && "$MM" hook claude PostToolUse <payload',
  );
  expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
  expect(existsSync(`${box.home}/spool`) ? readdirSync(`${box.home}/spool`) : []).toEqual([]);
  expect(readFileSync(`${box.home}/logs/hook.log`, "utf8")).toContain("EFBIG");
  expect(readFileSync(`${box.home}/logs/lost-events`, "utf8").trim().split("\n")).toHaveLength(1);
});

needs("unshare")("what a full disk costs is counted on the full disk", async () => {
  using box = new Sandbox();
  mkdirSync(`${box.folder}/disk`);
  const payload = (id: string) =>
    JSON.stringify({ session_id: "c1", tool_name: "Read", tool_use_id: id });
  for (const id of ["kept", "lost 1", "lost 2", "lost 3"]) {
    writeFileSync(`${box.folder}/${id}`, payload(id));
  }
  const hook = (id: string) => `"$MM" hook claude PostToolUse <"${id}"`;
  const script = `mount -t tmpfs -o size=400k tmpfs disk && MM_HOME="$PWD/disk/home" && export MM_HOME
    ${hook("kept")} && { dd if=/dev/zero of=disk/fill bs=4k 2>/dev/null; true; }
    ${hook("lost 1")}; ${hook("lost 2")}; ${hook("lost 3")}
    cp -R disk/home home`;
  const began = Date.now();
  const { out, err } = await shell(box, `unshare -rm sh -c '${script}'`);
  expect({ out, err }).toEqual({ out: "", err: "" });
  const ended = Date.now();
  expect(rows<object>(box, "SELECT 1 FROM session_events")).toHaveLength(1);
  const status = await box.mm(["hooks", "status", "--json"]);
  const { lost_events } = JSON.parse(status.out);
  expect(lost_events.count).toBe(3);
  expect(Date.parse(lost_events.since)).toBeWithin(began, ended + 1);
});
