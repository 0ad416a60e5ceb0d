import type { ManagerClient, WorkerRecord } from '../client/manager';

/** What the name of an archive of a worker ends in. */
export const ARCHIVE_SUFFIX = '.fnw';

/** What a chooser of files shows: archives, by whatever name. */
export const ARCHIVE_TYPES = `${ARCHIVE_SUFFIX},.zip`;

/** Has the browser keep a worker as an archive, with or without its files. */
export async function exportWorker(
  manager: ManagerClient,
  { uuid, name }: WorkerRecord,
  files: boolean,
): Promise<void> {
  const url = URL.createObjectURL(await manager.exportWorker(uuid, files));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}${ARCHIVE_SUFFIX}`;
  link.click();
  // the download holds what it needs once it has begun
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Has the person choose an archive; null when they changed their mind. */
export function chooseArchive(): Promise<File | null> {
  const chooser = document.createElement('input');
  chooser.type = 'file';
  chooser.accept = ARCHIVE_TYPES;
  return new Promise(resolve => {
    chooser.addEventListener('change', () => resolve(chooser.files?.[0] ?? null));
    chooser.addEventListener('cancel', () => resolve(null));
    chooser.click();
  });
}
