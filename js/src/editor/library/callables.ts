import type { LibraryItem } from './items';

const DOTTED = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/;
/** Functions of Python itself that are of use in a graph; others are written as `builtins.name`. */
const BUILTINS: ReadonlySet<string> = new Set([
  'abs',
  'all',
  'any',
  'bytes',
  'complex',
  'dict',
  'divmod',
  'enumerate',
  'filter',
  'float',
  'format',
  'frozenset',
  'getattr',
  'hash',
  'hex',
  'int',
  'isinstance',
  'iter',
  'len',
  'list',
  'map',
  'max',
  'min',
  'next',
  'open',
  'ord',
  'pow',
  'print',
  'range',
  'repr',
  'reversed',
  'round',
  'set',
  'slice',
  'sorted',
  'str',
  'sum',
  'tuple',
  'type',
  'zip',
]);

/** The item for a call of what was typed, when that is the full name of something in Python; null for other words. */
export function callableItem(typed: string): LibraryItem | null {
  const name = typed.trim();
  const dotted = DOTTED.test(name) ? name : BUILTINS.has(name) ? `builtins.${name}` : null;
  if (dotted === null) return null;
  const nodeId = `py:${dotted}`;
  const description = `A call of Python's ${name}; its parameters become inputs.`;
  const info = { node_id: nodeId, node_name: name, description, inputs: [], outputs: [] };
  return {
    nodeId,
    name,
    description,
    kind: 'any',
    path: ['Python'],
    pack: '',
    twin: false,
    key: nodeId,
    info,
  };
}
