import { type Filter, streamNameFilter } from '@eventstore/db-client';
import type { LogFilter } from '../../ports/event-store.js';

/** Events that the server looks at before it tells a filtered subscriber how far it came. */
const checkpointWindowEvents = 500;

/** Whether a stream belongs to the wanted part of the log; system streams never do. */
export const matches = (filter: LogFilter, stream: string): boolean => {
  if (stream.startsWith('$')) return false;
  const { categories } = filter;
  return categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));
};

/** The same rule, applied by the server. */
export const serverFilter = (
  filter: LogFilter,
  checkpointReached: NonNullable<Filter['checkpointReached']>,
): Filter => {
  const common = {
    maxSearchWindow: checkpointWindowEvents,
    checkpointInterval: 1,
    checkpointReached,
  };
  return filter.categories === undefined
    ? streamNameFilter({ ...common, regex: '^[^$]' })
    : streamNameFilter({ ...common, prefixes: filter.categories.map((name) => `${name}-`) });
};
