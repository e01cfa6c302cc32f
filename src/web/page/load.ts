import { useEffect, useRef, useState } from "preact/hooks";
import { type Failure, toFailure } from "./documents.ts";
import { type GivenOptions, get } from "./server.ts";

/** An answer, and whether a newer one is on its way. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  readonly isLoading: boolean;
}

/**
 * Asks again whenever the question or `version` changes. An answer to an earlier question never replaces a later
 * one, and stays until the next has come, unless the question is about something else.
 */
export function useDocument<T>(
  path: string | null,
  query: GivenOptions,
  version: number | string = 0,
): Loaded<T> {
  const key = `${path}?${JSON.stringify(query)}`;
  const [loaded, setLoaded] = useState<Loaded<T> & { key: string }>({
    value: null,
    failure: null,
    isLoading: true,
    key,
  });
  const latest = useRef(0);
  useEffect(() => {
    if (path === null) return;
    const number = ++latest.current;
    const ending = new AbortController();
    setLoaded((before) => ({ ...before, isLoading: true }));
    get<T>(path, query, ending.signal).then(
      (value) => {
        if (number === latest.current) setLoaded({ value, failure: null, isLoading: false, key });
      },
      (error: unknown) => {
        if (number !== latest.current || ending.signal.aborted) return;
        setLoaded((before) => ({
          value: before.key === key ? before.value : null,
          failure: toFailure(error),
          isLoading: false,
          key,
        }));
      },
    );
    return () => ending.abort();
  }, [key, version]);
  return loaded;
}
