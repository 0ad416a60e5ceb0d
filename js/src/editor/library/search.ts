import UFuzzy from '@leeoniya/ufuzzy';
import type { LibraryItem } from './items';

/**
 * Items whose shown name or description answers to the typed words, best first.
 * Names count before descriptions; ids are not searched, for nobody sees them.
 */
export function searchLibrary(items: readonly LibraryItem[], typed: string): LibraryItem[] {
  const wanted = typed.trim();
  if (!wanted) return [...items];
  const names = items.map(item => item.name);
  const byName = ranked(names, wanted);
  const texts = items.map(item => `${item.description} ${item.path.join(' ')} ${item.pack}`);
  const byText = ranked(texts, wanted).filter(index => !byName.includes(index));
  return [...byName, ...byText].map(index => items[index] as LibraryItem);
}

function ranked(haystack: string[], wanted: string): number[] {
  const fuzzy = new UFuzzy({ intraMode: 1, intraIns: 1 });
  const [found, info, order] = fuzzy.search(haystack, wanted, 1);
  if (!found) return [];
  if (!info || !order) return [...found];
  return order.map(at => info.idx[at] as number);
}
