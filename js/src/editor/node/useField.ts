import { useMemo } from 'react';
import { portKey } from '../../model/state';
import type { PortState } from '../../protocol/types.gen';
import type { FieldProps } from '../../renderers/fields/fieldProps';
import { useEditor, useUi } from '../context';
import { commitText } from '../state/typing';
import { dropDraft, setDraft } from '../state/ui';

/** Connects an input field with the worker; node and inspector share what is being typed. */
export function useField(uuid: string, port: PortState, testId = `fn-input-${port.id}`): FieldProps {
  const { client, ui, commands, readOnly } = useEditor();
  const key = portKey(uuid, port.id);
  const draft = useUi(state => state.drafts[key]);

  const handlers = useMemo<Omit<FieldProps, 'port' | 'draft' | 'testId' | 'readOnly'>>(
    () => ({
      onDraft: text => setDraft(ui, key, { text, phase: 'editing' }),
      onRestore: () => dropDraft(ui, key),
      onText: text => void commitText(client, ui, uuid, port.id, text),
      onValue: value => {
        dropDraft(ui, key);
        void commands.setValue(uuid, port.id, value);
      },
      onReset: () => {
        dropDraft(ui, key);
        void commands.resetInputs(uuid, [port.id]);
      },
      onNeedWhole: () => {
        const whole = client.command<unknown>('get_io_full_value', { node: uuid, io: port.id });
        whole.then(
          value =>
            setDraft(ui, key, {
              text: typeof value === 'string' ? value : JSON.stringify(value),
              phase: 'editing',
            }),
          () => undefined, // it stays readable in its cut form
        );
      },
    }),
    [client, ui, commands, uuid, port.id, key],
  );

  return { port, draft, testId, readOnly, ...handlers };
}
