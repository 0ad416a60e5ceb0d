import type { PortKind } from '../../protocol/types.gen';

const LETTERS: Record<PortKind, string> = {
  number: '#',
  text: '“',
  boolean: '?',
  table: 'T',
  array: 'A',
  figure: 'P',
  image: 'I',
  any: 'ƒ',
};

/** A small coloured mark that says what a node makes. */
export function KindChip({ kind }: { kind: PortKind }): React.JSX.Element {
  return (
    <span className="fn-chip" data-kind={kind} aria-hidden="true">
      {LETTERS[kind]}
    </span>
  );
}
