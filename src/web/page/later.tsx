import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface LaterProps {
  readonly load: () => Promise<ComponentType>;
}

/** A view whose code comes from the server when it is first shown. Without a server, the page says so by itself. */
export function LaterView({ load }: LaterProps) {
  const [loaded, setLoaded] = useState<{ View: ComponentType } | null>(null);
  useEffect(() => {
    load().then(
      (View) => setLoaded({ View }),
      () => undefined,
    );
  }, [load]);
  return loaded === null ? null : <loaded.View />;
}

const ROW_PX = 50;
const SLICE = 20;

const idle: (work: () => void) => number =
  "requestIdleCallback" in window ? requestIdleCallback : (work) => window.setTimeout(work, SLICE);
const noLonger: (handle: number) => void =
  "requestIdleCallback" in window ? cancelIdleCallback : clearTimeout;

/**
 * How many rows of a list to draw: at first as many as fit on the screen, then more whenever the browser has nothing
 * else to do, so that no picture comes late. Other rows, of another `list`, begin anew.
 */
export function useSlices(total: number, list = ""): number {
  const screen = Math.ceil(innerHeight / ROW_PX);
  const [drawn, setDrawn] = useState(screen);
  const last = useRef(list);
  const count = last.current === list ? drawn : screen;
  last.current = list;
  useEffect(() => {
    if (count !== drawn) setDrawn(count);
    if (count >= total) return;
    const handle = idle(() => setDrawn(count + SLICE));
    return () => noLonger(handle);
  }, [count, total]);
  return count;
}
