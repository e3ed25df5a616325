/** An event store's HTTP interface, by the connection string that its clients have. */
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { OperatorError } from '../../cli/operator-error.js';

const requestMsMax = 30_000;
const portDefault = 2113;

export interface Answer {
  readonly status: number;
  /** Parsed if it is JSON, else as text. */
  readonly body: unknown;
}

/** Asks for one thing. @throws OperatorError when the server cannot be reached. */
export type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string) => Promise<Answer>;

/** Options of connection strings are known whatever their case, with or without dashes. */
const optionOf = (url: URL, wanted: string): string | undefined =>
  [...url.searchParams].find(
    ([name]) => name.toLowerCase().replaceAll(/[-_]/g, '') === wanted,
  )?.[1];

const parse = (connectionString: string): URL => {
  // Only of schemes like this one URLs have hosts and ports in all versions of Node.
  const address = connectionString.replace(/^esdb:\/\//, 'http://');
  if (address === connectionString || address.includes(',') || !URL.canParse(address)) {
    throw new OperatorError(['--url: must be esdb:// with the one node that is meant']);
  }
  return new URL(address);
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch (error) {
    // Servers explain refusals in plain words.
    if (error instanceof SyntaxError) return body;
    throw error;
  }
};

/**
 * How to ask the node that a connection string names, with its credentials and its TLS.
 *
 * @throws OperatorError when the string names no single node, or its CA file cannot be read.
 */
export const httpOf = async (connectionString: string): Promise<Ask> => {
  const url = parse(connectionString);
  const isSecure = optionOf(url, 'tls') !== 'false';
  const caFile = optionOf(url, 'tlscafile');
  const ca = caFile === undefined ? undefined : await readCa(caFile);
  const request = isSecure ? httpsRequest : httpRequest;
  const common = {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? portDefault : Number(url.port),
    headers: { accept: 'application/json' },
    ...(url.username === '' ? {} : { auth: credentialsOf(url) }),
    ...(ca === undefined ? {} : { ca }),
  };
  return async (method, path) => {
    try {
      const signal = AbortSignal.timeout(requestMsMax);
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request({ ...common, method, path, signal }, resolve)
          .once('error', reject)
          .end();
      });
      return { status: response.statusCode ?? 0, body: parsed(await text(response)) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new OperatorError([`--url: ${common.host}:${common.port} does not answer: ${reason}`], {
        cause: error,
      });
    }
  };
};

const credentialsOf = ({ username, password }: URL): string =>
  `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;

const readCa = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError([`--url: tlsCAFile: ${reason}`], { cause: error });
  }
};
