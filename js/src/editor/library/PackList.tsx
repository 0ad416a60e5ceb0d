import { type ReactNode, useContext, useState } from 'react';
import { useStore } from 'zustand';
import type { PackInfo } from '../../protocol/types.gen';
import { CopyButton } from '../../renderers/CopyButton';
import { Icon } from '../../renderers/Icon';
import { HostContext, useEditor, useGraph } from '../context';
import type { PluginEntry, Plugins } from '../plugins/plugins';
import { sayError } from '../state/commands';

const NO_PACKS: readonly PackInfo[] = [];

/** At the end of the library: packs of which there is something to say, and a look for new ones. */
export function PackList(): React.JSX.Element {
  const packs = useGraph(state => state.library?.packs ?? NO_PACKS);
  const { plugins } = useEditor();
  return plugins ? (
    <WithPlugins packs={packs} plugins={plugins} />
  ) : (
    <Packs packs={packs} entries={NOTHING} />
  );
}

type Entries = Readonly<Record<string, PluginEntry>>;
const NOTHING: Entries = {};

function WithPlugins({
  packs,
  plugins,
}: {
  packs: readonly PackInfo[];
  plugins: Plugins;
}): React.JSX.Element {
  const entries = useStore(plugins.store, state => state.entries);
  return <Packs packs={packs} entries={entries} onAsk={pack => plugins.ask(pack)} />;
}

interface PacksProps {
  packs: readonly PackInfo[];
  entries: Entries;
  onAsk?(pack: string): void;
}

function Packs({ packs, entries, onAsk }: PacksProps): React.JSX.Element {
  const said = packs.filter(
    pack => pack.problems.length > 0 || pack.needs_restart || Object.hasOwn(entries, pack.name),
  );
  return (
    <section className="fn-packs" data-testid="fn-packs">
      {said.length > 0 && <h3 className="fn-head">Packs</h3>}
      {said.map(pack => (
        <PackItem key={pack.name} pack={pack}>
          <PluginLine entry={entries[pack.name]} onAsk={() => onAsk?.(pack.name)} />
        </PackItem>
      ))}
      <LookAgain />
    </section>
  );
}

function PackItem({ pack, children }: { pack: PackInfo; children: ReactNode }): React.JSX.Element {
  return (
    <div className="fn-pack" data-testid="fn-pack" data-pack={pack.name}>
      <p className="fn-pack-name" title={`${pack.name} ${pack.version}`}>
        {pack.name} <span className="fn-pack-version">{pack.version}</span>
      </p>
      {pack.needs_restart && (
        <p className="fn-pack-line" data-tone="warn">
          {restartWords(pack)} <RestartWorker />
        </p>
      )}
      {children}
      {pack.problems.map(problem => (
        <details key={`${problem.part} ${problem.text}`} className="fn-pack-problem">
          <summary title={problem.text}>
            <Icon name="right" size={12} />
            <span>{problem.text}</span>
          </summary>
          <div className="fn-head-line">
            <span className="fn-quiet">{PARTS[problem.part] ?? problem.part}</span>
            <CopyButton
              text={() => [`${pack.name} ${pack.version}`, problem.traceback || problem.text].join('\n')}
              what="the error with its traceback"
            />
          </div>
          {problem.traceback && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            <pre className="fn-traceback" tabIndex={0}>
              {problem.traceback}
            </pre>
          )}
        </details>
      ))}
    </div>
  );
}

/** Where the editor knows whose graph it shows. */
function RestartWorker(): React.JSX.Element | null {
  const { ui } = useEditor();
  const host = useContext(HostContext);
  const [busy, setBusy] = useState(false);
  const worker = host?.worker;
  if (!host || !worker) return null;
  const restart = async (): Promise<void> => {
    setBusy(true);
    try {
      await host.manager.restart(worker);
    } catch (error) {
      ui.setState({ notice: { tone: 'error', text: sayError(error) } });
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      className="fn-link"
      data-testid="fn-pack-restart"
      title="Save the graph, end the process and start a new one"
      disabled={busy}
      onClick={() => void restart()}
    >
      {busy ? 'Restarting…' : 'Restart worker'}
    </button>
  );
}

const PARTS: Readonly<Record<string, string>> = {
  module: 'Its module does not load.',
  shelf: 'Its shelf is missing.',
  library: 'Its nodes are missing.',
  render_options: 'Its render options do not count.',
  react_plugin: 'Its code for the browser is missing.',
};

/** Why a restart of the worker is needed. */
function restartWords({ version, installed }: PackInfo): string {
  if (!installed) return 'It was uninstalled. Its nodes are here until the worker is restarted.';
  if (installed !== version) return `${installed} is installed by now, and used after a restart.`;
  return 'Once it is mended, the worker needs a restart: part of it is loaded already.';
}

function PluginLine({
  entry,
  onAsk,
}: {
  entry: PluginEntry | undefined;
  onAsk(): void;
}): React.JSX.Element | null {
  if (!entry) return null;
  const { state, problem } = entry;
  const words = {
    asked: 'Its code for the browser does not run.',
    declined: 'Its code for the browser does not run.',
    loading: 'Its code for the browser is being loaded…',
    running: 'Its own code draws its values.',
    failed: `Its code for the browser failed: ${problem}`,
    old: 'Its code for the browser is another one by now. Reload the page to use it.',
  }[state];
  return (
    <p className="fn-pack-line" data-tone={state === 'failed' || state === 'old' ? 'warn' : undefined}>
      {words}{' '}
      {(state === 'asked' || state === 'declined') && (
        <button type="button" className="fn-link" data-testid="fn-pack-allow" onClick={onAsk}>
          Decide…
        </button>
      )}
    </p>
  );
}

function LookAgain(): React.JSX.Element {
  const { client, ui } = useEditor();
  const connected = useGraph(state => state.connection === 'open');
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    try {
      const report = await client.command<{ added: string[]; problems: string[] }>('rescan_modules');
      const text = report.problems.join(' ') || foundWords(report.added);
      ui.setState({ notice: { tone: report.problems.length > 0 ? 'error' : 'done', text } });
    } catch (error) {
      ui.setState({ notice: { tone: 'error', text: sayError(error) } });
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      className="fn-small-button fn-look-again"
      data-testid="fn-look-again"
      title="Look for packs that were installed since the worker started"
      disabled={busy || !connected}
      onClick={() => void look()}
    >
      <Icon name="loop" size={12} /> {busy ? 'Looking…' : 'Look for new packs'}
    </button>
  );
}

function foundWords(added: readonly string[]): string {
  return added.length > 0 ? `New: ${added.join(', ')}.` : 'There are no new packs.';
}
