/** Runs a node on the folder in its argument and prints its connection string. */
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: node-program.ts FOLDER');
const node = await startEventStoreNode({ port: 0, dataDir });
process.stdout.write(`${node.connectionString}\n`);
