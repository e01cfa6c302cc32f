import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

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
