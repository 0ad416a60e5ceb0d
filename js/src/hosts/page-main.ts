import { createManagerClient } from '../client/manager';
import { configuredBaseUrl, openPage } from './page';

const root = document.getElementById('funcnodes-root');
if (!root) throw new Error('The page has no element #funcnodes-root.');
openPage(root, createManagerClient({ baseUrl: configuredBaseUrl() }));
