import { showGraphs } from './viewer';

showGraphs(document);
