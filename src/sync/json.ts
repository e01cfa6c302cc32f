import type { Foreseen } from "./push/foresee.ts";
import type { Pushed } from "./push/run.ts";
import type { Pulled } from "./replica/run.ts";

export function pushJson(pushed: Pushed) {
  const { sessions, events, skipped, deleted, quarantined, rev } = pushed;
  return { pushed: { sessions, events }, deleted, skipped, quarantined, rev, busy: pushed.isBusy };
}

export function foreseenJson({ projects, samples, skipped, deleted }: Foreseen) {
  return { dry_run: true, projects, samples, skipped, deleted };
}

export function pullJson({ sessions, events, deleted, machines, isBusy }: Pulled) {
  return { pulled: { sessions, events }, deleted, machines, busy: isBusy };
}
