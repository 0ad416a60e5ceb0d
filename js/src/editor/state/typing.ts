import { CommandError } from '../../client/errors';
import type { WorkerClient } from '../../client/worker';
import { portKey } from '../../model/state';
import type { NodeState, ValueInfo } from '../../protocol/types.gen';
import type { Draft } from '../../renderers/fields/fieldProps';
import { sayError, withoutClassName } from './commands';
import { dropDraft, setDraft, type UiStore } from './ui';

const LONGEST_WAIT_MS = 2000;
const NEVER_ARRIVED: ReadonlySet<string> = new Set(['NotConnected', 'ConnectionLost']);

/**
 * Sends what was typed. Until the graph shows the new value the typed text stays on screen;
 * what the worker refuses stays too, marked, for correction.
 */
export async function commitText(
  client: WorkerClient,
  ui: UiStore,
  uuid: string,
  io: string,
  text: string,
): Promise<void> {
  const key = portKey(uuid, io);
  const sent: Draft = { text, phase: 'sent' };
  const before = inputValue(client.store.getState().nodes[uuid], io);
  setDraft(ui, key, sent);
  try {
    const node = await client.command<NodeState>('update_node', { uuid, io_id: io, text });
    await untilShown(client, uuid, io, before, inputValue(node, io));
    dropDraft(ui, key, sent);
  } catch (error) {
    if (ui.getState().drafts[key] !== sent) return;
    refuse(ui, key, text, error, io);
  }
}

function refuse(ui: UiStore, key: string, text: string, error: unknown, io: string): void {
  if (error instanceof CommandError && NEVER_ARRIVED.has(error.code)) {
    setDraft(ui, key, { text, phase: 'editing' });
    ui.setState({ notice: { tone: 'error', text: sayError(error) } });
    return;
  }
  const message = error instanceof Error ? withoutClassName(error.message) : String(error);
  setDraft(ui, key, { text, phase: 'refused', message: withoutPort(message, io) });
}

/** `Add.a: “abc” is no number` without its beginning: it stands at the port already. */
function withoutPort(message: string, io: string): string {
  const name = `${io}: `;
  const at = message.indexOf(name);
  const isPrefix = at === 0 || (at > 0 && message[at - 1] === '.');
  return isPrefix ? message.slice(at + name.length) : message;
}

function untilShown(
  client: WorkerClient,
  uuid: string,
  io: string,
  before: ValueInfo | null,
  wanted: ValueInfo | null,
): Promise<void> {
  const shown = (): boolean => {
    const value = inputValue(client.store.getState().nodes[uuid], io);
    return value !== before || value?.text === wanted?.text;
  };
  if (shown()) return Promise.resolve();
  return new Promise(resolve => {
    const finish = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(finish, LONGEST_WAIT_MS);
    const unsubscribe = client.store.subscribe(() => shown() && finish());
  });
}

function inputValue(node: NodeState | undefined, io: string): ValueInfo | null {
  return node?.io.find(port => port.is_input && port.id === io)?.value ?? null;
}
