const KEY = "mm-seen";
const MOST = 500;

type Seen = readonly (readonly [session: string, event: number])[];

function all(): Seen {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? (stored as Seen) : [];
  } catch {
    return [];
  }
}

/** The last event of a session that somebody has looked at in this browser; null if nobody has. */
export function lastSeen(session: string): number | null {
  return all().find(([id]) => id === session)?.[1] ?? null;
}

/** Remembers that everything up to this event was looked at. */
export function see(session: string, event: number): void {
  const others = all().filter(([id]) => id !== session);
  localStorage.setItem(KEY, JSON.stringify([...others.slice(1 - MOST), [session, event]]));
}
