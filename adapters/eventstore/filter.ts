import type { LogFilter } from '../../ports/event-store.js';

/** Whether a stream, as the program calls it, belongs to the wanted part of the log. */
export const matches = ({ categories }: LogFilter, stream: string): boolean =>
  categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));
