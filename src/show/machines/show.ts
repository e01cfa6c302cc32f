import { UserError } from "../../errors.ts";
import type { ReadStore, ReadStores } from "../../machines/model.ts";
import { whereIs } from "../../machines/which.ts";
import { type Events, type ShownSession, showSession } from "../show.ts";

/** The session as it is shown where machines were asked for. */
async function onMachines({ machines }: ReadStore, shown: ShownSession): Promise<ShownSession> {
  if (machines === null) return shown;
  const { session, details } = shown;
  const machine = (await machines.of([session.id])).get(session.id) ?? null;
  const copies = await machines.copiesOf({
    id: session.id,
    agentId: session.agentId,
    externalId: details.externalId,
    sourceId: machine?.sourceId ?? null,
  });
  return {
    ...shown,
    details: { ...details, externalId: copies.externalId },
    // Its agent keeps the session on the other machine.
    resumeCommand: machines.areOthers ? null : shown.resumeCommand,
    machines: { ...copies, machine },
  };
}

/** Where nobody asked for other machines, the session may be on one of them. */
async function withOthersNamed({ ctx, machines }: ReadStore, error: unknown): Promise<unknown> {
  if (machines !== null || !(error instanceof UserError)) return error;
  if (error.code !== "session_not_found") return error;
  const { wasPulled } = await import("../../machines/pulled.ts");
  if (!(await wasPulled(ctx))) return error;
  const hint = "`mm list` shows those of this machine; --machine all looks on others, too";
  return new UserError(error.code, error.message, hint);
}

/**
 * Finds the session to show in one of several stores and calls `use` with it while that is open.
 * @throws UserError like `showSession`, and `session_ambiguous` for one in each
 */
export async function showTogether(
  stores: ReadStores,
  id: string | undefined,
  use: (shown: ShownSession, events: Events) => Promise<void>,
): Promise<void> {
  const { from, id: found } = await whereIs(stores, id);
  try {
    await showSession(from.ctx, found, async (shown, events) => {
      await use(await onMachines(from, shown), events);
    });
  } catch (error) {
    throw await withOthersNamed(from, error);
  }
}
