/** An EventStoreDB-compatible node inside this process. See README.md. */
export {
  type EventStoreNode,
  type EventStoreNodeOptions,
  type LogLine,
  startEventStoreNode,
} from './node.js';
export { EventStoreStartError, type StartErrorKind } from './start-errors.js';
