import { act } from 'react';
import { expect, it, vi } from 'vitest';
import type { ManagerClient } from '../../src/client/manager';
import { inputForFile, readerOf, takeDroppedFiles } from '../../src/editor/canvas/droppedFiles';
import { UploadButton } from '../../src/editor/node/UploadButton';
import { ApiError } from '../../src/transport/http';
import { node, port } from '../samples';
import { prepareEditor, renderParts } from './editor';

prepareEditor();

const PATH = port('path', { kind: 'text', render_options: { type: 'file' } });
const READ = node('n1', { io: [port('separator'), PATH] });

type Upload = NonNullable<ManagerClient['upload']>;

/** An editor whose server keeps files as `upload` says. */
function open(upload?: Upload) {
  const parts = renderParts(<UploadButton uuid="n1" port={PATH} />, { state: { nodes: [READ] }, upload });
  const notice = () => parts.ui.getState().notice;
  return { ...parts, notice, uploads: parts.parts.uploads };
}

const stored = (path: string) => ({ path, size: 1, modified: '' });
const keeps: Upload = async (_uuid, file) => stored(file.name);
const file = (name: string, size = 1) => new File(['x'.repeat(size)], name);

it('the button is there for paths of files, where a server keeps them', () => {
  expect(open(keeps).find('fn-upload-path')).not.toBeNull();
  expect(open().find('fn-upload-path')).toBeNull();
  const { find } = renderParts(<UploadButton uuid="n1" port={port('path', { kind: 'text' })} />, {
    upload: keeps,
  });
  expect(find('fn-upload-path')).toBeNull();
});

it('the first file becomes the value, under its name on the server', async () => {
  const upload = vi.fn<Upload>(async (_uuid, { name }) => stored(`2-${name}`));
  const { uploads, command, notice } = open(upload);
  await uploads?.sendTo('n1', 'path', [file('a.csv'), file('b.csv')]);
  expect(upload.mock.calls.map(([uuid, { name }]) => [uuid, name])).toEqual([
    ['w1', 'a.csv'],
    ['w1', 'b.csv'],
  ]);
  expect(command.mock.calls).toEqual([
    ['update_node', { uuid: 'n1', io_id: 'path', value: 'files/2-a.csv' }],
  ]);
  expect(notice()).toEqual({ tone: 'done', text: 'Uploaded: files/2-a.csv, files/2-b.csv' });
});

it('says how far all of them are', async () => {
  const seen: unknown[] = [];
  const { uploads, notice } = open(async (_uuid, { name }, options) => {
    options?.onProgress?.(0.5);
    seen.push([notice()?.text, notice()?.progress]);
    return stored(name);
  });
  await uploads?.send([file('a', 6), file('b', 2)]);
  expect(seen).toEqual([
    ['Uploading a (1 of 2)', 3 / 8],
    ['Uploading b (2 of 2)', 7 / 8],
  ]);
});

it('a name that is taken can be replaced, and what failed otherwise is said', async () => {
  const { uploads, command, notice } = open(async (_uuid, { name }, { overwrite } = {}) => {
    if (name === 'bad') throw new ApiError(413, 'TooLargeError', 'more than 1 byte is not taken');
    if (name === 'old' && !overwrite) throw new ApiError(409, 'FileTakenError', 'there already');
    return stored(name);
  });
  await uploads?.sendTo('n1', 'path', [file('old'), file('bad')]);
  expect(notice()).toMatchObject({
    tone: 'error',
    text: 'bad: more than 1 byte is not taken. There already: old',
    offer: { label: 'Replace' },
  });
  expect(command).not.toHaveBeenCalled();
  await act(async () => notice()?.offer?.accept());
  expect(notice()).toEqual({ tone: 'done', text: 'Uploaded: files/old' });
  expect(command.mock.calls).toEqual([['update_node', { uuid: 'n1', io_id: 'path', value: 'files/old' }]]);
});

it('can be cancelled; what arrived before stays', async () => {
  const upload = vi.fn<Upload>((_uuid, { name }, options) => {
    if (name === 'a') return Promise.resolve(stored(name));
    return new Promise((_resolve, reject) =>
      options?.signal?.addEventListener('abort', () => reject(new ApiError(0, 'Aborted', 'broken off'))),
    );
  });
  const { uploads, notice } = open(upload);
  const sending = uploads?.send([file('a'), file('b'), file('c')]);
  await vi.waitFor(() => expect(notice()?.text).toBe('Uploading b (2 of 3)'));
  notice()?.offer?.accept();
  await sending;
  expect(upload).toHaveBeenCalledTimes(2);
  expect(notice()).toEqual({ tone: 'info', text: 'The upload was cancelled. Uploaded: files/a' });
});

it('a folder is refused in words', async () => {
  const folder = {
    kind: 'file',
    webkitGetAsEntry: () => ({ isDirectory: true }),
    getAsFile: () => file('d'),
  };
  const text = { kind: 'string' };
  const plain = {
    kind: 'file',
    webkitGetAsEntry: () => ({ isDirectory: false }),
    getAsFile: () => file('a'),
  };
  const drop = (...items: unknown[]) => takeDroppedFiles({ items } as unknown as DataTransfer);
  expect(drop(text)).toBeNull();
  expect(drop(folder, plain)?.map(({ name }) => name)).toEqual(['a']);
  const { uploads, notice } = open(keeps);
  await uploads?.send(drop(folder) ?? []);
  expect(notice()?.text).toMatch(/^Folders are not uploaded/);
});

it('which input and which node a dropped file is for', () => {
  expect(inputForFile(READ, () => false)).toBe('path');
  expect(inputForFile(READ, io => io === 'path')).toBeNull();
  expect(inputForFile(node('n2'), () => false)).toBeNull();
  expect(inputForFile(undefined, () => false)).toBeNull();
  expect(readerOf('A.CSV')?.nodeId).toBe('data.read_csv');
  expect(readerOf('a.tsv')?.inputs).toEqual({ separator: 'tab' });
  expect(readerOf('csv.bin')).toBeUndefined();
});
