import type { ManagerClient, StoredFile } from '../../client/manager';
import type { WorkerClient } from '../../client/worker';
import { portKey } from '../../model/state';
import { ApiError } from '../../transport/http';
import type { EditorHost } from '../host';
import { type Commands, sayError } from './commands';
import { dropDraft, type UiStore } from './ui';

/** Where uploads stand for a node: `files/a.csv` is found wherever the worker is. */
const PREFIX = 'files/';

/** Brings files of this person to the worker. */
export interface Uploads {
  /**
   * Uploads files one after the other; how far they are, and what went wrong, is said in the notice.
   * @param use is called for each that arrived, with the path by which nodes find it
   */
  send(files: readonly File[], use?: (path: string, file: File) => unknown): Promise<void>;
  /** Uploads files; the first one becomes the value of an input. */
  sendTo(uuid: string, io: string, files: readonly File[]): Promise<void>;
}

/** Null where no server keeps files. */
export function createUploads(
  { manager, worker }: EditorHost,
  client: WorkerClient,
  ui: UiStore,
  commands: Commands,
): Uploads | null {
  if (!manager.upload) return null;
  const shown = (): string => client.store.getState().worker?.uuid ?? worker ?? '';

  const uploads: Uploads = {
    send: (files, use) => run(files, use, false),
    async sendTo(uuid, io, files) {
      let isSet = false;
      await uploads.send(files, path => {
        if (isSet) return;
        isSet = true;
        dropDraft(ui, portKey(uuid, io));
        return commands.setValue(uuid, io, path);
      });
    },
  };

  const run = async (
    files: readonly File[],
    use: ((path: string, file: File) => unknown) | undefined,
    overwrite: boolean,
  ): Promise<void> => {
    if (files.length === 0) {
      ui.setState({ notice: { tone: 'error', text: 'Folders are not uploaded: take the files in them.' } });
      return;
    }
    const outcome = await sendAll(manager, shown(), ui, files, overwrite);
    for (const { stored, file } of outcome.arrived) await use?.(PREFIX + stored.path, file);
    tell(ui, outcome, () => void run(outcome.taken, use, true));
  };
  return uploads;
}

interface Outcome {
  readonly arrived: { stored: StoredFile; file: File }[];
  /** A file of that name is there already. */
  readonly taken: File[];
  /** A sentence for each that failed otherwise. */
  readonly problems: string[];
  stopped: boolean;
}

async function sendAll(
  manager: ManagerClient,
  worker: string,
  ui: UiStore,
  files: readonly File[],
  overwrite: boolean,
): Promise<Outcome> {
  const outcome: Outcome = { arrived: [], taken: [], problems: [], stopped: false };
  const stop = new AbortController();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  for (const [at, file] of files.entries()) {
    const text = `Uploading ${file.name}${files.length > 1 ? ` (${at + 1} of ${files.length})` : ''}`;
    const show = (fraction: number): void => {
      const progress = total > 0 ? (before + fraction * file.size) / total : 1;
      const offer = { label: 'Cancel', accept: () => stop.abort() };
      if (!stop.signal.aborted) ui.setState({ notice: { tone: 'info', text, progress, offer } });
    };
    show(0);
    try {
      const options = { overwrite, onProgress: show, signal: stop.signal };
      const stored = await manager.upload?.(worker, file, options);
      if (stored) outcome.arrived.push({ stored, file });
    } catch (error) {
      if (stop.signal.aborted) return { ...outcome, stopped: true };
      if (error instanceof ApiError && error.code === 'FileTakenError') outcome.taken.push(file);
      else outcome.problems.push(`${file.name}: ${sayError(error)}`);
    }
    before += file.size;
  }
  return outcome;
}

/** What became of it, in one notice; a name that is taken comes with the offer to replace the file. */
function tell(ui: UiStore, { arrived, taken, problems, stopped }: Outcome, replace: () => void): void {
  const done = arrived.map(({ stored }) => PREFIX + stored.path).join(', ');
  const said = [
    ...problems,
    ...(taken.length > 0 ? [`There already: ${taken.map(file => file.name).join(', ')}`] : []),
    ...(stopped ? ['The upload was cancelled'] : []),
  ];
  if (said.length === 0) {
    ui.setState({ notice: { tone: 'done', text: `Uploaded: ${done}` } });
    return;
  }
  const text = [...said, ...(done ? [`Uploaded: ${done}`] : [])].join('. ');
  const offer = taken.length > 0 ? { label: 'Replace', accept: replace } : undefined;
  const tone = stopped && said.length === 1 ? 'info' : 'error';
  ui.setState({ notice: { tone, text, ...(offer && { offer }) } });
}
