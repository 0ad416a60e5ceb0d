import { useRef, useState } from 'react';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import { MenuItem } from '../../renderers/Menu';

interface ImportItemProps {
  manager: ManagerClient;
  /** Takes the making of a worker, and says what goes wrong with it. */
  onImport(making: () => Promise<WorkerRecord>): Promise<void>;
}

/** Makes a worker of an archive that the person chooses. */
export function ImportItem({ manager, onImport }: ImportItemProps): React.JSX.Element {
  const chooser = useRef<HTMLInputElement>(null);
  const [fraction, setFraction] = useState<number | null>(null);
  const take = async (archive: File): Promise<void> => {
    setFraction(0);
    await onImport(() => manager.importWorker(archive, { onProgress: setFraction }));
    setFraction(null);
  };
  return (
    <>
      <MenuItem
        icon="upload"
        disabled={fraction !== null}
        hint={fraction === null ? undefined : `${Math.round(fraction * 100)} %`}
        onChoose={() => chooser.current?.click()}
      >
        Import…
      </MenuItem>
      <input
        ref={chooser}
        type="file"
        accept=".fnw,.zip"
        hidden
        onChange={event => {
          const [archive] = event.currentTarget.files ?? [];
          if (archive) void take(archive);
          // else choosing the same file again would say nothing
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
