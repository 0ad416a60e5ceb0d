import { describe, expect, test } from 'vitest';
import { createSnapshotClient } from '../../src/client/snapshot';
import { portKey } from '../../src/model/state';
import { fullState, node, port, preview } from '../samples';

const TABLE_MIME = 'application/vnd.funcnodes.table+json';
const table = {
  columns: [{ name: 'n' }],
  rows: [['1'], ['2'], ['3']],
  offset: 0,
  total_rows: 344,
  total_columns: 1,
};
const code = 'def f(x):\n    return x\n';
const state = fullState(0, {
  nodes: [
    node('n1', { io: [port('a', { value: { text: '2', type: 'int', value: 2 } })] }),
    node('n2', { io: [port('code', { value: { text: 'def f(x):…', type: 'str', truncated: true } })] }),
  ],
  previews: [{ ...preview('n1', ''), data: { [TABLE_MIME]: table } }],
});
const client = createSnapshotClient({ state, texts: { 'n2.code': code } });

describe('a graph without a worker', () => {
  test('is there at once, with what was seen of it', () => {
    const { connection, nodes, edges, previews, worker } = client.store.getState();
    expect(connection).toBe('open');
    expect(worker?.name).toBe('demo');
    expect(Object.keys(nodes)).toEqual(['n1', 'n2']);
    expect(Object.keys(edges)).toHaveLength(1);
    expect(previews[portKey('n1', 'out')]?.data).toEqual({ [TABLE_MIME]: table });
  });

  test('tells whole values, the long ones and the short ones', async () => {
    expect(await client.command('get_io_full_value', { node: 'n2', io: 'code' })).toBe(code);
    expect(await client.command('get_io_full_value', { node: 'n1', io: 'a' })).toBe(2);
  });

  test('has of a table the rows that were saved', async () => {
    const ask = (offset: number) =>
      client.command('get_table_page', { node: 'n1', io: 'out', offset, limit: 2 });
    expect(await ask(0)).toMatchObject({ rows: [['1'], ['2']], offset: 0, total_rows: 344 });
    expect(await ask(2)).toMatchObject({ rows: [['3']], offset: 2, total_rows: 344 });
    await expect(client.command('get_table_page', { node: 'n2', io: 'out' })).rejects.toThrow('no table');
  });

  test('refuses every change', async () => {
    const before = client.store.getState();
    const refusal = { code: 'ReadOnlyError' };
    await expect(client.command('remove_node', { uuid: 'n1' })).rejects.toMatchObject(refusal);
    await expect(client.command('run', { scope: 'all' })).rejects.toMatchObject(refusal);
    expect(client.store.getState()).toBe(before);
  });

  test('of a name that every object has is a name like any other', async () => {
    expect(await client.command('get_io_full_value', { node: '__proto__', io: 'x' })).toBe('');
    expect(await client.command('get_io_full_value', { node: 'constructor', io: 'name' })).toBe('');
  });
});
