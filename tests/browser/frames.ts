import type { CDPSession, Page } from "playwright-core";

/** What a page may do between two pictures, in milliseconds. */
export const FRAME_MS = 16;

/** An event of Chromium's tracing; times in microseconds. */
interface Traced {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** What the thread itself worked, however many others did. */
  readonly tdur?: number;
}

const CATEGORIES = ["toplevel", "__metadata"];
const TASK = "ThreadControllerImpl::RunTask";

async function traced(client: CDPSession, work: () => Promise<void>): Promise<Traced[]> {
  const events: Traced[] = [];
  client.on("Tracing.dataCollected", ({ value }) => {
    events.push(...(value as unknown as Traced[]));
  });
  await client.send("Tracing.start", { traceConfig: { includedCategories: CATEGORIES } });
  await work();
  const over = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.end");
  await over;
  return events;
}

/** What the page's main thread did meanwhile, task by task: the processor time in milliseconds, longest first. */
export async function tasksOf(page: Page, work: () => Promise<void>): Promise<number[]> {
  const client = await page.context().newCDPSession(page);
  const events = await traced(client, work);
  await client.detach();
  const mains = events.filter(({ args }) => args?.name === "CrRendererMain");
  const perThread = mains.map(({ pid, tid }) =>
    events
      .filter((event) => event.name === TASK && event.pid === pid && event.tid === tid)
      .map(({ tdur = 0 }) => tdur / 1000)
      .sort((a, b) => b - a),
  );
  // Other pages have done nothing.
  return perThread.sort((a, b) => (b[0] ?? 0) - (a[0] ?? 0))[0] ?? [];
}
