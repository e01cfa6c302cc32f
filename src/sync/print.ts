// What a session on the server is compared by: `<row>.<events>~<revision>`, with `:<event>` behind it while only the
// events up to that one are there.

/** The print of a session. */
export interface Print {
  /** Stands for its row and its calls of models. */
  readonly row: string;
  /** Stands for its events; empty where none are sent. */
  readonly events: string;
  /** All of its events are other ones since this revision of its source; 0 for never. */
  readonly renewed: number;
}

export function printText({ row, events, renewed }: Print): string {
  return `${row}.${events}~${renewed}`;
}

/** The print of a session of which only the events up to one are there; `events` stands for those. */
export function partialPrint(print: Print, events: string, upTo: number): string {
  return `${printText({ ...print, events })}:${upTo}`;
}

/** What stands for the events that are there; null where nobody knows. */
export function eventsIn(print: string): string | null {
  return /\.([^~]*)~/u.exec(print)?.[1] ?? null;
}

/** Since which revision all events are other ones. */
export function renewedIn(print: string): number {
  return Number(/~(\d+)/u.exec(print)?.[1] ?? 0);
}
