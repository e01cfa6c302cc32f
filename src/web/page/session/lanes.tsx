import type { ShownDocument } from "../documents.ts";
import { When } from "../shown.tsx";

const LANES: Readonly<Record<string, string>> = {
  prompt: "prompts",
  tool_call: "tools",
  error: "errors",
  subagent_start: "subagents",
  subagent_stop: "subagents",
};
const LANE_ORDER = ["prompts", "tools", "errors", "subagents", "other"];
const LANE_HEIGHT = 20;

type Outline = ShownDocument["outline"];

function lanesOf({ types }: Outline): [string, number[]][] {
  const lanes = new Map<string, number[]>();
  for (const { type, counts } of types) {
    if (type === "turn_end") continue;
    const lane = Object.hasOwn(LANES, type) ? (LANES[type] ?? "other") : "other";
    const sums = lanes.get(lane);
    lanes.set(
      lane,
      counts.map((count, part) => count + (sums?.[part] ?? 0)),
    );
  }
  return LANE_ORDER.flatMap((lane): [string, number[]][] => {
    const counts = lanes.get(lane);
    return counts === undefined ? [] : [[lane, counts]];
  });
}

function Lane({ name, counts, most }: { name: string; counts: readonly number[]; most: number }) {
  const total = counts.reduce((all, count) => all + count, 0);
  return (
    <>
      <b>{name}</b>
      <svg
        viewBox={`0 0 ${counts.length} ${LANE_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${total} ${name}`}
      >
        {counts.map((count, part) => {
          if (count === 0) return null;
          // A single event among thousands must stay visible.
          const height = LANE_HEIGHT * (0.35 + 0.65 * Math.sqrt(count / most));
          return (
            <rect
              key={part}
              class={name}
              x={part + 0.1}
              y={LANE_HEIGHT - height}
              width={0.8}
              height={height}
            />
          );
        })}
      </svg>
    </>
  );
}

/** How much of what happened when in a session. */
export function Lanes({ outline }: { readonly outline: Outline }) {
  const lanes = lanesOf(outline);
  const most = Math.max(1, ...lanes.flatMap(([, counts]) => counts));
  if (lanes.length === 0 || outline.from === null || outline.until === null) return null;
  return (
    <figure class="picture">
      {lanes.map(([name, counts]) => (
        <Lane key={name} name={name} counts={counts} most={most} />
      ))}
      <figcaption>
        <When at={outline.from} />
        <When at={outline.until} />
      </figcaption>
    </figure>
  );
}
