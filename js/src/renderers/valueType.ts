/** What the editor reads from a port's type description (see the core's type strings). */

const ANYTHING = 'anything';

const SHORT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    str: 'text',
    int: 'integer',
    float: 'number',
    bool: 'true or false',
    Any: ANYTHING,
    None: 'None',
    NoneType: 'None',
  }),
);

const TYPED_BY_HAND = new Set([
  'str',
  'int',
  'float',
  'complex',
  'bool',
  'list',
  'dict',
  'tuple',
  'set',
  'Any',
]);
/** What libraries call a path; its text is one. */
const PATH = /(^|\.)(FilePath|PathLike|StrPath|Path)$/;

interface TypeObject {
  type?: unknown;
  anyOf?: unknown;
  allOf?: unknown;
  items?: unknown;
  keys?: unknown;
  values?: unknown;
}

function asObject(type: unknown): TypeObject | null {
  return typeof type === 'object' && type !== null ? (type as TypeObject) : null;
}

/** The type in a few plain words: `integer`, `text or None`, `list of number`, `DataFrame`. */
export function describeType(type: unknown): string {
  if (typeof type === 'string') return SHORT_NAMES.get(type) ?? (type.split('.').pop() || type);
  const object = asObject(type);
  if (!object) return ANYTHING;
  if (Array.isArray(object.anyOf)) return object.anyOf.map(describeType).join(' or ');
  if (Array.isArray(object.allOf)) return `(${object.allOf.map(describeType).join(', ')})`;
  switch (object.type) {
    case 'enum':
      return 'choice';
    case 'array':
      return object.items === undefined ? 'list' : `list of ${describeType(object.items)}`;
    case 'object':
      return 'dictionary';
    case 'type':
      return 'type';
    default:
      return ANYTHING;
  }
}

/** True when a person can type such a value: scalars, lists, dictionaries and anything. */
export function canBeTyped(type: unknown): boolean {
  if (typeof type === 'string') return TYPED_BY_HAND.has(type) || PATH.test(type);
  const object = asObject(type);
  if (!object) return true;
  if (Array.isArray(object.anyOf)) return object.anyOf.some(canBeTyped);
  return (
    object.type === 'array' ||
    object.type === 'object' ||
    object.type === 'enum' ||
    Array.isArray(object.allOf)
  );
}

/** The values and labels of an enum type, or null when the type is none. */
export function enumOf(type: unknown): { values: unknown[]; labels: string[] } | null {
  const object = asObject(type);
  if (!object) return null;
  if (Array.isArray(object.anyOf)) {
    for (const part of object.anyOf) {
      const found = enumOf(part);
      if (found) return found;
    }
    return null;
  }
  if (object.type !== 'enum' || !Array.isArray(object.values)) return null;
  const values: unknown[] = object.values;
  const keys: unknown[] = Array.isArray(object.keys) ? object.keys : values;
  return { values, labels: values.map((value, index) => String(keys[index] ?? value)) };
}
