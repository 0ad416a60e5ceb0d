const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/;
const BARE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[^\]]*\])?$/;

/** The name at the begin of what is typed, such as `numpy` of `numpy>=2`; empty when there is none. */
export function nameIn(text: string): string {
  return NAME.exec(text.trim())?.[0] ?? '';
}

/** Whether only a name is typed, perhaps with extras: then a version can be chosen beside it. */
export function isBare(text: string): boolean {
  return BARE.test(text.trim());
}

/** What to ask for: what is typed, with the chosen version if it says none itself. */
export function requirementOf(text: string, version: string): string {
  const typed = text.trim();
  return version && isBare(typed) ? `${typed}==${version}` : typed;
}
