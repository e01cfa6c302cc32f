import type { Run, Workplace } from "./workplace.ts";

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu;
const SECONDS = /\b\d+(\.\d+)?m?s\b/gu;

/** What an agent has printed, without what differs from run to run and the lines that it prints of any hook. */
export function withoutChance({ code, out, err }: Run, { box, agent }: Workplace) {
  const steady = (text: string) =>
    text
      .replaceAll(box.folder, "~")
      .replaceAll(UUID, "ID")
      .replaceAll(SECONDS, "TIME")
      .split("\n")
      .filter((line) => !agent.ownLines?.test(line));
  return { code, out: steady(out), err: steady(err) };
}
