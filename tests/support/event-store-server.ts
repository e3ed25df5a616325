/**
 * The event store of the tests: the server at `ESDB_URL` when that is set, which all tests share
 * and others may use too; else a fresh embedded node for each that asks.
 */
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { startEventStoreNode } from '../../adapters/embedded/eventstore/index.js';
import type { LogPlace } from '../../adapters/eventstore/index.js';
import { givenServerUrl } from './given-server.js';

/** Put together at random, so that no run of the tests meets what another one has left behind. */
export const uniqueWord = (): string => `t${randomBytes(6).toString('hex')}`;

/**
 * A test of what only a node of its own can show: its process, its folder, its options. It is
 * skipped, and counted as not applicable, when a server is given.
 */
export const onOwnNode = (
  title: string,
  body: (t: ExecutionContext) => Promise<void> | void,
): void => {
  if (givenServerUrl === null) test.serial(title, body);
  else test.serial.skip(title, body);
};

/** A connection string with one more option. */
export const withOption = (url: string, name: string, value: string | number): string =>
  `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;

/** An empty log for one test, or for one file of tests: a server, or a namespace of one. */
export interface TestLog extends LogPlace {
  stop(): Promise<void>;
}

export const openTestLog = async (): Promise<TestLog> => {
  if (givenServerUrl !== null) {
    return { url: givenServerUrl, namespace: uniqueWord(), stop: async () => undefined };
  }
  const { connectionString: url, stop } = await startEventStoreNode({ port: 0 });
  return { url, stop };
};

/** Settings of a program that keeps its log there; the same ones for all that is to share it. */
export const logSettings = (): Readonly<Record<string, string>> =>
  givenServerUrl === null
    ? {}
    : { POWERBANK_ESDB_URL: givenServerUrl, POWERBANK_ESDB_NAMESPACE: uniqueWord() };
