/** The forms a preview can take on the screen, whatever mime type carries it; `plugin`: a pack draws it itself. */
export type PreviewForm = 'table' | 'image' | 'html' | 'json' | 'text' | 'plugin';

export interface Chosen {
  readonly form: Exclude<PreviewForm, 'plugin'>;
  readonly mime: string;
  readonly data: unknown;
}

export const TABLE_MIME = 'application/vnd.funcnodes.table+json';

/** Richest first: the first of these that a bundle holds is drawn. */
const FORMS: readonly (readonly [string, Chosen['form']])[] = [
  [TABLE_MIME, 'table'],
  ['image/svg+xml', 'image'],
  ['image/png', 'image'],
  ['image/jpeg', 'image'],
  ['image/gif', 'image'],
  ['image/webp', 'image'],
  ['text/html', 'html'],
  ['application/json', 'json'],
  ['text/plain', 'text'],
];

/** The renderers that packs can name for their types, and what each draws. */
const RENDERERS: ReadonlyMap<string, Chosen['form']> = new Map([
  ['image', 'image'],
  ['svg', 'image'],
  ['figure', 'image'],
  ['plot', 'image'],
  ['table', 'table'],
  ['array', 'table'],
  ['html', 'html'],
  ['json', 'json'],
  ...['text', 'string', 'str', 'number', 'float', 'int', 'boolean', 'bool'].map(
    name => [name, 'text'] as const,
  ),
]);

/**
 * What of a mime bundle is drawn; null when it holds nothing that can be shown.
 * @param renderer what a pack wants it drawn by; one that the editor does not know leaves the choice to the bundle
 */
export function chooseMime(bundle: Record<string, unknown> | undefined, renderer = ''): Chosen | null {
  if (!bundle) return null;
  const wanted = RENDERERS.get(renderer);
  let richest: Chosen | null = null;
  for (const [mime, form] of FORMS) {
    const data = bundle[mime];
    if (data === undefined || data === null) continue;
    if (!wanted || form === wanted) return { form, mime, data };
    richest ??= { form, mime, data };
  }
  return richest;
}

/** What a renderer of this editor draws; undefined for those of packs. */
export function ownForm(name: string): Chosen['form'] | undefined {
  return RENDERERS.get(name);
}

/** Whether a renderer is one of this editor. */
export function isOwnRenderer(name: string): boolean {
  return RENDERERS.has(name);
}
