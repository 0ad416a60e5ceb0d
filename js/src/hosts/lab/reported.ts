import { showErrorMessage } from '@jupyterlab/apputils';

/** Runs what a person asked for; a failure is shown in a dialog instead of the console. */
export async function reported<T>(title: string, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    await showErrorMessage(title, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
