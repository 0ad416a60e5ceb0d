import { useEffect, useState } from 'react';
import type { NodeState, PortState } from '../../protocol/types.gen';
import { CopyButton } from '../../renderers/CopyButton';
import { useEditor, useGraph } from '../context';
import { sayError } from '../state/commands';

/** The input that holds a node's code. */
export const CODE_PORT = '__source__';

const FEWEST_ROWS = 3;
const MOST_ROWS = 24;

/** The code that stands in the node, to be read and changed: its ports follow. */
export function CodeSection({ node }: { node: NodeState }): React.JSX.Element | null {
  const port = node.io.find(candidate => candidate.is_input && candidate.id === CODE_PORT);
  const connected = useGraph(state =>
    Object.values(state.edges).some(([, , dst, io]) => dst === node.uuid && io === CODE_PORT),
  );
  if (!port || connected) return null;
  return <CodeField node={node} port={port} />;
}

function CodeField({ node, port }: { node: NodeState; port: PortState }): React.JSX.Element {
  const { uuid, untrusted } = node;
  const { value } = port;
  const { client, readOnly } = useEditor();
  const [held, setHeld] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    let wanted = true;
    if (value === null) {
      setHeld('');
      return;
    }
    client.command<unknown>('get_io_full_value', { node: uuid, io: CODE_PORT }).then(
      code => wanted && setHeld(typeof code === 'string' ? code : ''),
      () => undefined, // what was there stays readable
    );
    return () => {
      wanted = false;
    };
  }, [client, uuid, value]);

  const text = typed ?? held ?? '';
  const changed = typed !== null && typed !== held;
  const apply = async (): Promise<void> => {
    if (!changed) return;
    setProblem('');
    try {
      await client.command('set_code', { uuid, source: text });
      setHeld(text);
      setTyped(null);
    } catch (error) {
      setProblem(sayError(error));
    }
  };
  const revert = (): void => {
    setTyped(null);
    setProblem('');
  };

  return (
    <section data-testid="fn-code">
      <div className="fn-head-line">
        <h3 className="fn-head">Code</h3>
        <CopyButton text={() => text} what="the code" />
      </div>
      <textarea
        className="fn-field fn-code nowheel"
        data-testid="fn-code-field"
        aria-label="Code"
        aria-invalid={problem !== ''}
        data-refused={problem !== '' || undefined}
        title={
          readOnly
            ? undefined
            : untrusted
              ? 'Trust the code before you change it'
              : 'Ctrl+Enter applies, Escape takes back'
        }
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly || untrusted || held === null}
        wrap="off"
        rows={Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, text.split('\n').length))}
        value={text}
        onChange={event => setTyped(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void apply();
          } else if (event.key === 'Escape' && changed) {
            event.preventDefault();
            revert();
          }
        }}
      />
      {problem && (
        <p className="fn-refused" role="alert">
          {problem}
        </p>
      )}
      {changed && (
        <div className="fn-code-buttons">
          <button type="button" className="fn-button" data-primary onClick={() => void apply()}>
            Apply
          </button>
          <button type="button" className="fn-button" onClick={revert}>
            Revert
          </button>
        </div>
      )}
    </section>
  );
}
