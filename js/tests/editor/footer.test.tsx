import { act } from 'react';
import { describe, expect, test } from 'vitest';
import { NodeFooter } from '../../src/editor/node/NodeFooter';
import type { NodeState } from '../../src/protocol/types.gen';
import { node } from '../samples';
import { prepareEditor, renderParts } from './editor';

prepareEditor();

function footer(changes: Partial<NodeState>, others: NodeState[] = []) {
  const shown = node('n1', changes);
  return renderParts(<NodeFooter node={shown} />, { state: { nodes: [shown, ...others], edges: [] } });
}

describe('the footer of a node', () => {
  const off = node('off', { name: 'Upload', mode: 'disabled' });
  test.each<[Partial<NodeState>, string]>([
    [{ mode: 'disabled', stale: true }, 'disabledenable'],
    [{ mode: 'bypassed', state: 'done', seconds: 0.2 }, 'bypassed200 ms'],
    [{ mode: 'frozen', state: 'done', stale: true, seconds: 0.2 }, 'frozen200 ms'],
    [{ mode: 'frozen', state: 'idle' }, 'frozenemptyunfreeze'],
    [{ state: 'running', stubborn: true }, 'does not stop'],
    [{ state: 'done', stale: true, blame: 'off' }, 'staleUpload is disabled'],
    [{ state: 'done', stale: true }, 'stalerun to here'],
    [{ state: 'running' }, 'runningCancel'],
  ])('%j', (changes, text) => {
    expect(footer(changes, [off]).element.textContent).toBe(text);
  });

  test('a mark of the log opens it', () => {
    const log = { first: 0, lines: [{ text: 'a' }, { text: 'b' }, { text: 'c', kind: 'warning' as const }] };
    const { find, ui } = footer({ state: 'done', log });
    ui.setState({ inspectorOpen: false });
    expect(find('fn-log-mark')?.textContent).toBe('3 lines');
    expect(find('fn-log-mark')?.title).toBe('Log: 3 lines, 1 warning');
    act(() => find('fn-log-mark')?.click());
    expect(ui.getState()).toMatchObject({ inspectorOpen: true, logWanted: true });
    expect([...ui.getState().selectedNodes]).toEqual(['n1']);
  });
});
