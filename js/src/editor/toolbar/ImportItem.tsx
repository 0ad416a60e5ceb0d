import { useState } from 'react';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import { MenuItem } from '../../renderers/Menu';
import { chooseArchive } from '../../workers/archives';

interface ImportItemProps {
  manager: ManagerClient;
  /** Takes the making of a worker, and says what goes wrong with it. */
  onImport(making: () => Promise<WorkerRecord>): Promise<void>;
}

/** Makes a worker of an archive that the person chooses. */
export function ImportItem({ manager, onImport }: ImportItemProps): React.JSX.Element {
  const [fraction, setFraction] = useState<number | null>(null);
  const take = async (): Promise<void> => {
    const archive = await chooseArchive();
    if (!archive) return;
    setFraction(0);
    await onImport(() => manager.importWorker(archive, { onProgress: setFraction }));
    setFraction(null);
  };
  return (
    <MenuItem
      icon="upload"
      disabled={fraction !== null}
      hint={fraction === null ? undefined : `${Math.round(fraction * 100)} %`}
      onChoose={() => void take()}
    >
      Import…
    </MenuItem>
  );
}
