import { useLayoutEffect, useRef } from 'react';
import { Icon } from '../../renderers/Icon';
import { keyText } from '../../renderers/keys';
import { useEditor, useGraph } from '../context';

/** Taking back and doing again; the tooltip says what that would be. */
export function HistoryButtons(): React.JSX.Element {
  const { commands } = useEditor();
  const undo = useGraph(state => state.history.undo);
  const redo = useGraph(state => state.history.redo);
  return (
    <>
      <HistoryButton icon="undo" word="Undo" what={undo} keys="Mod+z" onPress={() => void commands.undo()} />
      <HistoryButton
        icon="redo"
        word="Redo"
        what={redo}
        keys="Mod+Shift+z"
        onPress={() => void commands.redo()}
      />
    </>
  );
}

interface HistoryButtonProps {
  icon: 'undo' | 'redo';
  word: string;
  /** In words; empty when there is nothing. */
  what: string;
  keys: string;
  onPress(): void;
}

function HistoryButton({ icon, word, what, keys, onPress }: HistoryButtonProps): React.JSX.Element {
  const open = useGraph(state => state.connection === 'open');
  const button = useRef<HTMLButtonElement>(null);
  const disabled = !what || !open;
  useLayoutEffect(() => {
    // a disabled button loses the focus to the page, and with it the editor its keys
    if (!disabled || document.activeElement !== button.current) return;
    button.current?.closest<HTMLElement>('.fn-editor')?.focus({ preventScroll: true });
  }, [disabled]);
  return (
    <button
      ref={button}
      type="button"
      className="fn-icon-button"
      data-testid={`fn-${icon}`}
      aria-label={word}
      title={what ? `${word}: ${what}  ${keyText(keys)}` : `Nothing to ${icon}`}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
