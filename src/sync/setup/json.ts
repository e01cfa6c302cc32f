import type { Initiated } from "./init.ts";
import type { MovedSource } from "./move.ts";

export function initJson({ settings, hasRoles }: Initiated) {
  const { url, projects, exclude, capture } = settings;
  return { url, projects, exclude, capture, roles: hasRoles };
}

export function sourceJson({ sourceId }: MovedSource) {
  return { source: sourceId };
}
