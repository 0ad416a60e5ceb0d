import {
  closeIcon,
  deleteIcon,
  downloadIcon,
  duplicateIcon,
  editIcon,
  LabIcon,
  listIcon,
  offlineBoltIcon,
  refreshIcon,
  runIcon,
  settingsIcon,
  stopIcon,
} from '@jupyterlab/ui-components';
import type { WorkerVerb } from '../../workers/verbs';

/** Two nodes and a wire; `jp-icon3` lets JupyterLab's theme colour it. */
export const funcnodesIcon = new LabIcon({
  name: 'funcnodes:icon',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <rect x="1" y="2" width="6" height="5" rx="1"/>
    <rect x="9" y="9" width="6" height="5" rx="1"/>
  </g>
  <path class="jp-icon3-stroke" d="M7 4.5h1.5a1.5 1.5 0 0 1 1.5 1.5v3" fill="none" stroke="#616161" stroke-width="1.2"/>
</svg>`,
});

/** A parcel. */
export const packagesIcon = new LabIcon({
  name: 'funcnodes:packages',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <path class="jp-icon3-stroke" d="M8 1.8 2.5 4.6v6.8L8 14.2l5.5-2.8V4.6zM2.5 4.6 8 7.4l5.5-2.8M8 7.4v6.8" fill="none" stroke="#616161" stroke-width="1.3" stroke-linejoin="round"/>
</svg>`,
});

export const VERB_ICONS: Readonly<Record<WorkerVerb, LabIcon>> = {
  open: funcnodesIcon,
  start: runIcon,
  cancel: closeIcon,
  interrupt: offlineBoltIcon,
  restart: refreshIcon,
  stop: stopIcon,
  rename: editIcon,
  duplicate: duplicateIcon,
  settings: settingsIcon,
  packages: packagesIcon,
  export: downloadIcon,
  log: listIcon,
  delete: deleteIcon,
};
