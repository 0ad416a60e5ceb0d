import { NewWorkerDialog } from '../../workers/NewWorkerDialog';
import { PackagesDialog } from '../../workers/packages/PackagesDialog';
import { useEditor, useHost, useUi } from '../context';

/** The dialog that is open, if one is. */
export function Asked({ onSelect }: { onSelect(uuid: string): void }): React.JSX.Element | null {
  const { ui } = useEditor();
  const host = useHost();
  const dialog = useUi(state => state.dialog);
  const close = (): void => ui.setState({ dialog: null });
  if (!dialog) return null;
  if (dialog.about === 'packages')
    return <PackagesDialog {...dialog} manager={host.manager} onClose={close} />;
  const made = (uuid: string): void => {
    close();
    onSelect(uuid);
  };
  return <NewWorkerDialog manager={host.manager} onMade={made} onClose={close} />;
}
