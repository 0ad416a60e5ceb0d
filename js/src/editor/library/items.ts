import type { LibraryInfo, NodeClassInfo, PortKind, ShelfInfo } from '../../protocol/types.gen';

/** One node class as the library lists it. */
export interface LibraryItem {
  readonly nodeId: string;
  readonly name: string;
  readonly description: string;
  readonly kind: PortKind;
  /** Names of the shelves it stands on, outermost first. */
  readonly path: readonly string[];
  readonly info: NodeClassInfo;
}

export interface LibrarySection {
  readonly title: string;
  readonly items: readonly LibraryItem[];
}

const KINDS: ReadonlySet<string> = new Set([
  'number',
  'text',
  'boolean',
  'table',
  'array',
  'figure',
  'image',
  'any',
]);

/** All node classes in the order of their shelves. */
export function libraryItems(library: LibraryInfo | null): LibraryItem[] {
  return (library?.shelves ?? []).flatMap(shelf => shelfItems(shelf, []));
}

/** Items under the heads of their shelves; empty shelves are left out. */
export function librarySections(items: readonly LibraryItem[]): LibrarySection[] {
  const sections = new Map<string, LibraryItem[]>();
  for (const item of items) {
    const title = item.path.join(' · ') || 'Nodes';
    const section = sections.get(title);
    if (section) section.push(item);
    else sections.set(title, [item]);
  }
  return [...sections].map(([title, found]) => ({ title, items: found }));
}

function shelfItems(shelf: ShelfInfo, above: readonly string[]): LibraryItem[] {
  const path = [...above, shelf.name];
  const own = shelf.nodes.map(info => ({
    nodeId: info.node_id,
    name: info.node_name,
    description: info.description,
    kind: mainKind(info),
    path,
    info,
  }));
  return [...own, ...shelf.subshelves.flatMap(sub => shelfItems(sub, path))];
}

/** The kind that marks a node: that of its first output, else of its first input. */
function mainKind(info: NodeClassInfo): PortKind {
  const kind = info.outputs[0]?.kind ?? info.inputs[0]?.kind ?? 'any';
  return KINDS.has(kind) ? (kind as PortKind) : 'any';
}
