import { expect, test } from "bun:test";
import { readHookInput } from "../../src/host/hook-input.ts";
import type { SystemCalls } from "../../src/host/system-calls.ts";

const MB = 1024 * 1024;

function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

type Last = "ends" | "is refused" | "is interrupted" | "waits";

/** What reads these bytes, as many at once as there is room for, and then ends, is refused or interrupted by a signal. */
function callsFor(bytes: Uint8Array, last: Last): SystemCalls {
  let at = 0;
  return {
    isReadable() {
      if (at < bytes.length) return true;
      return last === "is interrupted" ? null : last !== "waits";
    },
    read(_, into) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length > 0 || last === "ends" ? part.length : -1;
    },
    readText: () => null,
  };
}

/** Bytes that differ from their neighbours. */
function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

const notAsked = () => {
  throw new Error("the stream was asked");
};

test.each([0, 1, 65_536, 65_537, 8 * MB])("%i bytes are kept whole, either way", async (size) => {
  const all = bytes(size);
  const atOnce = await readHookInput(callsFor(all, "ends"), notAsked, 1000);
  const streamed = await readHookInput(null, () => streamOf(all.slice(0, 9), all.slice(9)), 1000);
  for (const { head, tail, release, ...rest } of [atOnce, streamed]) {
    expect(Bun.hash(head)).toBe(Bun.hash(all));
    expect(tail).toHaveLength(0);
    expect(rest).toEqual({ total: size, isWhole: true, ended: true });
    release();
    expect(head).toHaveLength(0);
  }
});

test.each([8 * MB + 1, 8 * MB + 2, 9 * MB, 17 * MB])(
  "of %i bytes both ends are kept, either way",
  async (size) => {
    const all = bytes(size);
    const atOnce = await readHookInput(callsFor(all, "ends"), notAsked, 1000);
    const streamed = await readHookInput(null, () => streamOf(all.slice(0, 9), all.slice(9)), 1000);
    for (const { head, tail, release, ...rest } of [atOnce, streamed]) {
      expect(Bun.hash(head)).toBe(Bun.hash(all.slice(0, 65_536)));
      expect(Bun.hash(tail)).toBe(Bun.hash(all.slice(-4096)));
      expect(rest).toEqual({ total: size, isWhole: false, ended: true });
      release();
      expect(head).toHaveLength(65_536);
    }
  },
);

test.each(["is refused", "is interrupted"] as const)(
  "where reading at once %s, the stream goes on behind what was read",
  async (last) => {
    const calls = callsFor(bytes(5), last);
    const input = await readHookInput(calls, () => streamOf(new Uint8Array([7, 8])), 1000);
    expect([...input.head]).toEqual([...bytes(5), 7, 8]);
    expect(input.ended).toBe(true);
  },
);

test.each(["at once", "from the stream"])("what doesn't end in time is told, %s", async (way) => {
  const calls = way === "at once" ? callsFor(bytes(5), "waits") : null;
  const open = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes(5)),
  });
  const input = await readHookInput(calls, () => open, 1);
  expect({ ...input, head: [...input.head] }).toMatchObject({ head: [...bytes(5)], ended: false });
});
