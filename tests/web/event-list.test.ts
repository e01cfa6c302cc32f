import { expect, test } from "bun:test";
import { EventList, type ReadEvents } from "../../src/web/page/session/events.ts";

/** Events that are read some at a time, as the server does; what is asked for waits until it is let through. */
class Events {
  count = 0;
  isLocked = false;
  #waiting: (() => void)[] = [];

  readonly read: ReadEvents = async ({ limit, before, after }) => {
    const { count, isLocked } = this;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (isLocked) throw new Error("locked");
    const all = Array.from({ length: count }, (_, n) => n + 1);
    const found = all.filter((id) => id < (before ?? Infinity) && id > (after ?? 0));
    const ids = after === undefined ? found.slice(-limit) : found.slice(0, limit);
    const [first = 0, last] = [ids[0], ids.at(-1)];
    const rows = ids.map((id) => ({
      id,
      created_at: "",
      event_type: "note",
      content: "",
      metadata: {},
    }));
    return {
      session_id: "s",
      events: rows,
      count: rows.length,
      before: first > 1 ? first : null,
      after: last ?? null,
      more: (last ?? count) < count,
    };
  };

  /** Lets through what is asked for, and what is asked for then, until `work` is over. */
  async during(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const ending = work.then(() => {
      isOver = true;
    });
    while (!isOver) {
      for (const resolve of this.#waiting.splice(0)) resolve();
      await Bun.sleep(0);
    }
    await ending;
  }
}

const ids = (list: EventList) => list.events.map(({ id }) => id);

test("what is written while the list opens is read behind it", async () => {
  const events = new Events();
  events.count = 2;
  const list = new EventList("s", events.read, () => {});
  const opening = list.open(null);
  events.count = 3;
  await events.during(Promise.all([opening, list.newer()]));
  expect(ids(list)).toEqual([1, 2, 3]);
});

test("what is written while other news are read is read behind them, once", async () => {
  const events = new Events();
  events.count = 1;
  const list = new EventList("s", events.read, () => {});
  await events.during(list.open(null));
  events.count = 2;
  const first = list.newer();
  await Bun.sleep(0);
  events.count = 3;
  const second = list.newer();
  events.count = 4;
  await events.during(Promise.all([first, second, list.newer()]));
  expect(ids(list)).toEqual([1, 2, 3, 4]);
});

test("a list that couldn't be opened opens at its end once it can be", async () => {
  const events = new Events();
  events.count = 1000;
  events.isLocked = true;
  const list = new EventList("s", events.read, () => {});
  await events.during(list.open(null));
  expect(list.failure?.code).toBe("gone");
  events.isLocked = false;
  await events.during(list.newer());
  expect(list.failure).toBeNull();
  expect(ids(list).at(-1)).toBe(1000);
});
