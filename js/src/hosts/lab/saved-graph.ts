import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { JSONExt, type JSONValue } from '@lumino/coreutils';
import type { MimeBundle, WorkerRecord } from '../../client/manager';
import { clampHeight } from '../grip';

/** Of an output that shows a graph: which worker's it is, and the graph itself. */
export const GRAPH_MIMETYPE = 'application/vnd.funcnodes.nodespace+json';
const SVG_MIMETYPE = 'image/svg+xml';
const PDF_MIMETYPE = 'application/pdf';
const TEXT_MIMETYPE = 'text/plain';
/** Height of an editor that nobody gave another, in pixels. */
const DEFAULT_HEIGHT = 520;

/** A graph as a notebook keeps it in an output. All of it may come from anybody: nothing here is to be trusted. */
export interface SavedGraph {
  /** What the worker was called. */
  readonly name: string;
  /** Its uuid; null in notebooks that were saved without one. */
  readonly worker: string | null;
  /** The graph in its saved form, if it was small enough to be kept. */
  readonly document: object | null;
  /** A picture of it as SVG. */
  readonly svg: string | null;
  /** Height of the editor in pixels. */
  readonly height: number;
  /** Whether the person ran this cell, or trusts the notebook. */
  readonly trusted: boolean;
}

/** What can be shown of an output that means no graph. */
export const NO_GRAPH: SavedGraph = {
  name: '',
  worker: null,
  document: null,
  svg: null,
  height: DEFAULT_HEIGHT,
  trusted: false,
};

/** Whether an output of a notebook says anything of a graph. `data` of any output is a copy, which may take long. */
export function holdsGraph(output: { toJSON(): { readonly data?: unknown } }): boolean {
  const { data } = output.toJSON();
  return isRecord(data) && GRAPH_MIMETYPE in data;
}

/** What an output says; null when it says nothing that means a graph. */
export function readSavedGraph({ data, metadata, trusted }: IRenderMime.IMimeModel): SavedGraph | null {
  const held = data[GRAPH_MIMETYPE];
  if (!isRecord(held) || typeof held.name !== 'string') return null;
  const svg = data[SVG_MIMETYPE];
  const about = metadata[GRAPH_MIMETYPE];
  return {
    name: held.name,
    worker: typeof held.worker === 'string' ? held.worker : null,
    document: isRecord(held.document) ? held.document : null,
    // A notebook on disk has a text in lines.
    svg: Array.isArray(svg) ? svg.join('') : typeof svg === 'string' ? svg : null,
    // A picture as high as anybody may write would push all else out of reach.
    height: isRecord(about) && typeof about.height === 'number' ? clampHeight(about.height) : DEFAULT_HEIGHT,
    trusted,
  };
}

/** The data of an output that means another worker. */
export function withWorker(data: IRenderMime.IMimeModel['data'], worker: string): typeof data {
  const held = data[GRAPH_MIMETYPE];
  return { ...data, [GRAPH_MIMETYPE]: { ...(isRecord(held) && held), worker } };
}

/**
 * The data of an output with a newer picture of its graph, as the server puts it into a notebook that it saves: what the
 * output does not have it does not get. Null when it would be the same.
 */
export function withPicture(data: IRenderMime.IMimeModel['data'], picture: MimeBundle): typeof data | null {
  const renewed = [SVG_MIMETYPE, PDF_MIMETYPE, GRAPH_MIMETYPE, TEXT_MIMETYPE].filter(
    mime => mime in data && mime in picture && !(mime === TEXT_MIMETYPE && !isOutline(data[mime])),
  );
  const isNews = renewed.some(mime => !JSONExt.deepEqual(joined(data[mime]), picture[mime] as JSONValue));
  return isNews
    ? { ...data, ...Object.fromEntries(renewed.map(mime => [mime, picture[mime] as JSONValue])) }
    : null;
}

/** A text that begins otherwise is somebody else's. */
function isOutline(text: unknown): boolean {
  return String(joined(text)).startsWith('FuncNodes ');
}

/** A notebook on disk has a text in lines. */
function joined(value: unknown): JSONValue {
  return Array.isArray(value) ? value.join('') : (value as JSONValue);
}

/** The metadata of an output with another height in it. */
export function withHeight(metadata: IRenderMime.IMimeModel['metadata'], height: number): typeof metadata {
  const about = metadata[GRAPH_MIMETYPE];
  return { ...metadata, [GRAPH_MIMETYPE]: { ...(isRecord(about) && about), height } };
}

/** The worker whose graph it is. Without a uuid the name says which, if only one bears it. */
export function workerOf(graph: SavedGraph, workers: readonly WorkerRecord[]): WorkerRecord | null {
  if (graph.worker !== null) return workers.find(({ uuid }) => uuid === graph.worker) ?? null;
  const bearers = workers.filter(({ name }) => name === graph.name);
  return bearers.length === 1 ? (bearers[0] ?? null) : null;
}

function isRecord(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
