/** The forms a preview can take on the screen, whatever mime type carries it. */
export type PreviewForm = 'table' | 'image' | 'html' | 'json' | 'text';

export interface Chosen {
  readonly form: PreviewForm;
  readonly mime: string;
  readonly data: unknown;
}

export const TABLE_MIME = 'application/vnd.funcnodes.table+json';

/** Richest first: the first of these that a bundle holds is drawn. */
const FORMS: readonly (readonly [string, PreviewForm])[] = [
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

/** What of a mime bundle is drawn; null when it holds nothing that can be shown. */
export function chooseMime(bundle: Record<string, unknown> | undefined): Chosen | null {
  if (!bundle) return null;
  for (const [mime, form] of FORMS) {
    const data = bundle[mime];
    if (data !== undefined && data !== null) return { form, mime, data };
  }
  return null;
}
