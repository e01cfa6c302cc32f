import type { ConfigChange, Configuration, Setting } from "./config.ts";

export function settingJson({ key, value, default: byDefault, isSet }: Setting) {
  return { key, value, default: byDefault, is_set: isSet };
}

export function configurationJson({ path, settings }: Configuration) {
  return { path, settings: settings.map(settingJson) };
}

export function changeJson({ key, value, previous }: ConfigChange) {
  return { key, value, previous };
}
