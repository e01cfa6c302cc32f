import type { Machine, ReadStores } from "./model.ts";

/** The keys of a document that tell where something is from. */
interface FromMachine {
  readonly machine?: string;
  readonly source_id?: string | null;
}

/** What a document says of the machine that something is from; nothing where nobody asked for machines. */
export function machineJson(machine: Machine | null): FromMachine {
  return machine === null ? {} : { machine: machine.name, source_id: machine.sourceId };
}

/** The machines that a document is about. */
export function machinesJson(stores: ReadStores) {
  const names = stores.flatMap(({ machines }) => machines?.all.map(({ name }) => name) ?? []);
  return stores[0].machines === null ? {} : { machines: [...new Set(names)] };
}
