import { type Filter, streamNameFilter } from '@eventstore/db-client';
import type { LogFilter } from '../../ports/event-store.js';
import type { Names } from './names.js';

/** Events that the server looks at before it tells a filtered subscriber how far it came. */
const checkpointWindowEvents = 500;

/** Whether a stream, as the program calls it, belongs to the wanted part of the log. */
export const matches = ({ categories }: LogFilter, stream: string): boolean =>
  categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));

/** The same rule, applied by the server to the streams of a namespace. */
export const serverFilter = (
  names: Names,
  { categories }: LogFilter,
  checkpointReached: NonNullable<Filter['checkpointReached']>,
): Filter => {
  const common = {
    maxSearchWindow: checkpointWindowEvents,
    checkpointInterval: 1,
    checkpointReached,
  };
  return categories === undefined
    ? streamNameFilter({ ...common, regex: names.storedPattern })
    : streamNameFilter({ ...common, prefixes: categories.map((name) => names.stored(`${name}-`)) });
};
