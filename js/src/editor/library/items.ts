import type { LibraryInfo, NodeClassInfo, PackInfo, PortKind, ShelfInfo } from '../../protocol/types.gen';

/** One node class as the library lists it. */
export interface LibraryItem {
  readonly nodeId: string;
  readonly name: string;
  readonly description: string;
  readonly kind: PortKind;
  /** Names of the shelves it stands on, outermost first. */
  readonly path: readonly string[];
  /** The pack that brought it; empty for what comes with the editor and for the notebook's functions. */
  readonly pack: string;
  /** Another one bears the same name, so that it takes more to tell them apart. */
  readonly twin: boolean;
  /** Tells it from all others in a list: a class may stand on several shelves. */
  readonly key: string;
  readonly info: NodeClassInfo;
}

export interface LibrarySection {
  readonly title: string;
  /** The pack that brought it, with its version; empty for none. */
  readonly pack: string;
  readonly key: string;
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
  const items = (library?.shelves ?? []).flatMap(shelf => shelfItems(shelf, [], shelf.pack));
  const owners = new Map<string, Set<string>>();
  for (const { name, pack } of items) owners.set(name, (owners.get(name) ?? new Set()).add(pack));
  return items.map(item => ((owners.get(item.name)?.size ?? 0) > 1 ? { ...item, twin: true } : item));
}

/** Items under the heads of their shelves; empty shelves are left out. */
export function librarySections(
  items: readonly LibraryItem[],
  packs: readonly PackInfo[] = [],
): LibrarySection[] {
  const versions = new Map(packs.map(({ name, version }) => [name, `${name} ${version}`.trim()]));
  const sections = new Map<string, { title: string; pack: string; key: string; items: LibraryItem[] }>();
  for (const item of items) {
    const title = item.path.join(' · ') || 'Nodes';
    const key = JSON.stringify([item.pack, title]);
    const section = sections.get(key);
    if (section) section.items.push(item);
    else sections.set(key, { title, pack: versions.get(item.pack) ?? item.pack, key, items: [item] });
  }
  return [...sections.values()];
}

function shelfItems(shelf: ShelfInfo, above: readonly string[], pack: string): LibraryItem[] {
  const path = [...above, shelf.name];
  const own = shelf.nodes.map(info => ({
    nodeId: info.node_id,
    name: info.node_name,
    description: info.description,
    kind: mainKind(info),
    path,
    pack,
    twin: false,
    key: JSON.stringify([info.node_id, pack, ...path]),
    info,
  }));
  return [...own, ...shelf.subshelves.flatMap(sub => shelfItems(sub, path, pack))];
}

/** The kind that marks a node: that of its first output, else of its first input. */
function mainKind(info: NodeClassInfo): PortKind {
  const kind = info.outputs[0]?.kind ?? info.inputs[0]?.kind ?? 'any';
  return KINDS.has(kind) ? (kind as PortKind) : 'any';
}
