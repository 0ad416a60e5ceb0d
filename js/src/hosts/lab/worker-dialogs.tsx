import type { ManagerClient } from '../../client/manager';

/** Asks how a new worker is to be, and makes it; the uuid, or null when the person changed their mind. */
export async function askNewWorker(manager: ManagerClient): Promise<string | null> {
  // Loaded with the first dialog, not with JupyterLab.
  const [{ showOverPage }, { NewWorkerDialog }] = await Promise.all([
    import('../dialog-host'),
    import('../../workers/NewWorkerDialog'),
  ]);
  let made: string | null = null;
  await showOverPage(close => (
    <NewWorkerDialog
      manager={manager}
      onMade={uuid => {
        made = uuid;
        close();
      }}
      onClose={close}
    />
  ));
  return made;
}

/** Shows the packages of a worker; fulfilled when the dialog is closed. */
export async function showPackages(manager: ManagerClient, worker: string): Promise<void> {
  const [{ showOverPage }, { PackagesDialog }] = await Promise.all([
    import('../dialog-host'),
    import('../../workers/packages/PackagesDialog'),
  ]);
  await showOverPage(close => <PackagesDialog manager={manager} worker={worker} onClose={close} />);
}
