/**
 * Runs a node on the folder in its first argument and prints its connection string. Further
 * options of the node, as JSON, may follow.
 */
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';

const [dataDir, options = '{}'] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: node-program.ts FOLDER [OPTIONS]');
const node = await startEventStoreNode({ port: 0, dataDir, ...JSON.parse(options) });
process.stdout.write(`${node.connectionString}\n`);
