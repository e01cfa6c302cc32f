/** The model of an answer where it isn't the session's, which some agents name with its provider. */
export function otherModel(model: string | null, sessions: string | null): string | null {
  const isSame = model === sessions || sessions?.endsWith(`/${model}`) === true;
  return isSame ? null : model;
}
