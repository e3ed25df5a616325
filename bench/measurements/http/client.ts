import { Pool } from 'undici';
import type { Cleanup } from '../../cleanup.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The only status that is no failure. */
  readonly status: number;
}

export interface HttpClient {
  /** The body of the answer. @throws when the answer has another status than was asked for. */
  send(request: HttpRequest): Promise<string>;
}

/** As many connections as requests may be under way, kept open, one request on each at a time. */
export const createHttpClient = (
  cleanup: Cleanup,
  url: string,
  connections: number,
): HttpClient => {
  const pool = new Pool(url, { connections, pipelining: 1 });
  cleanup.add(() => pool.close());
  return {
    send: async ({ method, path, headers, body, status }) => {
      const answer = await pool.request({ method, path, headers, body: body ?? null });
      const text = await answer.body.text();
      if (answer.statusCode === status) return text;
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    },
  };
};
